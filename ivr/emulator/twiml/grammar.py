"""The grammar of TwiML: what a verb may carry. What a verb does stands in `verbs`."""

from collections.abc import Mapping
from dataclasses import dataclass, field


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


@dataclass(frozen=True, slots=True)
class Spec:
    """The grammar of a verb.

    `attributes` maps each known name to its default. `children` are verbs allowed inside and performed,
    `nouns` elements allowed inside and not performed. A verb that `answers` picks up a ringing call.
    """

    name: str
    attributes: Mapping[str, str]
    children: frozenset[str] = frozenset()
    nouns: frozenset[str] = frozenset()
    answers: bool = True


Grammar = Mapping[str, Spec]
