"""Starts: runs that another system asked for, from the request until their outcome is known."""

from typing import Literal, Protocol

from msgspec import Struct

from ivr.core.values import Value

Status = Literal[
    "queued",
    "calling",
    "unknown",
    "ringing",
    "answered",
    "running",
    "completed",
    "busy",
    "no_answer",
    "failed",
    "expired",
]
RANKS: dict[Status, int] = {
    "queued": 0,
    "calling": 1,
    "unknown": 2,
    "ringing": 3,
    "answered": 4,
    "running": 4,
    "completed": 5,
    "busy": 5,
    "no_answer": 5,
    "failed": 5,
    "expired": 5,
}
"""Updates come in any order: a status never replaces one of a higher rank, or of the same."""


class Start(Struct, frozen=True, kw_only=True):
    """A request to reach `caller` and show them `dialled`, on the revision that was live then.

    `digest` shows whether a repeated request is the same. `sid` is the carrier's id of the call, once there is one;
    `reason` says in words why it failed. `tries` counts what the carrier was too busy for; `token` names the API
    token that asked for it. Times in milliseconds.
    """

    id: str
    flow: str
    revision: int
    reach_by: Literal["call", "text"]
    caller: str
    dialled: str
    inputs: dict[str, Value] = {}
    digest: str = ""
    status: Status = "queued"
    sid: str = ""
    reason: str = ""
    tries: int = 0
    token: str = ""
    queued_at: int = 0
    changed_at: int = 0


class Progress(Struct, frozen=True):
    """An update of a start."""

    status: Status
    sid: str = ""
    reason: str = ""


class Starts(Protocol):
    """Where starts live. Of several processes, one gets to place each call."""

    async def add(self, start: Start, until: int) -> bool:
        """Queue it; no other process claims it before `until`. False: there is one with this id already."""
        ...

    async def get(self, run: str) -> Start | None: ...

    async def waiting(self) -> int:
        """How many starts are queued."""
        ...

    async def next(self, now: int) -> Start | None:
        """The queued start that has waited longest and may be made now."""
        ...

    async def forgotten_texts(self, now: int) -> list[Start]:
        """Starts without a call whose process died when it had claimed them, at most 100."""
        ...

    async def next_slot(self) -> int:
        """When the next start may be made, by whichever process."""
        ...

    async def claim(self, start: Start, slot: int, following: int, until: int) -> bool:
        """Take this start and this slot; the next slot is `following`. False: another process was faster.

        Without an update by `until` it counts as unknown.
        """
        ...

    async def put_back(self, start: Start, not_before: int) -> None:
        """Queue a claimed start again, which surely was not placed."""
        ...

    async def update(self, run: str, progress: Progress, until: int | None = None) -> bool:
        """Save an update, unless a later status is known. Without another one by `until` it counts as unknown."""
        ...

    async def tidy(self, now: int, queued_before: int) -> None:
        """Mark calls as unknown when no update came in time, and as expired when queued before `queued_before`."""
        ...


class Placed(Struct, frozen=True):
    """What the carrier made of a call. `again`: nothing was done, so it may be asked again; `unknown`: it may ring."""

    outcome: Literal["placed", "again", "refused", "unknown"]
    sid: str = ""
    reason: str = ""


class Caller(Protocol):
    """Places a call."""

    async def __call__(self, start: Start) -> Placed: ...
