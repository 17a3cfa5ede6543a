"""What a verb is: its grammar (attributes, defaults, what may stand inside) and what it does."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ivr.emulator.moves import Move

if TYPE_CHECKING:
    from ivr.emulator.stage import Stage


@dataclass(frozen=True, slots=True)
class Verb:
    """One element of a document: every attribute of its spec is there, given or by default."""

    spec: "Spec"
    attributes: Mapping[str, str]
    text: str = ""
    children: tuple["Verb", ...] = ()
    nouns: tuple["Noun", ...] = ()

    def __getitem__(self, attribute: str) -> str:
        return self.attributes[attribute]

    @property
    def name(self) -> str:
        """As written in the document."""
        return self.spec.name


@dataclass(frozen=True, slots=True)
class Noun:
    """An element inside of a verb that is not performed by itself, such as a Number in a Dial, as it is written."""

    name: str
    text: str
    attributes: Mapping[str, str] = field(default_factory=dict)


Run = Callable[["Stage", Verb], Awaitable[Move | None]]


@dataclass(frozen=True, slots=True)
class Spec:
    """The grammar of a verb and its performance.

    `attributes` maps each known name to its default. `children` are verbs allowed inside and performed,
    `nouns` elements allowed inside and not performed. A verb that `answers` picks up a ringing call.
    `run` returns where the call goes next, or None for the next verb.
    """

    name: str
    attributes: Mapping[str, str]
    run: Run
    children: frozenset[str] = frozenset()
    nouns: frozenset[str] = frozenset()
    answers: bool = True


Grammar = Mapping[str, Spec]
