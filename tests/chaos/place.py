"""Where faults happen: an empty folder, and a PostgreSQL server for those that need one."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from tests.chaos.ground import Row
from tests.chaos.wires import Wire
from tests.chaos.world import World, world
from tests.store.conftest import new_database


class Place(NamedTuple):
    """`postgres`: the server's URL. `restart` stops it, by this signal, and starts it again."""

    folder: Path
    postgres: str = ""
    calls: int = 20
    patience: float = 240.0
    """Seconds after which a call that goes on is stranded."""
    restart: Callable[[int], Awaitable[None]] | None = None


Fault = Callable[[Place], Awaitable[Row]]


@asynccontextmanager
async def on_postgres(place: Place, servers: int = 2, **made_with: Any) -> AsyncIterator[World]:
    """A world of several servers on PostgreSQL, behind a wire that can be broken."""
    url = await new_database(place.postgres)
    wire = Wire(parse_qs(urlsplit(url).query)["host"][0])
    async with wire.up() as port:
        direct = f"postgresql://postgres@127.0.0.1:{port}{urlsplit(url).path}"
        async with world(place.folder, database=direct, wire=wire, **made_with) as made:
            for _ in range(servers):
                await made.start()
            yield made
