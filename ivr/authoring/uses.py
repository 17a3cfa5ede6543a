"""What flows use, in their drafts and live: the clips they play, the named secrets they refer to."""

import json
import re
from collections.abc import AsyncIterator
from typing import NamedTuple

from ivr.flow.read import readable
from ivr.store.flow_rows import Document
from ivr.store.flows import FlowStore

_named = re.compile(r"\$\{?SECRET\.(\w+)", re.ASCII)


class Use(NamedTuple):
    """Where a clip is played: in a block of a flow, in its draft or live."""

    flow: str
    block: int


async def uses_of_clips(flows: FlowStore) -> dict[str, list[Use]]:
    """By the name of the clip, each block once. Blocks that can't be read play nothing.

    Raises StoreError, KeyMissing and Damaged.
    """
    found: dict[str, dict[Use, None]] = {}
    async for flow_id, document in _versions(flows):
        for block in readable(document).blocks:
            for _, name in block.action.audio():
                found.setdefault(name, {})[Use(flow_id, block.number)] = None
    return {name: list(uses) for name, uses in found.items()}


async def users_of_secrets(flows: FlowStore) -> dict[str, list[str]]:
    """The ids of the flows whose texts refer to a named secret, by its name.

    Raises StoreError, KeyMissing and Damaged.
    """
    found: dict[str, set[str]] = {}
    async for flow_id, document in _versions(flows):
        for name in _named.findall(json.dumps(document)):
            found.setdefault(name, set()).add(flow_id)
    return {name: sorted(users) for name, users in found.items()}


async def _versions(flows: FlowStore) -> AsyncIterator[tuple[str, Document]]:
    """Every draft, and every live revision; secrets only say that they are set."""
    for row in await flows.list():
        yield row.id, (await flows.draft(row.id)).shown
        if row.revision is not None:
            yield row.id, await flows.revision_document(row.id, row.revision)
