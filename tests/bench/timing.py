"""Timing small pieces."""

import gc
from collections.abc import Callable, Coroutine
from time import perf_counter
from typing import Any

REPEATS = 5


def each(work: Callable[[], object], seconds: float) -> float:
    """Microseconds per call, the best of a few repeats that take about so many seconds; no garbage collection."""
    work()
    began = perf_counter()
    work()
    calls = max(1, int(seconds / REPEATS / max(perf_counter() - began, 1e-7)))
    gc.collect()
    gc.disable()
    try:
        return min(_once(work, calls) for _ in range(REPEATS)) * 1e6
    finally:
        gc.enable()


def times(work: Callable[[], object], count: int) -> float:
    """Microseconds per call, after one that does not count."""
    work()
    return _once(work, count) * 1e6


async def times_async(work: Callable[[], Coroutine[Any, Any, object]], count: int) -> float:
    """Microseconds per awaited call, one after the other, after one that does not count."""
    await work()
    began = perf_counter()
    for _ in range(count):
        await work()
    return (perf_counter() - began) / count * 1e6


def _once(work: Callable[[], object], calls: int) -> float:
    began = perf_counter()
    for _ in range(calls):
        work()
    return (perf_counter() - began) / calls
