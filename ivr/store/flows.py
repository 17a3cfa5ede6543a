"""Where flows live: a draft that its author changes, and revisions that nobody ever changes again."""

import json
from collections import OrderedDict
from collections.abc import Callable
from typing import Literal

from msgspec import Struct

from ivr.flow.diff import Change, differences
from ivr.flow.model import Flow
from ivr.flow.read import read_document
from ivr.flow.typed_secrets import hide_secrets, with_sealed
from ivr.store.database import Database, Params, Row, Statement
from ivr.store.drafts import TRIES, Document, Drafts, busy, clean
from ivr.store.errors import Conflict, FlowInUse, NotReady, UnknownFlow
from ivr.store.sql import core as statements
from ivr.store.vault import Vault

PARSED = 64
"""Revisions kept in memory."""
_LONGEST_NOTE = 1000
_LONGEST_NAME = 120

Version = Literal["draft", "live"] | int
"""A version of a flow: its draft, what is live, or a revision by its number."""


class FlowRow(Struct, frozen=True):
    """A flow in a list. `revision` is the live one, None before the first is published; `updated_at` in ms."""

    id: str
    name: str
    revision: int | None
    numbers: tuple[str, ...]
    updated_at: int


class NumberRow(Struct, frozen=True):
    """A number and the flow that answers it. `revision` is the live one: None means that nothing is said yet."""

    number: str
    flow: str
    flow_name: str
    revision: int | None


class RevisionRow(Struct, frozen=True):
    """A published revision. `calls` counts those that began on it, runs without a caller too; `created_at` in ms."""

    number: int
    created_at: int
    author: str
    note: str
    name: str
    live: bool
    calls: int


class Publication(Struct, frozen=True):
    """A revision went live: it was `published`, or `rolled_back` to. `at` in ms."""

    revision: int
    kind: str
    author: str
    at: int


