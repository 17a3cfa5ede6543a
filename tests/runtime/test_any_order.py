"""Whatever happens in whatever order: every word is handed out once, in order, and every job runs once."""

import asyncio
from collections import Counter
from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.core.effects import Hangup, Pause, Play
from ivr.core.mailbox import Page
from tests.runtime.imagined import CALL, World, heard
from tests.story.flows import asks, drawn, ends, says, starts, texts
from tests.story.line import Line

STILL = {"text": "Still looking.", "after": 4}
THANKS = {"text": "Thank you.", "after": 6, "every": 5}
ONCE = {"Let me look.", "Still looking.", "Hm."}
FLOW = drawn(
    starts(),
    says("One.", 3),
    asks(4, 5, play_hold_music=True, opening_line="Let me look.", timed_lines=[STILL, THANKS], minimum_play=2),
    says("Two.", 6),
    says("No two.", 6),
    asks(7, 8, method="POST", play_hold_music=True, hold_audio={"type": "speech", "text": "Wait."}, opening_line="Hm."),
    says("Three.", 9),
    says("No three.", 9),
    texts("Hello.", 10, 11),
    says("Four.", 11),
    ends(),
)
END = Page((Hangup(),), None)
MOST = 100

moves = st.one_of(
    st.just(("ring",)),
    st.tuples(st.just("ask"), st.sampled_from([0, 0, 0, 0, -1])),
    st.tuples(st.just("wait"), st.sampled_from([0.05, 0.3, 0.6, 1.1, 6, 46])),
    st.tuples(st.just("answer"), st.booleans()),
    st.just(("fallback",)),
    st.tuples(st.just("knock"), st.sampled_from(["early", "busy", "gone"])),
    st.tuples(st.just("fault"), st.sampled_from(["not saved", "saved, but nobody knows"])),
)


class Caller:
    """Follows the pages as a carrier would, and writes down what it is given."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.next = 1
        self.words: dict[int, Page] = {}
        self.held: list[str] = []
        self.outcomes: list[bool] = []
        self.open: list[asyncio.Task[Page]] = []

    async def moves(self, move: tuple[object, ...]) -> None:
        match move:
            case ["ring"]:
                self.open.append(self.world.rings())
            case ["ask", int(offset)]:
                self.open.append(self.world.asks(max(1, self.next + offset)))
            case ["fallback"]:
                self.open.append(self.world.could_not_play())
            case _:
                await self.happens(move)
        await self.world.clock.settle()
        self.listens()

    async def happens(self, move: tuple[object, ...]) -> None:
        match move:
            case ["wait", float() | int() as seconds]:
                await self.world.clock.advance(seconds)
            case ["answer", bool(good)]:
                await self.answers(good)
            case ["knock", str(answer)]:
                self.world.knocker.script.append(answer)
            case ["fault", str(fault)]:
                self.world.calls.faults.append(fault)
            case ["hang up"]:
                await self.world.hangs_up()

    async def answers(self, good: bool) -> None:
        if self.world.api.running:
            self.outcomes.append(good)
            await self.world.api_answers(status=200 if good else 500)
        elif self.world.carrier.running:
            self.outcomes.append(True)
            await self.world.text_is_taken()

    def listens(self) -> None:
        for request in [request for request in self.open if request.done()]:
            self.open.remove(request)
            with suppress(Exception):
                self.gets(request.result())

    def gets(self, page: Page) -> None:
        if page.next is not None:
            self.next = max(self.next, page.next)
        if page == END:
            return
        if isinstance(page.verbs[-1], Play | Pause):
            assert page.next is not None
            self.held += heard(page)
            return
        number = page.next - 1 if page.next else MOST
        assert self.words.setdefault(number, page) == page, "a page asked for again has the same words"

    async def hears_it_out(self) -> None:
        """No more trouble: jobs end, and the caller follows the pages to the end."""
        self.world.calls.faults.clear()
        for _ in range(MOST):
            await self.moves(("ask", 0) if CALL in self.world.calls.records else ("ring",))
            await self.moves(("answer", True))
            await self.moves(("wait", 10))
            if MOST in self.words:
                return
        raise AssertionError("the call never ends")

    @property
    def heard(self) -> list[str]:
        return heard(*(page for _, page in sorted(self.words.items())))


def told(outcomes: list[bool]) -> list[str]:
    """What a caller hears when the jobs end like this."""
    line = Line(FLOW).rings()
    for good in outcomes:
        if line.texts:
            line.text_is_taken()
        else:
            line.api_answers({}, 200 if good else 500)
    return line.heard


@settings(max_examples=3 * settings.default.max_examples // 2)
@given(st.lists(moves, max_size=20))
def test_every_word_once_and_in_order(history: list[tuple[object, ...]]) -> None:
    async def live() -> None:
        caller = Caller(World(FLOW))
        try:
            for move in history:
                await caller.moves(move)
            await caller.hears_it_out()
            assert caller.heard == told(caller.outcomes)
            assert_jobs_ran_once(caller.world)
            assert_lines_said_once(caller.held)
            assert caller.world.calls.open == {}
        finally:
            await caller.world.close()

    asyncio.run(live())


@given(st.lists(moves, max_size=12), st.lists(moves, max_size=12))
def test_a_hang_up_at_any_time_ends_everything(
    before: list[tuple[object, ...]], after: list[tuple[object, ...]]
) -> None:
    async def live() -> None:
        caller = Caller(World(FLOW))
        try:
            for move in [("ring",), *before, ("hang up",), ("wait", 10), *after, ("answer", True), ("wait", 10)]:
                await caller.moves(move)
            caller.world.calls.faults.clear()
            await caller.moves(("wait", 60))
            everything = told(caller.outcomes + [True] * (3 - len(caller.outcomes)))
            assert caller.heard == everything[: len(caller.heard)] or not is_whole(caller)
            assert caller.world.record.over_at is not None
            assert caller.world.call.waiting is None
            assert_jobs_ran_once(caller.world)
            knocks = len(caller.world.knocker.pages)
            await caller.moves(("wait", 60))
            assert len(caller.world.knocker.pages) == knocks
        finally:
            await caller.world.close()

    asyncio.run(live())


def is_whole(caller: Caller) -> bool:
    """Whether the caller has got every page up to the last one; a page may get lost with the end of the call."""
    return sorted(caller.words) == list(range(1, len(caller.words) + 1))


def assert_lines_said_once(held: list[str]) -> None:
    """Whatever is said beside the audio is said at most once, what opens it first; words are never among it."""
    once = [word for word in held if word in ONCE]
    assert len(once) == len(set(once))
    assert once == sorted(once, key=["Let me look.", "Still looking.", "Hm."].index)
    assert not {"One.", "Two.", "No two.", "Three.", "No three.", "Four."} & set(held)


def assert_jobs_ran_once(world: World) -> None:
    tokens = Counter(running.token for running in (*world.api.started, *world.carrier.started))
    assert set(tokens.values()) <= {1}
