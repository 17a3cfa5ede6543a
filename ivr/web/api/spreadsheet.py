"""Rows as a file for spreadsheets, CSV or XLSX: texts stay texts, whatever they begin with.

Rows come page by page. Making an XLSX file is slow Python, some seconds for 50,000 rows: to be done in a thread.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

Cell = str | int | datetime
_digits = re.compile(r"\+?\d+", re.ASCII)
_formula = re.compile(r'^(?=[=+\-@\t\r\n])|(?<=[;\t\r\n])(?=[ "]*[=+\-@])')
"""Where a formula would begin: some countries' spreadsheets part cells by semicolons, also within a quoted text."""
_WIDEST = 60
"""Characters that a column is wide at most."""
_PLAIN = {
    "constant_memory": True,  # rows that are done wait in a temporary file
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


class Sheet(Protocol):
    """A file that grows by rows. A moment comes without a time zone, on the clocks of who looks."""

    media: str
    name: str

    def add(self, rows: Iterable[Sequence[Cell]]) -> None: ...

    def done(self) -> bytes:
        """The whole file; nothing can be added any more."""
        ...


class Csv:
    """Comma-separated, in UTF-8 with the mark without which Excel takes it for another encoding."""

    media = "text/csv"
    name = "calls.csv"

    def __init__(self, head: Sequence[str]) -> None:
        self._text = io.StringIO()
        self._written = csv.writer(self._text)  # with CRLF, as spreadsheets have it
        self._written.writerow(head)

    def add(self, rows: Iterable[Sequence[Cell]]) -> None:
        self._written.writerows([_cell(cell) for cell in row] for row in rows)

    def done(self) -> bytes:
        return self._text.getvalue().encode("utf-8-sig")


class Xlsx:
    """An Office Open XML workbook of one sheet, its head fixed and with filters. Cells have types, so that no text is
    taken for a number or a formula."""

    media = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    name = "calls.xlsx"

    def __init__(self, head: Sequence[str]) -> None:
        import xlsxwriter  # noqa: PLC0415 - few ask for one

        self._file = io.BytesIO()
        self._book = xlsxwriter.Workbook(self._file, _PLAIN)
        self._moment = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._sheet = self._book.add_worksheet("Calls")
        self._sheet.freeze_panes(1, 0)
        for place, title in enumerate(head):
            self._sheet.set_column(place, place, min(_WIDEST, max(12, len(title) + 2)))
        self._sheet.write_row(0, 0, head, self._book.add_format({"bold": True}))
        self._columns, self._rows = len(head), 0

    def add(self, rows: Iterable[Sequence[Cell]]) -> None:
        for row in rows:
            self._rows += 1
            for place, cell in enumerate(row):
                self._write(self._rows, place, cell)

    def done(self) -> bytes:
        self._sheet.autofilter(0, 0, self._rows, self._columns - 1)
        self._book.close()
        return self._file.getvalue()

    def _write(self, row: int, place: int, cell: Cell) -> None:
        if isinstance(cell, datetime):
            self._sheet.write_datetime(row, place, cell, self._moment)
        elif isinstance(cell, int):
            self._sheet.write_number(row, place, cell)
        else:
            self._sheet.write_string(row, place, cell)


def _cell(cell: Cell) -> str | int:
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M:%S}"
    return as_text(cell) if isinstance(cell, str) else cell


def as_text(text: str) -> str:
    """A text as a spreadsheet takes it for one out of CSV. Digits, with a plus or not, would become a number without
    its plus and its leading zeros: they come as a formula that says them. What else begins as a formula does, at the
    start or behind what may part cells, gets an apostrophe, so that it is none."""
    if _digits.fullmatch(text):
        return f'="{text}"'
    return _formula.sub("'", text)
