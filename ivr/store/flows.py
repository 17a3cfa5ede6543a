"""Where flows live: a draft that its author changes, and revisions that never change."""

import asyncio
import difflib
import json
from collections import OrderedDict
from collections.abc import Callable, Collection

from pydantic import ValidationError

from ivr.core.fields import Secret
from ivr.flow.check import entries
from ivr.flow.diff import Change, differences
from ivr.flow.model import Flow
from ivr.flow.typed_secrets import hide_secrets, keep_secrets, with_sealed
from ivr.store.audit_trail import Act, AuditTrail, acting
from ivr.store.database import Database, Params, Row, Statement
from ivr.store.documents import LONGEST_NAME, clean, id_of, name_of, sealed
from ivr.store.errors import BadDraft, Conflict, Damaged, FlowInUse, Stale, UnknownFlow
from ivr.store.flow_rows import Document, Draft, FlowRow, Publication, RevisionRow, Version
from ivr.store.numbers import Numbers, draft_of, live_of
from ivr.store.sql import core as statements
from ivr.store.vault import Vault
from ivr.store.vouching import Vouching

PARSED = 64
"""Revisions kept in memory, for the calls on them."""
LOOKED_AT = 4096
"""Revisions whose Jump From blocks are kept in memory: a few numbers each."""
TRIES = 20
_LONGEST_NOTE = 1000
Rewrite = Callable[[Document], Document]
"""What becomes of a draft: from the former document, empty where there is none, to the next. Both have their secrets
sealed. It runs in a thread."""


