"""What an action is: fields an author fills in, a card that describes it, and two pure methods."""

from abc import abstractmethod
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any, ClassVar, Generic, TypeVar

from msgspec import Struct
from pydantic import BaseModel, ConfigDict

from ivr.core.call import Call
from ivr.core.effects import AnyJob, AnyVerb, Hold
from ivr.core.events import Event
from ivr.core.fields import Secret
from ivr.core.problem import Problem
from ivr.core.template import Template, Unset, resolve
from ivr.core.values import Value


class Port(Struct, frozen=True):
    """A named way out of a block."""

    id: str
    label: str


class Sets(Struct, frozen=True):
    """A variable that an action sets. `shared`: under its own name, else under the block's prefix."""

    name: str
    help: str
    shared: bool = False


class Card(Struct, frozen=True):
    """How an action presents itself: in the menu, on the board, in the reference."""

    title: str
    group: str
    icon: str
    prefix: str
    ports: tuple[Port, ...] = ()
    sets: tuple[Sets, ...] = ()
    trigger: bool = False


class Visit(Struct, frozen=True):
    """A call standing at a block, at time `at` in milliseconds."""

    call: Call
    block: int
    at: int

    @property
    def attempt(self) -> int:
        """1 when the block is entered, one more each time it asks again."""
        return self.call.attempt

    def lookup(self, reference: str) -> Value | Unset:
        return resolve(self.call.variables, reference)


class Leave(Struct, frozen=True):
    """Go on by a port. `set` names variables of this block, `share` variables of the whole call."""

    port: str
    verbs: tuple[AnyVerb, ...] = ()
    set: dict[str, Value] = {}
    share: dict[str, Value] = {}


class Wait(Struct, frozen=True):
    """Run a job; its reply comes back to `resume`. `hold` is what the caller hears meanwhile."""

    job: AnyJob
    verbs: tuple[AnyVerb, ...] = ()
    hold: Hold = Hold()


class End(Struct, frozen=True):
    """End the call, after these words."""

    verbs: tuple[AnyVerb, ...] = ()


T = TypeVar("T")
Outcome = Leave | Wait | End
R_contra = TypeVar("R_contra", bound=Event, contravariant=True)


class Action(BaseModel, Generic[R_contra]):
    """One kind of block. `R_contra` is the event it waits for."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, arbitrary_types_allowed=True)

    card: ClassVar[Card]

    @abstractmethod
    def enter(self, visit: Visit) -> Outcome:
        """The call comes in by the input."""

    def resume(self, visit: Visit, reply: R_contra) -> Outcome:
        """The reply to what this block waited for has come."""
        raise LookupError(f"{type(self).__name__} waits for nothing, and got {type(reply).__name__}")

    def variables(self) -> tuple[Sets, ...]:
        """What this block sets, as its author filled it in."""
        return self.card.sets

    @cached_property
    def templates(self) -> tuple[tuple[str, Template], ...]:
        """Every text in this block that has references, with the path of its field."""
        return tuple((path, text) for path, text in _within(self, Template, "") if text.references)

    def secrets(self) -> tuple[tuple[str, Secret], ...]:
        """Every secret in this block, with the path of its field."""
        return tuple(_within(self, Secret, ""))

    def sends(self, path: str) -> bool:
        """Whether the text at this path goes into a request, the only place where a named secret is filled in."""
        return False

    def problems(self) -> Iterable[Problem]:
        """What is wrong with how its fields go together, at paths inside the action; the block is filled in later."""
        return ()

    def audio(self) -> tuple[tuple[str, str], ...]:
        """Every clip of the audio library that this block plays, with the path of its field."""
        return ()


def _within(value: Any, kind: type[T], path: str) -> Iterator[tuple[str, T]]:
    """Everything of a kind in a value, with its path."""
    if isinstance(value, kind):
        yield path, value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _within(getattr(value, name), kind, f"{path}.{name}" if path else name)
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _within(item, kind, f"{path}[{index}]")
