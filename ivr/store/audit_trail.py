"""The audit trail: who changed what, and when, in words. It is only ever added to, and loses its oldest entries only
where it is told for how long they are kept.

An entry is written in the transaction of the change itself: both are there or neither is. Each is sealed under its
number, and holds the digest of the one before it; the head, which is sealed too, holds the digest of the last. So an
entry that was changed, moved, made up, left out or cut off at the end is found by `verify`. The one thing that nothing
in the database can show is that all of it was put back to an earlier state: against that, note a mark (`Verified.mark`)
elsewhere.

The head also tells what stands since: which user has which role and password, which number runs which flow, and so on.
A row of such a table counts only as the head has it. So an older row that is put back, though we have written it once,
is none of ours any more; and a head that is put back has entries behind it. While a server runs it also knows how far
the trail had come.

Of two changes at once, the second finds the head moved: nothing of it is written, and it is tried again behind the
first.
"""

import hashlib
import json
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import takewhile

from msgspec import Struct

from ivr.store.database import Database, Params, Row, Statement
from ivr.store.errors import Damaged, KeyMissing, StoreError
from ivr.store.sql import people as statements
from ivr.store.vault import Vault

log = logging.getLogger(__name__)

DAY = 86_400_000
TRIES = 50
MOST_TOLD = 1000
MOST_CHANGES = 100
"""Differences of a flow that an entry has in words; of more it has how many."""
LONGEST_CHANGE = 500
KINDS = ("flow", "publication", "number", "secret", "audio", "user", "token", "sign-in", "call", "key", "trail")
"""What an entry may be about."""
HEAD = b"audit:0"


BEGINS = "trail begins"
"""Under this name stands the last entry that was deleted, as its number and digest: the trail begins behind it."""
KNOWN = 17
"""Bytes by which a sealed head is known: its key and its nonce."""
OVER = "over"
MOST_OVER = 1000
"""Sessions and links that are remembered as over, until they would have ended by themselves."""
PUT_BACK = (
    "The audit trail in the database is not the one that was there before: it was changed, or put back to an earlier "
    "state. Let nobody in until it is clear who did that. After a backup was restored, start the servers anew."
)

Mark = str | int
"""What tells one state of something from another: a print of it, or its version."""


class Actor(Struct, frozen=True):
    """Who acts, and from where: "the board", "the command line", "a token", or "the server" itself."""

    name: str
    via: str


SERVER = Actor("", "the server")
_acting: ContextVar[Actor] = ContextVar("acting", default=SERVER)


def acting() -> Actor:
    """Who acts in this task."""
    return _acting.get()


def act_as(actor: Actor) -> None:
    """From here on, everything that this task does is done by them."""
    _acting.set(actor)


@contextmanager
def done_by(actor: Actor) -> Iterator[None]:
    """The same, until the end of the context."""
    token = _acting.set(actor)
    try:
        yield
    finally:
        _acting.reset(token)


class Act(Struct, frozen=True):
    """What is done: its kind (one of KINDS), to what, in words, and for a flow what is different."""

    kind: str
    subject: str
    words: str
    changes: Sequence[str] = ()


class AuditEntry(Struct, frozen=True):
    """An entry as people read it; `at` in ms. Of a damaged one `words` tell that it is."""

    n: int
    at: int
    author: str
    via: str
    kind: str
    subject: str
    words: str
    changes: tuple[str, ...]


class Head(Struct, frozen=True):
    """The last entry's number and digest, and what stands since, by names such as `user anna`. `sealed`: as it is
    stored, None before the first entry."""

    n: int = 0
    digest: str = ""
    standing: Mapping[str, Mark] = {}
    sealed: bytes | None = None

    def stands(self, name: str, mark: Mark) -> bool:
        """Whether this is what was stored last under this name."""
        return self.standing.get(name) == mark

    def any(self, kind: str) -> bool:
        """Whether anything of a kind stands, such as a user."""
        return any(name.startswith(f"{kind} ") for name in self.standing)


class Verified(Struct, frozen=True):
    """What looking through the whole trail has found: how many entries, every fault in a sentence, and the mark of the
    last entry, `number:digest`."""

    entries: int
    faults: tuple[str, ...]
    mark: str


