"""A fresh world for every test, with nothing left running after it."""

from collections.abc import AsyncIterator

import pytest

from tests.emulator.world import World


@pytest.fixture
async def world() -> AsyncIterator[World]:
    """A server in memory and a carrier on a virtual clock."""
    made = World()
    async with made.carrier:
        yield made
