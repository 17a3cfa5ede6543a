"""The demo's call in words: what is heard on the line, and what the flow does meanwhile, in order."""

from collections.abc import Sequence

from ivr.core.call import Entry
from ivr.emulator import Happening
from ivr.flow.narration import CallEvent, Heard, Narrator


def timeline(happenings: Sequence[Happening], entries: Sequence[Entry], began: int) -> list[CallEvent]:
    """All that has happened so far. `began` is when the call began, in milliseconds."""
    narrator = Narrator(began, speech=False, caller=False)
    traced = list(narrator.tell(entries))
    line = Heard({}, lambda: _waits(traced, at))
    told: list[CallEvent] = []
    for happening in happenings:
        at = round(happening.at * 1000)
        heard = line.tell(at, happening.kind, happening.detail)
        if heard is not None and heard.kind == "end":
            told.append(narrator.end(at, "caller" if heard.detail["status"] == "completed" else "carrier"))
        elif heard is not None and heard.kind != "sms":  # which the trace has too, with its delivery
            told.append(heard)
    return sorted([*told, *traced], key=lambda event: event.t)


def _waits(traced: Sequence[CallEvent], at: int) -> bool:
    """Whether a web call was under way: what is played then is hold audio."""
    latest = [event.kind for event in traced if event.t <= at and event.kind in {"request", "response"}]
    return latest[-1:] == ["request"]
