"""What the store answers about flows: drafts, revisions, numbers, and rows of lists."""

from typing import Any, Literal

from msgspec import Struct

from ivr.flow.typed_secrets import mark_secrets

Document = dict[str, Any]
"""A flow as JSON. As stored its secrets are sealed."""

Version = Literal["draft", "live"] | int
"""A version of a flow: its draft, what is live, or a revision by its number."""


class Draft(Struct, frozen=True):
    """A draft as stored: its secrets are sealed. `version` goes up with every save; `updated_at` in ms."""

    document: Document
    version: int
    updated_at: int

    @property
    def shown(self) -> Document:
        """The document for its authors: a secret only says that it is set, perhaps for another address than the block
        has now; it stays when it is saved like that."""
        shown: Document = mark_secrets(self.document)
        return shown


class FlowRow(Struct, frozen=True):
    """A flow in a list. `revision` is the live one, None before the first is published; `version` is the draft's;
    `updated_at` in ms."""

    id: str
    name: str
    revision: int | None
    numbers: tuple[str, ...]
    updated_at: int
    version: int


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
