"""The lines of a trace. All are made here, so that none shows a value that must not be seen."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from ivr.core.call import Call, Entry
from ivr.core.effort import BOUNDLESS, Effort
from ivr.core.events import Reply
from ivr.core.redaction import Redactor
from ivr.core.values import Value
from ivr.flow.discretion import recalling, redactor
from ivr.flow.keeping import LONG, TRACED_CHARACTERS, facts, shortened

_IDS = ("token", "of")
"""What tells runs and questions apart, and is never a value."""


class Noter(NamedTuple):
    """Makes lines of a call's trace. `curtain` redacts the hidden values of the call."""

    curtain: Redactor
    effort: Effort = BOUNDLESS

    def line(self, at: int, block: int, kind: str, data: Mapping[str, Any]) -> Entry:
        """A line about a block: hidden values print as dots, and long values are cut. The data of a `set` may have any
        names, since authors choose them."""
        told = dict(data)
        if self.curtain:  # before anything is cut: half of a hidden value would be known no more
            ids = {name: told[name] for name in _IDS if name in told and kind != "set"}
            told = {name: self.curtain.value(value) for name, value in told.items()} | ids
        for name, value in told.items():
            if isinstance(value, LONG) and not (isinstance(value, str) and len(value) <= TRACED_CHARACTERS):
                told[name] = shortened(value, self.effort)
        return Entry(at, kind, block, told)


def noted(call: Call, at: int, kind: str, data: Mapping[str, Any], *, block: int = 0) -> Entry:
    """A line of the call's trace, about this block, or (0) the one at which the call stands."""
    return Noter(redactor(call)).line(at, block or call.block, kind, data)


def noted_reply(call: Call, kind: str, reply: Reply, **more: Value) -> Entry:
    """A line about a reply, which may come when the call has forgotten what must not be seen in it, and `more`. Of one
    that comes too late nothing is told that it would have set."""
    told = facts(reply) | more
    if kind == "late":
        told.pop("taken", None)
    return noted(recalling(call, reply.private), reply.at, kind, told)
