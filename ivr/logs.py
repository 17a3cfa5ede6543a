"""The log: each line says by itself what happened, to a person or to a program.

A line is an event in a few words and its facts by name. `note` writes one; lines that are whole sentences come through
the same two forms:

    text   2026-11-29 12:00:01.250 INFO ivr.operation.story: call over call=CA1 flow=desk outcome=completed
    json   {"at": "2026-11-29T12:00:01.250Z", "level": "info", "logger": "…", "event": "call over", "call": "CA1", …}

Facts are names, ids, counts and causes: never a caller's number, a body, or a secret. Whatever a stranger may have
written is kept from looking like a line of its own.
"""

import json
import logging
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Literal

from ivr.printable import in_line

Fact = str | int | float | bool | None | Sequence[Mapping[str, str | int]]
Facts = Mapping[str, Fact]
Form = Literal["text", "json"]
FACTS = "facts"
"""Under which name a record of the log carries its facts."""
_plain = re.compile(r"[\w./:+@?…,>%-]+")


def note(log: logging.Logger, level: int, event: str, /, **facts: Fact) -> None:
    """Write one line: an event, which is a literal, and its facts in their order; those that are None are left out."""
    if log.isEnabledFor(level):
        log.log(level, event, extra={FACTS: facts})


def facts_of(record: logging.LogRecord) -> dict[str, Fact]:
    """The facts of a line that `note` wrote; none of any other line."""
    found: dict[str, Fact] = getattr(record, FACTS, {})
    return {name: fact for name, fact in found.items() if fact is not None}


class TextForm(logging.Formatter):
    """One line for people: the event, then `name=value`; a value with blanks is in quotation marks."""

    def format(self, record: logging.LogRecord) -> str:
        at = _moment(record).strftime("%Y-%m-%d %H:%M:%S")
        facts = "".join(f" {name}={_written(fact)}" for name, fact in facts_of(record).items())
        line = f"{at}.{record.msecs:03.0f} {record.levelname} {record.name}: {in_line(record.getMessage())}{facts}"
        # Indented, so that no line of it, which may be a stranger's, looks like one of ours.
        return line + "".join(f"\n    {in_line(each)}" for each in _traceback(self, record).splitlines())


class JsonForm(logging.Formatter):
    """One JSON object on one line."""

    def format(self, record: logging.LogRecord) -> str:
        fields: dict[str, Fact] = {
            "at": f"{_moment(record):%Y-%m-%dT%H:%M:%S}.{record.msecs:03.0f}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        if fault := _traceback(self, record):
            fields["traceback"] = fault
        return json.dumps({**fields, **facts_of(record)}, default=str)


def write_log(level: str, form: Form) -> None:
    """Let the log of this process be written to standard error, in this form, from this level on."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonForm() if form == "json" else TextForm())
    logging.basicConfig(level=level.upper(), handlers=[handler])


def _moment(record: logging.LogRecord) -> datetime:
    return datetime.fromtimestamp(int(record.created), UTC)


def _written(fact: Fact) -> str:
    if isinstance(fact, str) and _plain.fullmatch(fact):
        return fact
    return in_line(json.dumps(fact, separators=(",", ":"), ensure_ascii=False))


def _traceback(form: logging.Formatter, record: logging.LogRecord) -> str:
    return form.formatException(record.exc_info) if record.exc_info else ""
