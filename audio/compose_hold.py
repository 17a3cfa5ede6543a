"""Compose the hold music that callers hear: a calm piece of 48 seconds that loops for ever.

    python -m audio.compose_hold audio/hold.wav

It is written for a telephone. Every tone is a sum of sines, and only those a telephone passes are sounded, so
there is nothing to filter and nothing to alias; the bass is heard through its overtones alone. Most callers
hear a few seconds, so the tune starts at once, without a fade.

It is played on a circle. Each sine completes a whole number of cycles per loop, and whatever rings past the
end, echoes included, rings on at the beginning. No seam remains, so the cut is made wherever the wave is still.
"""

import argparse
import math
import sys
import wave
from array import array
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple, TypeAlias

from ivr.sound import integrated, short_term_range

RATE = 8000  # samples per second
BEAT = 6000  # samples: 80 beats a minute
BAR = 4 * BEAT
BAND = (200.0, 3300.0)  # hertz; partials outside it are left silent
LOUDNESS = -16.0  # LUFS, integrated
PEAK = -1.0  # dBFS that no sample may exceed

Pcm: TypeAlias = "array[int]"  # 16-bit samples


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
    """A struck sound: how fast it speaks, and the sines that then die away."""

    attack: float  # seconds
    partials: tuple[Partial, ...]


D = Chord("D3", ("A3", "F#4", "A4", "E5"))
B_MINOR = Chord("B2", ("A3", "F#4", "B4", "D5"))
G = Chord("G2", ("B3", "G4", "B4", "D5"))
A_SUSPENDED = Chord("A2", ("A3", "G4", "B4", "D5"))
A_SEVENTH = Chord("A2", ("A3", "G4", "C#5", "E5"))
D_OVER_F = Chord("F#2", ("A3", "F#4", "A4", "D5"))
E_MINOR = Chord("E3", ("B3", "G4", "B4", "D5"))

VERSE = (D, B_MINOR, G, A_SEVENTH)
BRIDGE = (G, D_OVER_F, E_MINOR, A_SUSPENDED)
HARMONY = VERSE + VERSE + BRIDGE + VERSE  # a chord a bar
LOOP = len(HARMONY) * BAR  # samples

# A line a phrase, bars apart by "|"; a note is its name and its length in beats, "-" a rest.
MELODY = (
    "A5:1.5 F#5:.5 E5:2  | D5:1 E5:1 F#5:2    | B5:1.5 A5:.5 F#5:1 E5:1 | E5:3 -:1",
    "A5:1.5 F#5:.5 E5:2  | D5:1 E5:1 A5:2     | B5:1 D6:1 B5:1 A5:1     | A5:1 E5:2 -:1",
    "-:1 B5:1 D6:1 B5:1  | A5:3 F#5:1         | -:1 E5:.5 F#5:.5 B5:2   | A5:2 E5:1 F#5:1",
    "A5:1.5 F#5:.5 E5:2  | D5:1 E5:1 F#5:2    | B5:1.5 A5:.5 F#5:1 E5:1 | E5:2 -:1 F#5:1",
)

# What the left hand plays in every bar: the beat, the voice of the chord, the level.
ACCOMPANIMENT = ((0.0, 0, 1.0), (0.5, 1, 0.7), (1.0, 2, 0.8), (2.0, 3, 0.8), (2.5, 2, 0.6), (3.0, 1, 0.7))

BELL = Instrument(
    0.006, (Partial(1, 1.0, 0.42), Partial(2, 0.22, 0.25), Partial(3, 0.06, 0.12), Partial(4, 0.10, 0.05))
)
PIANO = Instrument(
    0.010, (Partial(1, 1.0, 0.35), Partial(2, 0.30, 0.22), Partial(3, 0.12, 0.12), Partial(5, 0.04, 0.05))
)
BASS = Instrument(0.030, (Partial(2, 1.0, 0.90), Partial(3, 0.55, 0.60), Partial(4, 0.25, 0.40), Partial(5, 0.1, 0.3)))

BELL_LEVEL, PIANO_LEVEL, BASS_LEVEL, PAD_LEVEL, ECHO_LEVEL = 1.0, 0.42, 0.30, 0.20, 0.22

# The pad's sines: ratio, level, and how often in a loop each swells and ebbs, which keeps the colour moving.
PAD = ((1, 1.0, 11), (2, 0.35, 17), (3, 0.14, 23), (4, 0.06, 29))
PAD_SWELL = 0.3  # of a sine's level
CROSSFADE = 0.9  # seconds from a chord of the pad to the next

