"""The author's desk: save, check, publish."""

from collections.abc import Collection
from typing import Any

from msgspec import Struct

from ivr.authoring.aside import aside
from ivr.authoring.found import Found, find
from ivr.authoring.known import known_to
from ivr.core.problem import Problem
from ivr.flow.checks.known import Known
from ivr.flow.typed_secrets import keep_secrets, seal_secrets
from ivr.store import Store, UnknownFlow
from ivr.store.flow_rows import Document, Draft

LEFT_TO_DO = frozenset({"no_number", "unpublished_flow"})
"""Warnings about what is left to do once a flow is published."""


class NotReady(Exception):
    """A draft that can't be published: it has errors. `problems` has all that was found, warnings too."""

    def __init__(self, flow_id: str, found: Found) -> None:
        count = len(found.errors)
        mistakes = "a mistake; mend it" if count == 1 else f"{count} mistakes; mend them"
        super().__init__(f"The draft of “{flow_id}” has {mistakes} first.")
        self.problems = found.problems


class Published(Struct, frozen=True):
    """The revision that is live now, and what is left to do before calls can come, as warnings."""

    revision: int
    left: tuple[Problem, ...]


class Saved(Struct, frozen=True):
    """A draft as stored, and what is known here to it, for checking it."""

    draft: Draft
    known: Known


class Desk:
    """Flows as their authors work on them. `shipped` are the names of the clips that come with us.

    Every method raises StoreError, KeyMissing and Damaged; those that take the id of a flow, UnknownFlow.
    """

    def __init__(self, store: Store, shipped: Collection[str]) -> None:
        self._store = store
        self._shipped = shipped

    async def save(self, document: Document, seen: int | None = None) -> Saved:
        """Store the next draft of a flow that is there, whatever mistakes are in it. It is read once, and of other
        flows only those are looked at that it goes on to. `seen` is the version that the author saw, None for whatever
        is there. Raises BadDraft, and Stale when it is another version by now.
        """
        draft = await self._store.flows.save_draft(document, seen, exists=True)
        return Saved(draft, await self.known(draft.document))

    async def known(self, document: Document) -> Known:
        """What is known here to a flow."""
        return await known_to(self._store, self._shipped, document)

    async def check(self, document: Document) -> Found:
        """Everything that is found in a document whose secrets are filled in. Calls go on meanwhile."""
        return await aside(find, document, await self.known(document))

    async def publish(
        self, flow_id: str, seen: int | None = None, *, author: str = "", note: str = "", name: str = ""
    ) -> Published:
        """Make the draft live, unless it has errors. Calls under way end on the revision they began on.

        `seen` is the version of the draft that is meant, None for the one that is there now: what was checked is what
        goes live, or nothing. Raises NotReady; Stale when the draft is at another version than the one that was seen,
        or another author saves it meanwhile; Conflict when this version is live already.
        """
        draft = await self._store.flows.draft(flow_id)
        left: tuple[Problem, ...] = ()
        if seen is None or seen == draft.version:  # else the store refuses it, and its mistakes do not matter
            known = await known_to(self._store, self._shipped, draft.document, published=True)
            found = await aside(find, draft.document, known)
            if found.errors:
                raise NotReady(flow_id, found)
            left = tuple(each for each in found.problems if each.code in LEFT_TO_DO)
        version = draft.version if seen is None else seen
        revision = await self._store.flows.publish(flow_id, version, author=author, note=note, name=name)
        return Published(revision, left)

    async def filled_in(self, flow_id: str, document: Document) -> Document:
        """A document with its secrets sealed, those that only say that they are set taken from the stored draft."""
        try:
            former = (await self._store.flows.draft(flow_id)).document
        except UnknownFlow:
            former = {}
        return await aside(_filled_in, self._store, document, former)


def _filled_in(store: Store, document: Document, former: Document) -> Document:
    sealed: Any = seal_secrets(document, store.vault)
    filled: Document = keep_secrets(sealed, former)
    return filled
