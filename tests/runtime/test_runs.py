"""Runs that no ringing phone begins: texts that come in, what becomes of texts and calls, requests of other systems."""

import logging
from collections.abc import AsyncIterator
from itertools import pairwise
from typing import Any

import pytest
from msgspec.structs import replace

from ivr.core.call import Call
from ivr.core.events import Delivered, Messaged, Recorded, Requested, Texted
from ivr.flow.model import Flow
from ivr.runtime.dialling import EXPIRES, PLACING, Dialler, Permitted
from ivr.runtime.gate import Verdict, Wish
from ivr.runtime.intake import Starting
from ivr.runtime.ports import Unavailable
from ivr.runtime.runner import UnknownCall
from ivr.runtime.starts import RANKS, Placed, Progress, Start
from tests.runtime.imagined import CALL, World, heard
from tests.story.flows import Row, drawn, ends, says, texts
from tests.story.line import CALLER, DIALLED

STEP = 1.0


def trigger(kind: str, to: int, **fields: Any) -> Row:
    return {"action": {"type": kind, **fields}, "exits": {"next": to}}


FLOW = drawn(
    trigger("inbound_call", 2),
    texts("Your code is 1234.", 3, 3),
    says("Goodbye.", 4),
    ends(),
    trigger("event_handler", 8, event="call_ended"),
    trigger("event_handler", 9, event="sms_failed"),
    trigger("event_handler", 10, event="sms_delivered"),
    texts("The call ended: $EVENT_5.reason.", 4, 4),
    texts("Not sent: $EVENT_6.error.", 4, 4, to="+15550009999"),
    texts("Sent: $EVENT_7.sid to $ANI.", 4, 4, to="+15550009999"),
    trigger("inbound_sms", 12),
    texts("You said: $ISMS_11.message", 4, 4),
    trigger("inbound_api", 14),
    says("Hello $Name.", 4),
)
QUIET = drawn(trigger("inbound_call", 2), texts("Hi.", 3, 3), ends())


class Memory:
    """Starts in memory. `faults` says what goes wrong next."""

    def __init__(self) -> None:
        self.rows: dict[str, Start] = {}
        self.until: dict[str, int | None] = {}
        self.slot = 0
        self.clock: Any = None
        self.faults: list[Exception] = []
        self.update_faults: list[Exception] = []

    def _fail(self) -> None:
        if self.faults:
            raise self.faults.pop(0)

    async def add(self, start: Start, until: int) -> bool:
        if start.id in self.rows:
            return False
        self.rows[start.id] = replace(start, queued_at=self.clock.now(), changed_at=self.clock.now())
        self.until[start.id] = until
        return True

    async def get(self, run: str) -> Start | None:
        self._fail()
        return self.rows.get(run)

    async def waiting(self) -> int:
        return len([row for row in self.rows.values() if row.status == "queued"])

    def _due(self, status: str, kinds: set[str], now: int) -> list[Start]:
        rows = [row for row in self.rows.values() if row.status == status and row.reach_by in kinds]
        return sorted(
            (row for row in rows if (self.until[row.id] or 0) <= now), key=lambda row: (row.queued_at, row.id)
        )

    async def next(self, now: int) -> Start | None:
        self._fail()
        return next(iter(self._due("queued", {"call", "text"}, now)), None)

    async def forgotten_texts(self, now: int) -> list[Start]:
        return self._due("calling", {"text"}, now)

    async def next_slot(self) -> int:
        return self.slot

    async def claim(self, start: Start, slot: int, following: int, until: int) -> bool:
        if self.slot != slot or self.rows[start.id].status != "queued":
            return False
        self.slot, self.until[start.id] = following, until
        self.rows[start.id] = replace(self.rows[start.id], status="calling")
        return True

    async def put_back(self, start: Start, not_before: int) -> None:
        self.until[start.id] = not_before
        self.rows[start.id] = replace(self.rows[start.id], status="queued", tries=start.tries + 1)

    async def update(self, run: str, progress: Progress, until: int | None = None) -> bool:
        if self.update_faults:
            raise self.update_faults.pop(0)
        row = self.rows[run]
        if RANKS[progress.status] < RANKS[row.status] or RANKS[row.status] == 5:
            return False
        self.until[run] = until
        self.rows[run] = replace(row, status=progress.status, sid=progress.sid or row.sid, reason=progress.reason)
        return True

    async def tidy(self, now: int, queued_before: int) -> None:
        for row in self.rows.values():
            until = self.until[row.id]
            if row.status in {"calling", "ringing"} and row.reach_by == "call" and until is not None and until < now:
                self.rows[row.id] = replace(row, status="unknown")
            if row.status == "queued" and row.queued_at < queued_before:
                self.rows[row.id] = replace(row, status="expired")


