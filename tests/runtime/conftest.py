from collections.abc import AsyncIterator, Callable

import pytest

from tests.runtime.imagined import World
from tests.runtime.started import Stage

NewWorld = Callable[..., World]


@pytest.fixture
async def new_world() -> AsyncIterator[NewWorld]:
    """Makes worlds, and ends them after the test."""
    worlds: list[World] = []

    def make(*args: object, **fields: object) -> World:
        worlds.append(World(*args, **fields))  # type: ignore[arg-type]
        return worlds[-1]

    yield make
    for world in worlds:
        await world.close()


@pytest.fixture
def world(new_world: NewWorld) -> World:
    return new_world()


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    made = Stage()
    yield made
    await made.close()
