"""Every block is held against its golden cases; no declaration can be left out, or made up, without one noticing."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ivr.actions.condition import Condition
from ivr.actions.inbound_api import InboundApi
from ivr.actions.text_operations import TextOperations
from ivr.core.action import Action, Port, Sets, Stay
from ivr.core.declared import type_of
from ivr.registry import ACTIONS
from ivr.testing import assert_block_honest
from ivr.testing.golden import Row, case_of, rows_in
from ivr.testing.honest import lies

GOLDEN = Path(__file__).parent / "golden"
DECLARATIONS = (
    "audio",
    "begins",
    "brings",
    "hides",
    "on_phone",
    "ports",
    "sends",
    "sends_off",
    "spoken",
    "starts_at",
    "stay",
    "variables",
)
"""What the checks of flows believe of a block."""
BEYOND_CASES = {("condition", "ports"), ("text_operations", "ports"), ("inbound_api", "on_phone")}
"""What no case can show: the label of a port, a port that some settings never leave by, and whether the other side of a
request is on the phone. Each has a test of its own below."""
OWN = [(action, name) for action in ACTIONS for name in DECLARATIONS if name in vars(action)]
PROVEN = [(action, name) for action, name in OWN if (type_of(action), name) not in BEYOND_CASES]
each = pytest.mark.parametrize("action", ACTIONS, ids=type_of)


def golden(action: type[Action[Any]]) -> Path:
    return GOLDEN / f"{type_of(action)}.json"


def lying(action: type[Action[Any]], **instead: Any) -> type[Action[Any]]:
    """The action with other declarations."""
    return type(action)(f"Lying{action.__name__}", (action,), {"__module__": __name__, "__doc__": "Lies.", **instead})


def test_every_action_has_a_golden_file_and_every_golden_file_an_action() -> None:
    assert sorted(path.stem for path in GOLDEN.iterdir()) == sorted(map(type_of, ACTIONS))


@each
def test_it_does_what_it_declares(action: type[Action[Any]]) -> None:
    assert_block_honest(action, golden(action))


@pytest.mark.parametrize(("action", "name"), PROVEN, ids=[f"{type_of(action)}.{name}" for action, name in PROVEN])
def test_no_declaration_can_be_left_out(action: type[Action[Any]], name: str) -> None:
    assert lies(lying(action, **{name: vars(Action)[name]}), rows_in(golden(action))) != []


def test_what_no_case_shows() -> None:
    either = Condition.model_validate({"rows": [{"variable": "$a"}], "match": "any"})
    assert [port.label for port in either.ports] == ["If Any Condition True", "Otherwise"]
    louder = TextOperations.model_validate({"operation": "upper_case", "text": "x"})
    assert [port.id for port in louder.ports] == ["success"]
    assert InboundApi(reach_by="call").on_phone
    assert not InboundApi(reach_by="text").on_phone


def test_most_actions_declare_something() -> None:
    assert {name for _, name in OWN} == {*DECLARATIONS} - {"spoken"}
    assert {type_of(action) for action, name in OWN if name == "stay"} == {
        "ask_by_sms",
        "await",
        "collect_digits",
        "external_web_call",
        "hand_over",
        "menu",
        "record",
        "send_sms",
        "transfer",
    }


@each
def test_no_port_can_be_forgotten_or_made_up(action: type[Action[Any]]) -> None:
    rows = rows_in(golden(action))
    for port in action.card.ports:
        fewer = property(lambda self, gone=port.id: tuple(one for one in action.ports.fget(self) if one.id != gone))  # type: ignore[attr-defined]
        assert lies(lying(action, ports=fewer), rows) != [], f"without {port.id}"
    more = property(lambda self: (*action.ports.fget(self), Port("made_up", "Made up")))  # type: ignore[attr-defined]
    if not action.card.ports_from:
        assert lies(lying(action, ports=more), rows) != []


@each
def test_no_variable_can_be_forgotten_or_made_up(action: type[Action[Any]]) -> None:
    rows = rows_in(golden(action))
    for name in {sets.name for case in _cases(action, rows) for sets in case.action.variables()} & _set(action, rows):
        fewer = lambda self, gone=name: tuple(one for one in action.variables(self) if one.name != gone)  # noqa: E731
        assert lies(lying(action, variables=fewer), rows) != [], f"without {name}"
    made_up = Sets("made_up", "Made up", ports=("never",))
    card = _card(action, sets=(*action.card.sets, made_up))
    more = lambda self: (*action.variables(self), made_up)  # noqa: E731
    assert lies(lying(action, card=card, variables=more), rows) != []


@each
@pytest.mark.parametrize("short", ["wait", "silence", "outside", "asks"])
def test_no_wait_can_be_played_down(action: type[Action[Any]], short: str) -> None:
    rows = rows_in(golden(action))
    told = [case.action.stay() for case in _cases(action, rows)]

    def stay(self: Action[Any]) -> Stay:
        said = action.stay(self)
        values = {name: getattr(said, name) for name in Stay.__struct_fields__}
        return Stay(**{**values, short: values[short] / 2 if short in {"wait", "silence"} else not values[short]})

    if any(getattr(one, short) for one in told):
        assert lies(lying(action, stay=stay), rows) != []


@each
def test_no_clip_can_be_forgotten_or_made_up(action: type[Action[Any]]) -> None:
    rows = rows_in(golden(action))
    if "audio" in vars(action):
        assert lies(lying(action, audio=lambda self: action.audio(self)[1:]), rows) != []
    more = lambda self: (*action.audio(self), ("made_up", "made-up.wav"))  # noqa: E731
    assert lies(lying(action, audio=more), rows) != []


@each
def test_no_secret_is_said_to_leave_that_does_not(action: type[Action[Any]]) -> None:
    rows = rows_in(golden(action))
    has_texts = any(case.action.templates for case in _cases(action, rows) if case.reply is None)
    if has_texts and type_of(action) != "external_web_call":
        assert lies(lying(action, sends=lambda self, path: True), rows) != []


@each
def test_what_begins_says_how(action: type[Action[Any]]) -> None:
    rows = rows_in(golden(action))
    assert lies(lying(action, begins=lambda self, event: not action.begins(self, event)), rows) != []
    assert lies(lying(action, card=_card(action, trigger=not action.card.trigger)), rows) != []


@each
def test_nothing_is_hidden_that_is_shown(action: type[Action[Any]]) -> None:
    rows = rows_in(golden(action))
    names = _set(action, rows)
    own = lambda self, number: (*(f"{action.card.prefix}_{number}.{name}" for name in names), *names)  # noqa: E731
    if names:
        assert lies(lying(action, hides=own), rows) != []


def _cases(action: type[Action[Any]], rows: list[Row]) -> Iterator[Any]:
    return (case_of(action, row) for row in rows)


def _set(action: type[Action[Any]], rows: list[Row]) -> set[str]:
    outcomes = [case.outcome for case in _cases(action, rows)]
    return {name for outcome in outcomes for field in ("set", "share") for name in getattr(outcome, field, ())}


def _card(action: type[Action[Any]], **changed: Any) -> Any:
    card = action.card
    return type(card)(**{**{name: getattr(card, name) for name in card.__struct_fields__}, **changed})
