"""Recordings at the carrier, as traces name them."""

import re
from collections.abc import Sequence

from ivr.core.call import Entry

_recording = re.compile(r"/Recordings/(RE[0-9a-f]{32})(?:[.?]|$)")
_TOLD_IN = frozenset({"replied", "late"})


def recordings(trace: Sequence[Entry]) -> tuple[str, ...]:
    """Ids of the recordings that a call has at the carrier, from the addresses in its trace."""
    found = (_recording.search(str(entry.data.get("url", ""))) for entry in trace if entry.kind in _TOLD_IN)
    return tuple(dict.fromkeys(each[1] for each in found if each))


def of_recordings(trace: Sequence[Entry]) -> tuple[Entry, ...]:
    """What of a trace must stay for them to be found, and nothing else."""
    return tuple(
        Entry(entry.at, entry.kind, entry.block, {"url": entry.data["url"]}) for entry in trace if recordings([entry])
    )
