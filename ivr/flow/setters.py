"""Which block has set a shared variable last, and what blocks know of their last visits, while a call goes from flow to
flow and comes back.

A block takes back what an earlier visit of it has set. Its number means that block in its own flow only, so while the
call is in another flow, the name stands behind its flow's.
"""

from collections.abc import Iterable, Mapping

from ivr.core.call import Memory

AWAY = "/"
"""What no name of a variable and no id of a flow has."""


def passed_on(setters: Mapping[str, int], here: str, there: str) -> dict[str, int]:
    """Who has set what, for a call that leaves the flow `here` for the flow `there`. What another flow has set since is
    not its first setter's any more."""
    own = {name: block for name, block in setters.items() if AWAY not in name}
    moved = {name: block for name, block in setters.items() if AWAY in name and name.partition(AWAY)[2] not in own}
    moved |= {f"{here}{AWAY}{name}": block for name, block in own.items()}
    back = f"{there}{AWAY}"
    return {name.removeprefix(back): block for name, block in moved.items()}


def carried_on(memories: Mapping[str, Memory], here: str, there: str) -> dict[str, Memory]:
    """What blocks know, for a call that leaves the flow `here` for the flow `there`: no flow's is another's."""
    moved = {name if AWAY in name else f"{here}{AWAY}{name}": memory for name, memory in memories.items()}
    return {name.removeprefix(f"{there}{AWAY}"): memory for name, memory in moved.items()}


def without_stale(memories: Mapping[str, Memory], names: Iterable[str]) -> dict[str, Memory]:
    """What blocks still know once these variables are set anew, in whatever flow."""
    return {name: memory for name, memory in memories.items() if set(names).isdisjoint(memory.of)}
