"""The Send SMS job, against a pretend Twilio on loopback."""

import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from aiohttp.test_utils import RawTestServer

from ivr.core.effects import Fetch, Text
from ivr.core.events import Texted
from ivr.core.waiting import TEXT_SECONDS
from ivr.runtime.memory import MemoryOutbox
from ivr.runtime.ports import RunningJob, Unavailable
from ivr.runtime.texting import NotBegun
from ivr.sms import LOOKS, PAUSES, STORE_PAUSE, Texts
from ivr.twilio.carrier import Messages
from ivr.twilio.rest import TwilioRest
from ivr.twilio.twiml import Addresses

TOKEN = "hush"
Answer = tuple[int, dict[str, object]]
TAKEN: Answer = (201, {"sid": "SM1"})
BUSY: Answer = (429, {"code": 20429})
EMPTY: Answer = (200, {"messages": []})


class Clock:
    """Sleeping moves it on, and takes no time."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def now(self) -> int:
        return 42 + round(sum(self.slept) * 1000)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


class Twilio:
    """Answers texts by script, its last answer for ever; its list of messages is `listed`."""

    def __init__(self, *answers: Answer, retry_after: str = "", listed: Answer = EMPTY) -> None:
        self.answers = list(answers)
        self.listed = listed
        self.headers = {"Retry-After": retry_after} if retry_after else {}
        self.forms: list[list[tuple[str, str]]] = []

    async def answer(self, request: web.BaseRequest) -> web.Response:
        if request.method == "GET":
            status, body = self.listed
        else:
            self.forms.append([(name, str(value)) for name, value in (await request.post()).items()])
            status, body = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        text = json.dumps(body)
        return web.Response(status=status, text=text, content_type="application/json", headers=self.headers)


@asynccontextmanager
async def texts(
    twilio: Twilio, clock: Clock, sender: str = "", outbox: MemoryOutbox | None = None
) -> AsyncIterator[Texts]:
    async with (
        RawTestServer(twilio.answer) as server,
        TwilioRest("AC1", TOKEN, base_url=str(server.make_url("/"))) as rest,
    ):
        yield Texts(Messages(rest, Addresses("https://ivr.test")), outbox or MemoryOutbox(), sender, clock)


async def sent(twilio: Twilio, text: Text, *, sender: str = "", clock: Clock | None = None) -> Texted:
    async with texts(twilio, clock or Clock(), sender) as send:
        return await send(RunningJob("CA1", "2.4", text, started_at=0))


async def test_a_text_goes_out_with_its_pictures_and_an_address_for_news() -> None:
    twilio = Twilio(TAKEN)
    text = Text(to="+1", body="Hi €", called="+2", media=("https://a/1.png", "https://a/2.png"), block=4)
    assert await sent(twilio, text) == Texted(at=42, token="2.4", accepted=True, sid="SM1", segments=1)
    assert twilio.forms == [
        [
            ("To", "+1"),
            ("From", "+2"),
            ("Body", "Hi €"),
            ("StatusCallback", "https://ivr.test/sms/status/CA1/2.4"),
            ("MediaUrl", "https://a/1.png"),
            ("MediaUrl", "https://a/2.png"),
        ]
    ]


@pytest.mark.parametrize(
    ("own", "configured", "field"),
    [
        ("", "", ("From", "+2")),
        ("", "+3", ("From", "+3")),
        ("", "MG3", ("MessagingServiceSid", "MG3")),
        ("+4", "MG3", ("From", "+4")),
        ("MG4", "+3", ("MessagingServiceSid", "MG4")),
    ],
)
async def test_whom_it_comes_from(own: str, configured: str, field: tuple[str, str]) -> None:
    twilio = Twilio(TAKEN)
    await sent(twilio, Text(to="+1", body="Hi", called="+2", sender=own), sender=configured)
    assert twilio.forms[0][1] == field


async def test_somebody_who_said_stop_is_a_normal_failure(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "ivr")
    reply = await sent(Twilio((400, {"code": 21610})), Text(to="+1", body="x" * 161))
    assert (reply.accepted, reply.code, reply.segments) == (False, "21610", 2)
    assert reply.error == "The recipient has replied STOP and gets no more texts from this sender."
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


async def test_what_the_operator_must_mend_is_said_in_words() -> None:
    reply = await sent(Twilio((401, {"code": 20003})), Text(to="+1", body="Hi"))
    assert (reply.accepted, reply.code) == (False, "20003")
    assert reply.error == "The account SID or the auth token is wrong."


async def test_a_busy_carrier_is_asked_again() -> None:
    clock, twilio = Clock(), Twilio(BUSY, BUSY, TAKEN)
    assert (await sent(twilio, Text(to="+1", body="Hi"), clock=clock)).accepted
    assert clock.slept == [*PAUSES[:2]]


async def test_a_carrier_that_stays_busy_is_a_failure() -> None:
    clock, twilio = Clock(), Twilio(BUSY)
    reply = await sent(twilio, Text(to="+1", body="Hi"), clock=clock)
    assert (reply.accepted, reply.unknown, reply.code, len(twilio.forms)) == (False, False, "20429", 4)
    assert sum(clock.slept) <= TEXT_SECONDS


@pytest.mark.parametrize("refusal", [BUSY, (503, {"code": 20503}), (503, {})])
async def test_the_carrier_says_when_to_come_back(refusal: Answer) -> None:
    clock = Clock()
    assert (await sent(Twilio(refusal, TAKEN, retry_after="3"), Text(to="+1", body="Hi"), clock=clock)).accepted
    assert clock.slept == [3.0]


@pytest.mark.parametrize("after", ["6", "99999999999999999999"])
async def test_a_carrier_that_is_away_for_longer_than_the_block_waits_is_a_failure(after: str) -> None:
    clock, twilio = Clock(), Twilio(BUSY, TAKEN, retry_after=after)
    reply = await sent(twilio, Text(to="+1", body="Hi"), clock=clock)
    assert (reply.accepted, reply.unknown, reply.code, clock.slept) == (False, False, "20429", [])


@pytest.mark.parametrize("after", ["", "-1", "soon", "Wed, 21 Oct 2026 07:28:00 GMT", "²"])
async def test_what_says_no_number_of_seconds_is_passed_over(after: str) -> None:
    clock = Clock()
    assert (await sent(Twilio(BUSY, TAKEN, retry_after=after), Text(to="+1", body="Hi"), clock=clock)).accepted
    assert clock.slept == [PAUSES[0]]


@pytest.mark.parametrize("answer", [(500, {}), (502, {}), (201, {}), (200, {"sid": 5})])
@pytest.mark.parametrize("listed", [EMPTY, (500, {}), (200, {}), (200, {"messages": ["?", {}]})])
async def test_what_may_have_been_sent_is_not_sent_again(answer: Answer, listed: Answer) -> None:
    clock, twilio = Clock(), Twilio(answer, listed=listed)
    reply = await sent(twilio, Text(to="+1", body="Hi"), clock=clock)
    assert (reply.accepted, reply.unknown, len(twilio.forms), clock.slept) == (False, True, 1, [*LOOKS])


async def test_it_sends_texts_only() -> None:
    async with texts(Twilio(TAKEN), Clock()) as send:
        with pytest.raises(TypeError, match="Fetch is not a text message"):
            await send(RunningJob("CA1", "2.4", Fetch(method="GET", url="http://x"), started_at=0))


class Away(MemoryOutbox):
    """An outbox that is away for so many questions."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.times = times

    def _perhaps(self) -> None:
        if self.times:
            self.times -= 1
            raise Unavailable("away")

    async def begin(self, running: RunningJob) -> bool:
        self._perhaps()
        return True

    async def sid_of(self, call_id: str, token: str) -> str | None:
        self._perhaps()
        return await super().sid_of(call_id, token)


