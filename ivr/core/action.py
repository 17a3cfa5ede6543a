"""What an action is: fields an author fills in, a card that describes it, and two pure methods."""

from abc import abstractmethod
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any, ClassVar, Generic, Literal, TypeVar

from msgspec import Struct
from pydantic import BaseModel, ConfigDict

from ivr.core import filters, languages, moments, usual
from ivr.core.call import Call, Jump, Memory
from ivr.core.effects import AnyJob, AnyQuestion, AnyVerb, Fetch, Hold
from ivr.core.effort import BOUNDLESS, SHORT, Effort
from ivr.core.events import Event
from ivr.core.fields import Secret
from ivr.core.problem import Problem
from ivr.core.resolving import resolve
from ivr.core.template import Reference, SpokenText, Template, Unset
from ivr.core.values import Value
from ivr.described import Described

_LOOKED_UP = 8
"""Steps of effort that it takes to find a value, and to write a short one."""


class Port(Struct, frozen=True):
    """A named way out of a block."""

    id: str
    label: str


class Sets(Struct, frozen=True):
    """A variable that an action sets. `shared`: under its own name, else under the block's prefix.

    `ports`: it is sure to be set when the block is left by one of these, and perhaps when by another; empty: by any.
    """

    name: str
    help: str
    shared: bool = False
    ports: tuple[str, ...] = ()


class Card(Struct, frozen=True):
    """How an action presents itself: in the menu, on the board, in the reference.

    `ports` are those that every block of the kind has. `ports_from` names the field whose rows each bring one more,
    before those; `summary` is what a block shows of its fields, such as `{method} {url}`. `icon` is the name of an icon
    of Lucide, or SVG path data in a box of 24 by 24 that is drawn with a stroke.
    """

    title: str
    group: str
    icon: str
    prefix: str
    ports: tuple[Port, ...] = ()
    sets: tuple[Sets, ...] = ()
    trigger: bool = False
    ports_from: str = ""
    summary: str = ""
    keywords: tuple[str, ...] = ()


class Visit(Struct, frozen=True):
    """A call standing at a block, at time `at` in milliseconds; `zone` and `language` are the flow's, and `effort` is
    what its turn may still do."""

    call: Call
    block: int
    at: int
    zone: str = "UTC"
    language: str = "en-US"
    effort: Effort = BOUNDLESS

    def memory(self, prefix: str) -> int | None:
        """What the block, whose variables have this prefix, knows of its last visit in this flow."""
        known = self.call.memories.get(f"{prefix}_{self.block}")
        return known.number if known is not None else None

    @property
    def attempt(self) -> int:
        """1 when the block is entered, one more each time it asks again."""
        return self.call.attempt

    def lookup(self, reference: str) -> Value | Unset:
        """The value of a variable, or of a system variable such as `DateTime.CurrentTimeText` at this moment, written
        as the reference's filter says. What must not be seen stays in a form in which it is found and hidden."""
        self.effort.spend(_LOOKED_UP)
        value = self._value(reference)
        if not isinstance(reference, Reference) or not reference.filter:
            return value
        if isinstance(value, Unset):
            words = filters.instead(reference.filter)
            return value if words is None else words
        if reference.filter != "as digits" and self._hides(reference):
            return value
        if isinstance(value, list | str) and len(value) > SHORT:
            self.effort.spend(filters.effort(reference.filter, value))
        return filters.apply(reference.filter, value, filters.Manner(self.language, self.zone))

    def spend(self, steps: int) -> None:
        """Count work that is done on values. Raises TooMuchEffort when the turn has done all that it may."""
        self.effort.spend(steps)

    def _value(self, reference: str) -> Value | Unset:
        if moments.is_system(reference):
            return moments.value(reference, self.at, self.zone, self.language)
        value = resolve(self.call.variables, reference)
        if isinstance(value, Unset) and (seconds := usual.about(self.call.usual, reference)) is not None:
            return self._duration(reference, seconds)
        return value

    def _duration(self, reference: str, seconds: int) -> Value:
        """In words where people hear or read it."""
        for_people = isinstance(reference, Reference) and filters.is_for_people(reference.filter)
        return languages.duration(seconds, self.language) if for_people else seconds

    def _hides(self, reference: str) -> bool:
        return any(reference == name or reference.startswith((f"{name}.", f"{name}[")) for name in self.call.hidden)


class Leave(Struct, frozen=True):
    """Go on by a port. `set` names variables of this block, `share` variables of the whole call. What an earlier visit
    of the block has set, and these do not name, is unset.

    `why` explains the choice in the trace. `hide` names variables, such as `COLLECT_3.digits`, that are never
    shown from now on, and gone when the call ends.
    """

    port: str
    verbs: tuple[AnyVerb, ...] = ()
    set: dict[str, Value] = {}
    share: dict[str, Value] = {}
    why: dict[str, Value] = {}
    hide: tuple[str, ...] = ()


class Remember(Leave, frozen=True, kw_only=True):
    """Go on, and know this when the call comes to the block again; after any other Leave it knows nothing then."""

    memory: Memory


class Break(Leave, frozen=True):
    """Leave a job that still runs, as a key was pressed. `job`: it is cancelled; or finished, and its reply noted; or
    finished, and a run without the caller goes on from this block with its reply."""

    job: Literal["cancel", "finish", "go on"] = "cancel"


class Start(Leave, frozen=True, kw_only=True):
    """Go on at once, while this job runs beside the line. What the block makes of its reply is kept until another one
    takes it."""

    job: AnyJob


class Take(Leave, frozen=True):
    """Go on with answers to requests that were started before, each by its token: what their blocks made of them is
    set."""

    answers: tuple[str, ...] = ()


