"""The log of a server, as it is written."""

import asyncio
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ivr.logs import JsonForm, TextForm

PATIENCE = 30.0
_measured = re.compile(r"(ms|seconds)(=|\": ?|\":)[\d.]+")
_at = re.compile(r"^\S+ \S+ |^\{\"at\": \"[^\"]*\"")


class Lines(logging.Handler):
    """What was written so far, in the form that is asked for."""

    def __init__(self, form: logging.Formatter) -> None:
        super().__init__()
        self.setFormatter(form)
        self.written: list[str] = []
        self._changed = asyncio.Event()

    def emit(self, record: logging.LogRecord) -> None:
        self.written.append(self.format(record))
        self._changed.set()

    async def until(self, *marks: str) -> str:
        """The first line with all these marks, as soon as it is there."""
        async with asyncio.timeout(PATIENCE):
            while not (found := [line for line in self.written if all(mark in line for mark in marks)]):
                self._changed.clear()
                await self._changed.wait()
        return found[0]

    def settled(self, *changing: str) -> list[str]:
        """All lines, without what differs from run to run: times, and what is named here."""
        return [_settled(line, changing) for line in self.written]


def _settled(line: str, changing: tuple[str, ...]) -> str:
    for number, each in enumerate(changing, 1):
        line = line.replace(each, f"<{number}>")
    return _at.sub("", _measured.sub(r"\1\2…", line))


@contextmanager
def log(form: Callable[[], logging.Formatter] = TextForm) -> Iterator[Lines]:
    """Everything that `ivr` logs from level info on."""
    lines, logger = Lines(form()), logging.getLogger("ivr")
    before = logger.level
    logger.addHandler(lines)
    logger.setLevel(logging.INFO)
    try:
        yield lines
    finally:
        logger.removeHandler(lines)
        logger.setLevel(before)


__all__ = ["JsonForm", "Lines", "log"]
