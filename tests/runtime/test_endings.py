"""Hang-ups, mistakes and breakdowns: every job ends, and every caller hears something."""

from typing import Any, ClassVar, Literal

import pytest

from ivr.core.action import Action, Card, Outcome, Port, Visit, Wait
from ivr.core.effects import Fetch, Hangup
from ivr.core.events import Event, Fetched
from ivr.core.mailbox import Page
from ivr.flow.model import Block, Flow
from ivr.runtime.jobs import FAILED, NOT_BEGUN
from ivr.runtime.texting import NotBegun
from tests.runtime.conftest import NewWorld
from tests.runtime.imagined import CALL, LOOKUP, StoreDown, World, heard
from tests.story.flows import asks, drawn, ends, says, starts, texts
from tests.story.line import HANGS_UP

TUESDAY = ["Tuesday.", HANGS_UP]
SORRY = ["Sorry.", HANGS_UP]
OH_DEAR = ["Oh dear.", HANGS_UP]


class TestHangingUp:
    async def test_a_get_is_cancelled(self, world: World) -> None:
        await world.held()
        await world.hangs_up()
        assert world.api.cancelled == ["1.3"]
        assert world.calls.open == {}
        assert world.traced("hung_up") == [{"reason": "completed"}]
        (entry,) = world.traced("cancelled")
        assert (entry["token"], entry["job"]) == ("1.3", "fetch")
        assert (world.call.status, world.record.held_at) == ("ended", None)

    @pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
    async def test_other_requests_go_on_to_their_end(self, new_world: NewWorld, method: str) -> None:
        world = new_world(drawn(starts(), asks(3, 3, method=method), says("Too late.", 4), ends()))
        world.rings()
        await world.clock.settle()
        await world.hangs_up()
        assert world.api.cancelled == []
        await world.api_answers()
        assert world.calls.open == {}
        assert (world.call.status, world.record.mailbox.unheard) == ("ended", ())

    async def test_so_do_texts(self, new_world: NewWorld) -> None:
        world = new_world(drawn(starts(), texts("Hello.", 3, 3), ends()))
        world.rings()
        await world.clock.settle()
        await world.hangs_up()
        assert world.carrier.cancelled == []
        await world.text_is_taken()
        assert world.calls.open == {}

    async def test_a_request_that_waits_is_told_at_once(self, world: World) -> None:
        await world.now(world.rings())
        request = world.asks(2)
        await world.clock.settle()
        await world.hangs_up()
        assert await world.now(request) == Page((Hangup(),), None)

    async def test_a_repeat_changes_nothing(self, world: World) -> None:
        await world.held()
        await world.hangs_up()
        before = world.record
        await world.hangs_up()
        assert world.record == before

    async def test_the_carrier_s_word_closes_a_call_that_we_have_ended(self, world: World) -> None:
        await world.now(world.rings())
        await world.api_answers()
        await world.now(world.asks(2))
        assert world.record.over_at is None
        await world.hangs_up()
        assert world.record.over_at == world.clock.now()
        assert world.call.status == "ended"


class Broken(Action[Fetched]):
    """Raises, when it is entered or when its answer comes."""

    card: ClassVar = Card("Broken", group="", icon="", prefix="BROKEN", ports=(Port("next", "Next"),))
    type: Literal["broken"] = "broken"
    late: bool = False

    def enter(self, visit: Visit) -> Outcome:
        if not self.late:
            raise ZeroDivisionError
        return Wait(Fetch(method="GET", url="http://api.test/"))

    def resume(self, visit: Visit, reply: Event) -> Outcome:
        raise ZeroDivisionError


def broken(*, late: bool) -> Flow:
    """The flow, its web call replaced by one that raises."""
    block = Block.model_construct(number=3, title="", action=Broken(late=late), exits={})
    blocks = tuple(block if each.number == 3 else each for each in LOOKUP.blocks)
    return Flow.model_construct(**{**dict(LOOKUP), "blocks": blocks})


class TestOurMistakes:
    async def test_a_mistake_at_the_first_turn_is_apologised_for(
        self, new_world: NewWorld, caplog: pytest.LogCaptureFixture
    ) -> None:
        world = new_world(broken(late=False))
        assert heard(await world.now(world.rings())) == OH_DEAR
        assert world.call.status == "failed"
        assert [entry["code"] for entry in world.traced("problem")] == ["failed"]
        assert f"call {CALL} failed in turn 0 at block 0" in caplog.text

    async def test_a_mistake_while_the_caller_holds_as_well(self, new_world: NewWorld) -> None:
        world = new_world(broken(late=True))
        await world.held()
        await world.clock.advance(2)
        await world.api_answers()
        assert world.knocker.pages == [2]
        assert heard(await world.now(world.asks(2))) == OH_DEAR
        assert (world.call.status, world.calls.open) == ("failed", {})

    async def test_a_job_that_raises_is_an_answer_nobody_knows(self, world: World) -> None:
        await world.held()
        await world.clock.advance(2)
        world.api.breaks()
        await world.clock.settle()
        assert world.knocker.pages == [2]
        assert heard(await world.now(world.asks(2))) == SORRY
        told = world.call.variables["EXTCALL_3"]
        assert (told["cause"], told["error"]) == ("unknown", FAILED)

    async def test_a_text_that_raises_too(self, new_world: NewWorld) -> None:
        world = new_world(drawn(starts(), texts("Hello.", 3, 4), says("Sent.", 5), says("Sorry.", 5), ends()))
        request = world.rings()
        await world.clock.settle()
        world.carrier.breaks()
        assert heard(await world.now(request)) == SORRY
        told = world.call.variables["SMS_2"]
        assert (told["cause"], told["error"]) == ("unknown", FAILED)

    @pytest.mark.parametrize("before", ["it may be sent", "it is handed over"])
    async def test_a_text_that_an_error_came_before_was_not_sent(self, new_world: NewWorld, before: str) -> None:
        world = new_world(drawn(starts(), texts("Hello.", 3, 4), says("Sent.", 5), says("Sorry.", 5), ends()))
        if before == "it may be sent":
            world.calls.load_fault = ZeroDivisionError()
            world.calls.meanwhile = [loads_fail(world)]
        world.rings()
        await world.clock.settle()
        if before == "it is handed over":
            world.carrier.breaks(NotBegun())
        assert heard(await world.now(world.asks(1))) == SORRY
        told = world.call.variables["SMS_2"]
        assert (told["cause"], told["error"]) == ("error", NOT_BEGUN)


