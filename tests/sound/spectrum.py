"""The power spectrum of a few samples, in plain Python."""

import cmath
import math
from collections.abc import Sequence


def power(samples: Sequence[int]) -> list[float]:
    """Power at each of len(samples) / 2 + 1 frequencies from 0 to half the rate, through a Hann window."""
    count = len(samples)
    windowed = [complex(x * math.sin(math.pi * i / count) ** 2) for i, x in enumerate(samples)]
    return [abs(value) ** 2 for value in transform(windowed)[: count // 2 + 1]]


def transform(values: Sequence[complex]) -> list[complex]:
    """The discrete Fourier transform of a power of two of values."""
    count = len(values)
    if count == 1:
        return list(values)
    even, odd = transform(values[::2]), transform(values[1::2])
    turned = [cmath.exp(-2j * math.pi * i / count) * value for i, value in enumerate(odd)]
    return [a + b for a, b in zip(even, turned, strict=True)] + [a - b for a, b in zip(even, turned, strict=True)]
