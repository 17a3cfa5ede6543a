"""The REST calls, against servers on loopback that play Twilio at its best and at its worst."""

import asyncio
import base64
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import RawTestServer

from ivr.twilio.carrier import Recordings
from ivr.twilio.causes import CAUSES
from ivr.twilio.rest import Accepted, Failed, Hooks, Number, TwilioRest

ACCOUNT = "AC00000000000000000000000000000001"
TOKEN = "a-token-nobody-may-see"
ROOT = f"/2010-04-01/Accounts/{ACCOUNT}"
PATIENCE = 10.0  # seconds after which a test gives up; far more than any deadline in it


class FakeTwilio:
    """Answers with `answers`, the last one for ever, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, dict[str, str], str]] = []
        self.answers: list[tuple[int, str]] = [(200, "{}")]

    def says(self, status: int, /, **fields: Any) -> None:
        self.answers = [(status, json.dumps(fields))]

    async def answer(self, request: web.BaseRequest) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.asked.append((request.method, request.raw_path, form, request.headers.get("Authorization", "")))
        status, text = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return web.Response(status=status, text=text, content_type="application/json")


@contextlib.asynccontextmanager
async def calling(
    handler: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]], deadline: float = PATIENCE
) -> AsyncIterator[TwilioRest]:
    async with (
        asyncio.timeout(PATIENCE * 2),
        RawTestServer(handler) as server,
        TwilioRest(ACCOUNT, TOKEN, base_url=str(server.make_url("/")), deadline=deadline) as rest,
    ):
        yield rest


@contextlib.asynccontextmanager
async def raw(answer: bytes) -> AsyncIterator[TwilioRest]:
    """A server that sends `answer` to whatever it hears, and hangs up."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            await reader.read(1)
            writer.write(answer)
            await writer.drain()
        writer.close()

    async with asyncio.timeout(PATIENCE * 2), await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with TwilioRest(ACCOUNT, TOKEN, base_url=f"http://127.0.0.1:{port}", deadline=PATIENCE) as rest:
            yield rest


@pytest.fixture
def twilio() -> FakeTwilio:
    return FakeTwilio()


@pytest.fixture
async def rest(twilio: FakeTwilio) -> AsyncIterator[TwilioRest]:
    async with calling(twilio.answer) as rest:
        yield rest


async def update(rest: TwilioRest) -> Accepted | Failed:
    return await rest.update_call("CA1", "https://x/page/2", "https://x/sorry")


async def test_a_call_is_moved_on(twilio: FakeTwilio, rest: TwilioRest) -> None:
    twilio.says(200, sid="CA1", status="in-progress")
    assert await update(rest) == Accepted("CA1")
    form = {"Url": "https://x/page/2", "Method": "POST", "FallbackUrl": "https://x/sorry", "FallbackMethod": "POST"}
    credentials = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
    assert twilio.asked == [("POST", f"{ROOT}/Calls/CA1.json", form, f"Basic {credentials}")]


async def test_a_text_is_sent(twilio: FakeTwilio, rest: TwilioRest) -> None:
    twilio.says(201, sid="SM1", status="queued")
    assert await rest.send_message("+15550101", "+15550100", "a & b = ñ 😀\n50%") == Accepted("SM1")
    form = {"To": "+15550101", "From": "+15550100", "Body": "a & b = ñ 😀\n50%"}
    assert twilio.asked[0][:3] == ("POST", f"{ROOT}/Messages.json", form)
    await rest.send_message("+15550101", "MG1", "hello")
    assert twilio.asked[1][2] == {"To": "+15550101", "MessagingServiceSid": "MG1", "Body": "hello"}


async def test_a_text_with_half_a_character_is_sent_all_the_same(twilio: FakeTwilio, rest: TwilioRest) -> None:
    await rest.send_message("+15550101", "+15550100", "half \ud83d")
    assert twilio.asked[0][2]["Body"] == "half ?"


REFUSED = [(400, 21220), (404, 20404), (401, 20003), (400, 21610), (404, 21701)]
BUSY = [(429, 20429), (503, 20429)]
UNKNOWN = [(500, 20500), (302, 0)]


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [(kind, *case) for kind, cases in (("refused", REFUSED), ("busy", BUSY), ("unknown", UNKNOWN)) for case in cases],
)
async def test_what_twilio_says_no_to(twilio: FakeTwilio, rest: TwilioRest, kind: str, status: int, code: int) -> None:
    twilio.says(status, code=code, message="in its words")
    failed = await update(rest)
    assert isinstance(failed, Failed)
    assert (failed.kind, failed.code, failed.cause) == (kind, code, CAUSES.get(code, "in its words"))


