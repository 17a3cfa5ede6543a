"""Over real sockets, on loopback: what is refused never gets a connection, however it was written or came about."""

import asyncio
import socket
from collections.abc import AsyncIterator

import aiohttp
import httpx
import pytest
from aiohttp import ClientConnectorError

from ivr.webcall.guard import Blocked, Guard, _socket, blocked_in, guarded_connector

from .world import Canary, Names, canary, client, table, website

EVERYWHERE = ["127.0.0.1", "127.0.0.3"]


@pytest.fixture
async def bird() -> AsyncIterator[tuple[Canary, int]]:
    async with canary(EVERYWHERE) as watched:
        yield watched
        assert watched[0].touched == 0


@pytest.mark.parametrize(
    ("host", "rule"),
    [
        ("127.0.0.1", "loopback"),
        ("localhost", "loopback"),
        ("localhost.", "loopback"),
        ("LOCALHOST", "loopback"),
        ("0x7f.1", "loopback"),
        ("0x7f000001", "loopback"),
        ("0x7f.0.0.1", "loopback"),
        ("[::ffff:127.0.0.1]", "loopback"),
        ("[::ffff:7f00:1]", "loopback"),
        ("[0:0:0:0:0:ffff:7f00:0001]", "loopback"),
        ("[::1]", "loopback"),
        ("[::]", "unspecified"),
        ("[::127.0.0.1]", "IPv4-compatible"),
        ("[64:ff9b::127.0.0.1]", "127.0.0.1 inside IPv6, which is loopback"),
        ("[2002:7f00:1::]", "6to4"),
        ("[fe80::1%25lo]", "link-local"),
        ("0.0.0.0", "this host"),
        ("169.254.169.254", "link-local (metadata)"),
        ("10.0.0.1", "private-use"),
        ("rebound.example", "loopback"),
        ("six.example", "loopback"),
        ("odd.example", "not a plain IP address"),
    ],
)
async def test_refused(bird: tuple[Canary, int], host: str, rule: str) -> None:
    names = table(
        localhost=["127.0.0.1", "::1"], rebound_example=["127.0.0.1"], six_example=["::1"], odd_example=["127.1"]
    )
    async with client("", names) as web:
        with pytest.raises(httpx.TransportError) as refused:
            await web.get(f"http://{host}:{bird[1]}/")
    blocked = blocked_in(refused.value)
    assert isinstance(blocked, Blocked)
    assert blocked.rule == rule
    assert isinstance(refused.value.__cause__, ClientConnectorError)


@pytest.mark.parametrize(
    "host",
    [
        "2130706433",
        "017700000001",
        "0177.0.0.1",
        "127.1",
        "127.0.1",
        "127.0.0.1.",
        "127.0.0.1..",
        "127.0.0.１",
        "１２７.0.0.1",
        "127。0。0。1",
        "①②⑦.0.0.1",
        "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ",
        "localhost。",
        "ｌｏｃａｌｈｏｓｔ",
        "localhost%00.example",
        "127.0.0.1%2e",
        "user@127.0.0.1",
        "8.8.8.8@127.0.0.1",
        "localhost..",
        "[::ffff:127.1]",
        "[::1%25]",
    ],
)
async def test_odd_spellings_reach_nothing(bird: tuple[Canary, int], host: str) -> None:
    """Some are refused by the guard, some by the client as no address at all: either way nothing is connected to."""
    names = table(localhost=["127.0.0.1"])
    async with client("", names) as web:
        with pytest.raises((httpx.TransportError, httpx.InvalidURL, aiohttp.ClientError, ValueError)):
            await web.get(f"http://{host}:{bird[1]}/")


@pytest.mark.parametrize("host", ["2130706433", "127.1", "017700000001", "127.0.0.1.", "0x7f.1", "localhost"])
def test_the_socket_itself_refuses_what_is_not_plain(host: str) -> None:
    """Whatever a version of the client does with such a host: no socket is made for it, whoever may go where."""
    with pytest.raises(Blocked, match="not a plain IP address"):
        _socket(Guard.parse("localhost, 0.0.0.0/0, ::/0"), (socket.AF_INET, socket.SOCK_STREAM, 6, "", (host, 80)))


