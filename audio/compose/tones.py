"""Sums of sines on a circle of so many samples, the `loop`."""

import math
from collections.abc import Sequence
from functools import cache

from audio.compose.piece import RATE, Instrument, Pad

BAND = (200.0, 3300.0)  # hertz; partials outside it are left silent


@cache
def sine(loop: int) -> list[float]:
    """One cycle per loop."""
    return [math.sin(2 * math.pi * i / loop) for i in range(loop)]


@cache
def cycles(loop: int, note: str) -> int:
    """Frequency of a note such as "F#4" or "Bb4" in whole cycles per loop, at most 0.01 Hz from equal temperament."""
    semitones = {"C": -9, "D": -7, "E": -5, "F": -4, "G": -2, "A": 0, "B": 2}[note[0]]
    semitones += note.count("#") - note.count("b") + 12 * (int(note[-1]) - 4)
    return round(440 * 2 ** (semitones / 12) * loop / RATE)


def audible(loop: int, frequency: float) -> bool:
    """Whether a telephone passes a frequency, given in cycles per loop."""
    return BAND[0] <= frequency * RATE / loop <= BAND[1]


def rise(length: int) -> list[float]:
    """A smooth way from 0 to 1, level at both ends, in a number of samples."""
    return [0.5 - 0.5 * math.cos(math.pi * i / length) for i in range(length)]


@cache
def strike(loop: int, instrument: Instrument, note: str, held: int) -> Sequence[float]:
    """The sound of one note: for `held` samples and the release, or until each sine has fallen by 72 dB."""
    release = round(instrument.release * RATE)
    sound = [0.0] * max(_lasting(half_life, held, release) for _, _, half_life in instrument.partials)
    wave = sine(loop)
    for ratio, level, half_life in instrument.partials:
        frequency = round(ratio * cycles(loop, note))
        if not audible(loop, frequency):
            continue
        fall = 0.5 ** (1 / (half_life * RATE))
        left = level
        for i in range(_lasting(half_life, held, release)):
            sound[i] += left * wave[frequency * i % loop]
            left *= fall
    for i, gain in enumerate(rise(round(instrument.attack * RATE))):
        sound[i] *= gain
    for i, gain in enumerate(rise(release), 1):
        sound[-i] *= gain
    return sound


def _lasting(half_life: float, held: int, release: int) -> int:
    """Samples of a sine."""
    return held + release if release else round(12 * RATE * half_life)


def add(mix: list[float], start: int, sound: Sequence[float], level: float) -> None:
    """Add a sound to the circle from a sample on, around the end if need be."""
    loop = len(mix)
    for i, value in enumerate(sound, start):
        mix[i % loop] += level * value


def sustain(mix: list[float], pad: Pad, span: range, note: str, loudest: float) -> None:
    """Add a note of a pad for a span of samples; its sines run on the loop's clock, so that repeats join in phase."""
    loop = len(mix)
    wave = sine(loop)
    fade = rise(round(pad.crossfade * RATE))
    window = fade + [1.0] * (len(span) - len(fade)) + fade[::-1]
    first = span.start - len(fade) // 2
    for ratio, level, swells in pad.sines:
        frequency = round(ratio * cycles(loop, note))
        if not audible(loop, frequency):
            continue
        for i, gain in enumerate(window, first):
            swell = 1 + pad.swell * wave[(swells * i + frequency * frequency) % loop]
            mix[i % loop] += loudest * gain * level * swell * wave[frequency * (i + frequency) % loop]
