"""One place to look clips up, whether they come with us or are stored."""

import asyncio
import hashlib
from pathlib import Path

import pytest

from ivr.sound.convert import Converted
from ivr.sound.library import SHIPPED, Cache, Clip, Library
from ivr.store import Store, StoreError

HOLD = (SHIPPED / "hold.wav").read_bytes()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def make_unwritable(path: Path) -> None:
    """Put a folder where a file should go, even for a superuser."""
    path.mkdir(parents=True)


async def test_the_clip_that_comes_with_us_is_always_there() -> None:
    clip = await Library().clip("hold.wav")
    assert clip == Clip(f"{hashlib.sha256(HOLD).hexdigest()[:16]}.wav", 48.0)
    assert Library().shipped["hold.wav"] == clip


async def test_it_is_found_by_its_name_and_by_its_content(library: Library) -> None:
    clip = library.shipped["hold.wav"]
    assert await library.path("hold.wav") == await library.path(clip.url_name) == SHIPPED / "hold.wav"


async def test_a_stored_clip_is_found_by_its_name_and_its_file_by_its_content(
    library: Library, folder: Path, made: Converted
) -> None:
    clip = await library.clip("waiting")
    assert clip is not None
    assert clip.url_name == f"{made.sha256[:16]}.wav"
    assert clip.seconds == pytest.approx(made.seconds, abs=0.001)
    assert await library.path(clip.url_name) == folder / clip.url_name
    assert (folder / clip.url_name).read_bytes() == made.content


async def test_what_is_not_there_is_nowhere(library: Library) -> None:
    assert await library.clip("nothing") is None
    assert await library.path("0" * 16 + ".wav") is None
    assert await Library().clip("waiting") is None
    assert await Library().path("0" * 16 + ".wav") is None


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "waiting",
        "../ivr.sqlite",
        "ivr.sqlite",
        "A" * 16 + ".wav",
        "0" * 15 + ".wav",
        "0" * 16 + ".wav\n",
    ],
)
async def test_only_names_made_of_a_hash_are_looked_for(library: Library, name: str) -> None:
    assert await library.path(name) is None


async def test_a_clip_is_found_in_a_process_that_has_never_heard_its_name(
    library: Library, store: Store, tmp_path: Path, made: Converted
) -> None:
    another = Library(Cache(store.audio, tmp_path / "elsewhere"))
    path = await another.path(f"{made.sha256[:16]}.wav")
    assert path is not None
    assert path.read_bytes() == made.content


async def test_a_file_that_was_deleted_is_made_again(library: Library, made: Converted) -> None:
    name = f"{made.sha256[:16]}.wav"
    for _ in range(2):
        path = await library.path(name)
        assert path is not None
        assert path.read_bytes() == made.content
        path.unlink()


async def test_many_who_ask_at_once_get_the_same_whole_file(library: Library, folder: Path, made: Converted) -> None:
    name = f"{made.sha256[:16]}.wav"
    found = await asyncio.gather(*(library.path(name) for _ in range(50)))
    assert set(found) == {folder / name}
    assert names(folder) == [name]


async def test_a_disk_that_fails_leaves_nothing_behind(library: Library, folder: Path, made: Converted) -> None:
    name = f"{made.sha256[:16]}.wav"
    make_unwritable(folder / name)
    with pytest.raises(OSError, match="directory"):
        await library.path(name)
    assert names(folder) == [name]


async def test_a_removed_clip_is_found_no_more_and_its_file_goes_at_the_next_start(
    library: Library, store: Store, folder: Path, made: Converted
) -> None:
    name = f"{made.sha256[:16]}.wav"
    await library.path(name)
    await store.audio.remove("waiting")
    assert await library.clip("waiting") is None
    assert await library.path(name) is not None, "calls that are under way go on"
    cache = Cache(store.audio, folder)
    await cache.tidy()
    assert names(folder) == []
    assert await Library(cache).path(name) is None


async def test_tidying_keeps_what_is_stored_and_what_is_not_ours(
    library: Library, store: Store, folder: Path, made: Converted
) -> None:
    await library.path(f"{made.sha256[:16]}.wav")
    (folder / "notes.txt").write_text("mine")
    await Cache(store.audio, folder).tidy()
    assert names(folder) == sorted([f"{made.sha256[:16]}.wav", "notes.txt"])


async def test_a_store_that_fails_is_no_missing_clip(library: Library, store: Store) -> None:
    await store.close()
    with pytest.raises(StoreError):
        await library.clip("waiting")
    with pytest.raises(StoreError):
        await library.path("0" * 16 + ".wav")
    assert await library.clip("hold.wav") is not None
