from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.web.listener import Listener, greeting, listener


@pytest.fixture
async def line(tmp_path: Path) -> AsyncIterator[Listener]:
    """A line that greets and hangs up."""
    async with listener(tmp_path, greeting()) as line:
        yield line
