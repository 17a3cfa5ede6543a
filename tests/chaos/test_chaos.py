"""The short form: what breaks here costs callers nothing but time. The long form is `python -m tests.chaos`."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.chaos.carriers import lost_and_repeated, unanswered
from tests.chaos.databases import a_lock
from tests.chaos.ground import Row, table
from tests.chaos.place import Fault, Place

pytestmark = pytest.mark.process


async def a_short_lock(place: Place) -> Row:
    return await a_lock(place, seconds=3.0)


async def lost_for_a_while(place: Place) -> Row:
    row = await lost_and_repeated(place, closing_seconds=0.0)
    return replace(row, left_open=0)  # the carrier is asked about them later


async def answers_cut_off(place: Place) -> Row:
    return await unanswered(place, busy=0.0)


@pytest.mark.parametrize("fault", [lost_for_a_while, answers_cut_off, a_short_lock])
async def test_no_caller_pays_for_it(tmp_path: Path, fault: Fault) -> None:
    row = await fault(Place(tmp_path, calls=6, patience=120))
    assert row.calls == 6
    assert row.clean, "\n" + table([row])
    assert row.unknown == 0
