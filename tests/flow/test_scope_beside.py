"""Available Variables of requests that run beside the line, held against calls as the engine walks them."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ivr.core.call import Call
from ivr.core.events import Answered, Elapsed, Event, Fetched, Pressed
from ivr.core.resolving import resolve
from ivr.core.template import Unset
from ivr.flow.engine import advance
from ivr.flow.model import Flow
from ivr.flow.scope import Scope
from tests.story.asking import menu
from tests.story.flows import awaits, begins, drawn, ends, starts, takes

MOST = 6
ways = st.integers(2, MOST)
starting = st.builds(
    lambda to, no, name: begins(to, no, response_variables=takes(**{name: "a"})),
    st.integers(3, 4),
    ways,
    st.sampled_from(["x", "x", "y"]),
)
awaiting = st.builds(
    lambda bad, late, end, blocks: awaits(5, bad, late, wait_for=end, blocks=sorted(blocks)),
    ways,
    ways,
    st.sampled_from(["all", "all", "any", "good"]),
    st.sets(st.integers(2, 3)),
)
asking = st.builds(lambda one, other: menu({"key_1": one, "key_0": other}), ways, ways)
flows = st.builds(drawn, st.builds(starts, st.integers(2, 3)), starting, starting, awaiting, asking, asking | awaiting)
"""Two requests, one wait, then a question that leads anywhere, back to one of the requests too."""
moves = st.lists(st.tuples(st.integers(0, 5), st.sampled_from([True, True, False])), min_size=5, max_size=25)


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


def test_a_request_in_a_loop_takes_back_what_its_answer_had_set() -> None:
    """The second time round, block 4 unsets x, and it was block 2 that had made it sure before."""
    x = takes(x="a")
    first = (starts(), begins(3, 8, response_variables=x), awaits(4, 8, 8, blocks=[2]))
    again = (begins(5, 8, response_variables=x), menu({"key_1": 6}), awaits(7, 8, 8, blocks=[4]), menu({"key_1": 4}))
    told = {each.name: each.maybe for each in Scope(drawn(*first, *again, ends())).at(5)}
    assert told["x"]
    assert not {each.name: each.maybe for each in Scope(drawn(*first, *again, ends())).at(4)}.get("EXTCALL_2.cause")
