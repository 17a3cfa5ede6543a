"""Backups: made while a server writes, read back, and put back on both databases."""

import asyncio
from pathlib import Path
from zipfile import ZipFile

import pytest

from ivr.runtime.ports import CallRecord, Change
from ivr.store import KeyMissing, StoreError
from ivr.store.backup import Exists, back_up, restore
from ivr.store.backup import Place as Source
from ivr.store.errors import FolderInUse
from ivr.store.folder import DATABASE, only_server
from ivr.store.keys import KEY_FILE, load_keys

from .conftest import Place, new_database, postgres_programs
from .making import KEY, NOW, OTHER_KEY, a_call, a_trace, new


def source(place: Place, keys: tuple[bytes, ...] = (KEY,)) -> Source:
    """What the commands know."""
    return Source(place.folder, place.url or "", keys, postgres_programs() if place.url is not None else None)


async def made(place: Place, file: Path, **options: bool) -> None:
    await asyncio.to_thread(lambda: back_up(source(place), file, now=NOW, **options))


async def put_back(place: Place, file: Path, keys: tuple[bytes, ...] = (KEY,), **options: bool) -> bool:
    return await asyncio.to_thread(lambda: restore(source(place, keys), file, **options))


@pytest.fixture
async def other(place: Place, tmp_path: Path, request: pytest.FixtureRequest) -> Place:
    """Another machine, with nothing on it."""
    url = await new_database(request.getfixturevalue("postgres")) if place.url is not None else None
    return Place(tmp_path / "other", url)


async def test_a_backup_of_a_server_that_writes_is_whole_and_goes_to_another_machine(
    place: Place, other: Place, tmp_path: Path
) -> None:
    store = await place.open()
    await store.calls.save(new(trace=a_trace()), NOW)
    stop = asyncio.Event()

    async def write() -> int:
        turn = 1
        while not stop.is_set():
            await store.calls.save(Change(CallRecord(a_call(turn=turn), version=turn), trace=a_trace()), NOW)
            turn += 1
        return turn

    writing = asyncio.create_task(write())
    file = tmp_path / "kept" / "backup.zip"
    await made(place, file)
    stop.set()
    assert await writing > 1
    assert file.stat().st_mode & 0o777 == 0o600
    assert [*file.parent.iterdir()] == [file]
    assert KEY_FILE not in ZipFile(file).namelist()
    assert await put_back(other, file) is False
    there = await other.open()
    record = await there.calls.load("CA1")
    assert record is not None
    assert len(await there.calls.trace("CA1")) == 2 * record.version, "a call and its trace are of one moment"
    await other.close()


async def test_nothing_is_overwritten_by_accident(place: Place, tmp_path: Path) -> None:
    store = await place.open()
    await store.calls.save(new(), NOW)
    file = tmp_path / "backup.zip"
    await made(place, file)
    with pytest.raises(Exists, match="is there already"):
        await made(place, file)
    await made(place, file, force=True)
    await store.calls.save(new("CA2"), NOW)
    await place.dies(store)
    with pytest.raises(Exists, match="--force"):
        await put_back(place, file)
    await put_back(place, file, force=True)
    store = await place.open()
    assert (await store.calls.load("CA1") is not None, await store.calls.load("CA2")) == (True, None)
    kept = place.folder / f"{DATABASE}.before-restore"
    assert kept.exists() == (place.url is None)


async def test_no_restore_under_a_running_server(place: Place, tmp_path: Path) -> None:
    store = await place.open()
    file = tmp_path / "backup.zip"
    await made(place, file)
    if place.url is None:
        with only_server(place.folder), pytest.raises(FolderInUse):
            await put_back(place, file, force=True)
    else:
        with pytest.raises(StoreError, match="A server uses this database"):
            await put_back(place, file, force=True)
    await store.calls.save(new(), NOW)
    assert await store.calls.load("CA1") is not None


async def test_the_key_goes_along_only_when_asked(tmp_path: Path) -> None:
    place, other = Place(tmp_path / "data", None), Place(tmp_path / "other", None)
    store = await place.open()
    await store.secrets.set("crm", "s3cret", ("api.example.com",))
    await made(place, tmp_path / "without.zip")
    await made(place, tmp_path / "with.zip", with_key=True)
    with pytest.raises(KeyMissing, match="has no key in it"):
        await put_back(other, tmp_path / "without.zip", ())
    with pytest.raises(KeyMissing):
        await put_back(other, tmp_path / "with.zip", (OTHER_KEY,))
    assert not (other.folder / DATABASE).exists()
    assert await put_back(other, tmp_path / "with.zip", ()) is True
    assert load_keys("", other.folder) == [KEY]
    assert (other.folder / KEY_FILE).stat().st_mode & 0o777 == 0o600
    await place.close()


@pytest.mark.parametrize("what", ["no zip", "empty", "cut", "no database", "newer"])
async def test_what_is_no_backup_changes_nothing(tmp_path: Path, what: str) -> None:
    place = Place(tmp_path / "data", None)
    await (await place.open()).calls.save(new(), NOW)
    good, bad = tmp_path / "good.zip", tmp_path / "bad.zip"
    await made(place, good)
    if what in {"no database", "newer"}:
        with ZipFile(bad, "w") as packed:
            packed.writestr("about.json", '{"format": 2}' if what == "newer" else '{"format": 1}')
    else:
        whole = good.read_bytes()
        bad.write_bytes({"no zip": b"hello", "empty": b"", "cut": whole[: len(whole) // 2]}[what])
    before = (place.folder / DATABASE).read_bytes()
    with pytest.raises(StoreError):
        await put_back(place, bad, force=True)
    assert (place.folder / DATABASE).read_bytes() == before
    await place.close()


async def test_a_missing_program_is_named(tmp_path: Path) -> None:
    nowhere = Source(tmp_path, "postgresql://u:hush@127.0.0.1:9/x", (KEY,), str(tmp_path))
    with pytest.raises(StoreError, match="The program pg_dump is not on this machine") as caught:
        back_up(nowhere, tmp_path / "b.zip", now=NOW)
    assert "hush" not in str(caught.value)


async def test_a_file_that_is_missing_is_nothing_to_back_up(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="nothing to back up"):
        back_up(Source(tmp_path, "", (KEY,)), tmp_path / "b.zip", now=NOW)