def loads_fail(world: World) -> Any:
    async def fail() -> None:
        world.calls.loads_fail = 2  # of the request that waits, and of the job

    return fail


class TestStoreDown:
    async def test_a_request_that_needs_the_store_to_begin_begins_when_it_is_back(self, new_world: NewWorld) -> None:
        """Its secrets could not be read. It has its whole time then."""
        world = new_world(drawn(starts(2), asks(3, 4, method="POST"), says("Tuesday.", 5), says("Sorry.", 5), ends()))
        request = world.rings()
        for _ in range(3):
            await world.clock.settle()
            world.api.breaks(StoreDown())
            await world.clock.advance(2)
        assert world.api.started[-1].started_at == world.clock.now()
        await world.api_answers()
        assert heard(await world.now(request)) == TUESDAY

    async def test_but_not_when_its_caller_must_be_gone(self, world: World) -> None:
        await world.held()
        for _ in range(30):
            world.api.breaks(StoreDown())
            await world.clock.advance(2)
        assert world.api.running == []
        assert heard(await world.now(world.asks(2))) == SORRY
        assert world.call.variables["EXTCALL_3"]["cause"] == "not_sent"
        assert "was not sent" in world.call.variables["EXTCALL_3"]["error"]

    @pytest.mark.parametrize("where", ["counting it", "noting it"])
    async def test_a_text_is_sent_when_it_is_back(self, new_world: NewWorld, where: str) -> None:
        world = new_world(drawn(starts(), texts("Hello.", 3, 4), says("Sent.", 5), says("Sorry.", 5), ends()))
        if where == "counting it":
            world.calls.meanwhile = [loads_fail(world)]
        world.rings()
        await world.clock.settle()
        if where == "noting it":
            world.carrier.breaks(StoreDown())
        else:
            assert world.carrier.started == []
        await world.clock.advance(2)
        await world.text_is_taken()
        assert heard(await world.now(world.asks(1))) == ["Sent.", HANGS_UP]

    @pytest.mark.parametrize("fault", ["not saved", "saved, but nobody knows"])
    async def test_an_answer_is_not_lost(self, world: World, fault: str) -> None:
        await world.held()
        await world.clock.advance(2)
        world.calls.faults = [fault, "not saved"]
        await world.api_answers()
        await world.clock.advance(6)
        assert world.knocker.pages == [2]
        assert heard(await world.now(world.asks(2))) == TUESDAY
        assert len(world.traced("replied")) == 1
        assert world.calls.open == {}

    async def test_nor_is_a_hang_up(self, world: World) -> None:
        await world.held()
        world.calls.faults = ["not saved"] * 3
        await world.hangs_up()
        assert world.record.over_at is None
        await world.clock.advance(6)
        assert world.record.over_at is not None
        assert world.api.cancelled == ["1.3"]

    async def test_a_caller_can_ask_again_for_a_page_that_could_not_be_saved(self, world: World) -> None:
        await world.now(world.rings())
        await world.api_answers()
        world.calls.faults = ["not saved"]
        with pytest.raises(StoreDown):
            await world.now(world.asks(2))
        assert heard(await world.now(world.asks(2))) == TUESDAY

    @pytest.mark.parametrize("down", [0, 3])
    async def test_a_job_whose_start_was_saved_without_our_knowing_runs(self, world: World, down: int) -> None:
        world.calls.faults = ["saved, but nobody knows"]
        request = world.rings()
        await world.clock.settle()
        assert request.exception() is not None
        world.calls.loads_fail = down
        await world.clock.advance(10)
        assert world.api.running == ["1.3"]

    @pytest.mark.parametrize("before", [[], ["not saved"]])
    async def test_so_does_one_that_follows_another(self, new_world: NewWorld, before: list[str]) -> None:
        world = new_world(drawn(starts(), asks(3, 3), asks(4, 4), says("Tuesday.", 5), ends()))
        request = world.rings()
        await world.clock.settle()
        world.calls.faults = [*before, "saved, but nobody knows"]
        await world.api_answers()
        await world.clock.advance(7)
        assert world.api.running == ["2.3"]
        await world.api_answers()
        assert heard(await world.now(request)) == TUESDAY

    async def test_a_job_whose_start_was_not_saved_does_not(self, world: World) -> None:
        world.calls.faults = ["not saved"]
        request = world.rings()
        await world.clock.advance(10)
        assert request.exception() is not None
        assert world.api.started == []
