"""Calls that another system asks for: placed in order, at one pace, each at most once."""

import asyncio
from itertools import pairwise

import pytest

from ivr.runtime.dialling import EXPIRES, PLACING, Dialler, Permitted
from ivr.runtime.gate import Verdict, Wish
from ivr.runtime.ports import Unavailable
from ivr.runtime.runner import UnknownCall
from ivr.runtime.starts import Placed, Start
from tests.runtime.imagined import heard
from tests.runtime.started import STEP, Memory, Stage
from tests.story.line import CALLER


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


async def test_an_answered_call_begins_with_what_was_passed_along(stage: Stage) -> None:
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
async def test_no_other_call_takes_the_run(stage: Stage, run: str) -> None:
    await stage.queue("a")
    await stage.rounds(STEP)
    with pytest.raises(UnknownCall):
        await stage.starting.answered(run, "CAother")
    assert stage.calls.records == {}


@pytest.mark.parametrize(("word", "status"), [("busy", "busy"), ("no-answer", "no_answer"), ("failed", "failed")])
async def test_a_call_that_is_not_answered_sets_off_a_run(stage: Stage, word: str, status: str) -> None:
    await stage.queue("a")
    await stage.rounds(STEP)
    for _ in range(2):
        await stage.starting.progressed("a", "CAa", word)
        await stage.clock.settle()
    assert (stage.status("a"), stage.starts.rows["a"].sid) == (status, "CAa")
    assert stage.bodies == [("CAa.ended", f"The call ended: {word}.")]
    assert stage.calls.records["CAa.ended"].call.variables["Name"] == "Ada"
    assert heard(await stage.starting.answered("a", "CAa")) == ["(hangs up)"]


async def test_reports_come_in_any_order(stage: Stage) -> None:
    await stage.queue("a")
    await stage.rounds(STEP)
    for word in ("completed", "in-progress", "ringing", "initiated", "busy", "nonsense"):
        await stage.starting.progressed("a", "CAa", word)
    assert stage.status("a") == "failed", "it ended before its first page was asked for"
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


async def test_a_call_whose_admission_can_not_be_looked_up_is_called_later(stage: Stage) -> None:
    """It surely was not placed, so its end must not be reported as unknown."""

    class Away:
        times = 3

        async def admit(self, wish: Wish) -> Verdict:
            self.times -= 1
            if self.times >= 0:
                raise Unavailable("away")
            return Verdict(wish.to)

    permitted = Permitted(stage.place_call, Away())
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


async def test_a_call_that_is_taken_while_the_process_stops_is_placed() -> None:
    """Else the next process would find it taken, and could not know that nobody was called."""

    class Slow(Memory):
        def __init__(self) -> None:
            super().__init__()
            self.met, self.let_go = asyncio.Event(), asyncio.Event()

        async def claim(self, start: Start, slot: int, following: int, until: int) -> bool:
            self.met.set()
            await self.let_go.wait()
            return await super().claim(start, slot, following, until)

    memory = Slow()
    stage = Stage(memory=memory)
    await stage.queue("a")
    running = asyncio.ensure_future(stage.dialler.run())
    await memory.met.wait()
    running.cancel()
    await stage.clock.settle()
    assert not running.done()
    memory.let_go.set()
    await asyncio.gather(running, return_exceptions=True)
    assert ([run for run, _ in stage.called], stage.status("a")) == (["a"], "calling")
    await stage.close()
