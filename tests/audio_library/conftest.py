from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ivr.sound.convert import Converted, convert
from ivr.sound.library import Cache, Library
from ivr.store import Clip, Store, open_store
from tests.sound.recordings import chirp, encoded


@pytest.fixture(scope="session")
def made() -> Converted:
    """Four seconds, ready to be stored."""
    return convert(encoded("mp3", chirp(4, 44_100), 44_100))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where stored clips become files."""
    return tmp_path / "data" / "audio"


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = await open_store(tmp_path / "data", None, [b"k" * 32], lambda: 1_700_000_000_000)
    yield store
    await store.close()


@pytest.fixture
async def library(store: Store, folder: Path, made: Converted) -> Library:
    """A library in which “waiting” is stored."""
    await store.audio.add(Clip("waiting", round(made.seconds * 1000), "waiting.mp3", made.content))
    return Library(Cache(store.audio, folder))
