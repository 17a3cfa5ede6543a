"""Backups: one file with all that is stored, made while servers run, and read back before it counts as made.

The file is a zip archive: `about.json` says what it is, `ivr.sqlite` or `postgres.dump` holds the database with its
audio, and `key` the key, where that was asked for. Everything secret in the database is sealed, so without the key the
file tells a stranger no caller's words and no password.
"""

import asyncio
import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from msgspec import Struct

from ivr.store.errors import KeyMissing, StoreError
from ivr.store.folder import DATABASE, only_server
from ivr.store.keys import KEY_FILE, load_keys
from ivr.store.opening import open_store

FORMAT = 1
ABOUT, DUMP = "about.json", "postgres.dump"
BEFORE = ".before-restore"
"""What is added to the names of files that a restore has replaced."""
_SERVERS = """
    SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = 4874
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


class Place(Struct, frozen=True):
    """Where everything is stored, and the keys, if any. `path` is where programs are looked for, PATH by default."""

    data: Path
    url: str
    keys: Sequence[bytes]
    path: str | None = None


class Exists(Exception):
    """There is something already where a backup or its contents are to go."""


def back_up(place: Place, file: Path, *, now: int, with_key: bool = False, force: bool = False) -> None:
    """Make a backup and read it back. Raises Exists, StoreError, OSError, and what opening a store raises."""
    if file.exists() and not force:
        raise Exists(f"{file} is there already. Name another file, or overwrite it with --force.")
    with _beside(file) as folder:
        name = DUMP if place.url else DATABASE
        if place.url:
            _program(place, "pg_dump", "--format=custom", "--no-owner", "--no-acl", f"--file={folder / name}")
        else:
            _copy(place.data / DATABASE, folder / name)
        archive = folder / "backup.zip"
        with ZipFile(archive, "w", ZIP_DEFLATED) as packed:
            packed.writestr(ABOUT, json.dumps({"format": FORMAT, "made_at": now, "database": name}))
            packed.write(folder / name, name)
            if with_key:
                packed.writestr(KEY_FILE, _written(place.keys))
        archive.chmod(0o600)
        (folder / name).unlink()
        with _unpacked(archive, folder) as found:
            _check(place, found, place.keys)
        archive.replace(file)


def restore(place: Place, file: Path, *, force: bool = False) -> bool:
    """Put back what a backup holds, once it has been read. Whether its key was put back with it.

    What was there is kept beside it with SQLite, and gone with PostgreSQL. Raises Exists where something is there and
    `force` is not set, StoreError where a server runs or the file is no backup, OSError, and what opening a store does.
    """
    place.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _unpacked(file, place.data) as found:
        key = (found / KEY_FILE).read_text() if (found / KEY_FILE).exists() else ""
        keys = place.keys or (load_keys(key, place.data) if key else [])
        if not keys:
            raise KeyMissing(
                f"{file} has no key in it, and there is none here. Bring the key that its data are sealed with: set "
                f"IVR_KEY, or put the file {KEY_FILE} into {place.data}."
            )
        if (found / DUMP).exists() != bool(place.url):
            kinds = ("PostgreSQL", "SQLite") if (found / DUMP).exists() else ("SQLite", "PostgreSQL")
            raise StoreError(
                f"{file} is a backup of {kinds[0]}, but the database here is {kinds[1]} (IVR_DATABASE_URL)."
            )
        _check(place, found, keys)
        if place.url:
            _restore_postgres(place, found / DUMP, force=force)
        else:
            with only_server(place.data):
                _restore_sqlite(place, found / DATABASE, force=force)
        if key and not place.keys:
            _write_private(place.data / KEY_FILE, key)
            return True
    return False


def _restore_sqlite(place: Place, found: Path, *, force: bool) -> None:
    target = place.data / DATABASE
    if target.exists() and not force:
        raise Exists(f"There is a database in {place.data} already. Replace it with --force; it is kept.")
    if target.exists():
        _set_aside(target)
    found.replace(target)


def _set_aside(target: Path) -> None:
    with closing(sqlite3.connect(target)) as old:  # folds the write-ahead log into the file
        old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    target.replace(target.with_name(target.name + BEFORE))
    for end in ("-wal", "-shm"):
        target.with_name(target.name + end).unlink(missing_ok=True)


def _restore_postgres(place: Place, found: Path, *, force: bool) -> None:
    if _ask(place, _SERVERS) != "0":
        raise StoreError("A server uses this database. Stop all of them first.")
    if _ask(place, "SELECT to_regclass('public.migrations') IS NOT NULL") == "t" and not force:
        raise Exists(
            "The PostgreSQL database is not empty. Make a backup, then use --force: it replaces the schema public."
        )
    script = found.with_suffix(".sql")
    _run(place, "pg_restore", "--no-owner", "--no-acl", f"--file={script}", str(found))
    # In one transaction: all is there again, or all is as it was. What a newer version has added goes too.
    empty = ("--command=DROP SCHEMA public CASCADE", "--command=CREATE SCHEMA public")
    stop = ("--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--single-transaction")
    _program(place, "psql", *stop, *empty, f"--file={script}")


def _check(place: Place, found: Path, keys: Sequence[bytes]) -> None:
    """Read all of it, and open it with the keys."""
    if (found / DUMP).exists():
        _run(place, "pg_restore", f"--file={os.devnull}", str(found / DUMP))
        return
    try:
        with closing(sqlite3.connect(found / DATABASE)) as copy:
            said = copy.execute("PRAGMA integrity_check").fetchone()[0]
    except sqlite3.Error as error:
        said = str(error)
    if said != "ok":
        raise StoreError(f"The database in the backup is damaged: {said}.")
    asyncio.run(_open(found, keys))


async def _open(folder: Path, keys: Sequence[bytes]) -> None:
    store = await open_store(folder, None, keys, lambda: 0)
    await store.close()


def _copy(source: Path, target: Path) -> None:
    """A consistent copy of a database that others may write to meanwhile."""
    if not source.exists():
        raise StoreError(f"There is no database at {source}, so there is nothing to back up.")
    try:
        with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(target)) as copy:
            live.backup(copy)
    except sqlite3.Error as error:
        raise StoreError(f"The database {source} can't be copied: {error}.") from error


@contextmanager
def _unpacked(file: Path, beside: Path) -> Iterator[Path]:
    """A folder with what a backup holds: the files we know, and nothing else that may have been put into it."""
    with tempfile.TemporaryDirectory(prefix=".ivr-backup-", dir=beside) as name:
        folder = Path(name)
        try:
            with ZipFile(file) as packed:
                about = json.loads(packed.read(ABOUT))
                if about["format"] != FORMAT:
                    raise StoreError(f"{file} was made by a newer version of this program. Restore it with that.")
                for member in (DATABASE, DUMP, KEY_FILE):
                    if member in packed.namelist():
                        _extract(packed, member, folder / member)
        except (BadZipFile, KeyError, ValueError, TypeError, EOFError) as error:
            raise StoreError(f"{file} is no backup, or it is damaged: {error}") from error
        if not (folder / DUMP).exists() and not (folder / DATABASE).exists():
            raise StoreError(f"{file} has no database in it.")
        yield folder


def _extract(packed: ZipFile, member: str, target: Path) -> None:
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with packed.open(member) as source, os.fdopen(handle, "wb") as copy:
        shutil.copyfileobj(source, copy)


@contextmanager
def _beside(file: Path) -> Iterator[Path]:
    """A folder that no other user can read, on the disk that the file goes to."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".ivr-backup-", dir=file.parent) as name:
        yield Path(name)


