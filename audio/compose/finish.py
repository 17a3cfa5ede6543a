"""From a piece to the samples of a file."""

import math
import wave
from array import array
from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

from audio.compose.piece import RATE, Piece
from audio.compose.room import echoes
from audio.compose.score import notes
from audio.compose.tones import add, strike, sustain
from ivr.sound import integrated

# LUFS, integrated. Voices on a telephone are about as loud, or softer: music that is louder drowns the words before and
# after it, and makes callers hold the phone away from the ear at which the answer is to be heard.
LOUDNESS = -20.0
PEAK = -1.0  # dBFS that no sample may exceed

Pcm: TypeAlias = "array[int]"  # 16-bit samples


def compose(piece: Piece) -> Pcm:
    """The finished loop in 16-bit samples."""
    struck, chords = _struck(piece), _sustained(piece)
    dry = [a + b for a, b in zip(struck, chords, strict=True)]
    mix = [a + piece.levels.echo * b for a, b in zip(dry, echoes(struck), strict=True)]
    return _cut(_master(mix))


def _struck(piece: Piece) -> list[float]:
    """The melody, the broken chords and the bass."""
    mix = [0.0] * piece.loop
    for note in notes(piece):
        held = note.held if note.instrument.release else 0
        add(mix, note.start, strike(len(mix), note.instrument, note.name, held), note.level)
    return mix


def _sustained(piece: Piece) -> list[float]:
    """The chords, sustained; each melts into the next, and a note they share is held through."""
    mix = [0.0] * piece.loop
    for bar, chord in enumerate(piece.harmony):
        for name in chord.voices:
            sustain(mix, piece.pad, range(bar * piece.bar, (bar + 1) * piece.bar), name, piece.levels.pad)
    return mix


def _master(mix: list[float]) -> Pcm:
    """Bring a mix to the loudness wanted. Raises ValueError when its peaks do not fit."""
    highest = max(map(abs, mix))
    gain = 32767 / highest
    gain *= 10 ** ((LOUDNESS - integrated(_quantised(mix, gain), RATE)) / 20)
    if decibels(gain * highest) > PEAK:
        raise ValueError(f"at {LOUDNESS} LUFS the mix peaks at {decibels(gain * highest):.1f} dBFS, above {PEAK}")
    return _quantised(mix, gain)


def _quantised(wave_form: Sequence[float], gain: float) -> Pcm:
    """Nearest 16-bit samples of a wave times a gain."""
    return array("h", (round(gain * value) for value in wave_form))


def decibels(sample: float) -> float:
    """A sample's magnitude in dBFS."""
    return 20 * math.log10(abs(sample) / 32768)


def _cut(pcm: Pcm) -> Pcm:
    """Open the circle where the wave is stillest, about 100 ms before the tune, so that starting makes no click either.

    Still means near zero and hardly moving.
    """
    places = range(len(pcm) - RATE // 8, len(pcm) - RATE // 16)
    first = min(places, key=lambda i: abs(pcm[i - 1]) + abs(pcm[i]) + abs(pcm[i] - pcm[i - 1]))
    return pcm[first:] + pcm[:first]


def write(path: Path, pcm: Pcm) -> None:
    """Save samples as a mono WAV file."""
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE, len(pcm), "NONE", ""))
        file.writeframes(pcm.tobytes())
