"""Log lines that a stranger can cause: one of a kind a second, however many requests cause it."""

import logging
import time
from collections.abc import Callable

EVERY = 1.0
"""Seconds between two lines of a kind."""


class Sparing:
    """Writes the first line of each kind, counts those that follow within `every` seconds, and gives their number with
    the next. The kind is the line's template, which is a literal: what a stranger sends is never part of it.
    """

    def __init__(self, log: logging.Logger, now: Callable[[], float] = time.monotonic, every: float = EVERY) -> None:
        self._log = log
        self._now = now
        self._every = every
        self._kinds: dict[str, tuple[float, int]] = {}

    def info(self, template: str, *values: object) -> None:
        self._write(logging.INFO, template, values)

    def warning(self, template: str, *values: object) -> None:
        self._write(logging.WARNING, template, values)

    def error(self, template: str, *values: object, fault: BaseException | None = None) -> None:
        """`fault`: a mistake of ours, whose traceback belongs in the log."""
        self._write(logging.ERROR, template, values, fault)

    def due(self, kind: str) -> int | None:
        """For a line that is written by other means, or is dear to make: how many of this kind, a literal, were only
        counted since the last one; None: this one too is only counted."""
        now = self._now()
        last, unwritten = self._kinds.get(kind, (None, 0))
        if last is not None and now - last < self._every:
            self._kinds[kind] = (last, unwritten + 1)
            return None
        self._kinds[kind] = (now, 0)
        return unwritten

    def _write(self, level: int, template: str, values: tuple[object, ...], fault: BaseException | None = None) -> None:
        unwritten = self.due(template)
        if unwritten is None:
            return
        more = f" ({unwritten} more since the last such line)" if unwritten else ""
        self._log.log(level, template + more, *values, exc_info=fault)
