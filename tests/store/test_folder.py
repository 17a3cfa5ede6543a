"""The data folder: nobody else looks into it, one server works on it, and its key is never made twice."""

import logging
import os
from pathlib import Path

import pytest

from ivr.store import FolderInUse, KeyMissing, find_keys, new_key, only_server, open_store, tighten
from ivr.store.opening import stored
from tests.api.board import settings_for


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_a_folder_left_open_is_closed_and_that_is_logged_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder = tmp_path / "data"
    (folder / "audio").mkdir(parents=True)
    ours = [folder / name for name in ("ivr.sqlite", "ivr.sqlite-wal", "key", "audio/hold.wav")]
    for path in (*ours, folder / "notes.txt"):
        path.write_text("x")
        path.chmod(0o644)
    for path in (folder, folder / "audio"):
        path.chmod(0o755)
    with caplog.at_level(logging.WARNING):
        tighten(folder)
        tighten(folder)
    assert [mode(path) for path in (folder, folder / "audio")] == [0o700, 0o700]
    assert [mode(path) for path in ours] == [0o600] * 4
    assert mode(folder / "notes.txt") == 0o644, "it is none of ours"
    assert len(caplog.records) == 1
    assert "6 files and folders" in caplog.text


def test_a_link_out_of_the_folder_is_left_alone(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("x")
    elsewhere.chmod(0o644)
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "key").symlink_to(elsewhere)
    tighten(folder)
    assert mode(elsewhere) == 0o644


def test_a_folder_that_is_not_there_is_made_private(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        tighten(tmp_path / "data")
    finally:
        os.umask(before)
    assert mode(tmp_path / "data") == 0o700


def test_a_second_server_on_a_folder_is_refused_with_a_sentence(tmp_path: Path) -> None:
    with (
        only_server(tmp_path),
        pytest.raises(FolderInUse, match=rf"Another server \(process {os.getpid()}\) already uses the data folder"),
        only_server(tmp_path),
    ):
        raise AssertionError("two servers at once")
    with only_server(tmp_path):
        pass


async def test_commands_may_use_the_store_beside_the_server(tmp_path: Path) -> None:
    with only_server(tmp_path):
        store = await open_store(tmp_path, None, await find_keys(None, tmp_path, None), lambda: 0)
        assert await store.flows.list() == []
        await store.close()


async def test_a_missing_key_beside_sealed_data_is_named_and_no_new_one_is_made(tmp_path: Path) -> None:
    store = await open_store(tmp_path, None, await find_keys(None, tmp_path, None), lambda: 0)
    await store.secrets.set("crm", "hush", ("crm.test",))
    head = (await store.database.fetch("SELECT substr(value, 2, 4) AS head FROM secrets", {}))[0]["head"]
    await store.close()
    key = (tmp_path / "key").read_text()
    (tmp_path / "key").unlink()
    with pytest.raises(KeyMissing, match=rf"sealed with key {head.hex()}, but there is no key here.*/key"):
        await find_keys("", tmp_path, None)
    assert not (tmp_path / "key").exists()
    assert await find_keys(key, tmp_path, None)


async def test_nothing_starts_without_the_key_and_makes_another(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, 1)
    async with stored(settings) as store:
        await store.secrets.set("crm", "hush", ("crm.test",))
    (tmp_path / "key").unlink()
    for _ in range(2):
        with pytest.raises(KeyMissing, match="there is no key here"):
            async with stored(settings):
                raise AssertionError("it starts")
    assert not (tmp_path / "key").exists()


async def test_a_database_in_which_nothing_is_sealed_gets_a_new_key(tmp_path: Path) -> None:
    store = await open_store(tmp_path, None, await find_keys(new_key(), tmp_path, None), lambda: 0)
    await store.close()
    assert not (tmp_path / "key").exists()
    assert await find_keys(None, tmp_path, None)
    assert mode(tmp_path / "key") == 0o600