class Stage(World):
    """A world with other ways in, and a carrier that calls by script."""

    def __init__(self, flow: Flow = FLOW, rate: float = 1.0, memory: Memory | None = None) -> None:
        super().__init__(flow)
        self.starts = memory or Memory()
        self.starts.clock = self.clock
        self.starting = Starting(self.ports, self.starts, self.runner)
        self.script: list[Placed] = []
        self.called: list[tuple[str, int]] = []
        self.dialler = Dialler(self.starts, self.starting, self.call_somebody, self.clock, rate)

    async def call_somebody(self, start: Start) -> Placed:
        self.called.append((start.id, self.clock.now()))
        return self.script.pop(0) if self.script else Placed("placed", sid=f"CA{start.id}")

    async def queue(self, *names: str, kind: Any = "call", until: int = 0) -> None:
        for name in names:
            start = Start(
                id=name,
                flow="a-flow",
                revision=1,
                reach_by=kind,
                caller=CALLER,
                dialled=DIALLED,
                inputs={"Name": "Ada"},
            )
            await self.starts.add(start, until)
            self.clock.time += 1

    async def rounds(self, seconds: float) -> None:
        """Let the dialler go on for so long."""
        until = self.clock.now() + seconds * 1000
        while self.clock.now() < until:
            pause = await self.dialler.step()
            await self.clock.settle()
            await self.clock.advance(min(pause, (until - self.clock.now()) / 1000))

    async def delivered(self, state: str, sid: str = "SM1", call: str = CALL, error: str = "") -> None:
        await self.runner.delivered(call, Delivered(at=self.clock.now(), sid=sid, block=2, state=state, error=error))
        await self.clock.settle()

    async def text_is_sent(self, sid: str) -> None:
        now = self.clock.now()
        self.carrier.ends(lambda token: Texted(at=now, token=token, accepted=True, sid=sid))
        await self.clock.settle()

    @property
    def bodies(self) -> list[tuple[str, str]]:
        """The texts sent: by which run, and what they say."""
        return [(running.call_id, running.job.body) for running in self.carrier.started]  # type: ignore[union-attr]

    def status(self, run: str) -> str:
        return self.starts.rows[run].status


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    made = Stage()
    yield made
    await made.close()


async def rung(stage: Stage) -> None:
    """A call that has sent its text, and is over."""
    stage.rings()
    await stage.clock.settle()
    await stage.text_is_sent("SM1")


def message(sid: str = "SM9", dialled: str = DIALLED) -> Messaged:
    return Messaged(at=1, sender=CALLER, dialled=dialled, text="hello <b>", sid=sid)


async def test_a_text_starts_a_run_once(stage: Stage) -> None:
    for _ in range(3):
        await stage.starting.texted(message())
    await stage.clock.settle()
    assert stage.bodies == [("SM9", "You said: hello <b>")]
    await stage.text_is_sent("SM10")
    record = stage.calls.records["SM9"]
    assert (record.call.status, record.over_at) == ("ended", stage.clock.now())
    assert record.call.variables["ANI"] == CALLER


async def test_a_text_that_nothing_starts_at_is_logged(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "ivr")
    await stage.starting.texted(message(dialled="+19005550000"))
    quiet = Stage(QUIET)
    await quiet.starting.texted(message())
    await quiet.close()
    assert (stage.calls.records, quiet.calls.records) == ({}, {})
    assert "no flow is assigned to the number that was texted: '+19005550000'" in caplog.text
    assert "has no Inbound SMS block" in caplog.text


async def test_the_end_of_a_call_sets_off_a_run_that_texts(stage: Stage) -> None:
    await rung(stage)
    for _ in range(2):
        await stage.hangs_up()
    assert stage.bodies[1:] == [(f"{CALL}.ended", "The call ended: completed.")]
    run = stage.calls.records[f"{CALL}.ended"].call
    assert (run.on_phone, run.variables["ANI"], run.follows) == (False, CALLER, ("call_ended",))


