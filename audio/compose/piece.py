"""What a piece of music is made of."""

from typing import NamedTuple, TypeAlias

RATE = 8000  # samples per second


class Chord(NamedTuple):
    """The bass note and the four voices above it, low to high, that sound for a bar."""

    bass: str
    voices: tuple[str, str, str, str]


class Partial(NamedTuple):
    """One sine of an instrument's tone."""

    ratio: float  # to the note's own frequency
    level: float  # at the start
    half_life: float  # seconds in which it falls by half


class Instrument(NamedTuple):
    """How fast a sound speaks, and the sines that then die away."""

    attack: float  # seconds
    partials: tuple[Partial, ...]
    release: float = 0.0  # seconds in which a note fades that is held as long as it is written; 0: it rings out


class Swelling(NamedTuple):
    """One sine of a pad, and how often in a loop it swells and ebbs, which keeps the colour moving."""

    ratio: float
    level: float
    swells: int


class Pad(NamedTuple):
    """The sustained chords."""

    sines: tuple[Swelling, ...]
    swell: float  # of a sine's level
    crossfade: float  # seconds from a chord to the next


Figure: TypeAlias = tuple[tuple[float, int, float], ...]
"""What the left hand plays in a bar: the beat, the voice of the chord, the level."""


class Section(NamedTuple):
    """Some bars with a character of their own.

    In the melody bars are apart by "|"; a note is its name and its length in beats, "-" a rest.
    """

    chords: tuple[Chord, ...]  # one a bar
    melody: str
    lead: Instrument
    figure: Figure


class Levels(NamedTuple):
    """How loud the parts are, relative to each other. Of the lead, each instrument has a level of its own too."""

    lead: float
    hand: float
    bass: float
    pad: float
    echo: float


class Piece(NamedTuple):
    """A tune that loops for ever."""

    name: str
    beat: int  # samples
    meter: int  # beats in a bar
    sections: tuple[Section, ...]
    levels: Levels
    hand: Instrument
    bass: Instrument
    pad: Pad

    @property
    def bar(self) -> int:
        """Samples in a bar."""
        return self.meter * self.beat

    @property
    def harmony(self) -> tuple[Chord, ...]:
        """A chord a bar."""
        return tuple(chord for section in self.sections for chord in section.chords)

    @property
    def loop(self) -> int:
        """Samples in all."""
        return len(self.harmony) * self.bar
