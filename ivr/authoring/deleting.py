"""Deleting flows: not while callers of another flow come here."""

from ivr.authoring.known import jumps
from ivr.store import FlowInUse
from ivr.store.flows import FlowStore


async def delete(flows: FlowStore, flow_id: str) -> None:
    """Put a flow away. Raises FlowInUse while it answers numbers, or a live flow goes on in it; UnknownFlow,
    StoreError, KeyMissing and Damaged."""
    from_there = [
        row.id
        for row in await flows.list()
        if row.id != flow_id and row.revision and flow_id in jumps(await flows.revision_document(row.id, row.revision))
    ]
    if from_there:
        those = ", ".join(from_there)
        raise FlowInUse(f"Callers of {those} go on in flow “{flow_id}”. First change the Jump To there, and publish.")
    await flows.delete(flow_id)