class AuditTrail:
    """`now` gives milliseconds since 1970. Every method raises StoreError, and Damaged or KeyMissing for a head that
    can't be opened: without it nothing can be changed.
    """

    kind = "entries of the audit trail"

    def __init__(self, database: Database, vault: Vault, now: Callable[[], int]) -> None:
        self._database = database
        self._vault = vault
        self._now = now
        self._known = Head()
        self._told: set[str] = set()

    async def write(
        self,
        changes: Sequence[Statement],
        act: Act,
        *,
        after: Head | None = None,
        stands: Mapping[str, Mark | None] | None = None,
    ) -> bool:
        """Make some changes and note the act and what `stands` from now on (None: no more), all or nothing. False: a
        change that had to touch a row touched none or, where `after` is given, something else was noted since that
        head was read. Raises Damaged where there are entries behind the head.
        """
        for _ in range(TRIES):
            head = after if after is not None else await self.head()
            if await self._database.write([*changes, *self._noted(head, act, stands or {})]):
                return True
            await self.look(statements.ANYTHING, {})
            if after is not None or await self.head() == head:
                return False
        raise StoreError("Too many changes happen at once to record this one. Try again.")

    async def head(self) -> Head:
        """Where the trail ends now."""
        for row in await self._database.fetch(statements.AUDIT_HEAD, {}):
            return self._opened(bytes(row["body"]))
        return Head()

    async def look(self, sql: str, params: Params, *, calls: bool = False) -> tuple[Sequence[Row], Head]:
        """What a SELECT finds, and the head at the same moment; without any row the head that was known. Raises Damaged
        where entries are behind the head, or it is an older one than before; not where `calls` wait for it: then it is
        logged.
        """
        known = self._known
        begins = known.sealed[:KNOWN] if known.sealed is not None else b""
        rows = await self._database.fetch(statements.beside_head(sql), {**params, "known": begins})
        if not rows:
            return rows, known
        head = known if rows[0]["head"] is None else self._opened(bytes(rows[0]["head"]))
        if head.n < known.n or head.n != (rows[0]["last"] or 0):
            self.refused("the audit trail", PUT_BACK)
            if not calls:
                raise Damaged(PUT_BACK)
        if head.n >= self._known.n:
            self._known = head
        return rows, head

    def refused(self, what: str, why: str = "It is not what was stored last, so it is ignored.") -> None:
        """Log, once, that something in the database is not ours."""
        if what not in self._told:
            if len(self._told) >= MOST_TOLD:
                self._told.clear()
            self._told.add(what)
            log.error("In the database, %.80s: %s", what, why)

    async def entries(self, author: str = "", kind: str = "", before: int = 2**62) -> list[AuditEntry]:
        """At most 200 entries, the last first: of one person and kind if they are given, and before an entry."""
        asked: Params = {"author": author, "kind": kind, "before": before}
        return [self._read(row) for row in await self._database.fetch(statements.AUDIT, asked)]

    async def people(self) -> list[str]:
        """Everyone who has an entry."""
        return [row["author"] for row in await self._database.fetch(statements.AUDIT_PEOPLE, {})]

    async def verify(self, mark: str = "") -> Verified:
        """Look through the whole trail; with a `mark`, whether it still has that entry."""
        faults: list[str] = []
        n, digest = _beginning(await self.head())
        gone, marked = n, not mark or mark == f"{n}:{digest}"
        while rows := await self._database.fetch(statements.AUDIT_FORWARD, {"n": n}):
            for row in rows:
                if row["n"] != n + 1:
                    faults.append(f"Entries {n + 1} to {row['n'] - 1} are missing.")
                    digest = "?"
                n = row["n"]
                digest = self._checked(row, digest, faults)
                marked = marked or f"{n}:{digest}" == mark
        head = await self.head()
        if (head.n, head.digest) != (n, digest):
            faults.append(f"The last entry is number {n}, but the trail's head names number {head.n}.")
        if not marked and mark.partition(":")[0] in map(str, range(gone)):
            faults.append(f"Entry {mark} is older than what is kept: the trail begins at number {gone + 1}.")
        elif not marked:
            faults.append(f"There is no entry {mark} any more.")
        return Verified(n - gone, tuple(faults), f"{n}:{digest}")

    async def forget(self, before: int) -> int:
        """Delete some of the entries that were written before then, but never the last, and note that in an entry. The
        head tells from where the trail goes on, so that it can be verified still. How many it were."""
        head = await self.head()
        n, digest = _beginning(head)
        day = before - before % DAY  # whole days, or each hour would have its deletion, and its entry
        rows = await self._database.fetch(statements.AUDIT_FORWARD, {"n": n})
        gone = list(takewhile(lambda row: row["n"] < head.n and row["at"] < day, rows))
        if not gone:
            return 0
        faults: list[str] = []
        for row in gone:
            n, digest = row["n"], self._checked(row, digest, faults)
        if faults:
            raise Damaged(f"Old entries of the audit trail are kept, as something is wrong with them: {faults[0]}")
        act = Act("trail", "", f"Deleted the entries up to number {n}: they are older than they are kept.")
        deleted = Statement(statements.FORGET_AUDIT, {"n": n}, must_change=True)
        done = await self.write([deleted], act, after=head, stands={BEGINS: f"{n}:{digest}"})
        return len(gone) if done else 0

    def _opened(self, sealed: bytes) -> Head:
        n, digest, *standing = json.loads(self._vault.open(sealed, HEAD))
        return Head(n, digest, standing[0] if standing else {}, sealed)

    def _noted(self, head: Head, act: Act, stands: Mapping[str, Mark | None]) -> list[Statement]:
        who, n, at = acting(), head.n + 1, self._now()
        clear = _written(n, at, who, act, head.digest)
        moved = seal_head(self._vault, n, _digest(clear), _standing(head.standing, stands, at))
        entry: Params = {
            "n": n,
            "at": at,
            "author": who.name,
            "kind": act.kind,
            "body": self._vault.seal(clear, _about(n)),
        }
        if head.sealed is None:
            first: Params = {"n": 0, "at": at, "author": "", "kind": "", "body": moved}
            move = Statement(statements.INSERT_AUDIT, first, must_change=True)
        else:
            move = Statement(statements.MOVE_AUDIT_HEAD, {"body": moved, "seen": head.sealed}, must_change=True)
        return [move, Statement(statements.INSERT_AUDIT, entry, must_change=True)]

    def _checked(self, row: Row, before: str, faults: list[str]) -> str:
        """The digest of an entry; "?" for one that can't be opened."""
        n = row["n"]
        try:
            clear = self._vault.open(row["body"], _about(n))
        except (Damaged, KeyMissing) as error:
            faults.append(f"Entry {n}: {error}")
            return "?"
        number, at, author, _, kind, _, _, _, previous = json.loads(clear)
        if (number, at, author, kind) != (n, row["at"], row["author"], row["kind"]):
            faults.append(f"Entry {n}: what stands beside it was changed.")
        if before not in {previous, "?"}:
            faults.append(f"Entry {n} does not follow the entry before it.")
        return _digest(clear)

    def _read(self, row: Row) -> AuditEntry:
        n = row["n"]
        try:
            clear = self._vault.open(row["body"], _about(n))
        except (Damaged, KeyMissing) as error:
            return AuditEntry(
                n, row["at"], row["author"], "", row["kind"], "", f"This entry can't be read: {error}", ()
            )
        _, at, author, via, kind, subject, words, changes, _ = json.loads(clear)
        return AuditEntry(n, at, author, via, kind, subject, words, tuple(changes))


