"""The room in which a piece is heard."""

from collections import deque
from collections.abc import Iterator, Sequence
from itertools import chain

# Combs of a length in samples, none a multiple of another.
COMBS = (241, 269, 293, 317)
COMB_FEEDBACK = 0.80
COMB_DAMPING = 0.35  # 0 a bright room, 1 a dull one
DIFFUSERS = (89, 37)  # samples
DIFFUSION = 0.6


def echoes(dry: Sequence[float]) -> list[float]:
    """The room's answer to a sound on the circle."""
    tails = [comb(dry, length) for length in COMBS]
    wet = [sum(values) / len(COMBS) for values in zip(*tails, strict=True)]
    for length in DIFFUSERS:
        wet = diffuse(wet, length)
    return wet


def comb(signal: Sequence[float], length: int) -> list[float]:
    """Repeat a sound every `length` samples, softer and duller."""
    line = deque([0.0] * length)
    dulled = 0.0
    out: list[float] = []
    for value in twice(signal):
        echo = line.popleft()
        dulled += (1 - COMB_DAMPING) * (echo - dulled)
        line.append(value + COMB_FEEDBACK * dulled)
        out.append(echo)
    return out[len(signal) :]


def diffuse(signal: Sequence[float], length: int) -> list[float]:
    """Smear a sound in time and leave its colour (a Schroeder all-pass)."""
    line = deque([0.0] * length)
    out: list[float] = []
    for value in twice(signal):
        late = line.popleft()
        line.append(value + DIFFUSION * late)
        out.append(late - DIFFUSION * line[-1])
    return out[len(signal) :]


def twice(signal: Sequence[float]) -> Iterator[float]:
    """A sound twice in a row: the first round only fills the room for the second."""
    return chain(signal, signal)
