"""The audio library: clips by name, as flows play them, and by the hash of their content, as carriers fetch them.

A URL made of the content's hash never changes its meaning, so a client that has fetched a clip may keep it for ever.
"""

import asyncio
import hashlib
import os
import re
import tempfile
import wave
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from ivr.runtime.ports import Clip

PACKAGE = Path(__file__).parents[1]
SHIPPED = next((folder for folder in (PACKAGE / "audio", PACKAGE.parent / "audio") if folder.is_dir()), PACKAGE)
"""Where the clips that come with us are: inside the installed package, or beside it in a checkout."""

_address = re.compile(r"[0-9a-f]{16}\.wav")


class Row(Protocol):
    """A stored clip without its content."""

    @property
    def sha256(self) -> str: ...

    @property
    def seconds(self) -> float: ...


class Stored(Protocol):
    """Where uploaded clips live. For a name or a hash that is not there, both methods raise LookupError."""

    async def find(self, name: str) -> Row: ...

    async def content(self, sha256: str) -> bytes: ...

    async def list(self) -> Sequence[Row]: ...


def url_name(sha256: str) -> str:
    """The last part of a clip's URL, which is also the name of its file."""
    return f"{sha256[:16]}.wav"


class Cache:
    """Stored clips as files, each written when it is first fetched. The folder may be emptied at any time."""

    def __init__(self, stored: Stored, folder: Path) -> None:
        self._stored = stored
        self._folder = folder
        self._hashes: dict[str, str] = {}
        self._writing = asyncio.Lock()

    async def clip(self, name: str) -> Clip | None:
        """The stored clip of this name. Raises what the store raises when it can't be asked."""
        try:
            row = await self._stored.find(name)
        except LookupError:
            return None
        self._hashes[url_name(row.sha256)] = row.sha256
        return Clip(url_name(row.sha256), row.seconds)

    async def path(self, name: str) -> Path | None:
        """The file of a clip, by the last part of its URL. Raises OSError, and what the store raises."""
        if not _address.fullmatch(name):
            return None
        path = self._folder / name
        if _is_there(path):
            return path
        async with self._writing:
            return path if _is_there(path) or await self._written(path) else None

    async def content(self, name: str) -> bytes | None:
        """What is stored as a clip, by the last part of its URL. Raises what the store raises."""
        if not _address.fullmatch(name):
            return None
        if name not in self._hashes:
            await self._learn()
        try:
            return await self._stored.content(self._hashes[name])
        except LookupError:
            return None

    async def tidy(self) -> None:
        """Delete the files of clips that are no longer stored. Only at the start, when no clip plays."""
        await self._learn()
        await asyncio.to_thread(_keep, self._folder, frozenset(self._hashes))

    async def _written(self, path: Path) -> bool:
        content = await self.content(path.name)
        if content is None:
            return False
        await asyncio.to_thread(_write, path, content)
        return True

    async def _learn(self) -> None:
        self._hashes = {url_name(row.sha256): row.sha256 for row in await self._stored.list()}


class Library:
    """The clips that come with us, which are always there, and those that are stored."""

    def __init__(self, cache: Cache | None = None, shipped: Path = SHIPPED) -> None:
        self._cache = cache
        self._paths = {path.name: path for path in sorted(shipped.glob("*.wav"), key=lambda path: path.stem)}
        self._clips = {name: _look(path) for name, path in self._paths.items()}
        self._paths |= {self._clips[name].url_name: path for name, path in self._paths.items()}

    @property
    def shipped(self) -> dict[str, Clip]:
        """The clips that come with us, by name. They can't be removed, and no other clip gets such a name."""
        return dict(self._clips)

    @property
    def names(self) -> dict[str, str]:
        """Names of the clips that come with us, by the last part of their URLs."""
        return {clip.url_name: name for name, clip in self._clips.items()}

    async def clip(self, name: str) -> Clip | None:
        """The clip of this name, or None. Raises what the store raises when it can't be asked."""
        if name in self._clips:
            return self._clips[name]
        return await self._cache.clip(name) if self._cache else None

    async def path(self, name: str) -> Path | None:
        """The file for the last part of a URL, or None. Clips that come with us have one by their plain names too.

        Raises OSError, and what the store raises when it can't be asked.
        """
        if name in self._paths:
            return self._paths[name]
        return await self._cache.path(name) if self._cache else None

    async def content(self, name: str) -> bytes | None:
        """What is stored as a clip, by the last part of its URL: for where its file can't be written. Raises what the
        store raises."""
        return await self._cache.content(name) if self._cache else None


def _look(path: Path) -> Clip:
    with wave.open(str(path)) as file:
        seconds = file.getnframes() / file.getframerate()
    return Clip(url_name(hashlib.sha256(path.read_bytes()).hexdigest()), seconds)


def _is_there(path: Path) -> bool:
    return path.is_file()


def _keep(folder: Path, names: frozenset[str]) -> None:
    for path in folder.glob("*.wav"):
        if path.name not in names:
            path.unlink(missing_ok=True)


def _write(path: Path, content: bytes) -> None:
    """All of it or nothing, also when the power fails."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as file:
        try:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
