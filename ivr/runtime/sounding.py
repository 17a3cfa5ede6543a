"""Hold audio in the trace: what a caller hears while they wait, from when on, and where it stops.

It is written with the page that is saved anyway, and only where something changes: music that goes on is no news.
"""

from typing import Any

from msgspec.structs import replace

from ivr.core.call import Entry
from ivr.core.effects import Say
from ivr.core.mailbox import Track
from ivr.flow.discretion import veil
from ivr.flow.noting import noted
from ivr.runtime.ports import CallRecord, Change

NEARLY = 0.5
"""Seconds of a clip that may be missing when it counts as heard to its end."""
CYCLE = 45.0
"""Seconds of hold audio in one page. Then the caller comes back by itself: the watchdog behind every lost knock."""
SHORTEST = 0.1
BEHIND = 90_000
"""Milliseconds for which a caller may be behind: words come before the audio of a page."""


def place(tracks: tuple[Track, ...], seconds: float) -> tuple[int, float]:
    """Which of some tracks is heard after so many seconds of one page, and for how long it has been."""
    if len(tracks) == 1:
        return 0, seconds % max(tracks[0].seconds, SHORTEST)
    for index, track in enumerate(tracks):
        length = max(track.seconds, SHORTEST)
        if seconds < length - NEARLY:
            return index, max(0.0, seconds)
        seconds -= length
    return 0, max(0.0, seconds)


def began(before: CallRecord, after: CallRecord, said: list[Say], now: int) -> tuple[Entry, ...]:
    """What is heard from now on, unless it is what is heard already."""
    sounding, waiting, was = after.mailbox.sounding, after.call.waiting, before.mailbox.sounding
    same = before.held_at is not None and (sounding.block, sounding.tracks) == (was.block, was.tracks)
    if waiting is None or (same and not said):
        return ()
    tracks = sounding.tracks
    curtain = veil(after.call)
    told: dict[str, Any] = {"said": [curtain.lifted(say).words for say in said]} if said else {}
    if not tracks:
        told["silence"] = "silent" if after.mailbox.opened else "rings"
    elif tracks[0].name:
        told["clips"] = [track.name for track in tracks]
    else:
        told["words"] = " ".join(curtain.lifted(say).words for say in waiting.hold.words)
    return (noted(after.call, now, "held", told, block=sounding.block),)


def stopped(before: CallRecord, change: Change, now: int) -> Change:
    """The change with where the audio has stopped, if that was still to be heard before it and is no more: the next
    wait goes on from there."""
    tracks, call = before.mailbox.sounding.tracks, change.record.call
    if before.held_at is None or change.record.held_at is not None or not tracks:
        return change
    index, seconds = place(tracks, (now - before.held_at) / 1000)
    name = tracks[index].name
    told: dict[str, Any] = {"clip": name, "after": round(seconds, 1)} if name else {}
    entry = noted(before.call, now, "stopped", told, block=before.mailbox.sounding.block)
    call = replace(call, track=(before.call.track + index) % len(tracks))
    return replace(change, record=replace(change.record, call=call), trace=(entry, *change.trace))


def plays_on(record: CallRecord, now: int) -> bool:
    """Whether a held caller may still listen to their page, whose words and whose last clip may be long ones."""
    if record.held_at is None:
        return False
    sounding = record.mailbox.sounding
    longest = CYCLE + sounding.spoken + max((track.seconds for track in sounding.tracks), default=0.0)
    return now < record.held_at + round(longest * 1000) + BEHIND
