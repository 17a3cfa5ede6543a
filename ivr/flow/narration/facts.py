"""Facts read from a trace."""

from collections.abc import Iterable, Mapping

from ivr.core.call import Entry
from ivr.core.values import Value

BEGINNINGS = frozenset({"answered", "messaged", "requested", "happened"})
"""Entries at whose block a run began."""
_found = ("cause", "error")


def web_causes(trace: Iterable[Entry]) -> Mapping[int, Mapping[str, Value]]:
    """By block: the cause and the error of its web call, as the block found after it had looked at the answer."""
    found: dict[int, dict[str, Value]] = {}
    for entry in trace:
        if entry.kind == "set":
            for name, value in entry.data.items():
                fact = name.rpartition(".")[2]
                if fact in _found and name.endswith(f"_{entry.block}.{fact}"):
                    found.setdefault(entry.block, {})[fact] = value
    return found


def path_of(trace: Iterable[Entry]) -> list[int]:
    """The blocks a call came to, in order."""
    return [entry.block for entry in trace if entry.kind == "entered" or is_beginning(entry)]


def is_beginning(entry: Entry) -> bool:
    """Whether a walk begins at the entry's block: of a run, or after a jump."""
    return entry.kind in BEGINNINGS or (entry.kind == "jumped" and "flow" not in entry.data)
