"""Disabled blocks: calls pass them by, and whatever looks at a flow sees it as calls meet it."""

from typing import Any

import pytest

from ivr.cli.outline import outline
from ivr.flow.check import Known, check
from ivr.flow.engine import STEPS_OF_A_CALL, STEPS_WITHOUT_WAIT
from ivr.flow.graph import Graph
from ivr.flow.model import Flow
from ivr.flow.scope import Scope
from ivr.flow.silence import Audit, audit
from ivr.testing.scenario import read_scenarios
from ivr.testing.trying import attempt
from tests.story.flows import Row, asks, drawn, ends, says, starts, takes, texts
from tests.story.line import HANGS_UP, Line

BY = {"disabled": True}
NOTHING = Known(audio=frozenset(), secrets={}, flows={})


def off(row: Row) -> Row:
    return {**row, **BY}


def looks_up(**fields: Any) -> Row:
    return asks(4, 3, response_variables=takes(Date="DateText"), **fields)


def problems(flow: Flow, known: Known | None = None) -> list[tuple[str, str, int, str]]:
    return [(each.code, each.level, each.block, each.path) for each in check(flow, known)]


LOOK_UP = drawn(starts(), off({**looks_up(), "title": "Look up"}), says("Sorry.", 5), says("It is $Date.", 5), ends())


def test_a_call_goes_on_through_the_first_exit_at_once() -> None:
    line = Line(LOOK_UP).rings()
    assert line.heard == ["It is .", HANGS_UP]
    assert line.jobs == []
    assert line.traced("passed") == [{"action": "External Web Call", "title": "Look up", "port": "success"}]
    assert [(entry.kind, entry.block) for entry in line.trace][3:7] == [
        ("passed", 2),
        ("entered", 4),
        ("unset", 4),
        ("said", 4),
    ]
    assert "EXTCALL_2" not in line.call.variables
    assert line.call.steps == 3, "a step all the same"


def test_the_first_exit_is_the_first_of_the_block_and_not_of_its_wires() -> None:
    choices = [{"key": "3", "label": "Sales"}, {"key": "1", "label": "Service"}]
    menu = {"action": {"type": "menu", "prompt": "Choose.", "choices": choices}, "exits": {"key_1": 4, "key_3": 3}}
    assert Line(drawn(starts(), off(menu), says("Sales.", 5), says("Service.", 5), ends())).rings().heard[0] == "Sales."


def test_several_in_a_row() -> None:
    flow = drawn(starts(), off(says("A", 3)), off(texts("B", 4, 4)), says("C", 5), ends())
    line = Line(flow).rings()
    assert line.heard == ["C", HANGS_UP]
    assert [data["port"] for data in line.traced("passed")] == ["next", "success"]


def test_an_exit_that_leads_nowhere_ends_the_call_there() -> None:
    line = Line(drawn(starts(), off(asks(None, 3)), ends())).rings()
    assert line.problems == ["no_exit"]
    assert line.traced("problem")[0]["message"] == "Port “success” leads nowhere, so the call ends here."
    assert [entry.block for entry in line.trace if entry.kind == "problem"] == [2]
    assert line.call.status == "ended"


def test_a_circle_of_disabled_blocks_comes_to_an_end() -> None:
    flow = drawn(starts(), off(asks(3, 3)), off(says("x", 2)))
    line = Line(flow).rings()
    assert line.problems == ["endless_loop"]
    assert len(line.traced("passed")) == STEPS_WITHOUT_WAIT
    assert ("endless_loop", "error", 2, "") in problems(flow), "a web call that is passed by is no wait"


def test_steps_of_a_call_are_counted() -> None:
    steps = drawn(starts(), asks(3, 3), off(says("x", 4)), off(says("x", 2)))
    line = Line(steps).rings()
    while line.call.status == "active":
        line.api_answers({})
    assert line.problems == ["too_many_steps"]
    assert line.call.steps == STEPS_OF_A_CALL


@pytest.mark.parametrize("kind", ["end_call", "jump_to"])
def test_a_block_without_exits_is_entered_all_the_same(kind: str) -> None:
    action = {"type": kind, "flow": "a-flow"} if kind == "jump_to" else {"type": kind}
    flow = drawn(starts(), off({"action": action}))
    line = Line(flow).rings()
    assert line.traced("passed") == []
    assert [data["action"] for data in line.traced("entered")] == [flow.blocks[1].action.card.title]
    (found,) = [each for each in check(flow) if each.code == "not_disabled"]
    assert (found.level, found.block, found.path) == ("error", 2, "disabled")
    assert (found.message, found.hint) == (
        "A block without ports can't be disabled.",
        "Delete it, or connect past it.",
    )