def _written(keys: Sequence[bytes]) -> str:
    return "".join(f"{urlsafe_b64encode(key).decode()}\n" for key in keys)


def _write_private(file: Path, text: str) -> None:
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as written:
        written.write(text)


def _ask(place: Place, sql: str) -> str:
    return _program(place, "psql", "--no-psqlrc", "--tuples-only", "--no-align", f"--command={sql}").strip()


def _program(place: Place, name: str, *args: str) -> str:
    """Run a program of PostgreSQL's on the database. The password goes by the environment, where no list shows it."""
    parts = urlsplit(place.url)
    user, _, password = parts.netloc.rpartition("@")[0].partition(":")
    host = parts.netloc.rpartition("@")[2]
    bare = urlunsplit(parts._replace(netloc=f"{user}@{host}" if user else host))
    return _run(place, name, f"--dbname={bare}", *args, password=unquote(password))


def _run(place: Place, name: str, *args: str, password: str = "") -> str:
    path = place.path or os.environ.get("PATH", "")
    program = shutil.which(name, path=path)
    if program is None:
        raise StoreError(
            f"The program {name} is not on this machine. Install PostgreSQL's client programs, of the server's version "
            "or newer: on Debian the package postgresql-client."
        )
    env = {**os.environ, "PATH": path, **({"PGPASSWORD": password} if password else {})}
    done = subprocess.run([program, *args], capture_output=True, text=True, env=env, check=False)  # noqa: S603 - ours
    if done.returncode:
        why = done.stderr.strip().splitlines()
        raise StoreError(f"{name} failed: {why[-1] if why else f'it ended with {done.returncode}'}")
    return done.stdout