async def test_a_call_that_is_lost_sets_off_its_run_too(stage: Stage) -> None:
    await rung(stage)
    await stage.runner.hang_up(CALL, "lost")
    await stage.clock.settle()
    assert stage.bodies[1:] == [(f"{CALL}.ended", "The call ended: lost.")]


@pytest.mark.parametrize("order", [("sent", "delivered"), ("delivered", "sent"), ("delivered", "delivered", "sent")])
async def test_delivery_is_traced_once_in_whatever_order(stage: Stage, order: tuple[str, ...]) -> None:
    await rung(stage)
    for state in (*order, *order):
        await stage.delivered(state)
    assert sorted(entry["state"] for entry in stage.traced("delivery")) == ["delivered", "sent"]
    assert stage.bodies[1:] == [(f"{CALL}.SM1.sms_delivered", "Sent: SM1 to +15551230001.")]


async def test_a_receipt_mends_what_was_unknown(stage: Stage) -> None:
    """The connection broke while the text was handed over; it was sent all the same, and the caller gets it."""
    stage.rings()
    await stage.clock.settle()
    stage.carrier.ends(
        lambda token: Texted(at=1, token=token, accepted=False, error="It may have been sent.", unknown=True)
    )
    await stage.clock.settle()
    assert stage.call.variables["SMS_2"]["cause"] == "unknown"
    await stage.delivered("delivered")
    assert stage.call.variables["SMS_2"] == {"sid": "SM1", "error": "", "code": "", "cause": "", "segments": 0}
    assert stage.bodies[1:] == [(f"{CALL}.SM1.sms_delivered", "Sent: SM1 to +15551230001.")]
    await stage.delivered("sent", "SM2")
    assert stage.call.variables["SMS_2"]["sid"] == "SM1"


async def test_news_of_two_texts_of_one_block_are_two(stage: Stage) -> None:
    await rung(stage)
    await stage.delivered("failed", "SM1", error="Filtered.")
    await stage.delivered("undelivered", "SM2", error="Out of range.")
    assert [body for _, body in stage.bodies[1:]] == ["Not sent: Filtered..", "Not sent: Out of range.."]


async def test_news_of_an_unknown_call_are_nothing(stage: Stage) -> None:
    await stage.delivered("delivered", call="CA-unknown")
    assert stage.calls.records == {}


async def test_news_that_lose_a_race_are_kept_all_the_same(stage: Stage) -> None:
    await rung(stage)
    stage.calls.meanwhile.append(lambda: stage.runner.hang_up(CALL, "completed"))
    await stage.delivered("delivered")
    assert [entry["state"] for entry in stage.traced("delivery")] == ["delivered"]
    assert stage.record.over_at is not None


async def test_two_reports_of_the_same_at_once_set_off_one_run(stage: Stage) -> None:
    await rung(stage)
    stage.calls.meanwhile.append(lambda: stage.delivered("delivered"))
    await stage.delivered("delivered")
    assert len(stage.traced("delivery")) == len(stage.bodies[1:]) == 1


async def test_a_text_about_a_text_that_failed_fails_without_end(stage: Stage) -> None:
    """Each run texts, and each of these texts fails in turn: only the first of them sets something off."""
    await rung(stage)
    await stage.delivered("failed", "SM1", error="Filtered.")
    run = f"{CALL}.SM1.sms_failed"
    await stage.text_is_sent("SM2")
    await stage.delivered("failed", "SM2", call=run)
    assert [name for name, _ in stage.bodies] == [CALL, run]
    await stage.delivered("delivered", "SM2", call=run)
    last = f"{run}.SM2.sms_delivered"
    assert [name for name, _ in stage.bodies] == [CALL, run, last]
    await stage.text_is_sent("SM3")
    for state in ("delivered", "failed"):
        await stage.delivered(state, "SM3", call=last)
    assert [name for name, _ in stage.bodies] == [CALL, run, last]


async def test_without_an_event_handler_nothing_is_set_off() -> None:
    stage = Stage(QUIET)
    await rung(stage)
    await stage.delivered("failed")
    await stage.hangs_up()
    assert [name for name, _ in stage.bodies] == [CALL]
    await stage.close()


