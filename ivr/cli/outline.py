"""A flow as text: its blocks, and where their ports lead."""

import re
from collections.abc import Iterator
from typing import Any

from ivr.core.template import Template
from ivr.flow.model import Block, Flow

_field = re.compile(r"\{(\w+)\}")
_LONGEST = 80


def outline(flow: Flow) -> Iterator[str]:
    """Lines: each block with what it does, and under it one line per port that calls leave by."""
    for block in flow.blocks:
        yield f"{block.number:>4}  {_named(block)}{', disabled' if block.bypass else ''}{_about(block)}"
        for port in block.met.action.ports:
            yield f"        {port.label} → {_target(flow, block.exits.get(port.id))}"


def _named(block: Block) -> str:
    title = block.action.card.title
    return f"{block.title} ({title})" if block.title and block.title != title else title


def _about(block: Block) -> str:
    """What its card shows of its fields."""
    shown = _field.sub(lambda field: _text(getattr(block.action, field[1], "")), block.action.card.summary)
    words = " ".join(shown.split())
    return f": {words if len(words) <= _LONGEST else words[:_LONGEST] + '…'}" if words else ""


def _text(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(_text, value))
    return value.text if isinstance(value, Template) else str(value)


def _target(flow: Flow, number: int | None) -> str:
    if number is None:
        return "not connected"
    block = flow.by_number.get(number)
    return f"{number} {block.title or block.action.card.title}" if block else f"{number}, which is not there"
