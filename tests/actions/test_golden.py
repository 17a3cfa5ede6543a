"""What each action decides, case by case, in `golden/<type>.json`; `IVR_GOLDEN=write` writes the outcomes anew."""

import os
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
from pydantic import TypeAdapter

from ivr.core import events
from ivr.core.action import Action, Visit
from ivr.core.call import Call
from ivr.core.values import parse_json, to_json
from ivr.registry import ACTIONS, AnyAction

GOLDEN = Path(__file__).parent / "golden"
BLOCK = 3
action_of: TypeAdapter[Any] = TypeAdapter(AnyAction)


def type_of(action: type[Action[Any]]) -> str:
    (name,) = get_args(action.model_fields["type"].annotation)
    return str(name)


TYPES = [type_of(action) for action in ACTIONS]


def outcome(case: dict[str, Any]) -> dict[str, Any]:
    """What the case's action decides: when it is entered or, if the case has a reply, when that comes."""
    action = action_of.validate_python(case["action"])
    call = Call("CA1", "a-flow", 1, block=BLOCK, attempt=case.get("attempt", 1), variables=case.get("variables", {}))
    visit = Visit(call, BLOCK, at=0)
    decided = action.resume(visit, reply(case["reply"])) if "reply" in case else action.enter(visit)
    return {"decides": type(decided).__name__, **parse_json(to_json(decided))}


def reply(fields: dict[str, Any]) -> events.Event:
    kind = getattr(events, fields["event"])
    given = {name: value for name, value in fields.items() if name != "event"}
    return msgspec.convert({"at": 0, "token": f"1.{BLOCK}", **given}, kind)


def test_the_union_and_the_list_hold_the_same_actions() -> None:
    assert get_args(get_args(AnyAction)[0]) == ACTIONS


def test_every_action_has_a_golden_file_and_every_golden_file_an_action() -> None:
    assert sorted(path.stem for path in GOLDEN.iterdir()) == sorted(TYPES)


@pytest.mark.parametrize("name", TYPES)
def test_golden(name: str) -> None:
    path = GOLDEN / f"{name}.json"
    cases = parse_json(path.read_bytes())
    assert all(case["action"]["type"] == name for case in cases)
    decided = [{**case, "outcome": outcome(case)} for case in cases]
    if os.environ.get("IVR_GOLDEN") == "write":
        path.write_bytes(msgspec.json.format(to_json(decided).encode(), indent=2) + b"\n")
        cases = decided
    for case, now in zip(cases, decided, strict=True):
        assert now["outcome"] == case.get("outcome"), case["case"]
