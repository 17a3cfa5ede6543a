"""What is known here, for checking flows: audio, named secrets, other flows and the ways into them, numbers."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from msgspec import Struct

from ivr.actions.jump_to import JumpTo
from ivr.core.declared import type_of
from ivr.flow.checks.known import Known
from ivr.store import FlowRow, Store

Entries = frozenset[int] | None
"""The Jump From blocks of a flow's live revision; None for a flow that has never been published."""


class Shared(Struct, frozen=True):
    """What is there for every flow: the names of clips, those that come with us too; and the hosts of each secret."""

    audio: frozenset[str]
    secrets: Mapping[str, tuple[str, ...]]

    def known(self, flows: Mapping[str, Entries], numbers: frozenset[str] | None) -> Known:
        """The same for one flow, which goes on to these others, and which these numbers lead to."""
        return Known(self.audio, self.secrets, flows, numbers)


async def shared(store: Store, shipped: Collection[str]) -> Shared:
    """What is there for every flow. `shipped` are the names of the clips that come with us."""
    return Shared(frozenset(await store.audio.names()) | frozenset(shipped), await store.secrets.hosts())


async def known_to(store: Store, shipped: Collection[str], document: Any, *, published: bool = False) -> Known:
    """What is known to one flow. Costs as much as it goes on to other flows, however many are stored.

    That no number leads to it matters from the day it is `published`, or about to be: an author
    draws the flow first and assigns numbers later.
    """
    names = await shared(store, shipped)
    wanted = jumps(document)
    flows: dict[str, Entries] = await store.flows.ways_in(wanted)
    if wanted - flows.keys():
        flows = dict.fromkeys(await store.flows.ids()) | flows  # for what could have been meant
    flow_id = document.get("id") if isinstance(document, dict) else None
    if not isinstance(flow_id, str) or not (published or await store.flows.live(flow_id) is not None):
        return names.known(flows, None)
    return names.known(flows, await store.flows.numbers_of(flow_id))


async def known_to_row(store: Store, names: Shared, row: FlowRow, rows: Mapping[str, FlowRow], to: set[str]) -> Known:
    """The same for one of a list of flows, which goes `to` others; without a query for what the list already says."""
    flows: dict[str, Entries] = {}
    for each in to & rows.keys():
        number = rows[each].revision
        flows[each] = None if number is None else await store.flows.entries(each, number)
    if to - flows.keys():
        flows = dict.fromkeys(rows) | flows
    return names.known(flows, None if row.revision is None else frozenset(row.numbers))


def jumps(document: Any) -> set[str]:
    """The ids of the flows that a document goes on to, whatever mistakes are in it."""
    return set(_jumps(document.get("blocks") if isinstance(document, dict) else None))


def _jumps(blocks: Any) -> Iterator[str]:
    kind = type_of(JumpTo)
    for block in blocks if isinstance(blocks, list) else ():
        action = block.get("action") if isinstance(block, dict) else None
        if isinstance(action, dict) and action.get("type") == kind and isinstance(action.get("flow"), str):
            yield action["flow"]