class Broken(MemoryOutbox):
    """An outbox with a mistake."""

    async def begin(self, running: RunningJob) -> bool:
        raise ZeroDivisionError


async def test_an_error_before_it_is_handed_over_says_so() -> None:
    twilio = Twilio(TAKEN)
    async with texts(twilio, Clock(), outbox=Broken()) as send:
        with pytest.raises(NotBegun):
            await send(RunningJob("CA1", "2.4", Text(to="+1", body="Hi"), started_at=0))
    assert twilio.forms == []


async def test_what_can_not_be_noted_is_not_handed_over() -> None:
    twilio, outbox = Twilio(TAKEN), Away(1)
    async with texts(twilio, Clock(), outbox=outbox) as send:
        with pytest.raises(Unavailable):
            await send(RunningJob("CA1", "2.4", Text(to="+1", body="Hi"), started_at=0))
        assert twilio.forms == []
        assert (await send(RunningJob("CA1", "2.4", Text(to="+1", body="Hi"), started_at=0))).accepted


async def test_a_store_that_is_away_is_waited_for_before_a_text_counts_as_unknown() -> None:
    """Nor is it ever sent again for that."""
    sent = {"sid": "SM7", "to": "+1", "from": "+2", "body": "Hi", "direction": "outbound-api", "num_media": "0"}
    created = {"date_created": "Thu, 01 Jan 1970 00:00:00 +0000"}
    twilio, clock = Twilio(TAKEN, listed=(200, {"messages": [sent | created]})), Clock()
    async with texts(twilio, clock, outbox=Away(20)) as send:
        reply = await send(RunningJob("CA1", "2.4", Text(to="+1", body="Hi", called="+2"), started_at=0, begun=True))
    assert (reply.accepted, reply.sid, twilio.forms, sum(clock.slept)) == (True, "SM7", [], 20 * STORE_PAUSE)
