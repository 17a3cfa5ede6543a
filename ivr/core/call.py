"""Where a call stands: one small value, the whole memory of the flow for this caller."""

from typing import Any, Literal

from msgspec import Struct

from ivr.core.effects import AnyJob, AnyVerb, Hold
from ivr.core.values import Value


class Waiting(Struct, frozen=True):
    """The question that is open. `since` is when it was asked, `began` when the hold audio began (0: not yet), both in
    milliseconds; `said` counts for each timed line how often it was said."""

    token: str
    since: int
    hold: Hold = Hold()
    began: int = 0
    said: tuple[int, ...] = ()


class Call(Struct, frozen=True):
    """`turn` counts the events that changed it; `steps` the blocks walked; `attempt` the questions its block asked."""

    id: str
    flow: str
    revision: int
    status: Literal["active", "ended", "failed"] = "active"
    block: int = 0
    attempt: int = 0
    turn: int = 0
    steps: int = 0
    waiting: Waiting | None = None
    variables: dict[str, Value] = {}


class Entry(Struct, frozen=True):
    """One line of the answer to "what happened in that call?"."""

    at: int
    kind: str
    block: int = 0
    data: dict[str, Any] = {}


class Turn(Struct, frozen=True):
    """What one event led to: the new state, words for the caller, at most one job, and the trace."""

    call: Call
    verbs: tuple[AnyVerb, ...] = ()
    job: AnyJob | None = None
    trace: tuple[Entry, ...] = ()
