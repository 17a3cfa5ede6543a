"""What a flow needs that is kept elsewhere."""

from typing import Any

import pytest

from ivr.core.effects import DEFAULT_AUDIO
from ivr.core.problem import Problem
from ivr.flow.check import Known, check, entries
from ivr.flow.model import Flow
from tests.story.flows import Row, asks, drawn, ends, says, starts

NOTHING = Known(audio=frozenset(), secrets={}, flows={})


def jumps(flow: str, entry: int = 0) -> Row:
    return {"action": {"type": "jump_to", "flow": flow, "entry": entry}}


def comes_in() -> Row:
    return {"action": {"type": "jump_from"}, "exits": {"next": 2}}


def told(flow: Flow, known: Known | None) -> list[tuple[str, str, int, str, str]]:
    return [_short(problem) for problem in check(flow, known)]


def _short(problem: Problem) -> tuple[str, str, int, str, str]:
    return problem.code, problem.level, problem.block, problem.path, problem.hint


PLAYS = drawn(
    starts(),
    says("", 3, clip="welcome.wav"),
    asks(4, 4, play_hold_music=True, hold_audio={"type": "file", "file": "song.wav"}),
    ends(),
)
SENDS = drawn(
    starts(),
    asks(
        3,
        3,
        url="https://api.test/$SECRET.tenant.orders",
        headers=[{"name": "X", "value": "v1 ${SECRET.crm}"}],
        authentication={"type": "bearer", "token": "$SECRET.token"},
    ),
    ends(),
)


@pytest.mark.parametrize("flow", [PLAYS, SENDS, drawn(starts(), jumps("other"))])
def test_what_is_not_known_is_not_asked_for(flow: Flow) -> None:
    assert told(flow, None) == told(flow, Known()) == []


def test_audio_that_is_not_there() -> None:
    known = Known(audio=frozenset({"welcome2.wav"}))
    assert told(PLAYS, known) == [
        ("no_such_audio", "error", 2, "action.clip", "Did you mean “welcome2.wav”?"),
        ("no_such_audio", "error", 3, "action.hold_audio.file", "Add it with `ivr audio add`, or choose another."),
    ]
    assert told(PLAYS, Known(audio=frozenset({"welcome.wav", "song.wav"}))) == []


def test_the_default_music_is_always_there() -> None:
    flow = drawn(starts(), says("", 3, clip=DEFAULT_AUDIO), asks(4, 4, play_hold_music=True), ends())
    assert told(flow, NOTHING) == []


def test_secrets_that_are_not_there() -> None:
    assert told(SENDS, NOTHING) == [
        ("no_such_secret", "error", 2, path, f"Set it with `ivr secret set {name}`.")
        for path, name in (
            ("action.url", "tenant"),
            ("action.headers[0].value", "crm"),
            ("action.authentication.token", "token"),
        )
    ]
    assert told(SENDS, Known(secrets=dict.fromkeys(("tenant", "crm", "token"), ()))) == []


@pytest.mark.parametrize(
    ("row", "flows", "found"),
    [
        (jumps("other"), {}, ("no_such_flow", "error", 2, "action.flow", "Save it first, or choose another.")),
        (jumps("othr"), {"other": None}, ("no_such_flow", "error", 2, "action.flow", "Did you mean “other”?")),
        (
            jumps("other"),
            {"other": None},
            ("unpublished_flow", "warning", 2, "action.flow", "Publish it before calls come here."),
        ),
        (jumps("other"), {"other": frozenset()}, ("no_entry", "error", 2, "action.flow", "Give it one.")),
        (jumps("other", 4), {"other": frozenset({2, 3})}, ("no_entry", "error", 2, "action.entry", "It has: 2, 3.")),
    ],
)
def test_flows_that_are_not_there(row: Row, flows: Any, found: tuple[str, str, int, str, str]) -> None:
    assert told(drawn(starts(), row), Known(flows=flows)) == [found]


@pytest.mark.parametrize("entry", [0, 3])
def test_flows_that_are_there(entry: int) -> None:
    assert told(drawn(starts(), jumps("other", entry)), Known(flows={"other": frozenset({3})})) == []


def test_a_flow_knows_its_own_doors() -> None:
    own = drawn(comes_in(), jumps("a-flow", 1))
    assert entries(own) == {1}
    assert told(own, None) == told(own, NOTHING) == []
    assert [code for code, *_ in told(drawn(comes_in(), jumps("a-flow", 2)), None)] == ["no_entry"]
    assert [code for code, *_ in told(drawn(starts(), jumps("a-flow")), NOTHING)] == ["no_entry"]


def test_a_flow_that_no_number_leads_to() -> None:
    texted = drawn({"action": {"type": "inbound_sms"}, "exits": {"next": 2}}, ends())
    hint = "Assign one with `ivr numbers assign NUMBER a-flow`."
    for flow in (drawn(starts(2), ends()), texted):
        assert told(flow, Known(numbers=frozenset())) == [("no_number", "warning", 1, "", hint)]
        assert told(flow, Known(numbers=frozenset({"+15550100"}))) == told(flow, Known()) == []


def test_a_flow_that_needs_no_number() -> None:
    by_api = drawn({"action": {"type": "inbound_api"}, "exits": {"next": 2}}, ends())
    assert told(by_api, Known(numbers=frozenset())) == []
