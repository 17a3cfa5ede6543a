"""A line of the log stays one line, in both forms, whatever stands in it."""

import json
import logging
import sys

import pytest

from ivr.logs import JsonForm, TextForm, note, write_log

NASTY = "x\nINFO root: the door is open\r\n\x1b[31m\u2028\x85"


def record(message: str, *values: object, fault: bool = False, **facts: object) -> logging.LogRecord:
    found = sys.exc_info() if fault else None
    made = logging.LogRecord("ivr.a", logging.WARNING, "", 0, message, values, found)
    made.facts = facts
    made.created, made.msecs = 1_700_000_000.25, 250.0
    return made


def test_a_line_for_people() -> None:
    line = TextForm().format(record("call over", call="CA1", seconds=1.5, reason="Two words.", none=None, empty=""))
    assert line == (
        '2023-11-14 22:13:20.250 WARNING ivr.a: call over call=CA1 seconds=1.5 reason="Two words." empty=""'
    )


def test_a_line_for_programs() -> None:
    line = JsonForm().format(record("call over", call="CA1", web_calls=[{"block": 2, "cause": "ok"}], none=None))
    assert json.loads(line) == {
        "at": "2023-11-14T22:13:20.250Z",
        "level": "warning",
        "logger": "ivr.a",
        "event": "call over",
        "call": "CA1",
        "web_calls": [{"block": 2, "cause": "ok"}],
    }


@pytest.mark.parametrize("form", [TextForm(), JsonForm()])
def test_what_strangers_write_stays_on_one_line(form: logging.Formatter) -> None:
    line = form.format(record("said %s", NASTY, reason=NASTY, web_calls=[{"cause": NASTY}]))
    assert line.isprintable()


@pytest.mark.parametrize("form", [TextForm(), JsonForm()])
def test_no_line_of_a_traceback_looks_like_one_of_ours(form: logging.Formatter) -> None:
    try:
        raise ValueError(NASTY)
    except ValueError:
        lines = form.format(record("failed", fault=True)).split("\n")
    assert [line for line in lines[1:] if not line.startswith("    ")] == []
    assert all(line.isprintable() for line in lines)
    assert "ValueError" in "".join(lines)


@pytest.mark.parametrize("form", ["text", "json"])
def test_the_log_is_written_to_standard_error(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    root.handlers.clear()
    try:
        write_log("warning", form)  # type: ignore[arg-type]
        note(logging.getLogger("ivr.a"), logging.WARNING, "call over", call="CA1")
        note(logging.getLogger("ivr.a"), logging.INFO, "call over", call="CA2")
    finally:
        root.handlers[:], root.level = before
    written = capsys.readouterr()
    assert written.out == ""
    (line,) = written.err.splitlines()
    assert "call over" in line
    assert "CA1" in line
    assert line.startswith("{") == (form == "json")
