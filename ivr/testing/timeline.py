"""A tried call, line by line: what the caller heard and did, and what the flow did meanwhile."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from ivr.core.call import Entry
from ivr.flow.narration import CallEvent, Heard, Narrator, line_of
from ivr.testing.caller import Sound


def timeline(trace: Sequence[Entry], sounds: Sequence[Sound], start: int) -> list[str]:
    """Lines in the order of what happened, in seconds since the call began at `start`, in milliseconds."""
    told = [*Narrator(start, speech=False).tell(trace), *_heard(sounds)]
    order = sorted(told, key=lambda event: event.t)  # stable: what the flow does stands before what is heard of it
    return [text for event in order if (text := line_of(event))]


def _heard(sounds: Sequence[Sound]) -> Iterator[CallEvent]:
    """What the phone heard, as a carrier would report it."""
    for sound in sounds:
        line = Heard({}, partial(bool, sound.hold))
        at = round(sound.at * 1000)
        for kind, later, detail in _happenings(sound):
            told = line.tell(at + later, kind, detail)
            if told is not None:
                yield told


def _happenings(sound: Sound) -> Iterator[tuple[str, int, Mapping[str, Any]]]:
    """The happenings of a sound: their kind, how many milliseconds after its beginning they are, their details."""
    match sound.kind:
        case "words":
            yield "say", 0, {"text": sound.text}
        case "clip":
            yield "play", 0, {"url": sound.text, "seconds": sound.seconds}
            if sound.hold:
                yield "stopped", round(sound.seconds * 1000), {"verb": "Play", "by": "page"}
        case "asked" if sound.text == "recording":
            yield "record", 0, {}
        case "asked":
            yield "gather", 0, {"input": {"keys": "dtmf", "speech": "dtmf speech"}.get(sound.text, sound.text)}
        case "rings":
            yield "dial", 0, {"to": sound.text.split(", ")}
        case "silence":
            yield "pause", 0, {"seconds": sound.seconds}
