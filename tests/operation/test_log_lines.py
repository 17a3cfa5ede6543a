"""Every line that a call leaves in the log, one call of each outcome, kept in a golden file."""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ivr.flow.model import Flow
from ivr.logs import JsonForm, TextForm
from ivr.store.database import Statement
from ivr.web.carrier.load import Load
from tests.operation.lines import Lines, log
from tests.story.flows import Row, asks, drawn, ends, says, starts, texts
from tests.web.listener import LINE, TOKEN, Listener, listener
from tests.webcall.peer import Talk, peer

GOLDEN = Path(__file__).parent / "golden" / "lines.txt"
SECOND, THIRD = "+15550002222", "+15550003333"
FINE, BROKEN, SILENT, STOPPED, SLOW, GONE = (f"+1555123400{n}" for n in range(6))
JSON = b"Content-Type: application/json\r\n"
TEXT_ID = "SM" + "7" * 32


def _answer(status: str, body: dict[str, Any]) -> bytes:
    raw = json.dumps(body).encode()
    return b"HTTP/1.1 %s\r\n%sContent-Length: %d\r\n\r\n%s" % (status.encode(), JSON, len(raw), raw)


@dataclass
class Api:
    """Behaves by who calls. `release` lets the slow one answer, `left` the one whose caller has hung up."""

    release: asyncio.Event
    left: asyncio.Event

    async def __call__(self, talk: Talk) -> None:
        if BROKEN[1:] in talk.path:
            await talk.send(_answer("500 Oops", {"canary": FINE}))
        elif SILENT[1:] in talk.path:
            await talk.gone()
        else:
            if SLOW[1:] in talk.path:
                await self.release.wait()
            if GONE[1:] in talk.path:
                await self.left.wait()
            await talk.send(_answer("200 OK", {"canary": "canary-body"}))


async def _twilio(talk: Talk) -> None:
    """Takes texts, but not to whoever said STOP; knows no call."""
    if "/Messages.json" not in talk.path:
        await talk.send(_answer("404 Not Found", {"code": 20404}))
    elif STOPPED[1:].encode() in talk.asked:
        await talk.send(_answer("400 Bad Request", {"code": 99999, "message": f"No texts to {STOPPED}."}))
    else:
        await talk.send(_answer("201 Created", {"sid": TEXT_ID}))


def _desk(api: str) -> Flow:
    """Asks the API about the caller, texts them what it said, and is texted back."""
    inbound: Row = {"action": {"type": "inbound_sms"}, "exits": {"next": 5}}
    return drawn(
        starts(),
        says("One moment.", 3),
        asks(4, 6, url=f"{api}?who=$ANI"),
        texts("It is $ANI.", 5, 5),
        ends(),
        says("Sorry.", 5),
        inbound,
        id="desk",
    )


def _circle() -> Flow:
    return drawn(starts(), says("Round.", 2), id="circle")


def _onward(api: str) -> Flow:
    """Goes on when its caller hangs up while it asks."""
    ask = asks(4, 4, url=f"{api}?who=$ANI", when_caller_hangs_up="go on")
    return drawn(starts(), says("One moment.", 3), ask, ends(), id="onward")


@dataclass(frozen=True)
class Desk:
    line: Listener
    lines: Lines
    api: Api

    async def call(self, name: str, caller: str, to: str = LINE) -> None:
        """A call that goes on to its second page, and is over then."""
        await self.begin(name, caller, to)
        await self.line.carrier.post("/voice/page/2", name, From=caller, CallStatus="in-progress")
        await self.over(name)

    async def begin(self, name: str, caller: str, to: str = LINE) -> None:
        await self.line.carrier.post("/voice/answer", name, From=caller, To=to)

    async def over(self, name: str) -> None:
        await self.line.carrier.post("/voice/status", name, CallStatus="completed")
        await self.lines.until("call over", name)


@asynccontextmanager
async def desk(folder: Path, form: type[TextForm | JsonForm] = TextForm) -> AsyncIterator[Desk]:
    api = Api(asyncio.Event(), asyncio.Event())
    async with peer(api) as asked, peer(_twilio) as twilio:
        environ = {"TWILIO_API_URL": twilio.url.rstrip("/"), "IVR_DESTINATIONS": "*"}
        with log(form) as lines:
            async with listener(folder, _desk(asked.url), **environ) as line:
                for number, flow in ((SECOND, _circle()), (THIRD, _onward(asked.url))):
                    await line.store.flows.save_draft(flow.model_dump(mode="json"))
                    await line.store.flows.publish(flow.id)
                    await line.store.flows.assign(number, flow.id)
                yield Desk(line, lines, api)


