"""What the caller hears while a job runs, and how long we wait before they hear it."""

from math import ceil

from ivr.core.effects import Hold, Pause, Play
from ivr.core.mailbox import Page
from ivr.runtime.ports import CallRecord

CYCLE = 45.0
"""Seconds of hold audio in one page. Then the caller comes back by itself: the watchdog behind every lost knock."""
GRACE = 0.25
"""Seconds a request waits even when the job has run for long: an answer just about to come needs no music."""
RINGING_PATIENCE = 8.0
"""Seconds a request may wait when the caller would hear nothing but the ringing tone anyway; the carrier's limit
is 15."""
RINGING_PAUSE = 2
"""Seconds that the phone rings on between two such requests."""


def patience(record: CallRecord, now: int) -> float:
    """Seconds that a request may wait for the reply before it is answered with a hold page."""
    waiting = record.call.waiting
    if waiting is None:
        return 0.0
    if waiting.hold.audio is None and not record.mailbox.opened:
        return RINGING_PATIENCE
    delay = waiting.hold.delay / 1000
    return max(min(delay, GRACE), delay - (now - waiting.since) / 1000)


def hold_page(record: CallRecord, hold: Hold, clip_seconds: float) -> Page:
    """The page that bridges the time until the same page is asked for again."""
    page = record.mailbox.page + 1
    if hold.audio is not None:
        return Page((Play(hold.audio, loop=max(1, ceil(CYCLE / max(clip_seconds, 0.1)))),), page)
    return Page((Pause(round(CYCLE) if record.mailbox.opened else RINGING_PAUSE),), page)