@pytest.mark.parametrize(("status", "code"), [(401, 20003), (404, 20404), (429, 20429)])
@pytest.mark.parametrize("text", ["", "<html>no</html>", '{"code": true}', "[[[["])
async def test_a_status_says_enough(twilio: FakeTwilio, rest: TwilioRest, status: int, code: int, text: str) -> None:
    twilio.answers = [(status, text)]
    assert await update(rest) == Failed("busy" if status == 429 else "refused", CAUSES[code], code)


@pytest.mark.parametrize("text", ["", "{", "null", "[1]", '"sid"', '{"sid": 7}', "[" * 5000, "9" * 5000])
async def test_an_answer_that_is_garbage_is_still_a_yes(twilio: FakeTwilio, rest: TwilioRest, text: str) -> None:
    twilio.answers = [(200, text)]
    assert await update(rest) == Accepted("")


async def test_a_strange_error_is_told_in_few_words_on_one_line(twilio: FakeTwilio, rest: TwilioRest) -> None:
    twilio.says(400, code=99999, message="first\nsecond \x1b[31m" + "x" * 500)
    failed = await update(rest)
    assert isinstance(failed, Failed)
    assert failed.cause.startswith("first second [31mxxx")
    assert len(failed.cause) == 200
    twilio.answers = [(418, "")]
    assert await update(rest) == Failed("refused", "Twilio answered with HTTP status 418.")


async def test_a_huge_answer_is_cut_off(twilio: FakeTwilio, rest: TwilioRest) -> None:
    twilio.answers = [(200, '{"sid": "' + "x" * 1_000_000 + '"}'), (400, "x" * 1_000_000)]
    assert await update(rest) == Accepted("")
    assert await update(rest) == Failed("refused", "Twilio answered with HTTP status 400.")


def endless(chunk: bytes, pause: float) -> Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]:
    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        with contextlib.suppress(ConnectionError):
            while True:
                await response.write(chunk)
                await asyncio.sleep(pause)
        return response

    return answer


async def test_an_endless_answer_is_cut_off() -> None:
    async with calling(endless(b"x" * 8192, pause=0)) as rest:
        assert await update(rest) == Accepted("")


async def test_an_answer_that_drips_meets_the_deadline() -> None:
    async with calling(endless(b" ", pause=0.01), deadline=0.1) as rest:
        assert await update(rest) == Failed("unknown", "Twilio did not answer within 0.1 seconds.")


async def test_silence_meets_the_deadline() -> None:
    heard = asyncio.Event()

    async def silent(request: web.BaseRequest) -> web.Response:
        await heard.wait()
        return web.Response()

    async with calling(silent, deadline=0.05) as rest:
        outcome = await update(rest)
        heard.set()
        assert outcome == Failed("unknown", "Twilio did not answer within 0.05 seconds.")


@pytest.mark.parametrize(
    "answer", [b"", b"\x00\xff" * 100, b"HTTP/1.1 200 \xff\r\nContent-Length: 0\r\n\r\n", b"HTTP/9.9 99999 x\r\n\r\n"]
)
async def test_noise_is_no_answer(answer: bytes) -> None:
    async with raw(answer) as rest:
        assert await update(rest) == Failed("unknown", "Twilio could not be reached.")


async def test_an_answer_that_breaks_off_has_its_status() -> None:
    async with raw(b'HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n{"sid": ') as rest:
        assert await rest.send_message("+15550101", "+15550100", "hi") == Accepted("")


async def test_nobody_there(unused_tcp_port: int) -> None:
    async with TwilioRest(ACCOUNT, TOKEN, base_url=f"http://127.0.0.1:{unused_tcp_port}") as rest:
        assert await update(rest) == Failed("unsent", "Twilio could not be reached.")


@pytest.mark.parametrize(
    "sid", ["../../Accounts/AC2/Calls/CA1", "..", "", "CA1?x=1#y", "CA1%2f..", "ñ\r\nX: y", "\udc80"]
)
async def test_a_made_up_sid_reaches_nothing_else(twilio: FakeTwilio, rest: TwilioRest, sid: str) -> None:
    await rest.update_call(sid, "u", "f")
    path = twilio.asked[0][1]
    assert path.startswith(f"{ROOT}/Calls/")
    assert path.endswith(".json")
    assert path.count("/") == 5


async def test_a_sid_of_absurd_length_is_refused(rest: TwilioRest) -> None:
    outcome = await rest.update_call("A" * 100_000, "u", "f")
    assert outcome == Failed("refused", "There is no address for that: the sid or number is far too long.")


def listing(*numbers: str, more: str | None = None) -> str:
    rows = [{"sid": f"PN{n}", "phone_number": n, "friendly_name": "line", "voice_url": "https://x"} for n in numbers]
    return json.dumps({"incoming_phone_numbers": rows, "next_page_uri": more})