def test_a_trigger_starts_calls_all_the_same() -> None:
    flow = drawn(off(starts()), says("Hello.", 3), ends())
    assert Line(flow).rings().heard[0] == "Hello."
    (found,) = check(flow)
    assert (found.code, found.block, found.message) == ("not_disabled", 1, "A trigger can't be disabled.")


def test_a_warning_tells_where_calls_pass_by() -> None:
    (found,) = [each for each in check(LOOK_UP) if each.block == 2]
    assert (found.code, found.level, found.path) == ("disabled", "warning", "disabled")
    assert found.message == "This block is disabled: calls pass by, through “On Success”."


def test_only_the_first_exit_counts() -> None:
    assert Graph(LOOK_UP).wires[2] == (("success", 4),)
    assert Graph(LOOK_UP).order == (1, 2, 4, 5)
    assert ("unreachable", "warning", 3, "") in problems(LOOK_UP)
    unwired = drawn(starts(), off(asks(3)), ends())
    assert problems(unwired) == [("disabled", "warning", 2, "disabled")]
    assert ("unwired", "warning", 2, "exits.success") in problems(drawn(starts(), off(asks(None, 3)), ends()))


def test_what_it_would_need_is_not_told() -> None:
    basic = {"type": "basic", "user": "$nobody", "password": {"set": True}}
    file = {"type": "file", "file": "gone.wav"}
    call = asks(4, 4, authentication=basic, body="$SECRET.gone", play_hold_music=True, hold_audio=file)
    rows = (
        starts(3),
        {"action": {"type": "jump_to", "flow": "a-flow"}},
        call,
        texts("x" * 2000, 5, 5),
        says("<speak>", 6, clip="gone.wav"),
        ends(),
    )
    on = {code for code, _, _, _ in problems(drawn(*rows), NOTHING)}
    assert on >= {"secret_missing", "no_such_audio", "no_such_secret", "unknown_variable", "message_too_long"}
    passed = drawn(*[off(row) if number in (3, 4, 5) else row for number, row in enumerate(rows, 1)])
    found = [problem for problem in problems(passed, NOTHING) if problem[2] in (3, 4, 5)]
    assert found == [("disabled", "warning", number, "disabled") for number in (3, 4, 5)]


def test_it_sets_nothing() -> None:
    scope = Scope(LOOK_UP)
    assert "EXTCALL_2.statuscode" not in scope.names
    assert not scope.known("Date")
    assert "Date" not in [each.name for each in scope.at(4)]
    assert ("unknown_variable", "warning", 4, "action.message") in problems(LOOK_UP)


def test_it_keeps_nobody_waiting_and_breaks_no_silence() -> None:
    rows = [starts(), says("Hello.", 3), asks(4, 4, timeout=6), says("Still here.", 5), asks(6, 6, timeout=5), ends()]
    assert audit(drawn(*rows)).longest_silence == 6
    assert audit(drawn(*rows[:3], off(rows[3]), *rows[4:])).longest_silence == 11
    assert audit(drawn(*rows[:2], off(rows[2]), *rows[3:])) == Audit(5, 5, 5, (5,))


def test_a_flow_without_disabled_blocks_is_met_as_it_is() -> None:
    flow = drawn(starts(), says("Hello.", 3), ends())
    assert flow.met is flow
    assert LOOK_UP.met.met is LOOK_UP.met
    assert LOOK_UP.by_number[2].action.type == "external_web_call", "the flow itself stays as it is"
    assert [block.number for block in LOOK_UP.met.blocks] == [1, 2, 3, 4, 5]


def test_an_outline_tells_it_and_the_exit_that_is_left() -> None:
    assert list(outline(LOOK_UP))[2:5] == [
        "   2  Look up (External Web Call), disabled: GET http://api.test/",
        "        On Success → 4 Play Message",
        "   3  Play Message: Sorry.",
    ]


def test_a_scenario_passes_it_by() -> None:
    text = "steps: []\nexpect:\n  heard: [It is]\n  path: [1, 4, 5]\n  ended_by: flow\n"
    (scenario,) = read_scenarios(text)
    tried = attempt(LOOK_UP, scenario)
    assert tried.failures == ()
