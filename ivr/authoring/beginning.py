"""New flows: what they begin as, what they are called, and the id they get."""

import re
import unicodedata
from typing import Any

from ivr.flow.templates import template
from ivr.store import Store
from ivr.store.flow_rows import Document, Draft

LONGEST_STEM = 56
"""Characters of an id that come from the flow's name; a number may follow."""
_no_id = re.compile(r"[^a-z0-9]+")


async def begin(
    store: Store, flow_id: str = "", *, name: str = "", begins_as: str | None = None, document: Document | None = None
) -> Draft:
    """Store a new flow: from the template `begins_as`, or a `document` that is brought in, else without blocks.

    Without an id it gets one from its name that no flow has yet; without a name it is called like its id. Raises
    UnknownTemplate, BadDraft, and Conflict when the id is taken.
    """
    wanted: Any = flow_id or (document.get("id") if document is not None else "")
    name = name or ("" if document is not None else _called(flow_id))
    found = _started(begins_as, document) | ({"name": name} if name else {})
    return await store.flows.save_draft({**found, "id": wanted or await free_id(store, found.get("name"))}, 0)


async def free_id(store: Store, name: Any) -> str:
    """An id that no flow has, made of a name: “Zum Büro” becomes `zum-buro`, or `zum-buro-2` when that is taken."""
    taken = frozenset(await store.flows.ids())
    plain = unicodedata.normalize("NFKD", name if isinstance(name, str) else "").encode("ascii", "ignore").decode()
    stem = _no_id.sub("-", plain.lower())[:LONGEST_STEM].strip("-") or "flow"
    return next(each for number in range(1, 10_000) if (each := _numbered(stem, number)) not in taken)


def _started(begins_as: str | None, document: Document | None) -> Document:
    if document is not None:
        return document
    return template(begins_as).begin("flow", "") if begins_as is not None else {"blocks": []}


def _called(flow_id: str) -> str:
    return flow_id.replace("-", " ").capitalize()


def _numbered(stem: str, number: int) -> str:
    return stem if number == 1 else f"{stem}-{number}"
