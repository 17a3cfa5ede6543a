"""Changing the key: seals everything anew that older keys sealed, while servers go on working.

A row is only changed where it still is what was read, so no work is lost: what a server saved meanwhile is
left to the next look. A row is never in between: every process that has both keys can open it at any time.
"""

import asyncio
import json
import os
import secrets
from base64 import urlsafe_b64decode
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from msgspec import Struct

from ivr.core.effects import Ask
from ivr.core.fields import Secret
from ivr.store.call_facts import numbers_of
from ivr.store.calls import asks_print
from ivr.store.database import Database, Row, Statement
from ivr.store.errors import Damaged, KeyMissing
from ivr.store.keys import KEY_FILE, load_keys, new_key
from ivr.store.records import read_job, read_state
from ivr.store.sql import core as statements
from ivr.store.sql import opt_outs as opt_out_statements
from ivr.store.sql import people as people_statements
from ivr.store.sql import starts as start_statements
from ivr.store.sql.ended import RENUMBER_ENDED
from ivr.store.vault import HEAD_BYTES, Vault
from ivr.store.vouching import KINDS, remacs
from ivr.store.word_index import WordIndex
from ivr.system import alone_in, keep_owner

LOOKS = 5
"""Times to look for what came meanwhile, before a running server must be at fault."""

Tell = Callable[[int, int], None]
"""Receives how many rows it has looked at, and how many of them it has sealed anew."""
FoundBy = Callable[[Vault, bytes], Mapping[str, str]]
Change = tuple[Statement, ...]
"""What changes of one row: the first of it must touch a row that is still what was read."""


def _by_caller(vault: Vault, clear: bytes) -> Mapping[str, str]:
    numbers = numbers_of(vault, read_state(clear).call)
    return {"caller": numbers.caller, "endings": numbers.endings}


def _by_number(vault: Vault, clear: bytes) -> Mapping[str, str]:
    return {"person": vault.print(clear.decode())}


def _by_question(vault: Vault, clear: bytes) -> Mapping[str, str]:
    job = read_job(clear)
    return {"asks": asks_print(vault, job) if isinstance(job, Ask) else ""}


class Place(Struct, frozen=True):
    """A column of sealed values. `before` are keys that come before those of the first row; `about` is how its values
    are sealed. `versioned`: under their version too; `renewed`: it goes up when they are sealed anew. `passwords`:
    inside are sealed passwords. `single`: servers change many of its rows in one statement, so here they are changed
    one by one, lest both wait for each other. `found_by` gives, of the clear value, what stands beside it for finding
    it, which the key is in too, and `beside` changes that where it stands once more.
    """

    page: str
    reseal: str
    before: Mapping[str, str | int]
    about: str
    versioned: bool = False
    renewed: bool = False
    passwords: bool = False
    single: bool = False
    found_by: FoundBy | None = None
    beside: str = ""

    def keys(self, row: Row) -> dict[str, str | int]:
        return {name: row[name] for name in self.before}

    def names(self, row: Row) -> dict[str, str | int]:
        """What tells which row it is, and in which version."""
        return self.keys(row) | ({"version": row["version"]} if self.versioned else {})

    def about_of(self, row: Row, *, after: bool = False) -> str:
        """How the row is sealed, or how it is `after` it was sealed anew."""
        names = self.names(row)
        return self.about.format(**(names | {"version": row["version"] + 1} if after and self.renewed else names))


PLACES = (
    Place(statements.SEALED_VALUES, statements.RESEAL_VALUE, {"name": ""}, "secret:{name}:{version}", versioned=True),
    Place(
        statements.SEALED_DRAFTS,
        statements.RESEAL_DRAFT,
        {"id": ""},
        "draft:{id}:{version}",
        versioned=True,
        renewed=True,
        passwords=True,
    ),
    Place(
        statements.SEALED_REVISIONS,
        statements.RESEAL_REVISION,
        {"flow": "", "number": -1},
        "revision:{flow}:{number}",
        passwords=True,
    ),
    Place(
        statements.SEALED_JOBS,
        statements.RESEAL_JOB,
        {"call": "", "token": ""},
        "job:{call}:{token}",
        passwords=True,
        single=True,
        found_by=_by_question,
    ),
    Place(
        statements.SEALED_CALLS,
        statements.RESEAL_CALL,
        {"id": ""},
        "call:{id}",
        found_by=_by_caller,
        beside=RENUMBER_ENDED,
    ),
    Place(start_statements.SEALED_STARTS, start_statements.RESEAL_START, {"id": ""}, "start:{id}"),
    Place(
        opt_out_statements.SEALED_OPT_OUTS,
        opt_out_statements.RESEAL_OPT_OUT,
        {"id": ""},
        "opt-out:{id}",
        found_by=_by_number,
    ),
    Place(people_statements.SEALED_USERS, people_statements.RESEAL_USER, {"name": ""}, "user:{name}"),
    Place(people_statements.SEALED_KEYS, people_statements.RESEAL_KEY, {"name": "", "hash": ""}, "token:{name}:{hash}"),
    Place(people_statements.SEALED_AUDIT, people_statements.RESEAL_AUDIT, {"n": -1}, "audit:{n}", single=True),
    Place(statements.SEALED_TRACE, statements.RESEAL_TRACE, {"call": "", "n": -1}, "trace:{call}:{n}"),
)
"""Flows first: jobs get their passwords from them. Sessions, links and devices are not among them: signed-in users
sign in again when the old key goes."""


class Rotated(Struct, frozen=True):
    """`resealed` rows are under the first key now. `arriving`: in the last look there were still so many that were
    not. `lost` tells of each value that can't be opened at all.
    """

    resealed: int
    arriving: int
    lost: tuple[str, ...]


