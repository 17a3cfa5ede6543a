"""What is told of each try: where to, how it ended, and where its time went."""

import asyncio

from ivr.core.events import Fetched
from ivr.webcall.exchange import Exchange
from tests.egress.world import table
from tests.webcall.certificates import Authority
from tests.webcall.peer import PATIENCE, Asker, Peer, Talk, World, answer, asker, by_path, nothing, peer, redirect, says

FINE = says(answer(b"[]"))


async def slow(talk: Talk) -> None:
    await asyncio.sleep(0.1)
    await talk.send(answer(length=3))
    await asyncio.sleep(0.1)
    await talk.send(b"[1]")


async def test_the_times_of_a_try(authority: Authority) -> None:
    names = table(api_example_test=["127.0.0.1"])
    world = World(ca_file=authority.file, resolver=names)
    async with peer(slow, authority.server("api.example.test")) as api, asker(world) as ask:
        reply = await ask(api.at("api.example.test"))
    (only,) = reply.tries
    assert (only.cause, only.status, only.error, only.url) == ("ok", 200, "", api.at("api.example.test"))
    spent = only.milliseconds
    assert set(spent) == {"dns", "connect", "tls", "first_byte", "total"}
    assert all(each >= 0 for each in spent.values())
    assert spent["first_byte"] >= 90
    assert spent["total"] >= spent["dns"] + spent["connect"] + spent["tls"] + spent["first_byte"] + 90
    assert reply.milliseconds >= spent["total"] - 2


async def test_an_address_that_is_written_out_needs_no_name(ask: Asker) -> None:
    async with peer(FINE) as api:
        reply = await ask(api.url)
    assert set(reply.tries[0].milliseconds) == {"connect", "first_byte", "total"}


async def test_a_connection_that_is_open_costs_nothing(ask: Asker) -> None:
    kept = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]"

    async def again(talk: Talk) -> None:
        await talk.send(kept)
        await talk.reader.readuntil(b"\r\n\r\n")
        await talk.send(kept)

    async with peer(again) as api:
        await ask(api.url)
        reply = await ask(api.url)
    assert (reply.cause, set(reply.tries[0].milliseconds), len(api.asked)) == ("ok", {"first_byte", "total"}, 1)


async def test_every_hop_is_a_try(ask: Asker) -> None:
    async with peer(by_path(there=FINE, root=redirect("/there?a=1", 307))) as api:
        reply = await ask(api.url)
    assert [(each.url, each.status) for each in reply.tries] == [(api.url, 307), (f"{api.url}there?a=1", 200)]


async def test_a_try_that_the_deadline_cuts_off(ask: Asker) -> None:
    async with peer(by_path(there=nothing, root=redirect("/there"))) as api:
        reply = await ask(api.url, timeout=1)
    last = reply.tries[-1]
    assert (last.url, last.cause, last.status) == (f"{api.url}there", "timeout", None)
    assert (last.error, "first_byte" in last.milliseconds) == ("The API did not answer within 1 s.", False)
    assert last.milliseconds["total"] >= 500


async def test_a_try_that_is_cancelled(ask: Asker) -> None:
    """Nobody gets a reply then; the try is on record all the same."""
    async with peer(nothing) as api:
        running = ask.running_job(api.url)
        blank = Fetched(at=0, token="1.3", cause="timeout", error="late")
        exchange = Exchange(ask.web_calls._client, ask.web_calls._limits, running.job, blank)
        sending = asyncio.create_task(sent(exchange, api))
        await api.arrived.get()
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
    (only,) = exchange.tries
    assert (only.url, only.cause, only.status, "total" in only.milliseconds) == (api.url, "cancelled", None, True)


async def sent(exchange: Exchange, api: Peer) -> Fetched:
    from ivr.webcall.request import Opened, build

    async with asyncio.timeout(PATIENCE) as deadline:
        return await exchange.send(build(exchange._job, Opened()), Opened(), deadline)


async def test_what_was_never_sent_is_no_try(ask: Asker) -> None:
    for url in ("ftp://127.0.0.1/", ""):
        assert (await ask(url)).tries == ()


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: br\r\nContent-Length: 999999999\r\n\r\n"


async def test_head_has_no_body_whatever_it_says(ask: Asker) -> None:
    async with peer(says(HEAD)) as api:
        reply = await ask(api.url, method="HEAD")
    assert (reply.cause, reply.status, reply.value, reply.body) == ("ok", 200, None, "")
    assert dict(reply.headers)["content-length"] == "999999999"


async def test_options(ask: Asker) -> None:
    async with peer(says(answer(b"", "Allow: GET, POST", status="204 No Content"))) as api:
        reply = await ask(api.url, method="OPTIONS")
    assert (reply.cause, reply.status, dict(reply.headers)["allow"]) == ("ok", 204, "GET, POST")
    assert api.asked[0].startswith(b"OPTIONS / HTTP/1.1\r\n")


async def test_cookies_of_one_world_stay_there() -> None:
    async with peer(says(answer(b"[]", "Set-Cookie: a=1"))) as api:
        for _ in range(2):
            async with asker() as ask:
                await ask(api.url)
        assert api.header("Cookie") is None
