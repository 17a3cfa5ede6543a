"""The audio library: clips by name, as flows play them, and by the hash of their content, as carriers fetch them.

Contents are not sealed: every caller hears them.
"""

import difflib
import hashlib
import re
from collections.abc import Callable, Iterator
from typing import Any

from msgspec import Struct

from ivr.flow.read import readable, unreadable
from ivr.store.audit_trail import Act, AuditTrail
from ivr.store.database import Database, Params, Row, Statement
from ivr.store.errors import BadClip, ClipExists, ClipInUse, UnknownClip
from ivr.store.flow_rows import Document
from ivr.store.flows import FlowStore
from ivr.store.sql import core as statements
from ivr.store.usage import users
from ivr.store.vault import Vault

_name = re.compile(r"[A-Za-z0-9_-](?:[A-Za-z0-9 ._-]{0,98}[A-Za-z0-9_-])?")


class Clip(Struct, frozen=True):
    """A clip to store: a WAV file of one channel at 8 kHz. `original` is the name of the file it was made from."""

    name: str
    milliseconds: int
    original: str
    content: bytes


class ClipRow(Struct, frozen=True):
    """A clip without its content. `sha256` of the content in hex, `size` in bytes, `created_at` in ms."""

    name: str
    sha256: str
    milliseconds: int
    size: int
    original: str
    created_at: int

    @property
    def seconds(self) -> float:
        """How long it plays."""
        return self.milliseconds / 1000


class AudioStore:
    """`now` gives milliseconds since 1970. Every method raises StoreError; those that name a clip, UnknownClip."""

    def __init__(self, database: Database, vault: Vault, flows: FlowStore, now: Callable[[], int]) -> None:
        self._database = database
        self._flows = flows
        self._now = now
        self._trail = AuditTrail(database, vault, now)

    async def add(self, clip: Clip) -> ClipRow:
        """Store a clip; the same one a second time changes nothing. A name never gets another content: carriers and
        calls under way may have the old one. Raises BadClip, and ClipExists where the name is taken.
        """
        row = _row(clip, self._now())
        columns: Params = {
            "name": row.name,
            "hash": row.sha256,
            "milliseconds": row.milliseconds,
            "size": row.size,
            "original": row.original,
            "now": row.created_at,
            "content": clip.content,
        }
        added = Statement(statements.INSERT_CLIP, columns, must_change=True)
        if await self._trail.write([added], Act("audio", row.name, f"Added the clip “{row.name}”.")):
            return row
        there = await self.find(clip.name)
        if there.sha256 != row.sha256:
            raise ClipExists(f"There is another clip “{clip.name}” already. Give this one another name.")
        return there

    async def find(self, name: str) -> ClipRow:
        """The clip without its content."""
        for row in await self._database.fetch(statements.CLIP, {"name": name}):
            return _read(row)
        raise await self._unknown(name)

    async def content(self, sha256: str) -> bytes:
        """The WAV file of this hash."""
        for row in await self._database.fetch(statements.CLIP_CONTENT, {"hash": sha256}):
            content: bytes = row["content"]
            return content
        raise UnknownClip(f"There is no clip whose content has the hash “{sha256}”.")

    async def remove(self, name: str) -> None:
        """Forget a clip. Raises ClipInUse where a draft or a live revision plays it, KeyMissing and Damaged."""
        await self.find(name)
        using = await users(self._flows, lambda document: name in _clips(document))
        if using:
            raise ClipInUse(f"Clip “{name}” is played by {', '.join(using)}. Change and publish these first.", using)
        gone = Statement(statements.REMOVE_CLIP, {"name": name})
        await self._trail.write([gone], Act("audio", name, f"Removed the clip “{name}”."))

    async def list(self) -> list[ClipRow]:
        """All clips by name, without their contents."""
        return [_read(row) for row in await self._database.fetch(statements.CLIPS, {})]

    async def names(self) -> tuple[str, ...]:
        """The names of all clips."""
        return tuple(row["name"] for row in await self._database.fetch(statements.CLIP_NAMES, {}))

    async def _unknown(self, name: str) -> UnknownClip:
        names = await self.names()
        close = difflib.get_close_matches(name, names, n=1)
        hint = f"Did you mean “{close[0]}”?" if close else f"There is: {', '.join(names) or 'none yet'}."
        return UnknownClip(f"There is no clip “{name}”. {hint}")


def _clips(document: Document) -> set[str]:
    """The names of the clips that a flow plays. In a block with mistakes every text may be one."""
    named = {name for block in readable(document).blocks for _, name in block.action.audio()}
    return named.union(_texts(unreadable(document)))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)


def _row(clip: Clip, now: int) -> ClipRow:
    if not _name.fullmatch(clip.name):
        raise BadClip(
            f"A clip can't be called “{clip.name}”: use up to 100 letters, digits, blanks, dots, hyphens and "
            "underscores, without blanks or dots at the ends."
        )
    if not clip.content:
        raise BadClip(f"Clip “{clip.name}” is empty.")
    sha256 = hashlib.sha256(clip.content).hexdigest()
    return ClipRow(clip.name, sha256, clip.milliseconds, len(clip.content), clip.original, now)


def _read(row: Row) -> ClipRow:
    return ClipRow(row["name"], row["sha256"], row["milliseconds"], row["size"], row["original"], row["created_at"])
