"""The machine and the Python that a run's figures belong to."""

import os
import platform
import resource
import time
from pathlib import Path
from typing import Self

from tests.bench import servers

FLUSHES = 50


def machine(folder: Path) -> str:
    """Processor, cores, Python, load, and what a flush to the folder's disk costs."""
    lines = [
        f"CPU     {_model()}, {os.cpu_count()} cores; load before the run {os.getloadavg()[0]:.2f}",
        f"Python  {platform.python_version()} ({platform.python_implementation()}) on {platform.platform(terse=True)}",
        f"Disk    {_flush(folder) * 1e6:,.0f} µs to write and flush 4 KB in {folder.parent}",
    ]
    return "\n".join(lines)


def _model() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.machine()


def _flush(folder: Path) -> float:
    """Seconds of the median flush."""
    taken = []
    with (folder / "flushed").open("wb") as file:
        for _ in range(FLUSHES):
            began = time.perf_counter()
            file.write(b"x" * 4096)
            file.flush()
            os.fsync(file.fileno())
            taken.append(time.perf_counter() - began)
    return sorted(taken)[FLUSHES // 2]


def others_cpu() -> float | None:
    """Seconds of processor time that the machine has spent on anything but this run; None without /proc.

    Only differences mean something. Servers count as this run's once they have ended.
    """
    try:
        ticks = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]
    except OSError:
        return None
    user, nice, system, _idle, _waiting, *interrupts = map(int, ticks[:8])
    busy = (user + nice + system + sum(interrupts)) / os.sysconf("SC_CLK_TCK")
    own = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return busy - sum(used.ru_utime + used.ru_stime for used in own)


class Others:
    """How many cores all else on the machine took during the context; None without /proc, and until it is over."""

    cores: float | None = None

    def __enter__(self) -> Self:
        self._began, self._busy, self._own = time.monotonic(), others_cpu(), _running_children()
        return self

    def __exit__(self, *_: object) -> None:
        seconds, busy = time.monotonic() - self._began, others_cpu()
        if busy is not None and self._busy is not None:
            # Servers that still run are this run's too.
            self.cores = max(0.0, (busy - self._busy - (_running_children() - self._own)) / seconds)


def _running_children() -> float:
    """Seconds of processor time of all processes below this one that run."""
    return sum(servers.seconds_of(child) or 0.0 for child in servers.below(os.getpid()))