def _beginning(head: Head) -> tuple[int, str]:
    """The last entry that is not kept any more, and its digest."""
    n, _, digest = str(head.standing.get(BEGINS, "0:")).partition(":")
    return int(n), digest


def seal_head(vault: Vault, n: int, digest: str, standing: Mapping[str, Mark]) -> bytes:
    """The head as it is stored."""
    return vault.seal(json.dumps([n, digest, standing]).encode(), HEAD)


def print_of(*meaning: str | int | Sequence[str] | None) -> str:
    """A mark that is the same for the same meaning."""
    return hashlib.sha256(json.dumps(meaning).encode()).hexdigest()[:32]


def _standing(before: Mapping[str, Mark], changed: Mapping[str, Mark | None], now: int) -> dict[str, Mark]:
    """What stands after a change, without what is over for so long that it would have ended anyway."""
    every = {**before, **changed}
    over = [name for name in every if name.startswith(f"{OVER} ")]
    ended = {name for name in over if isinstance(until := every[name], int) and until < now} | set(over[:-MOST_OVER])
    return {name: mark for name, mark in every.items() if mark is not None and name not in ended}


def _written(n: int, at: int, who: Actor, act: Act, before: str) -> bytes:
    changes = [each[:LONGEST_CHANGE] for each in act.changes[:MOST_CHANGES]]
    if len(act.changes) > MOST_CHANGES:
        changes.append(f"… and {len(act.changes) - MOST_CHANGES} more changes.")
    return json.dumps([n, at, who.name, who.via, act.kind, act.subject, act.words, changes, before]).encode()


def _digest(clear: bytes) -> str:
    return hashlib.sha256(clear).hexdigest()


def _about(n: int) -> bytes:
    return f"audit:{n}".encode()
