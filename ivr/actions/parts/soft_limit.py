"""The soft limit of a wait: from then on it takes longer than usual, and the caller is offered a choice."""

from collections.abc import Iterator
from typing import Protocol

from ivr.actions.parts.spoken import speak
from ivr.actions.parts.while_waiting import AnyKeys
from ivr.core.action import Visit
from ivr.core.effects import Line
from ivr.core.problem import Problem
from ivr.core.template import SpokenText


class HasSoftLimit(Protocol):
    """The fields of a block that has one."""

    @property
    def soft_limit(self) -> int | None: ...
    @property
    def soft_limit_line(self) -> SpokenText: ...
    @property
    def while_waiting(self) -> AnyKeys: ...


def line(visit: Visit, block: HasSoftLimit) -> tuple[Line, ...]:
    """What is said then, with the keys that it offers. Nothing, where the words turn out empty."""
    words = speak(visit, block.soft_limit_line, "", "") if block.soft_limit is not None else ()
    offers = "".join(dict.fromkeys(row.key for row in block.while_waiting if row.late))
    return (Line(words[0], block.soft_limit, offers=offers),) if words and block.soft_limit is not None else ()


def problems(block: HasSoftLimit, longest: int) -> Iterator[Problem]:
    """What is wrong with it, in a block that waits for so many seconds at most."""
    late = [index for index, row in enumerate(block.while_waiting) if row.late]
    said = bool(block.soft_limit_line.text.strip())
    if block.soft_limit is None:
        for index in late:
            hint = "Set a soft limit, or let the key count from the start."
            path = f"while_waiting[{index}].late"
            yield Problem("no_soft_limit", "This key is never offered: there is no soft limit.", path=path, hint=hint)
        if said:
            hint = "Set a soft limit, or remove the line."
            yield Problem("never_said", "This is never said.", path="soft_limit_line", hint=hint, level="warning")
        return
    if block.soft_limit >= longest:
        message = f"The wait is over after {longest} s, so the soft limit never comes."
        hint = "Make it shorter than the timeout."
        yield Problem("soft_limit_too_late", message, path="soft_limit", hint=hint)
    if not said:
        hint = "Say what takes long, and which key to press."
        yield Problem("no_soft_limit_line", "Nobody hears of the choice.", path="soft_limit_line", hint=hint)
    if not block.while_waiting:
        hint = "Add a key that counts then, or make it a timed line."
        message = "The soft limit offers nothing: there is no key."
        yield Problem("offers_nothing", message, path="soft_limit", hint=hint, level="warning")
