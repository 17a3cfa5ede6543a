"""Rows of the blocks that ask the caller, and what the trace tells of the answers."""

from typing import Any

from tests.story.flows import Row


def block(kind: str, exits: dict[str, int], /, **fields: Any) -> Row:
    """Any block; `fields` are those of its action."""
    return {"action": {"type": kind, **fields}, "exits": exits}


def menu(exits: dict[str, int], /, **fields: Any) -> Row:
    """For orders 1, for a person 0, unless said otherwise."""
    choices = [{"key": "1", "label": "Orders", "words": ["my order"]}, {"key": "0", "label": "A person"}]
    return block("menu", exits, **{"prompt": "For orders, press 1.", "choices": choices, **fields})


def collects(exits: dict[str, int], /, **fields: Any) -> Row:
    return block("collect_digits", exits, **{"prompt": "Enter your number.", **fields})


def transfers(exits: dict[str, int], /, **fields: Any) -> Row:
    return block("transfer", exits, **{"numbers": ["+15550100200"], **fields})


def records(exits: dict[str, int], /, **fields: Any) -> Row:
    return block("record", exits, **{"message": "Leave a message.", **fields})
