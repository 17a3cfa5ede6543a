"""Documents and callbacks fetched by GET over loopback, each proven to the official validator."""

from collections.abc import AsyncIterator

import pytest

from ivr.emulator import Callee, PhoneCall
from tests.emulator.served import Served, Webhook, served
from tests.emulator.world import CALLER, LINE

CALLEE = "+15557770001"


@pytest.fixture
async def at() -> AsyncIterator[Served]:
    """A served carrier whose number is called by GET."""
    async with served() as made:
        made.pages["/voice"] = "<Hangup/>"
        made.carrier.add_callee(CALLEE, Callee(after=0, talks=0))
        yield made


async def whole_call(at: Served, voice: str, method: str = "GET") -> PhoneCall:
    """A call from beginning to end, its status callback included."""
    number = at.carrier.numbers[LINE]
    status = at.url("/status?kind=end")
    at.carrier.change_number(
        number, voice_url=voice, voice_method=method, status_callback=status, status_callback_method=method
    )
    call = at.carrier.ring(CALLER, LINE)
    await call.ended()
    await at.carrier.idle()
    return call


def seen(at: Served, path: str) -> Webhook:
    """The only webhook to a path."""
    (found,) = [one for one in at.webhooks if one.path == path]
    return found


ADDRESSES = [
    "/voice?tenant=a%20b&empty=&plus=%2B1",
    "/voice?sp=a+b&name=J%C3%BCrgen",
    "/voice?name=Jürgen&price=€5",
    "/voice/%2Fescaped?x=%252F",
    "/voice/ünder?x=[1]",
    "/voice?",
    "/voice?x=1#rc=2&rp=5xx",
    "",
    "?x=1",
]


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("address", ADDRESSES)
async def test_the_signature_covers_the_url_as_it_is_sent(at: Served, address: str, method: str) -> None:
    await whole_call(at, at.url("/").rstrip("/") + address, method)
    first, last = at.webhooks
    assert (first.method, first.signed, first.fields["From"]) == (method, True, CALLER)
    assert (last.method, last.path, last.signed, last.fields["kind"]) == (method, "/status", True, "end")
    assert last.fields["CallStatus"] == "completed"


VERBS = {
    "redirect": '<Redirect method="GET">/next?a=1</Redirect>',
    "lower case": '<Redirect method="get">next?a=1</Redirect>',
    "gather": '<Gather method="GET" action="/next?a=1" timeout="0" actionOnEmptyResult="true"/>',
    "record": '<Record method="GET" action="/next?a=1" maxLength="1" timeout="0"/>',
    "dial": f'<Dial method="GET" action="/next?a=1">{CALLEE}</Dial>',
    "whisper": f'<Dial><Number method="GET" url="/next?a=1">{CALLEE}</Number></Dial>',
}


@pytest.mark.parametrize("verb", VERBS)
async def test_verbs_ask_by_get(at: Served, verb: str) -> None:
    at.pages["/voice"] = VERBS[verb]
    at.pages["/next"] = "<Pause length='1'/>" if verb == "whisper" else "<Hangup/>"
    await whole_call(at, at.url("/voice"))
    found = seen(at, "/next")
    assert (found.method, found.signed, found.fields["a"]) == ("GET", True, "1")
    assert found.fields["CallSid"].startswith("CA")
    assert all(one.signed and one.method == "GET" for one in at.webhooks)


async def test_an_update_and_its_fallback_ask_by_get(at: Served) -> None:
    at.pages["/voice"] = "<Play>/hold.wav</Play>"
    call = at.carrier.ring(CALLER, LINE)
    async for happening in call.follow():
        if happening.kind == "play":
            break
    at.pages["/next"] = "<Play>/missing.mp3</Play>"
    at.pages["/missing.mp3"] = "<Hangup/>"  # XML where a sound should be
    await at.ask(
        lambda client: client.calls(call.sid).update(
            url=at.url("/next?a=1"), method="GET", fallback_url=at.url("/fallback?b=2"), fallback_method="GET"
        )
    )
    await call.ended()
    following, fallback = seen(at, "/next"), seen(at, "/fallback")
    assert (following.method, following.signed, fallback.method, fallback.signed) == ("GET", True, "GET", True)
    assert (fallback.fields["ErrorCode"], fallback.fields["b"]) == ("13420", "2")


async def test_a_placed_call_asks_by_get(at: Served) -> None:
    await at.ask(
        lambda client: client.calls.create(
            to=CALLEE,
            from_=LINE,
            url=at.url("/hello?a=1"),
            method="GET",
            status_callback=at.url("/progress?b=2"),
            status_callback_method="GET",
        )
    )
    await at.carrier.calls[0].ended()
    await at.carrier.idle()
    assert {(one.path, one.method, one.signed) for one in at.webhooks} == {
        ("/hello", "GET", True),
        ("/progress", "GET", True),
    }


async def test_a_text_is_delivered_by_get(at: Served) -> None:
    number = at.carrier.numbers[LINE]
    at.carrier.change_number(number, sms_url=at.url("/text?a=1"), sms_method="GET")
    at.carrier.text(CALLER, LINE, "hello & goodbye + 😀")
    await at.carrier.idle()
    found = seen(at, "/text")
    assert (found.method, found.signed, found.fields["Body"]) == ("GET", True, "hello & goodbye + 😀")


async def test_a_redirected_post_becomes_a_signed_get(at: Served) -> None:
    """303 asks by GET without the form; the signature covers the new URL alone."""
    at.carrier.change_number(at.carrier.numbers[LINE], status_callback="")
    await whole_call(at, at.url("/moved?to=/next%3Fa=1"), "POST")
    found = seen(at, "/next")
    assert (found.method, found.signed, found.fields) == ("GET", True, {"a": "1"})