async def test_a_call_whose_recording_overtakes_its_end_has_ended_all_the_same() -> None:
    flow = drawn(
        trigger("inbound_call", 2),
        {"action": {"type": "record", "message": "Speak."}, "exits": {"recorded": 3, "nothing": 3}},
        ends(),
        trigger("event_handler", 5),
        texts("Ended.", 3, 3),
    )
    stage = Stage(flow)
    await stage.now(stage.rings())
    waiting = stage.call.waiting
    assert waiting is not None
    reply = Recorded(at=2, token=waiting.token, url="https://a/RE1", seconds=3, hung_up=True)
    await stage.runner.reply(CALL, 2, reply)
    assert stage.call.status == "ended"
    await stage.hangs_up()
    assert stage.bodies == [(f"{CALL}.ended", "Ended.")]
    await stage.close()


async def test_a_run_without_a_caller_is_no_call_that_ended(stage: Stage) -> None:
    await stage.starting.texted(message())
    await stage.runner.hang_up("SM9", "lost")
    await stage.clock.settle()
    assert [name for name, _ in stage.bodies] == ["SM9"]


# Calls that another system asks for.


async def test_calls_are_placed_in_order_and_no_faster_than_allowed(stage: Stage) -> None:
    await stage.queue("a", "b", "c")
    began = stage.clock.now()
    await stage.rounds(5)
    assert [name for name, _ in stage.called] == ["a", "b", "c"]
    assert [at - began for _, at in stage.called] == [0, 1000, 2000]
    assert {stage.status(name) for name in "abc"} == {"calling"}


async def test_two_processes_keep_to_one_pace() -> None:
    memory = Memory()
    one, other = Stage(memory=memory), Stage(memory=memory)
    other.clock = other.dialler._clock = one.clock
    memory.clock = one.clock
    await one.queue(*"abcdef")
    began = one.clock.now()
    for _ in range(40):
        for each in (one, other):
            await each.dialler.step()
        await one.clock.settle()
        await one.clock.advance(0.1)
    placed = sorted([*one.called, *other.called], key=lambda row: row[1])
    assert [name for name, _ in placed] == ["a", "b", "c", "d"]
    assert all(later[1] - earlier[1] >= 1000 for earlier, later in pairwise(placed))
    assert placed[0][1] == began
    await one.close()
    await other.close()


async def test_whoever_answers_begins_the_call_with_what_was_passed_along(stage: Stage) -> None:
    await stage.queue("a")
    await stage.rounds(STEP)
    page = await stage.starting.answered("a", "CAa")
    assert heard(page)[0] == "Hello Ada."
    assert await stage.starting.answered("a", "CAa") == page
    call = stage.calls.records["CAa"].call
    assert (call.variables["ANI"], call.variables["CallSid"], call.revision) == (CALLER, "CAa", 1)
    await stage.clock.settle()
    assert await stage.starting.status(stage.starts.rows["a"]) == "answered"
    await stage.starting.progressed("a", "CAa", "completed")
    await stage.clock.settle()
    assert stage.status("a") == "completed"
    assert stage.bodies == [("CAa.ended", "The call ended: completed.")]


@pytest.mark.parametrize("run", ["a", "unknown"])
async def test_nobody_else_takes_the_call(stage: Stage, run: str) -> None:
    await stage.queue("a")
    await stage.rounds(STEP)
    with pytest.raises(UnknownCall):
        await stage.starting.answered(run, "CAother")
    assert stage.calls.records == {}


@pytest.mark.parametrize(("word", "status"), [("busy", "busy"), ("no-answer", "no_answer"), ("failed", "failed")])
async def test_whoever_is_not_reached_sets_off_a_run(stage: Stage, word: str, status: str) -> None:
    await stage.queue("a")
    await stage.rounds(STEP)
    for _ in range(2):
        await stage.starting.progressed("a", "CAa", word)
        await stage.clock.settle()
    assert (stage.status("a"), stage.starts.rows["a"].sid) == (status, "CAa")
    assert stage.bodies == [("CAa.ended", f"The call ended: {word}.")]
    assert stage.calls.records["CAa.ended"].call.variables["Name"] == "Ada"
    assert heard(await stage.starting.answered("a", "CAa")) == ["(hangs up)"]


async def test_news_come_in_any_order(stage: Stage) -> None:
    await stage.queue("a")
    await stage.rounds(STEP)
    for word in ("completed", "in-progress", "ringing", "initiated", "busy", "nonsense"):
        await stage.starting.progressed("a", "CAa", word)
    assert stage.status("a") == "completed"
    assert heard(await stage.starting.answered("a", "CAa")) == ["(hangs up)"]


