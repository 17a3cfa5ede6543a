"""Where a call stands: one small value, the whole memory of the flow for this caller."""

from typing import Any, Literal

from msgspec import Struct, field

from ivr.core.effects import AnyJob, AnyVerb, Hold
from ivr.core.values import Value

MOST_STARTED = 10
"""Requests that one call may have started and not taken the answers of."""


class Waiting(Struct, frozen=True):
    """The question that is open. `since` is when it was asked, `began` when the hold audio began (0: not yet), both in
    milliseconds; `said` counts for each timed line how often it was said. `asks` tells a job from a question to the
    caller: `gather`, `dial`, `record` or `handover`; `hidden`: what comes back is never shown. `pressed` counts the
    keys that were pressed while the job ran and let it go on. `onward`: when the caller hangs up, the run waits on
    without them; `parting`: the flow has sent them off, so that what comes back finds no caller. `awaits`: it is open
    until answers to requests are there that were started before."""

    token: str
    since: int
    hold: Hold = Hold()
    began: int = 0
    said: tuple[int, ...] = ()
    asks: Literal["job", "gather", "dial", "record", "handover"] = "job"
    hidden: bool = False
    pressed: int = 0
    onward: bool = False
    parting: bool = False
    awaits: bool = False

    @property
    def keys(self) -> str:
        """The keys that count now: those of the hold, and those that a line offers which was said."""
        offered = (line.offers for line, times in zip(self.hold.lines, self.said, strict=False) if times)
        return "".join((self.hold.keys, *offered))

    @property
    def keys_token(self) -> str:
        """The token of a key that is pressed meanwhile: another one after each, so that a repeat changes nothing."""
        return f"{self.token}.{self.pressed}"


class Started(Struct, frozen=True):
    """A request that runs beside the line, then its answer until a block takes it. `since` is when its block started
    it, `came` when the answer came (0: not yet), both in milliseconds. `port` is the one by which its block would have
    been left with that answer, `set` and `share` what is set when it is taken. `finish`: when it is waited for no
    longer, it goes on to its end."""

    token: str
    block: int
    since: int
    finish: bool = False
    came: int = 0
    port: str = ""
    set: dict[str, Value] = {}
    share: dict[str, Value] = {}


class Resume(Struct, frozen=True):
    """Where answers are posted back to a call: what their addresses begin with, and the key that signs each."""

    base: str
    key: str


class Closed(Struct, frozen=True):
    """A question that something else than its reply has closed. `cancelled`: its job is to be stopped. `flow` is the
    one that asked, where the call has gone on to another."""

    token: str
    cancelled: bool = False
    flow: str = ""


class Memory(Struct, frozen=True):
    """What a block knows of its last visit: a number. It is forgotten when one of the variables `of` is set anew."""

    number: int
    of: tuple[str, ...] = ()


class Call(Struct, frozen=True):
    """`turn` counts the events that changed it; `steps` the blocks walked; `attempt` the questions its block asked;
    `jumps` the flows it went on to.

    `on_phone`: there is a caller on the line. A flow that a text or another system started has none, and one whose
    caller hung up while it recorded goes on without. `hidden` names the variables that are never shown: their values
    print as dots, and are gone when the call ends.

    `setters` says of a shared variable which block of this flow set it last, so that this block, coming to another
    result, can take it back; of one that a block of another flow set, behind that flow's id and a slash. `memories` has
    what blocks know of their last visits, by their prefixes; those of other flows' blocks are marked in the same way.

    `follows` has the events that led to this run, one after the other, where another call's set it off; `deliveries`
    has the known states of the messages it sent, as `sid state` (stored as `told`).

    `closed` has the last questions that something else than their reply has closed: a key came before the answer, or
    the answer before a key. What comes for one of them is noted once, and changes nothing else. `apart` has the tokens
    of jobs whose reply is for a run of its own, that goes on from it while this call goes elsewhere. `resume` is where
    answers are posted back, and `resumed` has the tokens of the last questions that were answered so. `track` is the
    place in a list of hold audio where the caller heard it last. `heard_at` is when the person at the other end last
    did something, in milliseconds since 1970: a call goes on, a text comes; 0 before that. `started` has the requests
    that run beside the line, in the order of their start. `usual` has the milliseconds that requests usually take, by
    the prefix of their block, as they were known when the call came to its flow; only of those that the flow tells of.
    `former` has hidden values whose places others have taken.
    """

    id: str
    flow: str
    revision: int
    status: Literal["active", "ended", "failed"] = "active"
    block: int = 0
    attempt: int = 0
    turn: int = 0
    steps: int = 0
    jumps: int = 0
    on_phone: bool = True
    hidden: tuple[str, ...] = ()
    waiting: Waiting | None = None
    variables: dict[str, Value] = {}
    setters: dict[str, int] = {}
    memories: dict[str, Memory] = {}
    follows: tuple[str, ...] = ()
    deliveries: tuple[str, ...] = field(default=(), name="told")
    closed: tuple[Closed, ...] = ()
    apart: tuple[str, ...] = ()
    resume: Resume | None = None
    resumed: tuple[str, ...] = ()
    track: int = 0
    heard_at: int = 0
    started: tuple[Started, ...] = ()
    usual: dict[str, int] = {}
    former: tuple[Value, ...] = ()

    @property
    def awaited(self) -> list[str]:
        """The tokens of the jobs that the call goes on with."""
        if self.waiting is None:
            return []
        beside = [each.token for each in self.started if not each.came] if self.waiting.awaits else []
        return [self.waiting.token, *beside]

    def request(self, token: str) -> Started | None:
        """The request of this token that runs beside the line."""
        return next((each for each in self.started if each.token == token and not each.came), None)

    def asked(self, token: str) -> int | None:
        """When the question of this token was asked, in milliseconds; None when its answer is not waited for."""
        if self.waiting is not None and self.waiting.token == token:
            return self.waiting.since
        beside = self.request(token)
        return beside.since if beside is not None else None


class Entry(Struct, frozen=True):
    """One line of the answer to "what happened in that call?"."""

    at: int
    kind: str
    block: int = 0
    data: dict[str, Any] = {}


class Jump(Struct, frozen=True):
    """On to another flow, in by its Jump From block of this number; 0 is the only one there is."""

    flow: str
    entry: int = 0


class Turn(Struct, frozen=True):
    """What one event led to: the new state, words for the caller, the job that it waits for, the trace, and perhaps a
    jump. `beside` has jobs that run beside the line, each behind its token; `drop` the tokens of jobs that are to be
    stopped; `apart` is a run that begins with it, and waits."""

    call: Call
    verbs: tuple[AnyVerb, ...] = ()
    job: AnyJob | None = None
    trace: tuple[Entry, ...] = ()
    jump: Jump | None = None
    drop: tuple[str, ...] = ()
    apart: Call | None = None
    beside: tuple[tuple[str, AnyJob], ...] = ()