class FlowStore(Numbers):
    """Implements `runtime.ports.Flows`, and what authors need. `now` gives milliseconds since 1970.

    Every method raises StoreError, KeyMissing and Damaged; those that name a flow, UnknownFlow.
    """

    def __init__(self, database: Database, vault: Vault, now: Callable[[], int]) -> None:
        self._database = database
        self._vault = vault
        self._now = now
        self._trail = AuditTrail(database, vault, now)
        self._parsed: OrderedDict[tuple[str, int], Flow] = OrderedDict()
        self._vouching = Vouching(vault)
        self._ways_in: OrderedDict[tuple[str, int], frozenset[int]] = OrderedDict()

    async def save_draft(self, document: Document, seen: int | None = None, *, exists: bool = False) -> Draft:
        """Store a draft, whatever mistakes are in it, and give it back as stored. Where it says only that a secret is
        set, the former one stays; whatever else is a secret is sealed.

        `seen` is the version that the author saw, 0 for a flow that must not be there yet, None for whatever is
        there; `exists`: it must be there already. Raises BadDraft, Stale when it is another version by now, Conflict
        when its id is taken, and UnknownFlow when it was deleted.
        """
        flow_id = id_of(document)
        own = await asyncio.to_thread(sealed, document, self._vault)
        for _ in range(TRIES):
            former = await self._find(flow_id)
            if exists and not _is_there(former):
                raise await self._unknown(flow_id)
            if seen is not None:
                await self._expect(flow_id, former, seen)
            draft = await self._write(flow_id, former, lambda old: keep_secrets(own, old))
            if draft is not None:
                return draft
        raise _busy(flow_id)

    async def draft(self, flow_id: str) -> Draft:
        """The draft, its secrets sealed."""
        row = await self._get(flow_id)
        return Draft(self._open(flow_id, row), row["version"], row["updated_at"])

    async def rename(self, flow_id: str, name: str) -> int:
        """Give the draft another name; what is live keeps its own. Returns the draft's new version. Raises BadDraft."""
        if not name.strip() or len(name) > LONGEST_NAME:
            raise BadDraft(f"A flow needs a name of up to {LONGEST_NAME} characters.")
        for _ in range(TRIES):
            draft = await self._write(flow_id, await self._get(flow_id), lambda old: old | {"name": name.strip()})
            if draft is not None:
                return draft.version
        raise _busy(flow_id)

    async def publish(
        self, flow_id: str, seen: int | None = None, *, author: str = "", note: str = "", name: str = ""
    ) -> int:
        """Make the draft the live revision. Returns its number. Calls under way end on the revision they began on.

        `seen` is the version of the draft that is meant, None whatever is there. Raises BadDraft when it can't be read
        as a flow, Stale when it is another version by now, and Conflict when this version is live already. Which
        mistakes stop a flow from being published is not the store's to know: see `authoring`.
        """
        for _ in range(TRIES):
            row = await self._get(flow_id)
            if seen is not None:
                await self._expect(flow_id, row, seen)
                _not_live(flow_id, row)
            document = self._open(flow_id, row)
            await asyncio.to_thread(_check_readable, flow_id, document)
            number = (row["last_revision"] or 0) + 1
            copy: Params = {
                "flow": flow_id,
                "number": number,
                "body": self._vault.seal(json.dumps(document).encode(), _about(flow_id, number)),
                "now": self._now(),
                "note": clean(note, _LONGEST_NOTE),
                "author": clean(author or acting().name, LONGEST_NAME),
                "name": clean(name, LONGEST_NAME),
                "made_of": row["version"],
            }
            made = Statement(statements.INSERT_REVISION, copy, must_change=True)
            if await self._go_live(row, number, author, document, made):
                return number
        raise _busy(flow_id)

    async def roll_back(self, flow_id: str, number: int, *, author: str = "") -> None:
        """Make an older revision the live one again. The draft stays as it is. Raises Conflict when it is live."""
        for _ in range(TRIES):
            row = await self._get(flow_id)
            document = await self._body(flow_id, number)
            if row["revision"] == number:
                raise Conflict(f"Revision {number} of “{flow_id}” is live already.")
            if await self._go_live(row, number, author, document):
                return
        raise _busy(flow_id)

    async def restore(self, flow_id: str, number: int, seen: int | None = None) -> int:
        """Copy a revision into the draft, its secrets with it. Returns the draft's new version.

        `seen` is the version that the author saw, None whatever is there. Raises Conflict.
        """
        for _ in range(TRIES):
            row = await self._get(flow_id)
            if seen is not None:
                await self._expect(flow_id, row, seen)
            body = await self._body(flow_id, number)
            draft = await self._write(flow_id, row, lambda _: body)  # noqa: B023 - it is called before the next round
            if draft is not None:
                return draft.version
        raise _busy(flow_id)

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
        before, after = await self._comparable(flow_id, old), await self._comparable(flow_id, new)
        return await asyncio.to_thread(differences, before, after)

    async def ids(self) -> tuple[str, ...]:
        """The ids of all flows."""
        return tuple(row["id"] for row in await self._database.fetch(statements.FLOW_IDS, {}))

    async def ways_in(self, flow_ids: Collection[str]) -> dict[str, frozenset[int] | None]:
        """The numbers of the Jump From blocks in the live revisions of some flows, by their ids; None for a flow that
        has never been published. One that is not there is left out. Costs as much as there are ids given, however
        many flows are stored.
        """
        looks = (self._trail.look(statements.LIVE, {"id": each}, calls=True) for each in flow_ids)
        found = zip(flow_ids, await asyncio.gather(*looks), strict=True)
        live = {flow_id: self._live(row, head) for flow_id, (rows, head) in found for row in rows}
        return {each: None if number is None else await self.entries(each, number) for each, number in live.items()}

    async def entries(self, flow_id: str, revision: int) -> frozenset[int]:
        """The numbers of the Jump From blocks in a revision. It is read once: a revision never changes."""
        key = (flow_id, revision)
        if key not in self._ways_in:
            flow = self._parsed.get(key)
            if flow is None:
                flow = await asyncio.to_thread(Flow.model_validate, await self._body(flow_id, revision))
            self._ways_in[key] = entries(flow)
            if len(self._ways_in) > LOOKED_AT:
                self._ways_in.popitem(last=False)
        return self._ways_in[key]

    async def delete(self, flow_id: str) -> None:
        """Put a flow away. Its revisions stay readable for the calls on them; a new flow may take its id, and counts
        on from its numbers. Raises FlowInUse while it answers numbers.
        """
        turns = Statement(statements.TAKE_TURNS, {"flow": flow_id}, must_change=True)
        for _ in range(TRIES):
            row = await self._get(flow_id)
            version = row["version"] + 1
            draft = self._vault.seal(json.dumps(self._open(flow_id, row)).encode(), _about_draft(flow_id, version))
            away = {"flow": flow_id, "now": self._now(), "seen": version - 1, "version": version, "draft": draft}
            act = Act("flow", flow_id, f"Deleted the flow {flow_id}.")
            stands = {draft_of(flow_id): version, live_of(flow_id): None}
            gone = [turns, Statement(statements.DELETE_FLOW, away, must_change=True)]
            if await self._trail.write(gone, act, stands=stands):
                return
            if answered := ", ".join(sorted(await self.numbers_of(flow_id))):
                raise FlowInUse(f"Flow “{flow_id}” answers {answered}. Let another flow answer first, or none.")
        raise _busy(flow_id)

    async def check_keys(self) -> None:
        """Raise KeyMissing unless the vault can open every draft and revision."""
        self._vault.check([row["head"] for row in await self._database.fetch(statements.HEADS, {})])

    async def list(self) -> list[FlowRow]:
        """All flows by name, each with the numbers that run it."""
        rows: dict[str, FlowRow] = {}
        found, head = await self._trail.look(statements.FLOWS, {}, calls=True)
        for row in found:
            before = rows[row["id"]].numbers if row["id"] in rows else ()
            answers = row["number"] and self._holds(row, head)
            numbers = (*before, row["number"]) if answers else before
            about = (self._live(row, head), numbers, row["updated_at"], row["version"])
            rows[row["id"]] = FlowRow(row["id"], row["name"], *about)
        return [*rows.values()]

    async def _go_live(self, row: Row, number: int, author: str, document: Document, *first: Statement) -> bool:
        """Let a revision, this document, be the live one and note it. False: another writer did so meanwhile."""
        flow_id: str = row["id"]
        noted: Params = {
            "flow": flow_id,
            "n": (row["last_publication"] or 0) + 1,
            "number": number,
            "kind": "published" if first else "rolled_back",
            "author": clean(author or acting().name, LONGEST_NAME),
            "now": self._now(),
        }
        before = await self._comparable(flow_id, "live")
        changes = await asyncio.to_thread(lambda: differences(before, self._compared(document)))
        did = f"Published {flow_id} as" if first else f"Rolled {flow_id} back to"
        act = Act("publication", flow_id, f"{did} revision {number}.", [change.words for change in changes])
        live: Params = {"flow": flow_id, "number": number}
        log = Statement(statements.INSERT_PUBLICATION, noted, must_change=True)
        goes_live = Statement(statements.GO_LIVE, live, must_change=True)
        return await self._trail.write([*first, log, goes_live], act, stands={live_of(flow_id): number})

    async def _comparable(self, flow_id: str, version: Version) -> Document:
        """A version in which the same secrets look the same; empty for a live one that is not there yet."""
        row = await self._get(flow_id)
        number = row["revision"] if version == "live" else version
        if number is None:
            return {}
        document = self._open(flow_id, row) if number == "draft" else await self._body(flow_id, number)
        return self._compared(document)

    def _compared(self, document: Document) -> Document:
        """A document in which the same secrets look the same."""
        found: Document = with_sealed(document, self._alike)
        return found

    def _alike(self, secret: Secret) -> Document:
        """A sealed secret as another one of the same value, place and origins looks."""
        return {"sealed": self._vault.print_of(secret), "at": secret.at, "origins": list(secret.origins)}

    async def _body(self, flow_id: str, revision: int) -> Document:
        for row in await self._database.fetch(statements.REVISION, {"flow": flow_id, "number": revision}):
            document: Document = json.loads(self._vault.open(row["body"], _about(flow_id, revision)))
            return document
        last = (await self._get(flow_id))["last_revision"]
        there = f"the last one is {last}" if last else "it has never been published"
        raise UnknownFlow(f"Flow “{flow_id}” has no revision {revision}; {there}.")

    async def _expect(self, flow_id: str, row: Row | None, seen: int) -> None:
        """Raise unless the draft is still at the version that was seen."""
        if seen and not _is_there(row):
            raise await self._unknown(flow_id)
        if row is None or not _is_there(row) or row["version"] == seen:
            return
        if not seen:
            raise Conflict(f"There is a flow “{flow_id}” already. Choose another id.")
        raise Stale(
            f"Another user has changed “{flow_id}” meanwhile: you saw version {seen} of the draft, and it is at "
            f"{row['version']} now. Look at it again before you go on."
        )

    async def _write(self, flow_id: str, former: Row | None, rewrite: Rewrite) -> Draft | None:
        """Store the next draft in place of the former one; None when another writer was faster."""
        version = former["version"] + 1 if former is not None else 1
        document, closed, act = await asyncio.to_thread(self._rewritten, flow_id, former, rewrite, version)
        draft = Draft(document, version, self._now())
        columns: dict[str, str | int | bytes | None] = {
            "id": flow_id,
            "name": name_of(document, flow_id),
            "draft": closed,
            "now": draft.updated_at,
            "version": draft.version,
        }
        if former is None:
            change = Statement(statements.INSERT_FLOW, columns, must_change=True)
        else:
            change = Statement(statements.UPDATE_FLOW, columns | {"seen": former["version"]}, must_change=True)
        return draft if await self._trail.write([change], act, stands={draft_of(flow_id): version}) else None

    def _rewritten(
        self, flow_id: str, former: Row | None, rewrite: Rewrite, version: int
    ) -> tuple[Document, bytes, Act]:
        """The next document, the same as it is stored, and what is done to it. For a thread: a large flow takes a
        while."""
        there = former is not None and _is_there(former)
        old = self._open(flow_id, former) if former is not None and there else {}
        document = rewrite(old)
        changes = differences(self._compared(old) if there else {}, self._compared(document))
        did = f"Changed the draft of {flow_id}." if there else f"Made the flow {flow_id}."
        act = Act("flow", flow_id, did, [change.words for change in changes])
        return document, self._vault.seal(json.dumps(document).encode(), _about_draft(flow_id, version)), act

    async def _find(self, flow_id: str) -> Row | None:
        """The row of a flow, also of one that was deleted."""
        rows, head = await self._trail.look(statements.DRAFT, {"id": flow_id})
        for row in rows:
            # Sealed with a new key, a draft has a higher version than the one that was noted, and says the same.
            drafted = head.standing.get(draft_of(flow_id))
            if not isinstance(drafted, int) or row["version"] < drafted or self._live(row, head) != row["revision"]:
                raise Damaged(f"The flow “{flow_id}” in the database is not as it was stored last. Restore a backup.")
            return row
        return None

    async def _get(self, flow_id: str) -> Row:
        row = await self._find(flow_id)
        if row is None or not _is_there(row):
            raise await self._unknown(flow_id)
        return row

    def _open(self, flow_id: str, row: Row) -> Document:
        opened: Document = json.loads(self._vault.open(row["draft"], _about_draft(flow_id, row["version"])))
        return opened

    async def _unknown(self, flow_id: str) -> UnknownFlow:
        ids = await self.ids()
        close = difflib.get_close_matches(flow_id, ids, n=1)
        hint = f"Did you mean “{close[0]}”?" if close else f"There is: {', '.join(ids) or 'none yet'}."
        return UnknownFlow(f"There is no flow “{flow_id}”. {hint}")


def _not_live(flow_id: str, row: Row) -> None:
    if row["live_version"] == row["version"]:
        raise Conflict(f"This version of “{flow_id}” is live already, as revision {row['revision']}.")


def _check_readable(flow_id: str, document: Document) -> None:
    try:
        Flow.model_validate(document)
    except ValidationError:
        raise BadDraft(f"The draft of “{flow_id}” can't be read as a flow, so no call could run it.") from None


def _is_there(row: Row | None) -> bool:
    return row is not None and row["deleted_at"] is None


def _busy(flow_id: str) -> Conflict:
    return Conflict(f"Another user keeps changing flow “{flow_id}”. Try again.")


def _about_draft(flow_id: str, version: int) -> bytes:
    return f"draft:{flow_id}:{version}".encode()


def _about(flow_id: str, number: int) -> bytes:
    return f"revision:{flow_id}:{number}".encode()
