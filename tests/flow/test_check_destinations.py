"""Numbers that callers choose are warned of, whatever way they take to a call or a text."""

from typing import Any

import pytest

from ivr.flow.check import check
from ivr.flow.model import Flow

COLLECT = {"type": "collect_digits", "prompt": "Your number?"}
SAME = {"type": "set_variables", "rows": [{"name": "Whom", "value": "$COLLECT_2.digits"}]}


def found(*actions: dict[str, Any], trigger: str = "inbound_call") -> list[tuple[str, int, str]]:
    blocks = [{"number": number, "action": action} for number, action in enumerate([{"type": trigger}, *actions], 1)]
    flow = Flow.model_validate({"id": "f", "name": "F", "blocks": blocks})
    return [(each.path, each.block, each.level) for each in check(flow) if each.code == "caller_chooses"]


@pytest.mark.parametrize(
    ("action", "path"),
    [
        ({"type": "transfer", "numbers": ["+15550100200", "+1$COLLECT_2.digits"]}, "action.numbers[1]"),
        ({"type": "send_sms", "to": "$COLLECT_2.digits", "message": "Hi"}, "action.to"),
    ],
)
def test_what_was_typed_is_called_or_texted(action: dict[str, Any], path: str) -> None:
    assert found(COLLECT, action) == [(path, 3, "warning")]


def test_what_was_written_in_a_text_is_called() -> None:
    action = {"type": "send_sms", "to": "$ISMS_1.message", "message": "Hi"}
    assert found(action, trigger="inbound_sms") == [("action.to", 2, "warning")]


def test_it_is_seen_through_variables_that_pass_it_on() -> None:
    assert found(COLLECT, SAME, {"type": "transfer", "numbers": ["$Whom"]}) == [("action.numbers[0]", 4, "warning")]


@pytest.mark.parametrize(
    "action",
    [
        {"type": "send_sms", "message": "You typed $COLLECT_2.digits."},
        {"type": "send_sms", "to": "$ANI", "message": "Hi"},
        {"type": "transfer", "numbers": ["+15550100200", "$agent"], "whisper": "$COLLECT_2.digits"},
    ],
)
def test_what_callers_do_not_choose_is_no_matter(action: dict[str, Any]) -> None:
    assert found(COLLECT, action) == []