async def test_numbers_of_all_pages(twilio: FakeTwilio, rest: TwilioRest) -> None:
    stray = "https://elsewhere.example/steal?Page=1&PageToken=PN2"
    twilio.answers = [(200, listing("+1", "+2", more=stray)), (200, listing("+3"))]
    found = await rest.numbers()
    assert found == tuple(Number(f"PN{n}", n, "line", "https://x") for n in ("+1", "+2", "+3"))
    assert [path for _, path, _, _ in twilio.asked] == [
        f"{ROOT}/IncomingPhoneNumbers.json?PageSize=20",
        f"{ROOT}/IncomingPhoneNumbers.json?Page=1&PageToken=PN2",
    ]


async def test_a_list_without_end_ends(twilio: FakeTwilio, rest: TwilioRest) -> None:
    twilio.answers = [(200, listing("+1", more="/again?Page=1"))]
    found = await rest.numbers()
    assert isinstance(found, tuple)
    assert len(found) == len(twilio.asked) == 100


async def test_only_the_very_number_is_found(twilio: FakeTwilio, rest: TwilioRest) -> None:
    twilio.answers = [(200, listing("+155501001", "+15550100"))]
    assert await rest.find_number("+15550100") == Number("PN+15550100", "+15550100", "line", "https://x")
    assert twilio.asked[0][1] == f"{ROOT}/IncomingPhoneNumbers.json?PhoneNumber=%2B15550100&PageSize=20"
    assert await rest.find_number("+15550199") is None


@pytest.mark.parametrize("text", ["", "{}", '{"incoming_phone_numbers": {}}'])
async def test_a_list_that_is_garbage(twilio: FakeTwilio, rest: TwilioRest, text: str) -> None:
    twilio.answers = [(200, text)]
    assert await rest.find_number("+1") == Failed("unknown", "Twilio's list of numbers could not be read.")


async def test_rows_that_are_garbage(twilio: FakeTwilio, rest: TwilioRest) -> None:
    twilio.says(200, incoming_phone_numbers=[None, {"sid": 7, "phone_number": "+1"}], next_page_uri="http://[?")
    assert await rest.numbers() == (Number("", "+1"),)


async def test_a_number_is_connected(twilio: FakeTwilio, rest: TwilioRest) -> None:
    twilio.says(200, sid="PN1")
    assert await rest.connect_number("PN1", Hooks("https://v", "https://f", "https://s", "https://t")) == Accepted(
        "PN1"
    )
    form = {"VoiceUrl": "https://v", "VoiceFallbackUrl": "https://f", "StatusCallback": "https://s"}
    form |= {"SmsUrl": "https://t", "SmsFallbackUrl": "https://t"}
    form |= {f"{name}Method": "POST" for name in ("Voice", "VoiceFallback", "StatusCallback", "Sms", "SmsFallback")}
    path = f"{ROOT}/IncomingPhoneNumbers/PN1.json"
    assert twilio.asked[0][:3] == ("POST", path, form | {"VoiceApplicationSid": "", "SmsApplicationSid": ""})


async def test_two_hundred_calls_at_once_do_not_queue() -> None:
    waiting = 0
    everyone = asyncio.Event()

    async def together(request: web.BaseRequest) -> web.Response:
        nonlocal waiting
        waiting += 1
        if waiting == 200:
            everyone.set()
        await everyone.wait()
        return web.Response(text="{}")

    async with calling(together) as rest:
        outcomes = await asyncio.gather(*(update(rest) for _ in range(200)))
        assert outcomes == [Accepted("")] * 200


async def test_the_token_is_never_shown(
    twilio: FakeTwilio, rest: TwilioRest, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level("DEBUG")
    twilio.says(401, code=20003)
    outcome = await update(rest)
    shown = [repr(rest), repr(outcome), repr(vars(rest)), caplog.text, *capfd.readouterr()]
    secrets = (TOKEN, base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode())
    assert not [text for text in shown if any(secret in text for secret in secrets)]


async def test_it_has_to_be_opened() -> None:
    with pytest.raises(RuntimeError, match="not open"):
        await update(TwilioRest(ACCOUNT, TOKEN))


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((204, ""), ""),
        ((404, '{"code": 20404}'), ""),
        ((401, '{"code": 20003}'), CAUSES[20003]),
        ((503, ""), CAUSES[20503]),
    ],
)
async def test_a_recording_is_deleted_once_and_for_all(
    twilio: FakeTwilio, rest: TwilioRest, answer: tuple[int, str], said: str
) -> None:
    twilio.answers = [answer]
    assert await Recordings(rest)("RE1") == said
    method, path, _, _ = twilio.asked[0]
    assert (method, path) == ("DELETE", f"/2010-04-01/Accounts/{ACCOUNT}/Recordings/RE1.json")
