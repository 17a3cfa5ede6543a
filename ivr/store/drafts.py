"""What authors work on. A draft is a flow document that may hold mistakes: half-finished work is never lost."""

import difflib
import json
from collections.abc import Callable
from typing import Any

from msgspec import Struct
from pydantic import TypeAdapter, ValidationError

from ivr.flow.model import FlowId
from ivr.flow.needs import with_needs
from ivr.flow.typed_secrets import hide_secrets, keep_secrets, seal_secrets
from ivr.store.database import Database, Row, Statement
from ivr.store.errors import BadDraft, Conflict, UnknownFlow
from ivr.store.sql import core as statements
from ivr.store.vault import Vault

Document = dict[str, Any]
"""A flow as JSON. As stored its secrets are sealed."""
LARGEST = 4 * 2**20
"""Bytes of a draft."""
TRIES = 20
_LONGEST_NAME = 120
_ids: TypeAdapter[str] = TypeAdapter(FlowId)


class Draft(Struct, frozen=True):
    """A draft as stored: its secrets are sealed. `version` goes up with every save; `updated_at` in ms."""

    document: Document
    version: int
    updated_at: int

    @property
    def shown(self) -> Document:
        """The document for people: a secret only says that it is set, and stays when it is saved like that."""
        shown: Document = hide_secrets(self.document)
        return shown


class Drafts:
    """The drafts' half of the flow store."""

    def __init__(self, database: Database, vault: Vault, now: Callable[[], int]) -> None:
        self._database = database
        self._vault = vault
        self._now = now

    async def save_draft(self, document: Document, seen: int | None = None) -> int:
        """Store a draft, whatever mistakes are in it, and return its new version. Where it says only that a secret is
        set, the former one stays; whatever else is a secret is sealed.

        `seen` is the version that the author saw, 0 for a flow that must not be there yet, None for whatever is
        there. Raises BadDraft, Conflict when it is another version by now, and UnknownFlow when it was deleted.
        """
        flow_id = _id(document)
        sealed = _sealed(document, self._vault)
        for _ in range(TRIES):
            former = await self._find(flow_id)
            if seen is not None:
                await self._expect(flow_id, former, seen)
            old = self._open(flow_id, former["draft"]) if former is not None and former["deleted_at"] is None else {}
            version = await self._write(flow_id, keep_secrets(sealed, old), former)
            if version is not None:
                return version
        raise busy(flow_id)

    async def draft(self, flow_id: str) -> Draft:
        """The draft, its secrets sealed."""
        row = await self._get(flow_id)
        return Draft(self._open(flow_id, row["draft"]), row["version"], row["updated_at"])

    async def rename(self, flow_id: str, name: str) -> int:
        """Give the draft another name; what is live keeps its own. Returns the draft's new version. Raises BadDraft."""
        if not name.strip() or len(name) > _LONGEST_NAME:
            raise BadDraft(f"A flow needs a name of up to {_LONGEST_NAME} characters.")
        for _ in range(TRIES):
            row = await self._get(flow_id)
            document = self._open(flow_id, row["draft"]) | {"name": name.strip()}
            version = await self._write(flow_id, document, row)
            if version is not None:
                return version
        raise busy(flow_id)

    async def _expect(self, flow_id: str, row: Row | None, seen: int) -> None:
        """Raise unless the draft is still at the version that somebody saw."""
        there = row is not None and row["deleted_at"] is None
        if seen and not there:
            raise await self._unknown(flow_id)
        if row is None or not there or row["version"] == seen:
            return
        if not seen:
            raise Conflict(f"There is a flow “{flow_id}” already. Choose another id.")
        raise Conflict(
            f"Somebody else has changed “{flow_id}” meanwhile: you saw version {seen} of the draft, and it is at "
            f"{row['version']} now. Look at it again before you go on."
        )

    async def _write(self, flow_id: str, document: Document, former: Row | None) -> int | None:
        """Store a sealed document in place of the former draft; its version, or None: somebody else was faster."""
        version: int = former["version"] + 1 if former is not None else 1
        raw = json.dumps(document).encode()
        columns: dict[str, Any] = {
            "id": flow_id,
            "name": _name(document, flow_id),
            "draft": self._vault.seal(raw, _about(flow_id)),
            "now": self._now(),
            "version": version,
        }
        if former is None:
            change = Statement(statements.INSERT_FLOW, columns, must_change=True)
        else:
            change = Statement(statements.UPDATE_FLOW, columns | {"seen": former["version"]}, must_change=True)
        return version if await self._database.write([change]) else None

    async def _find(self, flow_id: str) -> Row | None:
        """The row of a flow, also of one that was deleted."""
        for row in await self._database.fetch(statements.DRAFT, {"id": flow_id}):
            return row
        return None

    async def _get(self, flow_id: str) -> Row:
        row = await self._find(flow_id)
        if row is None or row["deleted_at"] is not None:
            raise await self._unknown(flow_id)
        return row

    def _open(self, flow_id: str, sealed: bytes) -> Document:
        document: Document = json.loads(self._vault.open(sealed, _about(flow_id)))
        return document

    async def _unknown(self, flow_id: str) -> UnknownFlow:
        ids = [row["id"] for row in await self._database.fetch(statements.FLOW_IDS, {})]
        close = difflib.get_close_matches(flow_id, ids, n=1)
        hint = f"Did you mean “{close[0]}”?" if close else f"There is: {', '.join(ids) or 'none yet'}."
        return UnknownFlow(f"There is no flow “{flow_id}”. {hint}")


def busy(flow_id: str) -> Conflict:
    return Conflict(f"Flow “{flow_id}” is being changed by somebody else all the time. Try again.")


def _about(flow_id: str) -> bytes:
    return f"draft:{flow_id}".encode()


def _id(document: Any) -> str:
    """The id, the one thing that must be right from the beginning."""
    try:
        return _ids.validate_python(document.get("id") if isinstance(document, dict) else None)
    except ValidationError:
        raise BadDraft(
            "A flow needs an id to be stored under: lower-case letters, digits and hyphens, at most 64."
        ) from None


def _sealed(document: Document, vault: Vault) -> Document:
    try:
        raw = json.dumps(document, allow_nan=False)
        sealed: Document = seal_secrets(with_needs(json.loads(raw)), vault.seal_text, vault.is_sealed)
    except RecursionError:
        raise BadDraft("The flow is nested too deeply.") from None
    except (TypeError, ValueError) as error:  # the latter also for half a character
        raise BadDraft(f"The flow can't be written as JSON: {error}.") from None
    if len(raw) > LARGEST:
        raise BadDraft(f"The flow is too large: {len(raw):,} bytes; {LARGEST:,} is the most.")
    return sealed


def _name(document: Document, flow_id: str) -> str:
    """What the flow is called in lists, which a draft may not tell."""
    return clean(document.get("name"), _LONGEST_NAME) or flow_id


def clean(text: Any, longest: int) -> str:
    """Text that a database takes, on one line; nothing for what is no text."""
    words = text if isinstance(text, str) else ""
    return " ".join("".join(each if each.isprintable() else " " for each in words).split())[:longest]
