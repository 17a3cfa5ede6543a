"""A flow as large as they get: 300 blocks of many kinds, some 1,000 wires, and one way through all of it."""

from typing import Any

from ivr.flow.model import Flow

BLOCKS = 300
GROUP = 10
KEYS = "123456789"


def large(blocks: int = BLOCKS) -> Flow:
    """An Inbound Call, then groups of ten blocks whose first ports lead on and whose others lead ahead or back to
    their menu, then an End Call. A multiple of ten blocks, 20 at least."""
    rows = [_row(number, _action(number), blocks) for number in range(2, blocks)]
    first = {"number": 1, "action": {"type": "inbound_call"}, "exits": {"next": 2}}
    last = {"number": blocks, "action": {"type": "end_call"}}
    return Flow.model_validate({"id": "large", "name": "Large", "blocks": [first, *rows, last]})


def _row(number: int, kind: tuple[dict[str, Any], list[str]], blocks: int) -> dict[str, Any]:
    action, ports = kind
    others = [_menu_of(number), *(min(blocks, number + step) for step in (2, 5, 11, 23))]
    exits = {port: others[place % len(others)] for place, port in enumerate(ports[1:])}
    return {"number": number, "action": action, "exits": {ports[0]: number + 1, **exits}}


def _menu_of(number: int) -> int:
    """The first block of its group."""
    return 2 + (number - 2) // GROUP * GROUP


def _action(number: int) -> tuple[dict[str, Any], list[str]]:
    """An action and its ports."""
    match (number - 2) % GROUP:
        case 0:
            return _menu(number), [*(f"key_{key}" for key in KEYS), "no_input", "no_match"]
        case 1 | 4 | 7:
            return _web_call(number), ["success", "failure"]
        case 2 | 8:
            spoken = f"You chose $MENU_{_menu_of(number)}.choice, and that is $Found{number - 1}, $ANI. Please hold on."
            return {"type": "play_message", "message": spoken}, ["next"]
        case 3 | 6:
            return {"type": "send_sms", "message": f"Found: $Found{number - 2}"}, ["success", "failure"]
        case 5:
            return _switch(number), [*(f"case_{key}" for key in KEYS), "default"]
    row = {"variable": f"$EXTCALL_{number - 2}.statuscode", "operator": "less", "value": "1000"}
    return {"type": "condition", "rows": [row]}, ["true", "false"]


def _menu(number: int) -> dict[str, Any]:
    choices = [{"key": key, "label": f"Choice {key}"} for key in KEYS]
    return {"type": "menu", "prompt": f"This is menu {number}. Press 1 to 9.", "choices": choices, "attempts": 2}


def _web_call(number: int) -> dict[str, Any]:
    return {
        "type": "external_web_call",
        "url": "https://api.test/$ANI/$CallSid",
        "headers": [{"name": "X-Caller", "value": "$ANI"}],
        "response_variables": [{"name": f"Found{number}", "query": "a.b[0]"}, {"name": f"Also{number}", "query": "c"}],
        "play_hold_music": True,
        "timed_lines": [{"text": "Still working on it, $ANI.", "after": 8}],
    }


def _switch(number: int) -> dict[str, Any]:
    rows = [
        {"variable": f"$Found{number - 1}", "operator": "not_equals", "value": key, "id": f"case_{key}", "label": key}
        for key in KEYS
    ]
    return {"type": "switch", "cases": rows}
