"""What a flow needs from elsewhere and is there: for checking it before it is published."""

from ivr.actions.jump_to import JumpTo
from ivr.flow.check import Known, entries
from ivr.flow.model import Flow
from ivr.store.opening import Store


async def known(store: Store, flow: Flow) -> Known:
    """The audio library, the named secrets, the flows that this one goes on to, and the numbers that lead to it.

    Raises StoreError, KeyMissing and Damaged.
    """
    targets = {block.action.flow for block in flow.blocks if isinstance(block.action, JumpTo)}
    flows: dict[str, frozenset[int] | None] = {}
    numbers: frozenset[str] = frozenset()
    for row in await store.flows.list():
        flows[row.id] = None
        numbers |= frozenset(row.numbers) if row.id == flow.id else frozenset()
        if row.revision and row.id in targets:
            flows[row.id] = entries(await store.flows.revision(row.id, row.revision))
    return Known(
        audio=frozenset(clip.name for clip in await store.audio.list()),
        secrets=frozenset(secret.name for secret in await store.secrets.list()),
        flows=flows,
        numbers=numbers,
    )