async def the_whole_day(desk: Desk) -> None:
    """One call of each outcome, and all that may go wrong beside them."""
    await _one_of_each(desk)
    await _without_its_caller(desk)
    await _knocked_in_vain(desk)
    _turned_away(desk)
    await _refused(desk)


async def _one_of_each(desk: Desk) -> None:
    await desk.call("CA-completed", FINE)
    await desk.line.carrier.form(
        "/sms/status/CA-completed/1.4", {"MessageSid": TEXT_ID, "MessageStatus": "undelivered", "ErrorCode": "30006"}
    )
    await desk.call("CA-web-call-failed", BROKEN)
    await desk.call("CA-text-failed", STOPPED)
    await desk.begin("CA-hung-up", SILENT)
    await desk.over("CA-hung-up")
    await desk.over("CA-unanswered")
    await desk.begin("CA-failed", FINE, SECOND)
    await desk.over("CA-failed")
    await desk.line.carrier.form(
        "/sms/inbound", {"MessageSid": "SM-text", "From": FINE, "To": LINE, "Body": "canary-words", "NumMedia": "0"}
    )
    await desk.lines.until("call over", "SM-text")


async def _without_its_caller(desk: Desk) -> None:
    """The caller hangs up, and the run goes on to its end."""
    await desk.begin("CA-onward", GONE, THIRD)
    await desk.line.carrier.post("/voice/status", "CA-onward", CallStatus="completed")
    desk.api.left.set()
    await desk.lines.until("call over", "CA-onward")


def _turned_away(desk: Desk) -> None:
    """A call more than fit comes while the server is behind, by its own clock."""
    moments = iter((*range(10), 9, 9))
    load = Load(0.1, desk.line.meters.turned_away, lambda: next(moments), few=1)
    for _ in range(10):
        load.beat()
    assert load.has_room(), "the first of many"
    assert not load.has_room()
    assert [type(each).__name__ for each in load.turn_away("CA-away").verbs] == ["Say", "Hangup"]


async def _knocked_in_vain(desk: Desk) -> None:
    """Its API answers while hold audio plays, and the carrier does not know the call."""
    await desk.begin("CA-knocked", SLOW)
    await desk.line.carrier.post("/voice/page/2", "CA-knocked", From=SLOW, CallStatus="in-progress")
    desk.api.release.set()
    await desk.lines.until("knock failed")
    await desk.over("CA-knocked")


async def _refused(desk: Desk) -> None:
    carrier = desk.line.carrier
    form = {"CallSid": "CA1", "From": FINE}
    secret = "/voice/answer?secret=canary-query"
    assert (await carrier.ask("POST", secret, data=form)).status == 403
    assert (await carrier.form(secret, form, "another-token")).status == 403
    big = {"X-Twilio-Signature": "x" * 28, "Content-Type": "application/x-www-form-urlencoded"}
    assert (await carrier.ask("POST", "/voice/answer", data=b"a=" + b"b" * 100_000, headers=big)).status == 413


@pytest.mark.parametrize("form", [TextForm, JsonForm])
async def test_every_line_of_a_call_of_each_outcome(tmp_path: Path, form: type[TextForm | JsonForm]) -> None:
    async with desk(tmp_path / "first", form) as there:
        await the_whole_day(there)
        found = there.lines.settled(there.line.carrier.url)
    async with desk(tmp_path / "lost", form) as there:
        await there.line.carrier.post("/voice/answer", "CA-lost", From=SILENT)
        forgotten = "UPDATE calls SET touched_at = 0, held_at = 0", "DELETE FROM jobs"
        await there.line.store.database.write([Statement(sql) for sql in forgotten])
    async with desk(tmp_path / "lost", form) as there:
        await there.lines.until("call over", "CA-lost")
        found += there.lines.settled(there.line.carrier.url)
    golden = GOLDEN.with_suffix(".jsonl") if form is JsonForm else GOLDEN
    text = "".join(f"{line}\n" for line in found if "ivr.store.folder" not in line)
    if os.environ.get("IVR_GOLDEN") == "write":
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(text, "utf-8")
    assert text == golden.read_text("utf-8")
    for kept_out in (FINE, BROKEN, SILENT, STOPPED, SLOW, GONE, "canary", TOKEN):
        assert kept_out not in text
