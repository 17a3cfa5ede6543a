"""Which flows use something, so that it is not removed while they need it."""

from collections.abc import Callable

from ivr.store.flow_rows import Document
from ivr.store.flows import FlowStore


async def users(flows: FlowStore, uses: Callable[[Document], bool]) -> tuple[str, ...]:
    """The flows whose draft or live revision uses it, each as “id (draft, revision 3)”. Drafts may hold mistakes."""
    found = []
    for row in await flows.list():
        places = ["draft"] if uses((await flows.draft(row.id)).shown) else []
        if row.revision and uses(await flows.revision_document(row.id, row.revision)):
            places.append(f"revision {row.revision}")
        if places:
            found.append(f"{row.id} ({', '.join(places)})")
    return tuple(found)
