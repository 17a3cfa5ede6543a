"""Two servers on one database: what one of them hears, the other acts upon."""

import asyncio
from pathlib import Path

import pytest

from tests.chaos.place import Place, on_postgres
from tests.store.conftest import postgres  # noqa: F401 - a fixture

CALLS = 6
LONGER_THAN_ANY_TEST = 600.0


@pytest.mark.postgres
@pytest.mark.process
async def test_a_hang_up_told_to_one_server_cancels_the_request_of_another(
    tmp_path: Path,
    postgres: str,  # noqa: F811 - the fixture
) -> None:
    place = Place(tmp_path, postgres)
    async with on_postgres(place, servers=1, delay=LONGER_THAN_ANY_TEST, waits=60) as made:
        (first,) = made.servers
        await made.ring(CALLS, lines=("GET",))
        await made.far.asked_by(CALLS)  # all of them by the only server there is
        await made.start()
        made.front.servers.remove(first)
        for call in made.calls:
            call.hang_up()
        await made.far.cut_off(CALLS)
        await asyncio.gather(*(call.ended() for call in made.calls))
        made.front.servers.append(first)
    assert made.far.cut == CALLS