# The room: combs of a length in samples, none a multiple of another.
COMBS = (241, 269, 293, 317)
COMB_FEEDBACK = 0.80
COMB_DAMPING = 0.35  # 0 a bright room, 1 a dull one
DIFFUSERS = (89, 37)  # samples
DIFFUSION = 0.6

SINE = [math.sin(2 * math.pi * i / LOOP) for i in range(LOOP)]  # one cycle per loop


def cycles(note: str) -> int:
    """Frequency of a note such as "F#4" in whole cycles per loop, at most 0.01 Hz from equal temperament."""
    semitones = {"C": -9, "D": -7, "E": -5, "F": -4, "G": -2, "A": 0, "B": 2}[note[0]]
    semitones += note.count("#") + 12 * (int(note[-1]) - 4)
    return round(440 * 2 ** (semitones / 12) * LOOP / RATE)


def audible(frequency: float) -> bool:
    """Whether a telephone passes a frequency, given in cycles per loop."""
    return BAND[0] <= frequency * RATE / LOOP <= BAND[1]


def rise(length: int) -> list[float]:
    """A smooth way from 0 to 1, level at both ends, in a number of samples."""
    return [0.5 - 0.5 * math.cos(math.pi * i / length) for i in range(length)]


@cache
def strike(instrument: Instrument, note: str) -> Sequence[float]:
    """The sound of one note from its onset until every sine has fallen by 72 dB."""
    sound = [0.0] * round(12 * RATE * max(partial.half_life for partial in instrument.partials))
    for ratio, level, half_life in instrument.partials:
        frequency = round(ratio * cycles(note))
        if not audible(frequency):
            continue
        fall = 0.5 ** (1 / (half_life * RATE))
        left = level
        for i in range(round(12 * RATE * half_life)):
            sound[i] += left * SINE[frequency * i % LOOP]
            left *= fall
    for i, gain in enumerate(rise(round(instrument.attack * RATE))):
        sound[i] *= gain
    return sound


def add(mix: list[float], start: int, sound: Sequence[float], level: float) -> None:
    """Add a sound to the circle from a sample on, around the end if need be."""
    for i, value in enumerate(sound, start):
        mix[i % LOOP] += level * value


def tune() -> Iterator[tuple[int, str]]:
    """Start in samples, and name, of every note of the melody."""
    words = " | ".join(MELODY).replace("|", " ").split()
    names, lengths = zip(*(word.split(":") for word in words), strict=True)
    starts = accumulate((round(float(length) * BEAT) for length in lengths), initial=0)
    return ((start, name) for start, name in zip(starts, names, strict=False) if name != "-")


