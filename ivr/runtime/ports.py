"""What the runtime needs of the world, each a port of a few methods; the app plugs in what meets it."""

from collections.abc import Awaitable, Callable
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from ivr.core.call import Call, Entry
from ivr.core.effects import AnyJob, Fetch
from ivr.core.events import Fetched, Reply
from ivr.core.mailbox import Mailbox
from ivr.flow.model import Flow


class Unavailable(Exception):
    """What a port was asked for can't be done now. It may be done when asked again: nothing final follows from it."""


class CallRecord(Struct, frozen=True):
    """A call as stored. `version` counts the saves; 0 is a call that is not stored yet.

    `held_at`: when the caller was last given hold audio and has not come back since, else None.
    `over_at`: when the carrier said that the call is over, else None. Both in milliseconds. `size`: bytes of the state
    as it was stored. `was_done`: it was done when it was read, so that whatever is saved now does not end it.
    """

    call: Call
    mailbox: Mailbox = Mailbox()
    version: int = 0
    held_at: int | None = None
    over_at: int | None = None
    size: int = 0
    was_done: bool = False

    @property
    def done(self) -> bool:
        """Whether the carrier is done with it, and its flow too."""
        return self.over_at is not None and self.call.status != "active"

    @property
    def saved(self) -> "CallRecord":
        """The same once it was saved like this. Its `size` is that of before."""
        return replace(self, version=self.version + 1, was_done=self.done)


class RunningJob(Struct, frozen=True):
    """A job of a call. `started_at` in milliseconds; `tries` counts the processes that have run it. `begun`: one of
    them may have done it, or a part of it, before it died. `asked`: it was done, and the time for a reply is over."""

    call_id: str
    token: str
    job: AnyJob
    started_at: int
    tries: int = 1
    begun: bool = False
    asked: bool = False


class Question(Struct, frozen=True):
    """A text that the carrier took, and that a reply may answer until then, in milliseconds. Its job, an Ask, names
    both numbers as the carrier does."""

    running: RunningJob
    until: int


class Message(Struct, frozen=True):
    """A text that the carrier has: what it is called there, and the token of the job that it is the text of, or that it
    answers."""

    sid: str
    token: str


class Change(Struct, frozen=True):
    """One turn, to be saved whole or not at all.

    `record` is the new state and carries the version that was read; `start` is a job to run once this is durable;
    `done` is the token of a job that is over, `drop` has those of jobs that are to be stopped; `spawn` is another run
    that begins with it; `message` a text of the call that the carrier has; `opens` a question that no process waits for
    any more; `beside` has jobs to run beside the line.
    """

    record: CallRecord
    trace: tuple[Entry, ...] = ()
    start: RunningJob | None = None
    done: str | None = None
    spawn: "Change | None" = None
    message: Message | None = None
    drop: tuple[str, ...] = ()
    opens: Question | None = None
    beside: tuple[RunningJob, ...] = ()

    @property
    def starts(self) -> tuple[RunningJob, ...]:
        """All jobs to run once this is durable."""
        return (*self.beside, *([self.start] if self.start is not None else []))

    @property
    def ends(self) -> bool:
        """Whether the call is done with this, and was not before."""
        return self.record.done and not self.record.was_done

    @property
    def jobs(self) -> list["RunningJob"]:
        """The jobs that begin with this, those of the run that begins with it too."""
        return [running for each in (self, self.spawn) if each is not None for running in each.starts]