class Rotation:
    """Brings everything under the vault's first key. Every method raises StoreError."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault
        self._words = WordIndex(database, vault)
        self._head = vault.seal(b"", b"")[:HEAD_BYTES]
        self._looked = 0
        self._resealed = 0
        self._lost: dict[str, None] = {}

    async def run(self, tell: Tell) -> Rotated:
        """Look through everything until one look finds nothing to do. May be stopped and begun again at any time."""
        found = 0
        for _ in range(LOOKS):
            found = await self._look(tell)
            if not found:
                break
        return Rotated(self._resealed, found, tuple(self._lost))

    async def usage(self) -> dict[str, int]:
        """Key id: rows that can't be opened without it. A row whose passwords need another key counts for both."""
        needed: Counter[bytes] = Counter()
        for place in PLACES:
            async for rows in self._pages(place):
                for row in rows:
                    needed.update(self._needs(place, row))
        usage = Counter({head[1:].hex(): count for head, count in needed.items()})
        usage.update(await self._words.usage())
        for kind in KINDS:  # "": every row, whatever its key
            rows = await self._database.fetch(kind.page, {"head": ""})
            usage.update(row["mac"][:8] for row in rows if row["mac"])
        return dict(usage)

    async def _look(self, tell: Tell) -> int:
        """How many rows were not under the first key."""
        found = 0
        for place in PLACES:
            async for rows in self._pages(place):
                changes = [change for row in rows if (change := self._change(place, row))]
                self._resealed += await self._write(changes, single=place.single)
                self._looked += len(rows)
                found += len(changes)
                tell(self._looked, self._resealed)
        for kind in KINDS:
            changes = [(each,) for each in await remacs(self._database, self._vault, kind)]
            self._resealed += await self._write(changes, single=False)
            found += len(changes)
        while renewed := await self._words.renew():
            found += renewed
        return found

    async def _pages(self, place: Place) -> AsyncIterator[Sequence[Row]]:
        keys = dict(place.before)
        while rows := await self._database.fetch(place.page, {"head": self._head, **keys}):
            yield rows
            keys = place.keys(rows[-1])

    def _change(self, place: Place, row: Row) -> Change:
        """Empty where nothing needs to be done, or can be."""
        sealed = row["sealed"]
        if sealed is None:
            return ()
        about = place.about_of(row)
        try:
            clear = self._vault.open(sealed, about.encode())
        except (KeyMissing, Damaged) as error:
            self._lost[f"{about}: {error}"] = None
            return ()
        renewed = self._with_new_passwords(clear, about) if place.passwords else clear
        if renewed == clear and sealed[:HEAD_BYTES] == self._head:
            return ()
        fresh = self._vault.seal(renewed, place.about_of(row, after=True).encode())
        found_by = place.found_by(self._vault, clear) if place.found_by is not None else {}
        changed = {**place.names(row), **found_by, "sealed": sealed, "fresh": fresh}
        first = Statement(place.reseal, changed, must_change=True)
        return (first, Statement(place.beside, changed)) if place.beside else (first,)

    def _with_new_passwords(self, clear: bytes, about: str) -> bytes:
        """The document with each password sealed anew, and every other byte as it was."""
        for secret in _passwords(json.loads(clear)):
            token = secret.sealed or ""
            if _head(token) == self._head:
                continue
            try:
                renewed = self._vault.seal_text(self._vault.open_secret(secret), secret.at, secret.origins)
            except (KeyMissing, Damaged) as error:
                self._lost[f"a password in {about}: {error}"] = None
                continue
            clear = clear.replace(token.encode(), renewed.encode())
        return clear

    async def _write(self, changes: Sequence[Change], *, single: bool) -> int:
        """How many were made: all in one transaction, or, where one of them comes too late, each in its own."""
        if changes and not single and await self._database.write([each for change in changes for each in change]):
            return len(changes)
        return sum(await asyncio.gather(*(self._database.write(change) for change in changes)))

    def _needs(self, place: Place, row: Row) -> set[bytes]:
        sealed = row["sealed"] or self._head
        needed = {bytes(sealed[:HEAD_BYTES])}
        if place.passwords:
            with suppress(KeyMissing, Damaged):
                clear = self._vault.open(sealed, place.about_of(row).encode())
                needed |= {_head(secret.sealed or "") for secret in _passwords(json.loads(clear))}
        return needed


def put_new_key_first(data_folder: Path) -> bool:
    """Write a new key into the key file, before the one there. False: there are several, so a change is under way.

    A reader of the file finds the old text or the new one, never half of it; it keeps its owner, who alone may read
    it. Raises BadKey and OSError.
    """
    load_keys(None, data_folder)
    file = (data_folder / KEY_FILE).resolve()  # where a link leads: the link itself must stay
    with alone_in(file.parent, f"{file.name}.lock"):  # or of two new keys made at once one would be lost
        if len(load_keys(None, data_folder)) > 1:
            return False
        _replace(file, f"{new_key()}\n{file.read_text('ascii')}")
    return True


def _replace(file: Path, text: str) -> None:
    draft = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
    owner = file.stat()
    handle = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as writing:
            keep_owner(handle, owner)
            writing.write(text)
            writing.flush()
            os.fsync(handle)
        draft.replace(file)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def _passwords(value: Any) -> Iterator[Secret]:
    """What stands sealed in a document or in a job."""
    if isinstance(value, dict):
        if isinstance(value.get("sealed"), str):
            yield Secret(sealed=value["sealed"], at=value.get("at") or "", origins=tuple(value.get("origins") or ()))
        for inner in value.values():
            yield from _passwords(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _passwords(inner)


def _head(token: str) -> bytes:
    """Version and key id of a sealed text; empty for one that is none."""
    try:
        return urlsafe_b64decode(token)[:HEAD_BYTES]
    except ValueError:
        return b""
