"""Which block has set a shared variable last, while a call goes from flow to flow and comes back.

A block takes back what an earlier visit of it has set. Its number means that block in its own flow only, so while the
call is in another flow, the name stands behind its flow's.
"""

from collections.abc import Mapping

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
