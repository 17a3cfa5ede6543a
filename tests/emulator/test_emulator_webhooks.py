"""Webhooks: what is sent, how it is proven, what is tried again, and what an unusable answer leads to."""

import pytest
from twilio.request_validator import RequestValidator

from ivr.emulator import FetchFailed, Number, Request, Response
from ivr.emulator.webhooks.signature import sign
from tests.emulator.world import CALLER, LINE, SERVER, TOKEN, World, heard, of_kind, say, wav

APOLOGY = ["We are sorry, an application error has occurred. Goodbye."]
PARTIES = ("From", "To", "Caller", "Called")
PLACES = {f"{role}{part}" for role in PARTIES for part in ("", "City", "State", "Zip", "Country")}
PARAMETERS = PLACES | {"AccountSid", "ApiVersion", "CallSid", "CallStatus", "CallToken", "Direction", "StirVerstat"}


async def test_every_parameter_is_there_empty_or_not(world: World) -> None:
    await world.whole_call('<Redirect method="POST">/next</Redirect>')
    form = world.form("/voice")
    assert set(form) == PARAMETERS
    assert (form["From"], form["Caller"], form["To"], form["FromCity"]) == (CALLER, CALLER, LINE, "")
    assert (form["CallStatus"], world.form("/next")["CallStatus"]) == ("ringing", "in-progress")


async def test_the_name_of_the_caller_is_told_if_there_is_one(world: World) -> None:
    call = world.carrier.ring(CALLER, LINE, caller_name="ANN")
    await world.clock.run_until(call.ended())
    assert world.form("/voice")["CallerName"] == "ANN"


async def test_headers(world: World) -> None:
    await world.whole_call(say("hi"))
    asked = world.requests[0]
    assert asked.header("User-Agent") == "TwilioProxy/1.1"
    assert asked.header("Content-Type") == "application/x-www-form-urlencoded; charset=utf-8"
    assert len(asked.header("I-Twilio-Idempotency-Token")) == 32
    proof = asked.header("X-Twilio-Signature")
    assert RequestValidator(TOKEN).validate(asked.url, world.form("/voice"), proof)


SIGNED = [
    ("https://example.com/voice", {}),
    ("https://example.com:8443/voice?a=1&b=", {"b": "2", "A": "", "a": "ü €"}),
    ("http://example.com:8080/voice", {"From": "+1555"}),
    ("http://example.com/a%20b?x=%2B", {"Digits": "#"}),
]


@pytest.mark.parametrize(("url", "form"), SIGNED)
def test_signatures_are_those_of_the_official_validator(url: str, form: dict[str, str]) -> None:
    assert RequestValidator(TOKEN).validate(url, form, sign(TOKEN, url + "#rc=2", tuple(form.items())))


async def test_by_get_the_parameters_travel_in_the_signed_query(world: World) -> None:
    world.carrier.put_number(Number("PN1", LINE, voice_url=f"{SERVER}/voice?a=1#rc=2", voice_method="GET"))
    await world.whole_call(say("hi"))
    asked = world.requests[0]
    assert asked.url.startswith(f"{SERVER}/voice?a=1&AccountSid=AC")
    assert (asked.method, asked.body) == ("GET", b"")
    assert RequestValidator(TOKEN).validate(asked.url, {}, asked.header("X-Twilio-Signature"))


async def test_user_and_password_in_the_url_become_a_header_and_are_not_signed(world: World) -> None:
    world.carrier.add_number(LINE, "http://ann:pw@server.test/voice")
    await world.whole_call(say("hi"))
    asked = world.requests[0]
    assert (asked.url, asked.header("Authorization")) == (f"{SERVER}/voice", "Basic YW5uOnB3")
    assert RequestValidator(TOKEN).validate(asked.url, world.form("/voice"), asked.header("X-Twilio-Signature"))


