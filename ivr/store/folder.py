"""The data folder: for its owner alone, and for one server at a time."""

import errno
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ivr.store.errors import FolderInUse
from ivr.store.keys import KEY_FILE
from ivr.system import module

log = logging.getLogger(__name__)
locks = module("fcntl")
"""None where the system has no such locks."""

DATABASE = "ivr.sqlite"
LOCK = "serving.lock"
AUDIO = "audio"
_OURS = (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", KEY_FILE, LOCK)
_FOLDER, _FILE = 0o700, 0o600


def tighten(folder: Path) -> None:
    """Make the folder if it is missing, and keep others out of it and of what we keep in it.

    An older version, or a copy, may have left it open to them; that this was so is logged, once, as it is not so after
    that. Files that are not ours are left alone: the folder may be one with other things in it.
    """
    folder.mkdir(mode=_FOLDER, parents=True, exist_ok=True)
    found = [path for name in _OURS if (path := folder / name).is_file() and not path.is_symlink()]
    audio = folder / AUDIO
    folders = [folder]
    if audio.is_dir() and not audio.is_symlink():
        folders.append(audio)
        found += [path for path in audio.iterdir() if path.is_file() and not path.is_symlink()]
    try:
        changed = [path for path in folders if _close(path, _FOLDER)] + [path for path in found if _close(path, _FILE)]
    except OSError as error:
        log.warning("the data folder %s can't be kept from other users of this machine: %s", folder, error.strerror)
        return
    if changed:
        log.warning(
            "the data folder %s was open to other users of this machine: %d files and folders are closed to them now",
            folder,
            len(changed),
        )


@contextmanager
def only_server(folder: Path) -> Iterator[None]:
    """Be the one server on this folder for the length of the context. Raises FolderInUse.

    The lock is the system's: it goes with the process, however that ends. Commands that only use the store take none.
    """
    tighten(folder)
    if locks is None:
        yield
        return
    handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, _FILE)
    try:
        _lock(handle, folder)
        os.ftruncate(handle, 0)
        os.write(handle, f"{os.getpid()}\n".encode())
        yield
    finally:
        os.close(handle)


def _lock(handle: int, folder: Path) -> None:
    try:
        locks.flock(handle, locks.LOCK_EX | locks.LOCK_NB)
    except OSError as error:
        if error.errno not in {errno.EWOULDBLOCK, errno.EACCES}:
            log.warning("the folder %s can't be locked, so nothing keeps a second server off: %s", folder, error)
            return
        who = ""
        with suppress(OSError, ValueError):
            who = f" (process {int(os.pread(handle, 20, 0))})"
        raise FolderInUse(
            f"Another server{who} already uses the data folder {folder}. Stop it first, give this one another folder "
            "in IVR_DATA, or let both share a PostgreSQL database: IVR_DATABASE_URL."
        ) from None


def _close(path: Path, mode: int) -> bool:
    """Take away what others may do with it. Whether there was anything."""
    if path.stat().st_mode & 0o077 == 0:
        return False
    path.chmod(mode)
    return True
