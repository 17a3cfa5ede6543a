"""The short form: what breaks here costs callers nothing but time. The long form is `python -m tests.chaos`."""

from pathlib import Path

import pytest

from tests.chaos.faults import Fault, Place, a_lock, lost_and_repeated
from tests.chaos.ground import Row, table

pytestmark = pytest.mark.process


async def a_short_lock(place: Place) -> Row:
    return await a_lock(place, seconds=3.0)


@pytest.mark.parametrize("fault", [lost_and_repeated, a_short_lock])
async def test_no_caller_pays_for_it(tmp_path: Path, fault: Fault) -> None:
    row = await fault(Place(tmp_path, calls=6, patience=120))
    assert row.calls == 6
    assert row.clean, "\n" + table([row])
    assert row.unknown == 0