def accent(start: int) -> float:
    """How hard the melody strikes, by place: the bar's first beat most, then its third, between beats least."""
    return {0: 1.0, BAR // 2: 0.9}.get(start % BAR, 0.85 if start % BEAT == 0 else 0.75)


def softened(note: str) -> float:
    """A level that spares the ear high notes, to which a telephone and the ear itself are keenest; 1 at A4."""
    return math.pow(cycles("A4") / cycles(note), 0.4)


def plucked() -> list[float]:
    """The melody, the broken chords and the bass."""
    mix = [0.0] * LOOP
    for start, note in tune():
        add(mix, start, strike(BELL, note), BELL_LEVEL * accent(start) * softened(note))
    for bar, chord in enumerate(HARMONY):
        for beat, voice, level in ACCOMPANIMENT:
            note = chord.voices[voice]
            add(mix, bar * BAR + round(beat * BEAT), strike(PIANO, note), PIANO_LEVEL * level * softened(note))
        add(mix, bar * BAR, strike(BASS, chord.bass), BASS_LEVEL)
    return mix


def pad() -> list[float]:
    """The chords, sustained; each melts into the next, and a note they share is held through."""
    mix = [0.0] * LOOP
    for bar, chord in enumerate(HARMONY):
        for note in chord.voices:
            sustain(mix, bar * BAR, note)
    return mix


def sustain(mix: list[float], start: int, note: str) -> None:
    """Add a note of the pad for a bar; its sines run on the loop's clock, so that repeats join in phase."""
    fade = rise(round(CROSSFADE * RATE))
    window = fade + [1.0] * (BAR - len(fade)) + fade[::-1]
    first = start - len(fade) // 2
    for ratio, level, swells in PAD:
        frequency = ratio * cycles(note)
        if not audible(frequency):
            continue
        for i, gain in enumerate(window, first):
            swell = 1 + PAD_SWELL * SINE[(swells * i + frequency * frequency) % LOOP]
            mix[i % LOOP] += PAD_LEVEL * gain * level * swell * SINE[frequency * (i + frequency) % LOOP]


def echoes(dry: list[float]) -> list[float]:
    """The room's answer to a sound on the circle."""
    tails = [comb(dry, length) for length in COMBS]
    wet = [sum(values) / len(COMBS) for values in zip(*tails, strict=True)]
    for length in DIFFUSERS:
        wet = diffuse(wet, length)
    return wet


def comb(signal: Sequence[float], length: int) -> list[float]:
    """Repeat a sound every `length` samples, softer and duller; the first round only fills the room for the second."""
    line = [0.0] * length
    dulled = 0.0
    out: list[float] = []
    for _ in range(2):
        out = []
        for i, value in enumerate(signal):
            echo = line[i % length]
            dulled += (1 - COMB_DAMPING) * (echo - dulled)
            line[i % length] = value + COMB_FEEDBACK * dulled
            out.append(echo)
    return out


def diffuse(signal: Sequence[float], length: int) -> list[float]:
    """Smear a sound in time and leave its colour (a Schroeder all-pass); two rounds, as for the combs."""
    line = [0.0] * length
    out: list[float] = []
    for _ in range(2):
        out = []
        for i, value in enumerate(signal):
            late = line[i % length]
            line[i % length] = value + DIFFUSION * late
            out.append(late - DIFFUSION * line[i % length])
    return out


def compose() -> Pcm:
    """The finished loop in 16-bit samples."""
    strings, chords = plucked(), pad()
    dry = [a + b for a, b in zip(strings, chords, strict=True)]
    mix = [a + ECHO_LEVEL * b for a, b in zip(dry, echoes(strings), strict=True)]
    return cut(master(mix))


def master(mix: list[float]) -> Pcm:
    """Bring a mix to the loudness wanted."""
    highest = max(map(abs, mix))
    gain = 32767 / highest
    gain *= 10 ** ((LOUDNESS - integrated(quantised(mix, gain), RATE)) / 20)
    if decibels(gain * highest) > PEAK:
        raise ValueError(f"at {LOUDNESS} LUFS the mix peaks at {decibels(gain * highest):.1f} dBFS, above {PEAK}")
    return quantised(mix, gain)


def quantised(wave_form: Sequence[float], gain: float) -> Pcm:
    """Nearest 16-bit samples of a wave times a gain."""
    return array("h", (round(gain * value) for value in wave_form))


def decibels(sample: float) -> float:
    """A sample's magnitude in dBFS."""
    return 20 * math.log10(abs(sample) / 32768)


def cut(pcm: Pcm) -> Pcm:
    """Open the circle where the wave is stillest, about 100 ms before the tune, so that starting makes no click either.

    Still means near zero and hardly moving.
    """
    places = range(LOOP - RATE // 8, LOOP - RATE // 16)
    first = min(places, key=lambda i: abs(pcm[i - 1]) + abs(pcm[i]) + abs(pcm[i] - pcm[i - 1]))
    return pcm[first:] + pcm[:first]


def write(path: Path, pcm: Pcm) -> None:
    """Save samples as a mono WAV file."""
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE, len(pcm), "NONE", ""))
        file.writeframes(pcm.tobytes())


def main() -> None:
    """Compose the piece, write it, and say how it measures."""
    parser = argparse.ArgumentParser(description="Compose the hold music: an 8 kHz mono 16-bit WAV file that loops.")
    beside = Path(__file__).with_name("hold.wav")
    parser.add_argument("output", type=Path, nargs="?", default=beside, help="file to write; else hold.wav beside this")
    output = parser.parse_args().output
    pcm = compose()
    write(output, pcm)
    peak = decibels(max(pcm, key=abs))
    sys.stdout.write(
        f"{output}: {len(pcm) / RATE:.1f} s, {integrated(pcm, RATE):.1f} LUFS, peak {peak:.1f} dBFS, "
        f"short-term range {short_term_range(pcm, RATE):.1f} LU\n"
    )


if __name__ == "__main__":
    main()
