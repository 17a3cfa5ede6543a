"""What flows use, in their drafts and live."""

import json
import re
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from ivr.flow.read import readable
from ivr.store.flows import FlowStore

_named = re.compile(r"\$\{?SECRET\.(\w+)", re.ASCII)


class Version(Struct, frozen=True):
    """A draft or a live revision."""

    flow_id: str
    document: dict[str, Any]

    def secrets(self) -> set[str]:
        """The named secrets that any of its texts refers to."""
        return set(_named.findall(json.dumps(self.document)))

    def clips(self) -> Iterator[tuple[str, int]]:
        """The clips that it plays, each with the number of its block. Blocks that can't be read play nothing."""
        for block in readable(self.document).blocks:
            for _, name in block.action.audio():
                yield name, block.number


async def used_versions(flows: FlowStore) -> list[Version]:
    """Every draft, and every live revision."""
    found = []
    for row in await flows.list():
        found.append(Version(row.id, (await flows.draft(row.id)).document))
        if row.revision is not None:
            live = await flows.revision(row.id, row.revision)
            found.append(Version(row.id, live.model_dump(mode="json")))
    return found