class Calls(Protocol):
    """Where calls live."""

    async def load(self, call_id: str) -> CallRecord | None: ...

    async def save(self, change: Change, now: int) -> bool:
        """True once durable. False: another save was first; nothing was changed."""
        ...

    async def renew_leases(self) -> None:
        """Say that this process is alive and still runs its jobs."""
        ...

    async def over_here(self) -> list[str]:
        """Ids of calls that are over, and for which this process still runs a job."""
        ...

    async def adopt(self) -> list[RunningJob]:
        """Take over jobs whose process has died, and questions whose time is over; each goes to one process only, its
        `tries` one higher."""
        ...

    async def open_question(self, theirs: str, ours: tuple[str, ...]) -> tuple[str, str] | None:
        """The call and the token of the newest question that was sent from one of our numbers, or messaging services,
        to this number, and that is open."""
        ...

    async def is_claimed(self, sid: str) -> bool:
        """Whether it is known which job this message is the text of, or answers."""
        ...

    async def release(self) -> None:
        """Give up the jobs of this process, which stops: any other may take them over at once."""
        ...

    async def take_knock(self, call_id: str, held_at: int, now: int, mine: int | None) -> bool:
        """Be the one that knocks for a caller who is held since then; `mine` is when this process last was.

        False: another process has knocked a moment ago, or the caller has been here meanwhile.
        """
        ...

    async def unheard(self, now: int) -> list[str]:
        """Ids of calls that may have words for a caller who has listened to hold audio for seconds since."""
        ...

    async def lost(self, now: int) -> list[str]:
        """Ids of calls that no carrier has asked about for so long that they must be over, unless their page is a long
        one."""
        ...


class Flows(Protocol):
    """Where published flows live. Revisions never change, so an implementation may keep them in memory."""

    async def of_number(self, number: str) -> tuple[str, int] | None:
        """Flow id and live revision for a number that was called."""
        ...

    async def unpublished(self, number: str) -> str | None:
        """Id of the flow that a number is assigned to, when that has never been published."""
        ...

    async def live(self, flow_id: str) -> int | None:
        """The live revision of a flow; None when there is no such flow, or it has never been published."""
        ...

    async def revision(self, flow_id: str, revision: int) -> Flow: ...


class Worker(Protocol):
    """Runs one kind of job to its end. What the far side does is a reply, never an exception."""

    async def __call__(self, running: RunningJob) -> Reply: ...


class Reader(Protocol):
    """Reads what is posted back."""

    async def __call__(self, job: Fetch, token: str, body: bytes, kind: str) -> Fetched:
        """A body of this content type as the answer to the job's request, without the secrets of that. Raises
        ValueError for one that is not what it says it is, and Unavailable."""
        ...


class Knocker(Protocol):
    """Asks the carrier to fetch a page now."""

    async def __call__(self, call_id: str, page: int) -> str:
        """`accepted`, `early` (not yet in progress, or no longer), `busy` (try later) or `gone` (never)."""
        ...


class Notices(Protocol):
    """Carries short texts between the processes that share a store. A notice may be lost, and may come twice."""

    def subscribe(self, heard: Callable[[str], None]) -> None:
        """From now on `heard` gets what other processes publish."""
        ...

    async def publish(self, text: str) -> None: ...


Usual = Callable[[str, int], Awaitable[int | None]]
"""The milliseconds that the requests of a flow's block usually take, or None."""


async def unknown(flow: str, block: int) -> int | None:
    """Of no block it is known how long its requests usually take."""
    return None


class Alone:
    """The notices of a process that shares its store with no other."""

    def subscribe(self, heard: Callable[[str], None]) -> None:
        """No other process publishes anything."""

    async def publish(self, text: str) -> None:
        """No other process listens."""


class Clock(Protocol):
    def now(self) -> int:
        """Milliseconds since 1970."""
        ...

    async def sleep(self, seconds: float) -> None: ...


class Clip(Struct, frozen=True):
    """A clip of the audio library: the name it is fetched by, how long it plays, and what authors call it."""

    url_name: str
    seconds: float
    name: str = ""


class Ports(Struct, frozen=True, kw_only=True):
    """Everything the runtime is plugged into. `clip` finds a clip by the name that authors use, or None.
    Below `public_url` answers can be posted to calls; empty: nowhere. `usual` gives the milliseconds that the requests
    of a flow's block usually take, or None."""

    calls: Calls
    flows: Flows
    fetch: Worker
    text: Worker
    knock: Knocker
    clock: Clock
    clip: Callable[[str], Awaitable[Clip | None]]
    notices: Notices = Alone()
    public_url: str = ""
    usual: Usual = unknown
