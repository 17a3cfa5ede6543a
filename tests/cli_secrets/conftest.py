"""The commands, run as people run them, on a data folder of their own."""

import asyncio
from base64 import urlsafe_b64encode
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TypeVar

import pytest
from click.testing import CliRunner, Result

from ivr.cli import ivr
from ivr.store import Store, load_keys, open_store

NOW = 1_700_000_000_000
T = TypeVar("T")


def written(key: bytes) -> str:
    """A key as it stands in IVR_KEY."""
    return urlsafe_b64encode(key).decode()


class Shell:
    """A folder to run commands in."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        self.environ = {"IVR_DATA": str(self.data), "IVR_KEY": "", "IVR_DATABASE_URL": ""}

    def run(self, *words: str, typed: str | bytes = "", key: str = "") -> Result:
        return CliRunner().invoke(ivr, words, input=typed, env=self.environ | {"IVR_KEY": key})

    def with_store(self, work: Callable[[Store], Awaitable[T]], keys: Sequence[bytes] = ()) -> T:
        """Do something in the store as a server would; with the key file unless there are keys."""

        async def whole() -> T:
            store = await open_store(self.data, None, keys or load_keys(None, self.data), lambda: NOW)
            try:
                return await work(store)
            finally:
                await store.close()

        return asyncio.run(whole())


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)
