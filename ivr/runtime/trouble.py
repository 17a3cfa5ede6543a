"""What failed and is tried again, in the log: a store that is away is no riddle, so a sentence says it."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from ivr.runtime.ports import Unavailable

MOST = 1_000
"""Calls that are remembered as told of."""


def report(log: logging.Logger, error: Exception, sentence: str, *args: object) -> None:
    """Log it: with the reason where a port is away for now, and with a traceback where nobody expected it."""
    if isinstance(error, Unavailable):
        log.warning("%s: %s", sentence % args, error)
    else:
        log.error(sentence, *args, exc_info=error)


class Aside:
    """Calls that can't be looked after, such as one whose state is damaged: each is told of once, and keeps no other
    call waiting. A port that is away is no trouble of one call, and passes."""

    def __init__(self, log: logging.Logger) -> None:
        self._log = log
        self._told: set[str] = set()

    @contextmanager
    def keeping(self, call_id: str) -> Iterator[None]:
        """What fails within is this call's alone."""
        try:
            yield
        except Unavailable:
            raise
        except Exception as error:
            if call_id not in self._told:
                if len(self._told) >= MOST:
                    self._told.clear()
                self._told.add(call_id)
                report(self._log, error, "call %s can't be looked after; the others are", call_id)
