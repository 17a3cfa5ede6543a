from collections.abc import Callable

import pytest

from tests.rows import every_row


def walk(table: list[tuple[str, Callable[[], None]]]) -> None:
    with every_row() as row:
        for name, check in table:
            with row(name):
                check()


def fine() -> None:
    assert every_row


def wrong() -> None:
    assert not every_row, "there is none"


def silent() -> None:
    with pytest.raises(ValueError, match="x"):
        fine()


def test_each_row_that_fails_is_told_by_its_name_and_stops_no_other() -> None:
    with pytest.raises(BaseExceptionGroup, match="3 of 5 rows failed: b, d, e") as caught:
        walk([("a", fine), ("b", wrong), ("c", fine), ("d", silent), ("e", wrong)])
    first, second, _ = caught.value.exceptions
    assert str(first).startswith("there is none")
    assert "DID NOT RAISE" in str(second)
    assert second.__notes__ == ["That was the row “d”."]


def test_a_table_without_rows_fails() -> None:
    with pytest.raises(AssertionError, match="no rows"):
        walk([])


def test_rows_have_different_names() -> None:
    with pytest.raises(AssertionError, match="two rows are called a"):
        walk([("a", fine), ("a", fine)])


def test_a_table_whose_rows_are_fine_is() -> None:
    walk([("a", fine), ("b", fine)])
