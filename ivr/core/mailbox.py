"""Words on their way to the caller: each is heard once, in order, however often a page is asked for."""

from msgspec import Struct
from msgspec.structs import replace

from ivr.core.effects import AnyVerb, Dial, Gather, HandOver, Hangup, Question, Say

PAGE_CHARACTERS = 9_000
"""Spoken characters a page holds: at six bytes each, the most that escaping makes of one, it stays under 64 kB."""
BYTES_OF_ONE = 6
VERB_CHARACTERS = 20
"""What the marks around each verb take of that room."""


class Track(Struct, frozen=True, array_like=True):
    """A part of hold audio: what its author calls it, empty for words, and the seconds it takes."""

    name: str
    seconds: float


class Sounding(Struct, frozen=True, array_like=True):
    """What is played while a block waits, in order and then from the first on again; nothing where it is silent. Words
    that are said before it take so many seconds."""

    block: int = 0
    tracks: tuple[Track, ...] = ()
    spoken: float = 0.0


class Page(Struct, frozen=True):
    """One document: verbs, then on to page `next`; a question at the end takes its answer there. None: the verbs end
    the call themselves."""

    verbs: tuple[AnyVerb, ...]
    next: int | None


class Mailbox(Struct, frozen=True):
    """`page` is the number of the last page handed out, `current` its words, `unheard` what comes next.

    `opened` tells whether any sound has left: until then the caller hears the phone ring, also while another number is
    rung for them. `play_until`: let the hold audio play until this time, in milliseconds. `held_for`: the
    carrier's token of the request that got it, so that the same request sent again takes no words away with it; and
    `sounding` is what it plays.
    """

    page: int = 0
    current: tuple[AnyVerb, ...] = ()
    unheard: tuple[AnyVerb, ...] = ()
    opened: bool = False
    play_until: int = 0
    held_for: str = ""
    sounding: Sounding = Sounding()

    def post(self, verbs: tuple[AnyVerb, ...]) -> "Mailbox":
        """Add words. After a hang-up nothing can be heard, so nothing is added."""
        if not verbs or self.closed:
            return self
        return replace(self, unheard=self.unheard + verbs)

    def turn_to(self, page: int) -> "Mailbox":
        """The mailbox once `page` has been asked for: unchanged for a page already handed out, or with no words."""
        if page <= self.page or not self.unheard:
            return self
        fits = fitting(self.unheard)
        current = self.unheard[:fits]
        opened = self.opened or any(not isinstance(verb, Dial) for verb in current)
        return Mailbox(page=self.page + 1, current=current, unheard=self.unheard[fits:], opened=opened)

    def read(self) -> Page:
        """The current page."""
        ends = bool(self.current) and isinstance(self.current[-1], Hangup)
        return Page(self.current, None if ends else self.page + 1)

    @property
    def asks(self) -> bool:
        """Whether the current words end in a question."""
        return bool(self.current) and isinstance(self.current[-1], Question)

    @property
    def closed(self) -> bool:
        """Whether the last word is a hang-up."""
        last = (self.unheard or self.current)[-1:]
        return bool(last) and isinstance(last[0], Hangup)


def fitting(verbs: tuple[AnyVerb, ...]) -> int:
    """How many verbs fit on one page, at least one. A question is the last on its page."""
    room = PAGE_CHARACTERS
    for index, verb in enumerate(verbs):
        room -= _characters(verb)
        if room < 0 and index:
            return index
        if isinstance(verb, Question):
            return index + 1
    return len(verbs)


def _characters(verb: AnyVerb) -> int:
    if isinstance(verb, Gather):
        return VERB_CHARACTERS + sum(_characters(prompt) for prompt in verb.prompts)
    if isinstance(verb, HandOver):
        return VERB_CHARACTERS + len(verb.document.encode()) // BYTES_OF_ONE
    return VERB_CHARACTERS + (len(verb.text) if isinstance(verb, Say) else 0)
