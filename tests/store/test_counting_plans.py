"""Counting does not read the calls themselves, which are wide rows."""

from pathlib import Path

from ivr.store.sql import core

from .conftest import Place


async def test_calls_that_are_over_are_counted_by_an_index(tmp_path: Path) -> None:
    place = Place(tmp_path / "data", None)
    store = await place.open()
    plan = await store.database.fetch(f"EXPLAIN QUERY PLAN {core.CALLS_BY_STATUS}", {})
    assert ["USING INDEX calls_over" in row["detail"] for row in plan] == [True]
    await place.close()
