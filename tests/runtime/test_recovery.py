"""What becomes of calls whose process has died, and of calls that the carrier has forgotten."""

import asyncio
from typing import Any

import pytest
from msgspec.structs import replace

from ivr.core.effects import Fetch, Text
from ivr.runtime.jobs import STOPPED
from ivr.runtime.ports import RunningJob
from ivr.runtime.recovery import EVERY, FAILED_PAUSE, LEAP, LOST_EVERY, RETURN, close_lost, go_round, keep_watch
from tests.runtime.conftest import NewWorld
from tests.runtime.imagined import CALL, World, heard
from tests.story.flows import asks, drawn, ends, says, starts, texts
from tests.story.line import HANGS_UP

TUESDAY = ["Tuesday.", HANGS_UP]
SORRY = ["Sorry.", HANGS_UP]
GONE = 200_000
"""Milliseconds after which a held caller, who listens to clips of 16 s, is surely gone."""


def orphan(world: World, **job: Any) -> RunningJob:
    fields = {"method": "GET", "url": "http://api.test/", "timeout": 10, **job}
    return RunningJob(
        CALL, world.call.waiting.token if world.call.waiting else "", Fetch(**fields), world.clock.now(), 2
    )


class TestRecovery:
    """The process that took the call has died; another one, with the same store, takes over."""

    @pytest.fixture
    async def heir(self, new_world: NewWorld) -> World:
        dead = new_world()
        await dead.held()
        heir = new_world(calls=dead.calls)
        heir.clock.time = dead.clock.now()
        return heir

    @pytest.mark.parametrize("seconds", [1, 9, 10, 69.999])
    async def test_a_repeatable_job_runs_again_with_its_whole_time(self, heir: World, seconds: float) -> None:
        running = orphan(heir)
        await heir.clock.advance(seconds)
        await heir.runner.adopt(running)
        await heir.clock.settle()
        assert heir.api.started == [replace(running, started_at=heir.clock.now())]
        await heir.api_answers()
        assert heir.knocker.pages == [2]
        assert heard(await heir.now(heir.asks(2))) == TUESDAY

    @pytest.mark.parametrize("method", ["POST", "PATCH"])
    async def test_one_that_may_have_got_through_does_not(self, heir: World, method: str) -> None:
        await heir.runner.adopt(orphan(heir, method=method))
        await heir.clock.settle()
        assert heir.api.started == []
        assert heard(await heir.now(heir.asks(2))) == SORRY
        told = heir.call.variables["EXTCALL_3"]
        assert (told["cause"], told["error"]) == ("unknown", STOPPED)

    @pytest.mark.parametrize(("seconds", "tries"), [(70, 2), (0, 6)])
    async def test_nor_does_one_that_is_old_or_whose_processes_all_died(
        self, heir: World, seconds: float, tries: int
    ) -> None:
        running = replace(orphan(heir), tries=tries)
        await heir.clock.advance(seconds)
        await heir.runner.adopt(running)
        await heir.clock.advance(1)
        assert heir.api.started == []
        assert heir.knocker.pages == [2]
        assert heard(await heir.now(heir.asks(2))) == SORRY

    @pytest.mark.parametrize("begun", [False, True])
    async def test_who_sends_texts_is_told_how_far_one_has_come(self, new_world: NewWorld, begun: bool) -> None:
        world = new_world(drawn(starts(), texts("Hello.", 3, 4), says("Sent.", 5), says("Sorry.", 5), ends()))
        world.rings()
        await world.clock.settle()
        heir = new_world(world.ports.flows.flow, calls=world.calls)  # type: ignore[attr-defined]
        running = RunningJob(CALL, "1.2", Text(to="+15550001234", body="Hello."), heir.clock.now(), 2, begun)
        await heir.runner.adopt(running)
        await heir.clock.settle()
        assert heir.carrier.started == [running]

    async def test_nothing_is_said_about_a_job_that_another_process_has(self, new_world: NewWorld) -> None:
        world = new_world(drawn(starts(), texts("Hello.", 3, 4), says("Sent.", 5), says("Sorry.", 5), ends()))
        world.rings()
        await world.clock.settle()
        world.carrier.is_taken_over()
        await world.clock.settle()
        assert world.traced("replied") == []

    async def test_the_dead_one_s_answer_comes_too_late(self, new_world: NewWorld) -> None:
        slow = new_world()
        await slow.held()
        heir = new_world(calls=slow.calls)
        await heir.runner.adopt(orphan(heir, method="POST"))
        await slow.api_answers()
        assert len(heir.traced("replied")) == 1
        assert heard(await heir.now(heir.asks(2))) == SORRY

    async def test_a_round_adopts_and_closes(self, heir: World) -> None:
        heir.calls.orphans = [orphan(heir)]
        heir.calls.gone = [CALL]
        await go_round(heir.ports, heir.runner)
        heir.clock.time += GONE
        await close_lost(heir.ports, heir.runner)
        await heir.clock.settle()
        assert heir.traced("hung_up") == [{"reason": "lost"}]
        assert heir.api.cancelled in ([], ["1.3"])
        assert heir.api.running == []

    async def test_a_caller_who_listens_to_a_long_clip_is_not_lost(self, new_world: NewWorld) -> None:
        world = new_world(clip=600.0)
        await world.held()
        world.calls.gone = [CALL]
        await world.clock.advance(600)
        await close_lost(world.ports, world.runner)
        assert world.traced("hung_up") == []
        await world.clock.advance(GONE / 1000)
        await close_lost(world.ports, world.runner)
        assert world.traced("hung_up") == [{"reason": "lost"}]

    async def test_a_caller_who_listens_to_long_words_is_not_lost(self, new_world: NewWorld) -> None:
        row = asks(4, 4, play_hold_music=True, timeout=200, opening_line="Please hold the line. " * 120)
        world = new_world(drawn(starts(2), says("One moment.", 3), row, ends()))
        await world.held()
        world.calls.gone = [CALL]
        world.clock.time += GONE + 60_000
        await close_lost(world.ports, world.runner)
        assert world.traced("hung_up") == []
        world.clock.time += GONE
        await close_lost(world.ports, world.runner)
        assert world.traced("hung_up") == [{"reason": "lost"}]

    async def test_a_job_that_was_adopted_ends_though_the_store_fails_meanwhile(self, heir: World) -> None:
        heir.calls.orphans = [orphan(heir, method="POST")]
        heir.calls.faults = ["not saved"] * 2
        watch = asyncio.create_task(keep_watch(heir.ports, heir.runner))
        await heir.clock.advance(20)
        watch.cancel()
        assert heir.traced("replied"), "nobody else will ever take it up: it is ours"

    async def test_a_round_that_fails_is_not_the_last(self, heir: World) -> None:
        heir.calls.gone = [CALL]
        heir.calls.faults = ["not saved"]
        heir.clock.time += GONE
        watch = asyncio.create_task(keep_watch(heir.ports, heir.runner))
        await heir.clock.advance(FAILED_PAUSE + (LOST_EVERY - 1) * EVERY)
        watch.cancel()
        assert heir.traced("hung_up") == [{"reason": "lost"}]

    async def test_a_call_that_can_not_be_opened_keeps_no_other_waiting(
        self, heir: World, caplog: pytest.LogCaptureFixture
    ) -> None:
        heir.calls.records["CB1"], heir.calls.touched["CB1"] = heir.record, heir.clock.now() + 1
        heir.calls.damaged, heir.calls.gone = {"CB1"}, ["CB1", CALL]
        heir.clock.time += GONE
        watch = asyncio.create_task(keep_watch(heir.ports, heir.runner))
        await heir.clock.advance(2 * LOST_EVERY * EVERY)
        watch.cancel()
        assert heir.traced("hung_up") == [{"reason": "lost"}]
        assert caplog.text.count("call CB1 can't be looked after") == 1

    async def test_callers_come_back_after_the_clock_was_set(self, heir: World) -> None:
        """Whoever listens to their hold page has asked for it before: by the new time that is long ago."""
        watch = asyncio.create_task(keep_watch(heir.ports, heir.runner))
        await heir.clock.advance(1)
        heir.clock.time += LEAP + GONE
        heir.calls.gone = [CALL]
        await heir.clock.advance(RETURN / 1000 - 1)
        assert heir.traced("hung_up") == []
        await heir.clock.advance(2 * LOST_EVERY * EVERY)
        watch.cancel()
        assert heir.traced("hung_up") == [{"reason": "lost"}]

    async def test_a_round_that_takes_long_does_not_keep_a_process_from_showing_that_it_lives(
        self, heir: World
    ) -> None:
        heir.calls.orphans = [orphan(heir)]
        stuck = asyncio.Event()
        heir.calls.meanwhile.append(stuck.wait)
        heir.calls.gone = [CALL]
        watch = asyncio.create_task(keep_watch(heir.ports, heir.runner))
        await heir.clock.advance(10)
        assert heir.calls.renewed == 1 + 10 / EVERY
        stuck.set()
        watch.cancel()

    async def test_stopping_leaves_jobs_for_whoever_takes_them_over(self, world: World) -> None:
        await world.held()
        await world.runner.close()
        assert world.api.cancelled == ["1.3"]
        assert list(world.calls.open) == [(CALL, "1.3")]
        assert world.call.status == "active"
