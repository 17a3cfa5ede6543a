"""Web calls through a proxy: the guard judges where it is to connect, and its password stays with it."""

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from ivr.app import WallClock
from ivr.core.credentials import Bearer
from ivr.core.fields import Secret
from ivr.setting_types import Secret as Setting
from ivr.settings import Settings
from ivr.webcall.client import WebCalls
from ivr.webcall.connections import Proxy, open_client
from ivr.webcall.guard import Guard
from ivr.webcall.limits import Limits
from ivr.webcall.request import Secrets
from tests.egress.world import table
from tests.webcall.certificates import Authority
from tests.webcall.peer import Asker, Behaviour, Talk, World, answer, echo, peer, says

LOGIN = b64encode("us er:pä:ss".encode()).decode()
LOGGED_IN = "us%20er:p%C3%A4%3Ass@"
NAMES = table(api_example=["93.184.216.34"], inside_example=["10.0.0.9"], both_example=["93.184.216.34", "10.0.0.9"])
FINE = says(answer(b"ok"))


def tunnel(port: int, login: str = "") -> Behaviour:
    """A strict proxy: it connects to a port of this machine, whatever host it is asked for."""

    async def behave(talk: Talk) -> None:
        head = talk.asked.decode(errors="replace")
        if login and f"proxy-authorization: basic {login}".lower() not in head.lower():
            return await talk.send(answer(b"who?", status="407 Proxy Authentication Required"))
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        if head.startswith("CONNECT "):
            await talk.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
        else:
            writer.write(talk.asked)
        await asyncio.gather(_pour(talk.reader, writer), _pour(reader, talk.writer))
        return None

    return behave


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65_536):
        writer.write(data)
    writer.close()


@asynccontextmanager
async def through(proxy: str, allow: str = "", world: World | None = None) -> AsyncIterator[Asker]:
    world = world or World(resolver=NAMES)
    async with open_client(Guard.parse(allow), world.ca_file, world.resolver, proxy) as client:
        secrets = Secrets(lambda secret: "THE KEY", world.open_named)
        yield Asker(WebCalls(client, secrets, Limits(world.clock), world.clock), WallClock())


async def test_plain_requests_go_through_it_as_they_were_built() -> None:
    async with (
        peer(echo) as api,
        peer(tunnel(api.port, LOGIN)) as proxy,
        through(f"http://{LOGGED_IN}127.0.0.1:{proxy.port}") as ask,
    ):
        reply = await ask("http://api.example/a/../b%2F?x=$1")
    assert (reply.cause, reply.status) == ("ok", 200)
    assert proxy.asked[0].startswith(b"GET http://api.example/a/../b%2F?x=$1 HTTP/1.1\r\nHost: api.example\r\n")
    assert LOGIN not in repr(reply.tries)


async def test_encrypted_requests_go_through_a_tunnel_and_the_password_does_not(authority: Authority) -> None:
    world = World(resolver=NAMES, ca_file=authority.file)
    async with (
        peer(echo, authority.server("api.example")) as api,
        peer(tunnel(api.port, LOGIN)) as proxy,
        through(f"http://{LOGGED_IN}127.0.0.1:{proxy.port}", world=world) as ask,
    ):
        reply = await ask("https://api.example/x", auth=Bearer(Secret(sealed="k")))
    assert (reply.cause, reply.status) == ("ok", 200)
    assert proxy.asked[0].startswith(b"CONNECT api.example:443 HTTP/1.1\r\n")
    assert b"THE KEY" not in proxy.asked[0]
    assert b"proxy-authorization" not in api.asked[0].lower()
    assert api.asked[0].startswith(b"GET /x HTTP/1.1\r\n")


async def test_a_certificate_of_another_host_is_refused(authority: Authority) -> None:
    world = World(resolver=NAMES, ca_file=authority.file)
    async with (
        peer(echo, authority.server("other.example")) as api,
        peer(tunnel(api.port)) as proxy,
        through(f"http://127.0.0.1:{proxy.port}", world=world) as ask,
    ):
        assert (await ask("https://api.example/")).cause == "tls"
    assert api.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "http://10.0.0.9/",
        "https://10.0.0.9/",
        "http://[::ffff:10.0.0.9]/",
        "http://169.254.169.254/latest",
        "http://inside.example/",
        "https://inside.example/",
        "https://both.example/",
    ],
)
async def test_what_is_not_to_be_reached_is_not_asked_of_it(url: str) -> None:
    async with peer(FINE) as proxy, through(f"http://127.0.0.1:{proxy.port}") as ask:
        reply = await ask(url)
    assert (reply.cause, proxy.asked) == ("blocked", [])
    assert "IVR_EGRESS_ALLOW" in reply.error


@pytest.mark.parametrize(
    ("allow", "url"), [("inside.example", "http://inside.example/"), ("10.0.0.0/8", "http://10.0.0.9/")]
)
async def test_what_is_allowed_is(allow: str, url: str) -> None:
    async with peer(FINE) as proxy, through(f"http://127.0.0.1:{proxy.port}", allow) as ask:
        assert (await ask(url)).status == 200
    assert len(proxy.asked) == 1


async def test_a_name_that_is_unknown_here_is_asked_for_only_where_it_is_allowed_by_name() -> None:
    async with peer(FINE) as proxy:
        async with through(f"http://127.0.0.1:{proxy.port}") as ask:
            assert (await ask("http://unknown.example/")).cause == "dns"
        assert proxy.asked == []
        async with through(f"http://127.0.0.1:{proxy.port}", "10.0.0.0/8, *.example") as ask:
            assert (await ask("http://unknown.example/")).status == 200


async def test_a_redirect_is_judged_too() -> None:
    away = says(answer(b"", "Location: http://inside.example/", status="302 Elsewhere"))
    async with peer(away) as proxy, through(f"http://127.0.0.1:{proxy.port}") as ask:
        reply = await ask("http://api.example/")
    assert (reply.cause, len(proxy.asked)) == ("blocked", 1)


async def test_this_machine_is_reached_directly() -> None:
    async with peer(echo) as api, peer(FINE) as proxy, through(f"http://127.0.0.1:{proxy.port}", "127.0.0.1") as ask:
        assert (await ask(api.url)).status == 200
    assert (len(api.asked), proxy.asked) == (1, [])


async def test_a_proxy_that_refuses_or_is_not_there_is_named() -> None:
    async with peer(tunnel(1, LOGIN)) as proxy, through(f"http://us:secret-of-proxy@127.0.0.1:{proxy.port}") as ask:
        reply = await ask("https://api.example/?key=1")
    assert (reply.cause, reply.error) == ("connect", "The proxy does not let the request through: status 407.")
    async with through("http://us:secret-of-proxy@127.0.0.1:1") as ask:
        reply = await ask("https://api.example/")
    assert reply.cause == "connect"
    assert reply.error.startswith("The proxy could not be reached")
    assert "secret-of-proxy" not in repr(reply)


def test_its_password_is_not_shown() -> None:
    proxy = Proxy.parse("http://us:secret-of-proxy@proxy.example:3128")
    assert proxy is not None
    assert (repr(proxy), [*proxy.headers]) == ("Proxy(http://proxy.example:3128/)", ["Authorization"])
    assert "secret-of-proxy" not in repr(Settings.model_construct(egress_proxy=Setting("http://us:secret-of-proxy@p")))
