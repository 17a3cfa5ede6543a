"""How loud mono 16-bit PCM sounds, after ITU-R BS.1770-4, in LUFS (loudness units relative to full scale).

The signal is K-weighted (a shelf for the head, a high-pass for the ear's deafness to bass), its power is
averaged over overlapping blocks, and blocks too quiet to matter are left out of the mean.
"""

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

FULL_SCALE = 32768.0
SILENCE = -math.inf
LOWEST_RATE = 4000  # hertz; below it the shelf's corner nears half the sample rate

_OFFSET = -0.691  # LU; the K-weighting's own gain at 997 Hz, taken off again
_STEP = 10  # measuring steps a second: blocks start every 100 ms
_BLOCK = 4  # steps in a gating block: 400 ms, so neighbours overlap by 75 %
_SHORT_TERM = 30  # steps in a short-term window: 3 s (EBU Tech 3341)
_ABSOLUTE_GATE = -70.0  # LUFS
_RELATIVE_GATE = -10.0  # LU below the mean of what passed the absolute gate


class Biquad(NamedTuple):
    """A second-order filter: y = b0*x + b1*x' + b2*x'' - a1*y' - a2*y''."""

    b0: float
    b1: float
    b2: float
    a1: float
    a2: float


def k_weighting(rate: int) -> tuple[Biquad, Biquad]:
    """The shelf and the high-pass of BS.1770 for a sample rate in hertz.

    At 48 kHz they are the standard's tables; at 8 kHz the response stays within 0.3 dB of that.
    """
    if rate < LOWEST_RATE:
        raise ValueError(f"loudness needs a sample rate of at least {LOWEST_RATE} Hz, not {rate}")
    return _shelf(rate), _high_pass(rate)


def _shelf(rate: int) -> Biquad:
    """A high shelf of +4 dB from about 1.7 kHz up."""
    k = math.tan(math.pi * 1681.974450955533 / rate)
    damping = k / 0.7071752369554196
    high = 10 ** (3.999843853973347 / 20)
    band = high**0.4996667741545416 * damping
    a0 = 1 + damping + k * k
    return Biquad(
        (high + band + k * k) / a0,
        2 * (k * k - high) / a0,
        (high - band + k * k) / a0,
        2 * (k * k - 1) / a0,
        (1 - damping + k * k) / a0,
    )


def _high_pass(rate: int) -> Biquad:
    """A high-pass at 38 Hz whose pass band has, at any rate, the gain the standard's table gives it at 48 kHz."""
    k, a0 = _high_pass_terms(rate)
    _, reference = _high_pass_terms(48_000)
    gain = reference / a0
    return Biquad(gain, -2 * gain, gain, 2 * (k * k - 1) / a0, (2 * (1 + k * k) - a0) / a0)


def _high_pass_terms(rate: int) -> tuple[float, float]:
    """The warped corner and the leading denominator coefficient of the high-pass."""
    k = math.tan(math.pi * 38.13547087602444 / rate)
    return k, 1 + k / 0.5003270373238773 + k * k


def integrated(samples: Sequence[int], rate: int) -> float:
    """Gated loudness of a whole recording in LUFS; -inf for silence, and for less than one 400 ms block."""
    blocks = list(_windows(_step_powers(samples, rate), _BLOCK))
    audible = [power for power in blocks if _lufs(power) > _ABSOLUTE_GATE]
    if not audible:
        return SILENCE
    gate = _lufs(_mean(audible)) + _RELATIVE_GATE
    return _lufs(_mean([power for power in audible if _lufs(power) > gate]))


def short_term(samples: Sequence[int], rate: int) -> list[float]:
    """Ungated loudness in LUFS of each 3 s window, one starting every 100 ms."""
    return [_lufs(power) for power in _windows(_step_powers(samples, rate), _SHORT_TERM)]


def short_term_range(samples: Sequence[int], rate: int) -> float:
    """Distance in LU between the loudest and the quietest 3 s; 0 when the recording is shorter or all silent."""
    levels = short_term(samples, rate)
    if not levels or max(levels) == SILENCE:
        return 0.0
    return max(levels) - min(levels)


def _lufs(power: float) -> float:
    return _OFFSET + 10 * math.log10(power) if power > 0 else SILENCE


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


def _windows(powers: Sequence[float], length: int) -> Iterator[float]:
    """Mean power of every complete window of `length` steps."""
    return (_mean(powers[first : first + length]) for first in range(len(powers) - length + 1))


def _step_powers(samples: Sequence[int], rate: int) -> list[float]:
    """Mean K-weighted power of each complete 100 ms, full scale being 1."""
    shelf, high_pass = k_weighting(rate)
    state = (0.0, 0.0, 0.0, 0.0)
    powers = []
    for step in range(len(samples) * _STEP // rate):
        chunk = samples[step * rate // _STEP : (step + 1) * rate // _STEP]
        energy, state = _energy(chunk, shelf, high_pass, state)
        powers.append(energy / len(chunk) / FULL_SCALE**2)
    return powers


_State = tuple[float, float, float, float]


def _energy(chunk: Sequence[int], shelf: Biquad, high_pass: Biquad, state: _State) -> tuple[float, _State]:
    """Sum of squares of a chunk through both filters, and the filters' memory after it.

    Both run in one loop in transposed direct form II: this is where all the time goes.
    """
    b0, b1, b2, a1, a2 = shelf
    c0, c1, c2, d1, d2 = high_pass
    s1, s2, t1, t2 = state
    energy = 0.0
    for x in chunk:
        y = b0 * x + s1
        s1 = b1 * x - a1 * y + s2
        s2 = b2 * x - a2 * y
        z = c0 * y + t1
        t1 = c1 * y - d1 * z + t2
        t2 = c2 * y - d2 * z
        energy += z * z
    return energy, (s1, s2, t1, t2)
