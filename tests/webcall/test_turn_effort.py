"""However much a turn has to do, no other call waits for it, and it comes to an end: what it may do is counted, and
what a call keeps has an end too."""

from typing import Any

import pytest

from ivr.core.call import Call, Turn
from ivr.core.effects import Hangup, Say
from ivr.core.effort import Effort
from ivr.core.events import Requested
from ivr.core.redaction import MOST_VEILED
from ivr.core.values import Value
from ivr.flow.engine import advance
from ivr.flow.keeping import MOST_KEPT
from ivr.flow.model import Flow
from ivr.runtime.gate import Open
from ivr.runtime.ports import CallRecord
from ivr.runtime.turning import Turning
from tests.story.flows import asks, drawn, ends, says, starts
from tests.story.line import Line
from tests.webcall.test_webcall_stalls import OneFlow, longest_round, no_clip

pytestmark = pytest.mark.process

MOST = 250_000
"""Lines in one round of the loop: ten milliseconds or so. Each of these turns takes millions."""
NEW = Call("CA1", "a-flow", 1)


def through(*actions: dict[str, Any]) -> Flow:
    """A flow of these blocks one after the other, each left by whichever port. It starts with `$L` and `$T`."""
    first = {"action": {"type": "inbound_api"}, "exits": {"next": 2}}
    ports = ("next", "success", "failure", "default", *map("c{}".format, range(30)))
    rows = [{"action": each, "exits": dict.fromkeys(ports, number)} for number, each in enumerate(actions, 3)]
    return drawn(first, *rows, ends(), apology="So sorry.")


def sets(*rows: tuple[str, str], kind: str | None = None) -> dict[str, Any]:
    return {"type": "set_variables", "rows": [{"name": name, "value": value, "as": kind} for name, value in rows]}


def many(value: str, block: int = 0, kind: str | None = None) -> dict[str, Any]:
    return sets(*[(f"b{block}n{number}", value) for number in range(50)], kind=kind)


CASES = [
    {"label": f"{n}", "id": f"c{n}", "variable": "$T", "operator": "is_one_of", "values": ["$L"] * 6} for n in range(30)
]
LISTS = through({"type": "switch", "cases": CASES})
TREES = through(sets(("a", "[1]"), *[("a", "[$a,$a]")] * 13, kind="json"), *[many("[$a]", kind="json")] * 3)
TEXTS = through(sets(("a", "x" * 49), *[("a", "$a$a")] * 10), *[many("$a", block) for block in range(20)])
LETTERS = through(*[{"type": "text_operations", "operation": "spell", "text": "$T"}] * 40)
PARTS = through(*[{"type": "text_operations", "operation": "say_as_list", "text": "$L"}] * 90)
WORDS = through(*[{"type": "play_message", "message": "$L" * 50}] * 3)


@pytest.mark.parametrize(
    ("flow", "items", "text"),
    [
        (LISTS, [1000] * 6000, ""),
        (TREES, [], ""),
        (LETTERS, [], "a word, " * 3000),
        (PARTS, ["a word"] * 3000, ""),
        (WORDS, ["a word"] * 3000, ""),
    ],
    ids=["lists", "trees", "letters", "parts", "words"],
)
def test_a_turn_that_grows_never_keeps_the_loop(flow: Flow, items: list[Value], text: str) -> None:
    rung = Requested(at=1, caller="", dialled="", inputs={"L": items, "T": text})
    turning = Turning(OneFlow(flow), no_clip, Open())
    traces = []

    async def turn() -> None:
        traces.append((await turning.change(CallRecord(NEW), rung)).trace)

    assert longest_round(turn) < MOST
    assert traces[-1] == advance(flow, NEW, rung).trace, "begun again in a thread, it is the same turn"


def ended(turn: Turn) -> list[str]:
    """The problems of a turn, after which the caller has heard the apology, and was hung up."""
    assert turn.verbs == (Say("So sorry.", language="en-US"), Hangup())
    assert (turn.call.status, turn.call.waiting) == ("ended", None)
    return [entry.data["code"] for entry in turn.trace if entry.kind == "problem"]


def test_what_is_too_much_work_ends_the_call_at_its_block() -> None:
    rung = Requested(at=1, caller="", dialled="", inputs={"L": [1000] * 10_000, "T": "x"})
    turn = advance(LISTS, NEW, rung, Effort(1_000_000))
    assert ended(turn) == ["too_much_work"]
    assert turn.trace[-2].block == 2


def test_what_is_too_much_to_keep_ends_the_call() -> None:
    turn = advance(TEXTS, NEW, Requested(at=1, caller="", dialled=""))
    assert ended(turn) == ["too_much_kept"]
    assert sum(len(each) for each in turn.call.variables.values() if isinstance(each, str)) < MOST_KEPT


def test_what_grows_from_turn_to_turn_ends_as_well() -> None:
    grows = {"action": sets(("a", "${a}" + "x" * 3000)), "exits": {"next": 3}}
    copies = [{"action": many("$a", number), "exits": {"next": number + 1}} for number in (3, 4)]
    menu = {"type": "menu", "prompt": "Go on?", "choices": [{"key": "1", "label": "Yes"}], "timeout": 5}
    line = Line(drawn(starts(), grows, *copies, {"action": menu, "exits": {"key_1": 2}})).rings()
    while line.call.status == "active":
        line.presses("1")
    assert line.problems == ["too_much_kept"]


def test_answers_that_are_read_fit_and_one_too_many_fails() -> None:
    """Each is kept as text and as a tree."""
    reads = "$EXTCALL_{0}.response.a $EXTCALL_{0}.responsebody $EXTCALL_{0}.error"
    rows = [asks(number + 1, 5, play_hold_music=True) for number in (2, 3, 4)]
    line = Line(drawn(starts(), *rows, says(" ".join(map(reads.format, (2, 3, 4)))), ends())).rings()
    for _ in range(3):
        assert line.problems == []
        line.api_answers({"a": "x" * 1_000_000})
    assert [line.variable(f"EXTCALL_{number}.cause") for number in (2, 3, 4)] == ["ok", "ok", "too_large"]
    assert line.call.status == "ended"
    assert line.traced("left")[-1]["port"] == "next"
    assert line.variable("EXTCALL_4.error").startswith("With these, all variables of the call are longer than")


def test_what_is_hidden_has_an_end_and_is_looked_for_with_one_search() -> None:
    flow = through(sets(("card", "4111111111111111")), *[many("$card", block) for block in range(40)])
    new = Call("CA1", "a-flow", 1, hidden=("card",))
    turn = advance(flow, new, Requested(at=1, caller="", dialled=""))
    assert ended(turn) == ["too_many_hidden"]
    assert len(turn.call.hidden) <= MOST_VEILED
    assert "4111" not in str(turn.trace)
