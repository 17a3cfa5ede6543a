from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.api.board import Browser, Served, served


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Served]:
    """A server whose board is open to this machine."""
    async with served(tmp_path) as server:
        yield server


@pytest.fixture
async def board(server: Served) -> Browser:
    """The board, open in a browser."""
    return await server.board()
