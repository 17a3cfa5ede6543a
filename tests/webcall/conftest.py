from collections.abc import AsyncIterator

import pytest

from tests.webcall.certificates import Authority
from tests.webcall.peer import Asker, asker


@pytest.fixture
async def ask() -> AsyncIterator[Asker]:
    async with asker() as ask:
        yield ask


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("certificates"))