RETRIES = [
    # fragment, what goes wrong, how often the URL is asked
    ("", FetchFailed("connect"), 2),
    ("", FetchFailed("read"), 1),
    ("", Response(503), 1),
    ("#rc=0", FetchFailed("connect"), 1),
    ("#rc=5", FetchFailed("dns"), 6),
    ("#rc=2&rp=5xx", Response(503), 3),
    ("#rc=2&rp=5xx", Response(404), 1),
    ("#rc=2&rp=all", FetchFailed("read"), 3),
    ("#rc=9&rp=ct", FetchFailed("connect"), 2),
]


@pytest.mark.parametrize(("fragment", "failure", "times"), RETRIES)
async def test_retries(world: World, fragment: str, failure: Response | FetchFailed, times: int) -> None:
    world.pages["/voice"] = failure
    world.carrier.add_number(LINE, f"{SERVER}/voice{fragment}")
    call = await world.whole_call()
    assert world.paths() == ["/voice"] * times
    assert len({asked.header("I-Twilio-Idempotency-Token") for asked in world.requests}) == 1
    assert all(asked.url == f"{SERVER}/voice" for asked in world.requests)
    assert heard(call) == APOLOGY


async def test_a_wrong_retry_policy_is_an_error(world: World) -> None:
    world.carrier.add_number(LINE, f"{SERVER}/voice#rp=sometimes")
    await world.whole_call(say("never"))
    assert world.codes() == [11243]


@pytest.mark.parametrize(("fragment", "seconds"), [("", 15), ("#tt=2000", 2), ("#tt=99999", 15)])
async def test_an_answer_that_takes_too_long(world: World, fragment: str, seconds: float) -> None:
    world.slow["/voice"] = seconds + 0.001
    world.carrier.add_number(LINE, f"{SERVER}/voice{fragment}")
    call = await world.whole_call(say("too late"))
    assert (of_kind(call, "log")[0].at, of_kind(call, "log")[0].detail["code"]) == (seconds, 11205)


async def test_the_limits_of_one_attempt_are_handed_to_the_fetch(world: World) -> None:
    world.carrier.add_number(LINE, f"{SERVER}/voice#ct=250&rt=4000")
    await world.whole_call(say("hi"))
    assert (world.requests[0].connect_seconds, world.requests[0].read_seconds) == (0.25, 4.0)


@pytest.mark.parametrize(("hops", "said"), [(10, ["there"]), (11, APOLOGY)])
async def test_http_redirects(world: World, hops: int, said: list[str]) -> None:
    for hop in range(hops):
        world.pages[f"/{hop}"] = Response(302, (("Location", f"/{hop + 1}"),))
    world.pages[f"/{hops}"] = say("there")
    world.carrier.add_number(LINE, f"{SERVER}/0")
    call = await world.whole_call()
    assert heard(call) == said
    assert [asked.method for asked in world.requests[:2]] == ["POST", "GET"]


async def test_307_repeats_the_form_and_signs_the_new_url(world: World) -> None:
    world.pages["/voice"] = Response(307, (("Location", "/other"),))
    world.pages["/other"] = say("hi")
    await world.whole_call()
    asked = world.requests[1]
    assert world.form("/other") == world.form("/voice")
    assert RequestValidator(TOKEN).validate(asked.url, world.form("/other"), asked.header("X-Twilio-Signature"))


async def test_cookies_belong_to_one_call(world: World) -> None:
    def answer(request: Request) -> Response:
        return Response.xml("<Response><Redirect>/next</Redirect></Response>", ("Set-Cookie", "step=1; Path=/"))

    world.pages["/voice"] = answer
    world.pages["/next"] = say("hi")
    await world.whole_call()
    await world.whole_call()
    cookies = [asked.header("Cookie") for asked in world.requests if not asked.url.endswith("/status")]
    assert cookies == ["", "step=1", "", "step=1"]


def typed(kind: str, body: bytes = b"<Response><Say>fine</Say></Response>") -> Response:
    """A 200 of a content type."""
    return Response(200, (("Content-Type", kind),) if kind else (), body)


