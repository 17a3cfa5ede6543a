"""The notes of a piece, as they are played."""

import math
from collections.abc import Iterator
from typing import NamedTuple

from audio.compose.piece import Instrument, Piece, Section
from audio.compose.tones import cycles


class Note(NamedTuple):
    """A note as it is struck."""

    start: int  # samples
    held: int  # samples
    name: str
    instrument: Instrument
    level: float


def notes(piece: Piece) -> Iterator[Note]:
    """The melody, the broken chords and the bass. Raises ValueError for a bar that is too short or too long."""
    bar = 0
    for section in piece.sections:
        yield from _melody(piece, section, bar * piece.bar)
        bar += len(section.chords)
    bar = 0
    for section in piece.sections:
        yield from _backing(piece, section, bar * piece.bar)
        bar += len(section.chords)


def _melody(piece: Piece, section: Section, start: int) -> Iterator[Note]:
    bars = [[word.split(":") for word in bar.split()] for bar in section.melody.split("|")]
    lengths = [sum(round(float(length) * piece.beat) for _, length in bar) for bar in bars]
    if lengths != [piece.bar] * len(section.chords):
        raise ValueError(f"{piece.name}: the bars do not fit the chords: {section.melody}")
    for name, length in (word for bar in bars for word in bar):
        held = round(float(length) * piece.beat)
        if name != "-":
            level = piece.levels.lead * _accent(piece, start) * _softened(piece, name)
            yield Note(start, held, name, section.lead, level)
        start += held


def _backing(piece: Piece, section: Section, start: int) -> Iterator[Note]:
    for chord in section.chords:
        for beat, voice, level in section.figure:
            name = chord.voices[voice]
            level *= piece.levels.hand  # noqa: PLW2901 - the figure's own, made the part's
            yield Note(start + round(beat * piece.beat), piece.beat, name, piece.hand, level * _softened(piece, name))
        yield Note(start, piece.bar, chord.bass, piece.bass, piece.levels.bass)
        start += piece.bar


def _accent(piece: Piece, start: int) -> float:
    """How hard the melody strikes, by place: a bar's first beat most, then its middle one, between beats least."""
    if start % piece.bar == 0:
        return 1.0
    if piece.meter % 2 == 0 and start % piece.bar == piece.bar // 2:
        return 0.9
    return 0.85 if start % piece.beat == 0 else 0.75


def _softened(piece: Piece, note: str) -> float:
    """A level that spares the ear high notes, to which a telephone and the ear itself are keenest; 1 at A4."""
    return math.pow(cycles(piece.loop, "A4") / cycles(piece.loop, note), 0.4)
