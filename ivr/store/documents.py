"""Flow documents on their way into the database: half-finished work is never lost, and no secret stays in the open."""

import json
from typing import Any

from pydantic import TypeAdapter, ValidationError

from ivr.flow.model import FlowId
from ivr.flow.needs import with_needs
from ivr.flow.typed_secrets import seal_secrets
from ivr.store.errors import BadDraft
from ivr.store.flow_rows import Document
from ivr.store.vault import Vault

LARGEST = 4 * 2**20
"""Bytes of a draft."""
LONGEST_NAME = 120
_ids: TypeAdapter[str] = TypeAdapter(FlowId)


def id_of(document: Any) -> str:
    """The id, the one thing that must be right from the beginning. Raises BadDraft."""
    try:
        return _ids.validate_python(document.get("id") if isinstance(document, dict) else None)
    except ValidationError:
        raise BadDraft(
            "A flow needs an id to be stored under: lower-case letters, digits and hyphens, at most 64."
        ) from None


def name_of(document: Document, flow_id: str) -> str:
    """What the flow is called in lists; its id where the draft has no name yet."""
    return clean(document.get("name"), LONGEST_NAME) or flow_id


def sealed(document: Document, vault: Vault) -> Document:
    """A copy in which every secret is sealed, and which says what packages it needs.

    Raises BadDraft for what can't be written as JSON, or is too large.
    """
    try:
        raw = json.dumps(document, allow_nan=False)
        made: Document = seal_secrets(with_needs(json.loads(raw)), vault)
    except RecursionError:
        raise BadDraft("The flow is nested too deeply.") from None
    except (TypeError, ValueError) as error:  # the latter also for half a character
        raise BadDraft(f"The flow can't be written as JSON: {error}.") from None
    if len(raw) > LARGEST:
        raise BadDraft(f"The flow is too large: {len(raw):,} bytes; {LARGEST:,} is the most.")
    return made


def clean(text: Any, longest: int) -> str:
    """Text that a database takes, on one line; nothing for what is no text."""
    words = text if isinstance(text, str) else ""
    return " ".join("".join(each if each.isprintable() else " " for each in words).split())[:longest]
