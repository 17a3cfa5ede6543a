"""Any flow, any history: the engine survives, terminates, and repeats change nothing."""

from dataclasses import dataclass
from typing import Any, get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.core.call import Call, Entry, Turn, Waiting
from ivr.core.effects import Alarm, AnyJob, Fetch, Hangup, Question
from ivr.core.events import Answered, Cause, Elapsed, Event, Fetched, HungUp, Reply, Texted
from ivr.flow.check import check
from ivr.flow.engine import LOST, STEPS_OF_A_CALL, STEPS_WITHOUT_WAIT, advance, fail
from ivr.flow.model import Flow
from tests.core.any_value import json_values, plain_text
from tests.flow.asking_rows import asking_rows, replies, reply
from tests.flow.logic_rows import logic_rows
from tests.story.flows import Row, asks, awaits, drawn, ends, says, starts, takes, texts
from tests.story.line import stored

MOST = 7
written = st.lists(
    st.sampled_from(
        ["Hello", "$ANI", "$EXTCALL_2.x", "$x", "${kind}", "$x.a[0]", "$SECRET.s", "$$5", "\x00", "\n", ". "]
    ),
    max_size=5,
).map("".join)
ways = st.none() | st.integers(0, MOST + 1)
queries = st.sampled_from(["a", "a.b[0]", "[0]", "array[0]", "$..a", "$.a[*]", "$.`sorted`", "$"])
names = st.sampled_from(["x", "kind", "self", "ANI", "EXTCALL_2", "data"])
rows: st.SearchStrategy[Row] = st.one_of(
    st.builds(starts, ways),
    st.builds(says, written, ways),
    st.builds(texts, written, ways, ways),
    st.builds(
        lambda success, failure, variables, /, **fields: asks(success, failure, response_variables=variables, **fields),
        ways,
        ways,
        st.dictionaries(names, queries, max_size=3).map(lambda chosen: takes(**chosen)),
        url=written,
        method=st.sampled_from(["GET", "POST"]),
        body=written,
        content_type=st.sampled_from([None, "application/json", "text/xml", "multipart/form-data"]),
        form=st.lists(st.builds(lambda value: {"name": "a", "value": value}, written), max_size=2),
        authentication=st.none()
        | st.builds(lambda user: {"type": "basic", "user": user, "password": "$SECRET.p"}, written),
        success=st.sampled_from(["2xx", "any", "404,500-599"]),
        start=st.sampled_from(["wait", "wait", "go on"]),
        play_hold_music=st.booleans(),
        opening_line=written,
        timed_lines=st.lists(st.builds(lambda text: {"text": text, "after": 5}, written), max_size=2),
    ),
    st.builds(ends),
    st.builds(awaits, ways, ways, ways, wait_for=st.sampled_from(["all", "any", "good"])),
    logic_rows(written, ways),
    asking_rows(written, ways),
)
switched = st.builds(lambda row, off: {**row, "disabled": off == 0}, rows, st.integers(0, 4))
flows = st.lists(switched, max_size=MOST - 1).map(lambda others: drawn(starts(), *others))


@dataclass(frozen=True)
class Answer:
    """The reply to whatever is being waited for."""

    good: bool
    status: int | None
    cause: Cause
    value: Any
    text: str
    caller: dict[str, Any]

    def event(self, waiting: Waiting, job: AnyJob | None, at: int) -> Reply:
        token = waiting.token
        if waiting.asks != "job":
            return reply(waiting, self.caller, at)
        if isinstance(job, Fetch):
            return Fetched(
                at=at,
                token=token,
                cause="ok" if self.good else self.cause,
                status=self.status,
                value=self.value,
                body=self.text,
                error=self.text,
            )
        if isinstance(job, Alarm):
            return Elapsed(at=at, token=token, waited=1)
        return Texted(at=at, token=token, accepted=self.good, sid=self.text, error=self.text)


