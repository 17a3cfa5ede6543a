"""Every flow at a glance: what its draft starts with, its mistakes, whether it differs from what is live."""

from collections import OrderedDict
from collections.abc import Collection, Hashable, Sequence
from typing import TypeVar

from msgspec import Struct

from ivr.authoring.aside import aside
from ivr.authoring.found import find
from ivr.authoring.known import Shared, jumps, known_to_row, shared
from ivr.core.declared import type_of
from ivr.flow.checks.known import Known
from ivr.store import FlowRow, Store
from ivr.store.flow_rows import Document

K = TypeVar("K")
V = TypeVar("V")
KEPT = 1000
"""Flows whose figures are kept in memory."""


class Figures(Struct, frozen=True):
    """What a draft says of itself. `triggers` by their types; `changed`: what is live is another."""

    description: str
    triggers: tuple[str, ...]
    errors: int
    warnings: int
    changed: bool


class Overview:
    """Figures stay as they are for as long as the draft, what is live, and what the draft needs from elsewhere do: then
    nothing is read or checked again. `shipped` are the names of the clips that come with us.
    """

    def __init__(self, store: Store, shipped: Collection[str]) -> None:
        self._store = store
        self._shipped = shipped
        self._jumps: OrderedDict[tuple[str, int], set[str]] = OrderedDict()
        self._figures: OrderedDict[Hashable, Figures] = OrderedDict()

    async def figures(self) -> Sequence[tuple[FlowRow, Figures]]:
        """Every flow by name. Raises StoreError, KeyMissing and Damaged."""
        rows = {row.id: row for row in await self._store.flows.list()}
        names = await shared(self._store, self._shipped)
        return [(row, await self._of(row, rows, names)) for row in rows.values()]

    async def _of(self, row: FlowRow, rows: dict[str, FlowRow], names: Shared) -> Figures:
        version = (row.id, row.version)
        document = None
        if version not in self._jumps:
            document = await self._document(row)
            _keep(self._jumps, version, jumps(document))
        known = await known_to_row(self._store, names, row, rows, self._jumps[version])
        key = (*version, row.revision, _finds(known))
        if key not in self._figures:
            document = document if document is not None else await self._document(row)
            changed = row.revision is not None and bool(await self._store.flows.diff(row.id))
            _keep(self._figures, key, await aside(_figures, document, known, changed=changed))
        return self._figures[key]

    async def _document(self, row: FlowRow) -> Document:
        return (await self._store.flows.draft(row.id)).document


def _figures(document: Document, known: Known, *, changed: bool) -> Figures:
    found = find(document, known)
    triggers = tuple(dict.fromkeys(type_of(type(block.action)) for block in found.flow.triggers))
    errors = len(found.errors)
    return Figures(found.flow.description, triggers, errors, len(found.problems) - errors, changed)


def _finds(known: Known) -> int:
    """What stays the same while the same is known."""
    secrets = frozenset((known.secrets or {}).items())
    return hash((known.audio, secrets, frozenset((known.flows or {}).items()), known.numbers))


def _keep(kept: OrderedDict[K, V], key: K, value: V) -> None:
    kept[key] = value
    if len(kept) > KEPT:
        kept.popitem(last=False)
