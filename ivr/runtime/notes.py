"""Notes in the traces of calls, of what happens beside their turns."""

from ivr.core.values import Value
from ivr.flow.noting import noted
from ivr.runtime.ports import Change, Ports


async def note(ports: Ports, call_id: str, kind: str, data: dict[str, Value]) -> None:
    """Add an entry where the call stands now. Of an unknown call nothing is noted. Raises what the store raises."""
    while (record := await ports.calls.load(call_id)) is not None:
        now = ports.clock.now()
        if await ports.calls.save(Change(record, trace=(noted(record.call, now, kind, data),)), now):
            return
