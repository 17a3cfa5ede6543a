"""Available Variables of requests that run beside the line, held against calls as the engine walks them."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ivr.core.call import Call
from ivr.core.events import Answered, Elapsed, Event, Fetched, Pressed
from ivr.core.template import Unset, resolve
from ivr.flow.engine import advance
from ivr.flow.model import Flow
from ivr.flow.scope import Scope
from tests.story.asking import menu
from tests.story.flows import Row, awaits, begins, drawn, starts, takes

MOST = 6
ways = st.integers(2, MOST)
names = st.sampled_from(["x", "y"])
rows: st.SearchStrategy[Row] = st.one_of(
    st.builds(lambda to, no, name: begins(to, no, response_variables=takes(**{name: "a"})), ways, ways, names),
    st.builds(
        lambda good, bad, late, end, blocks: awaits(good, bad, late, wait_for=end, blocks=sorted(blocks)),
        ways,
        ways,
        ways,
        st.sampled_from(["all", "all", "any", "good"]),
        st.sets(st.integers(2, MOST), max_size=2),
    ),
    st.builds(lambda one, other: menu({"key_1": one, "key_0": other}), ways, ways),
)
flows = st.lists(rows, min_size=MOST - 1, max_size=MOST - 1).map(lambda others: drawn(starts(), *others))
moves = st.lists(st.tuples(st.integers(0, 5), st.booleans()), max_size=25)


def event(call: Call, move: int, *, good: bool, at: int) -> Event | None:
    """An answer to one of the requests, or what the call waits for."""
    running = [each for each in call.started if not each.came]
    if running and move:
        token = running[move % len(running)].token
        return Fetched(
            at=at, token=token, cause="ok", status=200 if good else 500, value={"a": 1}, taken={"x": 1, "y": 1}
        )
    if call.waiting is None:
        return None
    if call.waiting.awaits:
        return Elapsed(at=at, token=call.waiting.token, waited=1)
    return Pressed(at=at, token=call.waiting.token, digits="1" if good else "0")


@given(flows, moves)
def test_what_is_said_to_be_sure_is_set_wherever_calls_come(flow: Flow, history: list[tuple[int, bool]]) -> None:
    scope = Scope(flow)
    told = {number: [each for each in scope.at(number) if each.block] for number in flow.by_number}
    sure = {number: {each.name for each in found if not each.maybe} for number, found in told.items()}
    call = Call("CA1", flow.id, 1)
    happening: Event | None = Answered(at=1, caller="a", dialled="b", caller_name="c")
    for at, (move, good) in enumerate(history, 2):
        if happening is not None:
            call = advance(flow, call, happening).call
        if call.status != "active":
            return
        assert all(not isinstance(resolve(call.variables, name), Unset) for name in sure[call.block]), call.block
        assert all(scope.available(call.block, name) for name in _set(call.variables)), call.block
        happening = event(call, move, good=good, at=at)


def _set(variables: dict[str, Any]) -> set[str]:
    """The names that are set, those of objects with their object."""
    found = {name for name, value in variables.items() if not isinstance(value, dict)}
    return found | {f"{name}.{part}" for name, value in variables.items() if isinstance(value, dict) for part in value}