class WaitOn(Struct, frozen=True):
    """Go on waiting for the job that runs, after these words; or for this one, once that one is over."""

    verbs: tuple[AnyVerb, ...] = ()
    job: AnyJob | None = None


class Wait(Struct, frozen=True):
    """Run a job, or ask the caller; the reply comes back to `resume`. `hold` is what is heard while a job runs.

    `set` names variables of this block, for what it must still know when the reply comes; `hide` is that of Leave.
    """

    effect: AnyJob | AnyQuestion
    verbs: tuple[AnyVerb, ...] = ()
    hold: Hold = Hold()
    set: dict[str, Value] = {}
    hide: tuple[str, ...] = ()


class End(Struct, frozen=True):
    """End the call, after these words."""

    verbs: tuple[AnyVerb, ...] = ()


class Stay(Struct, frozen=True):
    """How long a block may keep a caller, in seconds: `wait` all in all, `silence` the longest stretch without a sound.

    `outside`: something must come from outside before the call goes on, so that a loop through it can't spin. `asks`:
    the caller, or the phone that the caller is connected to, gives what it waits for, so it is no idle wait.
    """

    wait: float = 0.0
    silence: float = 0.0
    outside: bool = False
    asks: bool = False


T = TypeVar("T")
Outcome = Leave | Wait | WaitOn | End | Jump
R_contra = TypeVar("R_contra", bound=Event, contravariant=True)


class Action(Described, Generic[R_contra]):
    """One kind of block. `R_contra` is the event it waits for."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    card: ClassVar[Card]
    sends_to: ClassVar[str] = ""
    """The address that secrets typed into this block are for, where it has no field `url`: `https://api.example.com`."""

    ends_by: ClassVar[str] = ""
    """The port of a block that counts by itself, by which it is left once it is through: a loop by another one ends."""

    @abstractmethod
    def enter(self, visit: Visit) -> Outcome:
        """The call comes in by the input."""

    def resume(self, visit: Visit, reply: R_contra) -> Outcome:
        """The reply to what this block waited for has come."""
        raise LookupError(f"{type(self).__name__} waits for nothing, and got {type(reply).__name__}")

    @property
    def ports(self) -> tuple[Port, ...]:
        """The ways out of this block, as its author filled it in."""
        return self.card.ports

    @property
    def starts_at(self) -> str:
        """What a trigger starts at, so that two of a flow don't start at the same; empty: any number of them may."""
        return ""

    def begins(self, event: Event) -> bool:
        """Whether a call, or a run without one, starts at this block when the event happens."""
        return False

    @property
    def posted_to(self) -> bool:
        """Whether it gives out an address to which an answer is posted."""
        return False

    def posted_for(self, visit: "Visit") -> Fetch | None:
        """The request whose answer is posted back, as the block would send it now; None where none is."""
        return None

    @property
    def timed(self) -> bool:
        """Whether it is known how long what it waits for usually takes: `$EXTCALL_#.usual`."""
        return False

    @property
    def on_phone(self) -> bool:
        """Whether a caller is on the phone in what this trigger starts."""
        return True

    @property
    def brings(self) -> Literal["nothing", "of the flow", "anything"]:
        """The variables that are there, besides its own, in what this trigger starts: none, those of an earlier call
        of the flow, or all that other flows have set."""
        return "nothing"

    @property
    def sends_off(self) -> bool:
        """Whether the caller's call ends here, and the flow goes on without them."""
        return False

    def stay(self) -> Stay:
        """How long it may keep a caller."""
        return Stay()

    def variables(self) -> tuple[Sets, ...]:
        """What this block sets, as its author filled it in."""
        return self.card.sets

    def lands(self) -> tuple[Sets, ...]:
        """What is set of the answer to a request that it starts and does not wait for, once a block takes that."""
        return ()

    def takes(self, number: int) -> tuple[str, ...] | None:
        """The ports by which it has surely taken a good answer to what the block of this number started; None: it never
        takes one."""
        return None

    def knows(self, path: str) -> tuple[str, ...]:
        """Those of its variables that its own text at this path may use: the block itself fills them in."""
        return ()

    def hides(self, number: int) -> tuple[str, ...]:
        """Names of the variables, such as `COLLECT_3.digits`, that are never shown once it sets them as the block of
        this number."""
        return ()

    @cached_property
    def templates(self) -> tuple[tuple[str, Template], ...]:
        """Every text in this block that has references, with the path of its field."""
        return tuple((path, text) for path, text in within(self, Template) if text.references)

    def spoken(self) -> tuple[tuple[str, SpokenText], ...]:
        """Every text in this block that is spoken, with the path of its field."""
        return tuple(within(self, SpokenText))

    def secrets(self) -> tuple[tuple[str, Secret], ...]:
        """Every secret in this block, with the path of its field."""
        return tuple(within(self, Secret))

    def sends(self, path: str) -> bool:
        """Whether the text at this path goes into a request, the only place where a named secret is filled in."""
        return False

    def problems(self) -> Iterable[Problem]:
        """What is wrong with how its fields go together, at paths inside the action; the block is filled in later."""
        return ()

    def audio(self) -> tuple[tuple[str, str], ...]:
        """Every clip of the audio library that this block plays, with the path of its field."""
        return ()


def within(value: Any, kind: type[T], path: str = "") -> Iterator[tuple[str, T]]:
    """Everything of a kind in a value, with its path."""
    if isinstance(value, kind):
        yield path, value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from within(getattr(value, name), kind, f"{path}.{name}" if path else name)
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from within(item, kind, f"{path}[{index}]")
