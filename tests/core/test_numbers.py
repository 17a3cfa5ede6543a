"""Numbers, however they are written."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given

from ivr.core.numbers import DIGITS, exact, read, written
from ivr.core.values import to_text
from tests.core.any_value import hostile_text, json_values, numbers


@pytest.mark.parametrize(
    ("value", "as_exact", "as_read"),
    [
        (5, "5", "5"),
        (Decimal("1.50"), "1.50", "1.50"),
        ("5", "5", "5"),
        (" -5.0 ", "-5.0", "-5.0"),
        ("0.5", "0.5", "0.5"),
        ("007", None, "7"),
        ("+5", None, "5"),
        ("00.5", None, "0.5"),
        (".5", None, None),
        ("5.", None, None),
        ("1e3", None, None),
        ("1_000", None, None),
        ("1,000", None, None),
        ("٣", None, None),
        ("", None, None),
        ("NaN", None, None),
        (True, None, None),
        (None, None, None),
        ([1], None, None),
        (10**DIGITS - 1, str(10**DIGITS - 1), str(10**DIGITS - 1)),
        (10**DIGITS, None, None),
        ("9" * 5000, None, None),
        (Decimal("1E+999999999"), None, None),
        (Decimal("1E-999999999"), None, None),
        (Decimal("NaN"), None, None),
        (Decimal("Infinity"), None, None),
    ],
)
def test_what_is_a_number(value: Any, as_exact: str | None, as_read: str | None) -> None:
    assert exact(value) == (None if as_exact is None else Decimal(as_exact))
    assert read(value) == (None if as_read is None else Decimal(as_read))


@given(json_values | hostile_text | numbers)
def test_anything_is_a_number_or_not(value: Any) -> None:
    found = exact(value)
    assert found is None or found == read(value)
    if found is not None:
        assert "." not in to_text(written(found)) or written(found) != int(found)


def test_a_whole_number_is_written_without_a_point() -> None:
    assert [to_text(written(Decimal(text))) for text in ("15.00", "1E+3", "-0.0", "1.50")] == [
        "15",
        "1000",
        "0",
        "1.50",
    ]
