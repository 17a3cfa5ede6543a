"""The debugger: coded errors and warnings, newest last."""

from dataclasses import dataclass
from typing import Literal

WARNINGS = frozenset({12200, 13224, 13410, 13510, 13520, 13521, 15003})


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One entry: when (clock seconds), its code and level, the call or message it belongs to, what went wrong."""

    at: float
    code: int
    level: Literal["error", "warning"]
    sid: str
    message: str


def entry(at: float, code: int, sid: str, message: str) -> LogEntry:
    """An entry whose level follows from its code."""
    return LogEntry(at, code, "warning" if code in WARNINGS else "error", sid, message)