async def test_permitted_by_name_network_and_port(bird: tuple[Canary, int]) -> None:
    names = table(erp_internal=["127.0.0.2"], localhost=["127.0.0.2"])
    async with website() as (asked, port):
        for allow, host in [
            ("erp.internal", "erp.internal"),
            (f"*.internal:{port}", "ERP.internal."),
            ("localhost", "localhost"),
            ("127.0.0.2", "127.0.0.2"),
            (f"127.0.0.0/30:{port}", "erp.internal"),
            ("127.0.0.2", "0x7f.2"),
            ("127.0.0.2", "[::ffff:127.0.0.2]"),
        ]:
            async with client(allow, names) as web:
                answer = await web.get(f"http://{host}:{port}/")
                again = await web.get(f"http://{host}:{port}/again")
            assert (answer.text, again.text) == ("welcome", "welcome")
        assert len(asked) == 14
        async with client(f"erp.internal:{port + 1}", names) as web:
            with pytest.raises(httpx.TransportError):
                await web.get(f"http://erp.internal:{port}/")
        assert len(asked) == 14


async def test_a_permitted_name_does_not_open_its_address_to_others(bird: tuple[Canary, int]) -> None:
    names = table(good_example=["127.0.0.2"], evil_example=["127.0.0.2"])
    async with website() as (asked, port), client("good.example", names) as web:
        assert (await web.get(f"http://good.example:{port}/")).text == "welcome"
        for host in ("evil.example", "127.0.0.2"):
            with pytest.raises(httpx.TransportError) as refused:
                await web.get(f"http://{host}:{port}/", headers={"Host": "good.example"})
            assert blocked_in(refused.value)
        assert asked == ["good.example/"]


async def test_of_several_addresses_only_the_good_ones_are_used() -> None:
    async with website() as (asked, port), canary() as (bird, _):
        for answer in (["127.0.0.1", "127.0.0.2"], ["127.0.0.2", "127.0.0.1"], ["::1", "10.0.0.1", "127.0.0.2"]):
            async with client("127.0.0.2", table(both_example=answer)) as web:
                assert (await web.get(f"http://both.example:{port}/")).text == "welcome"
        assert len(asked) == 3
        assert bird.touched == 0


async def test_a_good_address_that_is_down_does_not_lead_to_the_bad_one(bird: tuple[Canary, int]) -> None:
    names = table(both_example=["127.0.0.2", "127.0.0.1"])
    async with client("127.0.0.2", names) as web:
        with pytest.raises(httpx.TransportError) as failed:
            await web.get(f"http://both.example:{bird[1]}/")
    assert blocked_in(failed.value) is None


async def test_all_addresses_bad_tells_the_first(bird: tuple[Canary, int]) -> None:
    async with client("", table(bad_example=["10.0.0.1", "127.0.0.1", "fe80::1"])) as web:
        with pytest.raises(httpx.TransportError) as refused:
            await web.get(f"http://bad.example:{bird[1]}/")
    blocked = blocked_in(refused.value)
    assert blocked
    assert blocked.address == "10.0.0.1"
    assert "bad.example has the address 10.0.0.1, which is private-use" in str(blocked)


@pytest.mark.parametrize(
    "target", ["http://127.0.0.1:{port}/", "http://0x7f.1:{port}/", "http://evil.example:{port}/", "//[::1]:{port}/"]
)
async def test_a_redirect_is_judged_like_any_request(bird: tuple[Canary, int], target: str) -> None:
    names = table(good_example=["127.0.0.2"], evil_example=["127.0.0.1"])
    where = target.format(port=bird[1])
    async with website() as (asked, port), client("good.example", names) as web:
        with pytest.raises(httpx.TransportError) as refused:
            await web.get(f"http://good.example:{port}/to?{where}")
        assert blocked_in(refused.value)
        assert asked == ["good.example/to"]


