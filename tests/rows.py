"""A long table that one test walks. To make each of its rows a test of its own would take longer than the rows do."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

Row = Callable[[str], AbstractContextManager[None]]


@contextmanager
def every_row() -> Iterator[Row]:
    """`with every_row() as row: for each in table: with row(its name): ...`. A row that fails stops no other: at the
    end all that failed are told, by their names."""
    failed: dict[str, BaseException] = {}
    names: set[str] = set()

    @contextmanager
    def row(name: str) -> Iterator[None]:
        assert name not in names, f"two rows are called {name}"
        names.add(name)
        try:
            yield
        except (Exception, pytest.fail.Exception) as error:
            error.add_note(f"That was the row “{name}”.")
            failed[name] = error

    yield row
    assert names, "the table has no rows"
    if failed:
        raise BaseExceptionGroup(f"{len(failed)} of {len(names)} rows failed: {', '.join(failed)}", [*failed.values()])