class FlowStore(Drafts):
    """Implements `runtime.ports.Flows`, and what authors need. `now` gives milliseconds since 1970.

    Every method raises StoreError, KeyMissing and Damaged; those that name a flow, UnknownFlow.
    """

    def __init__(self, database: Database, vault: Vault, now: Callable[[], int]) -> None:
        super().__init__(database, vault, now)
        self._parsed: OrderedDict[tuple[str, int], Flow] = OrderedDict()

    async def publish(
        self, flow_id: str, seen: int | None = None, *, author: str = "", note: str = "", name: str = ""
    ) -> int:
        """Make the draft the live revision. Returns its number. Calls under way end on the revision they began on.

        `seen` is the version of the draft that is meant, None whatever is there. Raises NotReady when it can't be
        read as a flow, and Conflict when it is another version by now, or somebody has just published this one.
        """
        for _ in range(TRIES):
            row = await self._get(flow_id)
            if seen is not None:
                await self._expect(flow_id, row, seen)
                _not_live(flow_id, row)
            document = self._open(flow_id, row["draft"])
            _ready(flow_id, document)
            number = (row["last_revision"] or 0) + 1
            copy: Params = {
                "flow": flow_id,
                "number": number,
                "body": self._vault.seal(json.dumps(document).encode(), _about(flow_id, number)),
                "now": self._now(),
                "note": clean(note, _LONGEST_NOTE),
                "author": clean(author, _LONGEST_NAME),
                "name": clean(name, _LONGEST_NAME),
                "made_of": row["version"],
            }
            made = Statement(statements.INSERT_REVISION, copy, must_change=True)
            if await self._go_live(flow_id, row, number, author, made):
                return number
        raise busy(flow_id)

    async def roll_back(self, flow_id: str, number: int, *, author: str = "") -> None:
        """Make an older revision the live one again. The draft stays as it is. Raises Conflict when it is live."""
        for _ in range(TRIES):
            row = await self._get(flow_id)
            await self._body(flow_id, number)
            if row["revision"] == number:
                raise Conflict(f"Revision {number} of “{flow_id}” is live already.")
            if await self._go_live(flow_id, row, number, author):
                return
        raise busy(flow_id)

    async def restore(self, flow_id: str, number: int, seen: int | None = None) -> int:
        """Copy a revision into the draft, its secrets with it. Returns the draft's new version.

        `seen` is the version that the author saw, None whatever is there. Raises Conflict.
        """
        for _ in range(TRIES):
            row = await self._get(flow_id)
            if seen is not None:
                await self._expect(flow_id, row, seen)
            version = await self._write(flow_id, await self._body(flow_id, number), row)
            if version is not None:
                return version
        raise busy(flow_id)

    async def revision(self, flow_id: str, revision: int) -> Flow:
        """A published revision. It never changes, so the last used ones are kept in memory. Also of a flow that was
        deleted meanwhile: calls may still be on it.
        """
        key = (flow_id, revision)
        if key not in self._parsed:
            self._parsed[key] = Flow.model_validate(await self._body(flow_id, revision))
            if len(self._parsed) > PARSED:
                self._parsed.popitem(last=False)
        self._parsed.move_to_end(key)
        return self._parsed[key]

    async def revision_document(self, flow_id: str, revision: int) -> Document:
        """A published revision for people: a secret only says that it is set. Also of a flow that was deleted."""
        document: Document = hide_secrets(await self._body(flow_id, revision))
        return document

    async def revisions(self, flow_id: str) -> list[RevisionRow]:
        """All revisions, the last first."""
        live = (await self._get(flow_id))["revision"]
        return [
            RevisionRow(
                number=row["number"],
                created_at=row["created_at"],
                author=row["author"],
                note=row["note"],
                name=row["name"],
                live=row["number"] == live,
                calls=row["calls"],
            )
            for row in await self._database.fetch(statements.REVISIONS, {"flow": flow_id})
        ]

    async def publications(self, flow_id: str) -> list[Publication]:
        """What went live when, the last first."""
        await self._get(flow_id)
        rows = await self._database.fetch(statements.PUBLICATIONS, {"flow": flow_id})
        return [Publication(row["revision"], row["kind"], row["author"], row["at"]) for row in rows]

    async def diff(self, flow_id: str, old: Version = "live", new: Version = "draft") -> list[Change]:
        """What is different between two versions. Before the first one is published, everything is new to `live`."""
        return differences(await self._comparable(flow_id, old), await self._comparable(flow_id, new))

    async def numbers(self) -> list[NumberRow]:
        """All numbers that a flow answers."""
        rows = await self._database.fetch(statements.NUMBERS, {})
        return [NumberRow(row["number"], row["id"], row["name"], row["revision"]) for row in rows]

    async def of_number(self, number: str) -> tuple[str, int] | None:
        """Flow id and live revision, or None for a number without a published flow."""
        for row in await self._database.fetch(statements.OF_NUMBER, {"number": number}):
            return row["id"], row["revision"]
        return None

    async def live(self, flow_id: str) -> int | None:
        """The live revision, or None for a flow that is not there or has never been published."""
        for row in await self._database.fetch(statements.LIVE, {"id": flow_id}):
            revision: int | None = row["revision"]
            return revision
        return None

    async def assign(self, number: str, flow_id: str) -> None:
        """Let calls to this number run the flow, instead of any other they ran before."""
        mine: Params = {"number": number, "flow": flow_id}
        turns = Statement(statements.TAKE_TURNS, {"flow": flow_id}, must_change=True)
        if not await self._database.write([turns, Statement(statements.ASSIGN, mine, must_change=True)]):
            raise await self._unknown(flow_id)

    async def unassign(self, number: str) -> bool:
        """Whether the number ran a flow until now."""
        gone = Statement(statements.UNASSIGN, {"number": number}, must_change=True)
        return await self._database.write([gone])

    async def delete(self, flow_id: str) -> None:
        """Put a flow away. Its revisions stay readable for the calls on them; a new flow may take its id, and counts
        on from its numbers. Raises FlowInUse while it answers numbers.
        """
        turns = Statement(statements.TAKE_TURNS, {"flow": flow_id}, must_change=True)
        away: Params = {"flow": flow_id, "now": self._now()}
        if await self._database.write([turns, Statement(statements.DELETE_FLOW, away, must_change=True)]):
            return
        await self._get(flow_id)
        answered = ", ".join(row.number for row in await self.numbers() if row.flow == flow_id)
        raise FlowInUse(f"Flow “{flow_id}” answers {answered}. Let another flow answer first, or none.")

    async def check_keys(self) -> None:
        """Raise KeyMissing unless the vault can open every draft and revision."""
        self._vault.check([row["head"] for row in await self._database.fetch(statements.HEADS, {})])

    async def list(self) -> list[FlowRow]:
        """All flows by name, each with the numbers that run it."""
        rows: dict[str, FlowRow] = {}
        for row in await self._database.fetch(statements.FLOWS, {}):
            before = rows[row["id"]].numbers if row["id"] in rows else ()
            numbers = (*before, row["number"]) if row["number"] else ()
            rows[row["id"]] = FlowRow(row["id"], row["name"], row["revision"], numbers, row["updated_at"])
        return [*rows.values()]

    async def _go_live(self, flow_id: str, row: Row, number: int, author: str, *first: Statement) -> bool:
        """Let a revision be the live one and note it. False: somebody else did so meanwhile."""
        noted: Params = {
            "flow": flow_id,
            "n": (row["last_publication"] or 0) + 1,
            "number": number,
            "kind": "published" if first else "rolled_back",
            "author": clean(author, _LONGEST_NAME),
            "now": self._now(),
        }
        live: Params = {"flow": flow_id, "number": number}
        log = Statement(statements.INSERT_PUBLICATION, noted, must_change=True)
        return await self._database.write([*first, log, Statement(statements.GO_LIVE, live, must_change=True)])

    async def _comparable(self, flow_id: str, version: Version) -> Document:
        """A version in which the same secrets look the same; empty for a live one that is not there yet."""
        row = await self._get(flow_id)
        number = row["revision"] if version == "live" else version
        if number is None:
            return {}
        document = self._open(flow_id, row["draft"]) if number == "draft" else await self._body(flow_id, number)
        compared: Document = with_sealed(document, lambda text: {"sealed": self._vault.print_of(text)})
        return compared

    async def _body(self, flow_id: str, revision: int) -> Document:
        for row in await self._database.fetch(statements.REVISION, {"flow": flow_id, "number": revision}):
            document: Document = json.loads(self._vault.open(row["body"], _about(flow_id, revision)))
            return document
        last = (await self._get(flow_id))["last_revision"]
        there = f"the last one is {last}" if last else "it has never been published"
        raise UnknownFlow(f"Flow “{flow_id}” has no revision {revision}; {there}.")


def _not_live(flow_id: str, row: Row) -> None:
    if row["live_version"] == row["version"]:
        raise Conflict(f"This version of “{flow_id}” is live already, as revision {row['revision']}.")


def _ready(flow_id: str, document: Document) -> None:
    flow, problems = read_document(document)
    if flow is None:
        errors = [problem for problem in problems if problem.level == "error"]
        raise NotReady(f"The draft of “{flow_id}” has {len(errors)} mistakes; mend them first.", errors)


def _about(flow_id: str, number: int) -> bytes:
    return f"revision:{flow_id}:{number}".encode()
