"""Tables that can be pasted."""

from collections.abc import Sequence


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], notes: Sequence[str] = ()) -> str:
    """A titled table: the first column flush left, all others flush right; then the notes."""
    widths = [max(len(row[place]) for row in (columns, *rows)) for place in range(len(columns))]
    lines = [_line(row, widths) for row in (columns, *rows)]
    rule = "  ".join("-" * width for width in widths)
    return "\n".join(["", title, "", lines[0], rule, *lines[1:], *(f"  {note}" for note in notes)])


def number(value: float | None, digits: int = 0) -> str:
    """A figure, or a dash for one that can't be had here."""
    return "-" if value is None else f"{value:,.{digits}f}"


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest of the values that is at least as large as this share of them."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -(-len(ordered) * round(share * 100) // 100) - 1))]


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = zip(row, widths, strict=True)
    return "  ".join([first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)])
