"""Starts: runs that another system asked for, from the request until it is known what became of them."""

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
"""News come in any order: what ranks higher is never replaced by what ranks lower, or the same."""


class Start(Struct, frozen=True, kw_only=True):
    """A request to reach `caller` and show them `dialled`, on the revision that was live then.

    `digest` tells whether a repeated request is the same. `sid` is the carrier's id of the call, once there is one;
    `reason` says in words why it failed. `tries` counts what the carrier was too busy for. Times in milliseconds.
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
    queued_at: int = 0
    changed_at: int = 0


class News(Struct, frozen=True):
    """What became of a start."""

    status: Status
    sid: str = ""
    reason: str = ""


class Starts(Protocol):
    """Where starts live. Of several processes, one gets to place each call."""

    async def add(self, start: Start, until: int) -> bool:
        """Queue it; nobody else takes it up before `until`. False: there is one with this id already."""
        ...

    async def get(self, run: str) -> Start | None: ...

    async def waiting(self) -> int:
        """How many calls are queued."""
        ...

    async def next_call(self, now: int) -> Start | None:
        """The queued call that has waited longest and may be placed now."""
        ...

    async def forgotten_texts(self, now: int) -> list[Start]:
        """Starts without a call whose process died before it began them, at most 100."""
        ...

    async def next_slot(self) -> int:
        """When the next call may be placed, by whichever process."""
        ...

    async def claim(self, start: Start, slot: int, following: int, until: int) -> bool:
        """Take this start and this slot; the next slot is `following`. False: somebody else was faster.

        Unless it is told by `until` what became of it, it counts as unknown.
        """
        ...

    async def put_back(self, start: Start, not_before: int) -> None:
        """Queue a claimed start again, which surely was not placed."""
        ...

    async def tell(self, run: str, news: News, until: int | None = None) -> bool:
        """Keep what became of it, unless more is known. Unless there is more news by `until`, it counts as unknown."""
        ...

    async def tidy(self, now: int, queued_before: int) -> None:
        """Calls of which nothing was heard in time are unknown from now on, and those queued before then expired."""
        ...


class Placed(Struct, frozen=True):
    """What the carrier made of a call. `again`: nothing was done, so it may be asked again; `unknown`: it may ring."""

    outcome: Literal["placed", "again", "refused", "unknown"]
    sid: str = ""
    reason: str = ""


class Caller(Protocol):
    """Places a call."""

    async def __call__(self, start: Start) -> Placed: ...
