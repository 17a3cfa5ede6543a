"""The demo's call in words: what is heard on the line, and what the flow does meanwhile, in order."""

from collections.abc import Mapping, Sequence

from ivr.core.call import Entry
from ivr.emulator import Happening
from ivr.flow.narration import CallEvent, Heard, Narrator


def timeline(
    happenings: Sequence[Happening], entries: Sequence[Entry], began: int, names: Mapping[str, str]
) -> list[CallEvent]:
    """All that has happened so far. `began` is when the call began, in milliseconds; `names` has clips by the last part
    of their URLs."""
    narrator = Narrator(began, speech=False, caller=False)
    traced = list(narrator.tell(entries))
    line = Heard(names, lambda: _waits(entries, began + at))
    told: list[CallEvent] = []
    for happening in happenings:
        at = round(happening.at * 1000)
        heard = line.tell(at, happening.kind, happening.detail)
        if heard is not None and heard.kind == "end":
            told.append(narrator.end(at, "caller" if heard.detail["status"] == "completed" else "carrier"))
        elif heard is not None and heard.kind != "sms":  # which the trace has too, with its delivery
            told.append(heard)
    return sorted([*told, *traced], key=lambda event: event.t)


def _waits(entries: Sequence[Entry], at: int) -> bool:
    """Whether a block was waiting for a job then: what is played meanwhile is hold audio."""
    waits = False
    for entry in entries:
        if entry.at > at:
            break
        if entry.kind in {"asked", "left"}:
            waits = "job" in entry.data and "beside" not in entry.data
    return waits
