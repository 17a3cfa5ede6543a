from collections.abc import AsyncIterator

import pytest

from tests.webcall.peer import Asker, asker


@pytest.fixture
async def ask() -> AsyncIterator[Asker]:
    async with asker() as ask:
        yield ask
