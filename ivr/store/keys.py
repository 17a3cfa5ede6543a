"""Where the vault's keys come from: IVR_KEY, else a file in the data folder, which the first start makes."""

import os
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from pathlib import Path

from ivr.store.errors import BadKey
from ivr.store.vault import KEY_BYTES

KEY_FILE = "key"


def new_key() -> str:
    """A fresh key, as it is written in IVR_KEY and in the key file."""
    return urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def has_key(ivr_key: str | None, data_folder: Path) -> bool:
    """Whether there is a key, good or bad."""
    return bool(ivr_key and ivr_key.strip()) or (data_folder / KEY_FILE).exists()


def load_keys(ivr_key: str | None, data_folder: Path) -> list[bytes]:
    """The keys, the sealing one first; without any a new one is made. Raises BadKey, and OSError where the key file
    can't be read or made.

    Where something may be sealed already, `find_keys` comes first.
    """
    if ivr_key and ivr_key.strip():
        return _read(ivr_key, "IVR_KEY")
    file = data_folder / KEY_FILE
    if not file.exists():
        data_folder.mkdir(parents=True, exist_ok=True)
        _make(file)
    return _read(file.read_text("utf-8", errors="replace"), f"The key file {file}")


def _read(text: str, source: str) -> list[bytes]:
    """Keys separated by commas or line breaks."""
    written = [part for line in text.split(",") for part in line.split()]
    keys = [_key(part, f"{source}, key {number}") for number, part in enumerate(written, 1)]
    if not keys:
        raise BadKey(f"{source} is empty. {_HELP}")
    return keys


def _key(written: str, source: str) -> bytes:
    try:
        key = urlsafe_b64decode(written)
    except ValueError:
        raise BadKey(f"{source} is not base64 text. {_HELP}") from None
    if len(key) != KEY_BYTES:
        raise BadKey(f"{source} has {len(key)} bytes instead of {KEY_BYTES}. {_HELP}")
    return key


def _make(file: Path) -> None:
    """Write a new key, or leave the one that another process makes at the same time.

    The key is complete and on disk under a name of its own before it gets its real one: a link to a name that is
    taken fails, so all processes read the same key, and none ever reads half of it.
    """
    draft = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as writing:
            writing.write(new_key() + "\n")
            writing.flush()
            os.fsync(handle)
        file.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    _sync_folder(file.parent)


def _sync_folder(folder: Path) -> None:
    """Without this the name of the key could be gone after a power cut, and all that was sealed with it."""
    if os.name == "nt":  # where folders can't be opened, and need not be
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


_HELP = f"A key is {KEY_BYTES} random bytes in urlsafe base64; several are separated by commas."