READABLE = [
    (typed("text/xml"), ["fine"]),
    (typed("application/xml; charset=utf-8"), ["fine"]),
    (typed("text/html"), ["fine"]),
    (typed("text/plain"), ["fine"]),
    (typed("text/plain", b"Just words"), ["Just words"]),
    (wav(3), []),
]


@pytest.mark.parametrize(("answer", "said"), READABLE)
async def test_what_can_be_read(world: World, answer: Response, said: list[str]) -> None:
    world.pages["/voice"] = answer
    call = await world.whole_call()
    assert (heard(call), world.codes(), call.status) == (said, [], "completed")


BILLION = b'<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]><Response><Say>&c;</Say></Response>'
UNUSABLE = [
    (Response(404, (("Content-Type", "text/xml"),), b"<Response/>"), 11200),
    (Response(500), 11200),
    (Response(301), 11200),
    (typed(""), 11200),
    (typed("text/xml", b""), 11770),
    (typed("text/xml", b"<Response>" + b" " * 65_536 + b"</Response>"), 11750),
    (typed("application/json", b"{}"), 12300),
    (typed("text/xml", b"<Response>"), 12100),
    (typed("text/xml", b"\n<?xml version='1.0'?><Response/>"), 12100),
    (typed("text/xml", b"\xef\xbb\xbf<Response/>"), 12100),
    (typed("text/xml", b"<Response><Say>a & b</Say></Response>"), 12100),
    (typed("text/xml", b"<?xml version='1.0' encoding='klingon'?><Response/>"), 12100),
    (typed("text/xml", BILLION), 12100),
    (typed("text/xml", b"\x00\xff"), 12100),
    (typed("text/html", b"<html><body>Oops</body></html>"), 12102),
    (FetchFailed("connect"), 11205),
    (FetchFailed("dns"), 11210),
    (FetchFailed("tls"), 11220),
    (FetchFailed("protocol"), 11206),
    (FetchFailed("read"), 11200),
    (Response(302, (("Location", "ftp://[x"),)), 11100),
    ("<Play>/gone.wav</Play>", 11200),
    ("<Play>/lying.wav</Play>", 11200),
    ("<Play>/text.wav</Play>", 13420),
    ("<Gather><Play>/gone.wav</Play></Gather>", 11200),
    ("<Redirect>http://under_score.test/</Redirect>", 11100),
    ("<Redirect>ftp://server.test/</Redirect>", 11100),
]


@pytest.mark.parametrize(("answer", "code"), UNUSABLE)
async def test_what_cannot_be_used_goes_to_the_fallback(world: World, answer: Response, code: int) -> None:
    world.pages |= {
        "/voice": answer,
        "/fallback": say("back again"),
        "/lying.wav": Response(200, (("Content-Type", "audio/wav"),), b"<html>"),
        "/text.wav": typed("text/plain", b"no sound"),
    }
    call = await world.whole_call()
    assert world.codes() == [code]
    assert world.form("/fallback")["ErrorCode"] == str(code)
    assert world.form("/fallback")["ErrorUrl"]
    assert heard(call) == ["back again"]


async def test_without_a_working_fallback_the_call_ends_with_an_apology(world: World) -> None:
    world.pages["/voice"] = Response(500)
    call = await world.whole_call()
    assert world.codes() == [11200, 11200]
    assert heard(call) == APOLOGY
    assert call.status == "completed"


async def test_the_fallback_helps_again_at_the_next_document(world: World) -> None:
    world.pages["/fallback"] = ["<Redirect>/also-gone</Redirect>", say("second rescue")]
    call = await world.whole_call("<Redirect>/gone</Redirect>")
    assert heard(call) == ["second rescue"]


async def test_a_number_without_a_server(world: World) -> None:
    world.carrier.add_number(LINE)
    call = await world.whole_call()
    assert (world.codes(), heard(call)) == ([11100], APOLOGY)