async def test_a_busy_carrier_is_asked_again_later(stage: Stage) -> None:
    stage.script = [Placed("again"), Placed("again"), Placed("again")]
    await stage.queue("a")
    began = stage.clock.now()
    await stage.rounds(20)
    assert [at - began for _, at in stage.called] == [0, 1000, 3000, 7000]
    assert stage.status("a") == "calling"


async def test_what_may_be_ringing_is_never_called_again(stage: Stage) -> None:
    stage.script = [Placed("unknown", reason="No answer.")]
    await stage.queue("a")
    await stage.rounds(60)
    assert (len(stage.called), stage.status("a")) == (1, "unknown")
    assert heard(await stage.starting.answered("a", "CAlate"))[0] == "Hello Ada."
    await stage.clock.settle()
    assert stage.status("a") == "answered"


async def test_a_refused_call_has_failed(stage: Stage) -> None:
    stage.script = [Placed("refused", reason="The recipient is not a valid phone number.")]
    await stage.queue("a")
    await stage.rounds(STEP)
    assert (stage.status("a"), stage.starts.rows["a"].reason) == (
        "failed",
        "The recipient is not a valid phone number.",
    )
    assert stage.bodies == [("a.ended", "The call ended: failed.")]


async def test_a_process_that_dies_while_it_calls_leaves_it_unknown(stage: Stage) -> None:
    await stage.queue("a")
    assert await stage.starts.claim(stage.starts.rows["a"], 0, 1, stage.clock.now() + PLACING)
    await stage.rounds(PLACING / 1000 + 10)
    assert (stage.called, stage.status("a")) == ([], "unknown")


async def test_a_call_that_has_waited_too_long_is_not_placed_any_more(stage: Stage) -> None:
    await stage.queue("a")
    await stage.clock.advance(EXPIRES / 1000 + 1)
    await stage.rounds(STEP)
    assert (stage.called, stage.status("a")) == ([], "expired")


async def test_a_run_whose_process_died_before_it_began_is_begun_by_another(stage: Stage) -> None:
    await stage.queue("t", kind="text", until=stage.clock.now() + 3000)
    await stage.rounds(2)
    assert stage.calls.records == {}
    await stage.rounds(10)
    assert stage.status("t") == "running"
    assert await stage.starting.status(stage.starts.rows["t"]) == "completed"
    del stage.calls.records["t"]  # as if it had been deleted long after
    assert await stage.starting.status(stage.starts.rows["t"]) == "completed"


async def test_a_store_that_fails_stops_the_dialler_for_a_moment_only(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    stage.starts.faults = [OSError("disk full")]
    await stage.queue("a")
    with pytest.raises(OSError, match="disk full"):
        await stage.dialler.step()
    await stage.rounds(STEP)
    assert [name for name, _ in stage.called] == ["a"]


async def test_a_requested_run_without_a_caller(stage: Stage) -> None:
    event = Requested(at=1, caller=CALLER, dialled=DIALLED, inputs={"Name": "Ada"})
    assert await stage.runner.run(Call("r", "a-flow", 1, on_phone=False), event)
    assert not await stage.runner.run(Call("r", "a-flow", 1, on_phone=False), event)
    assert stage.calls.records["r"].call.status == "ended"


async def test_a_call_whose_admission_can_not_be_looked_up_is_called_later(stage: Stage) -> None:
    """It surely was not placed, so nobody may be told that it is not known."""

    class Away:
        times = 3

        async def admit(self, wish: Wish) -> Verdict:
            self.times -= 1
            if self.times >= 0:
                raise Unavailable("away")
            return Verdict(wish.to)

    permitted = Permitted(stage.call_somebody, Away())
    stage.dialler = Dialler(stage.starts, stage.starting, permitted, stage.clock, 1.0)
    await stage.queue("a")
    await stage.rounds(30)
    assert [run for run, _ in stage.called] == ["a"]
    assert (stage.status("a"), stage.starts.rows["a"].tries) == ("calling", 3)


async def test_what_became_of_a_call_is_kept_when_the_store_is_back(stage: Stage) -> None:
    stage.starts.update_faults = [Unavailable("away")] * 3
    await stage.queue("a")
    await stage.rounds(10)
    assert (stage.status("a"), stage.starts.rows["a"].sid, len(stage.called)) == ("calling", "CAa", 1)