async def test_a_redirect_of_aiohttp_is_judged_too(bird: tuple[Canary, int]) -> None:
    names = table(good_example=["127.0.0.2"])
    async with website() as (asked, port):
        connector = guarded_connector(Guard.parse("good.example"), True, names)
        async with aiohttp.ClientSession(connector=connector) as session:
            with pytest.raises(ClientConnectorError) as refused:
                await session.get(f"http://good.example:{port}/to?http://127.0.0.1:{bird[1]}/")
            with pytest.raises(aiohttp.NonHttpUrlClientError):
                await session.get("ftp://good.example/")
            with pytest.raises(aiohttp.NonHttpUrlClientError):
                await session.get(f"tcp://good.example:{port}/")
        assert blocked_in(refused.value)
        assert asked == ["good.example/to"]


async def test_a_name_that_changes_its_address_is_judged_at_every_connection(bird: tuple[Canary, int]) -> None:
    names = Names({"swings.example": [["127.0.0.2"], ["127.0.0.1"]]})
    async with website() as (asked, port), client("127.0.0.2", names, keep=False) as web:
        assert (await web.get(f"http://swings.example:{port}/")).text == "welcome"
        with pytest.raises(httpx.TransportError) as refused:
            await web.get(f"http://swings.example:{port}/")
        assert blocked_in(refused.value)
        assert len(asked) == 1


async def test_a_resolver_that_lies_between_check_and_connection_gains_nothing(bird: tuple[Canary, int]) -> None:
    """The socket is judged by the very address it is connected to, not by what was resolved before."""
    connector = guarded_connector(Guard.parse(""), True, table(evil_example=["127.0.0.1"]))
    connector._resolver = table(evil_example=["127.0.0.1"])  # as if nothing had been filtered
    async with aiohttp.ClientSession(connector=connector) as session:
        with pytest.raises(ClientConnectorError) as refused:
            await session.get(f"http://evil.example:{bird[1]}/")
    blocked = blocked_in(refused.value)
    assert blocked
    assert (blocked.host, blocked.address) == ("evil.example", "127.0.0.1")


async def test_no_proxy_from_outside(bird: tuple[Canary, int], monkeypatch: pytest.MonkeyPatch) -> None:
    proxy = f"http://127.0.0.1:{bird[1]}"
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, proxy)
    async with website() as (asked, port), client("good.example", table(good_example=["127.0.0.2"])) as web:
        assert (await web.get(f"http://good.example:{port}/")).text == "welcome"
        assert len(asked) == 1


async def test_a_name_without_addresses_is_not_a_refusal() -> None:
    async with client("", table(empty_example=[])) as web:
        for host in ("empty.example", "missing.example"):
            with pytest.raises(httpx.TransportError) as failed:
                await web.get(f"http://{host}/")
            assert blocked_in(failed.value) is None
            assert isinstance(failed.value.__cause__, aiohttp.ClientConnectorDNSError)


async def test_many_at_once_keep_their_hosts_apart(bird: tuple[Canary, int]) -> None:
    names = table(good_example=["127.0.0.2"], evil_example=["127.0.0.2"])
    async with website() as (asked, port), client("good.example", names) as web:
        hosts = ["good.example", "evil.example"] * 20
        got = await asyncio.gather(*(web.get(f"http://{host}:{port}/") for host in hosts), return_exceptions=True)
    for host, answer in zip(hosts, got, strict=True):
        assert isinstance(answer, httpx.Response) is (host == "good.example")
        assert host == "good.example" or blocked_in(answer if isinstance(answer, Exception) else None)
    assert len(asked) == 20


def test_other_errors_are_no_refusals() -> None:
    assert blocked_in(None) is None
    assert blocked_in(OSError(1, "x")) is None
    circle = ValueError("x")
    circle.__cause__ = circle
    assert blocked_in(circle) is None