answers = st.builds(
    Answer,
    st.booleans(),
    st.none() | st.sampled_from([200, 204, 299, 300, 404, 500]),
    st.sampled_from(get_args(Cause)),
    json_values,
    plain_text,
    replies,
)
tokens = st.text("0123456789.", max_size=5) | plain_text
strays = st.builds(Fetched, at=st.just(0), token=tokens, cause=st.just("ok"), value=json_values) | st.builds(
    Texted, at=st.just(0), token=tokens, accepted=st.booleans()
)
others = st.builds(HungUp, at=st.just(0), reason=plain_text) | st.builds(
    Answered, at=st.just(0), caller=plain_text, dialled=plain_text, caller_name=plain_text
)
histories = st.lists(st.one_of(answers, answers, answers, strays, others), max_size=15)
first = st.builds(Answered, at=st.integers(0, 2**45), caller=plain_text, dialled=plain_text, caller_name=plain_text)


def lived(flow: Flow, rung: Answered, history: list[Answer | Event]) -> list[tuple[Call, Event, Turn]]:
    """Every event of the history: the call before it, the event, and the turn it led to."""
    call, job, told = Call("CA1", flow.id, 1), None, []
    for at, item in enumerate([rung, *history]):
        event: Event | None = item if isinstance(item, Event) else None
        if isinstance(item, Answer):
            beside = [Waiting(each.token, each.since) for each in call.started if not each.came]
            asked = beside[0] if beside and item.status == 200 else call.waiting
            event = (
                item.event(asked, job if asked is call.waiting else Fetch(method="GET", url=""), at) if asked else None
            )
        if event is None:
            continue
        turn = advance(flow, call, event)
        told.append((call, event, turn))
        call, job = stored(turn.call, Call), turn.job or job
    return told


@settings(max_examples=2 * settings.default.max_examples)
@given(flows, first, histories)
def test_a_turn_is_whole(flow: Flow, rung: Answered, history: list[Answer | Event]) -> None:
    for before, event, turn in lived(flow, rung, history):
        after = turn.call
        assert stored(after, Call) == after
        assert stored(turn.trace, tuple[Entry, ...]) == turn.trace
        if turn.job is not None:
            assert stored(turn.job, AnyJob) == turn.job
        if after is not before:
            assert after.turn == before.turn + 1
            asks = after.waiting.asks if after.waiting is not None and not isinstance(event, HungUp) else None
            assert (turn.job is not None) == (asks == "job" and after.waiting != before.waiting)
            asked = asks not in {None, "job"} and after.waiting != before.waiting
            assert isinstance(turn.verbs[-1] if turn.verbs else None, Question) == asked
            assert turn.trace
        if before.status == "active" and after.status == "ended" and not isinstance(event, HungUp):
            assert isinstance(turn.verbs[-1], Hangup)
        assert not any(isinstance(verb, Hangup) for verb in turn.verbs[:-1])
        assert after.steps <= STEPS_OF_A_CALL
        assert after.steps - before.steps <= STEPS_WITHOUT_WAIT


@settings(max_examples=2 * settings.default.max_examples)
@given(flows, first, histories)
def test_repeats_and_strays_change_nothing(flow: Flow, rung: Answered, history: list[Answer | Event]) -> None:
    for before, event, turn in lived(flow, rung, history):
        assert advance(flow, before, event) == turn, "the same event makes the same turn"
        if turn.call.status != "active" or not isinstance(event, HungUp):
            assert advance(flow, turn.call, event) == Turn(turn.call), "and a repeated one makes none"
        if isinstance(event, Reply) and before.asked(event.token) is None:
            assert turn == Turn(before)


@given(flows, first, histories, strays | others)
def test_what_has_ended_stays_ended(flow: Flow, rung: Answered, history: list[Answer | Event], event: Event) -> None:
    *_, (_, _, last) = lived(flow, rung, [*history, HungUp(at=0, reason=LOST)])
    assert last.call.status == "ended"
    assert last.call.waiting is None
    assert advance(flow, last.call, event) == Turn(last.call)


@given(flows, first, histories)
def test_an_apology_is_possible_at_any_time(flow: Flow, rung: Answered, history: list[Answer | Event]) -> None:
    for before, _, _ in lived(flow, rung, history):
        turn = fail(flow, before, 0, "Oh.")
        assert (turn.call.status, turn.call.waiting, turn.job) == ("failed", None, None)
        assert isinstance(turn.verbs[-1], Hangup)
        assert advance(flow, turn.call, rung) == Turn(turn.call)


@given(flows)
def test_checking_never_fails_and_what_is_written_reads_the_same(flow: Flow) -> None:
    check(flow)
    assert Flow.model_validate_json(flow.model_dump_json()) == flow
