"""What the caller hears while a job runs, and how long we wait before they hear it."""

from collections.abc import Iterable
from hashlib import sha256
from itertools import accumulate
from math import ceil

from msgspec.structs import replace

from ivr.core.call import Waiting
from ivr.core.effects import ELAPSED, AnyVerb, Hold, Pause, Play, Say
from ivr.core.listening import with_ear
from ivr.core.mailbox import Page, Sounding, Track, fitting
from ivr.runtime.ports import CallRecord, Clip
from ivr.runtime.sounding import CYCLE, place

GRACE = 0.25
"""Seconds a request waits even when the job has run for long: an answer just about to come needs no music."""
RINGING_PATIENCE = 8.0
"""Seconds a request may wait when the caller would hear nothing but the ringing tone anyway; the carrier's limit
is 15."""
SILENCE = 5
"""Seconds of silence in one page: a caller who hears nothing should not wait long for words when a knock is lost."""
RINGING_PAUSE = 2
"""Seconds that the phone rings on between two such requests."""
SPEECH = 15.0
"""Characters that a voice speaks in a second, about."""


def patience(record: CallRecord, now: int) -> float:
    """Seconds that a request may wait for the reply before it is answered with a hold page."""
    waiting = record.call.waiting
    if waiting is None:
        return 0.0
    if waiting.hold.silent and not waiting.hold.opening and not record.mailbox.opened:
        return RINGING_PATIENCE
    if waiting.keys and record.mailbox.opened:
        return 0.0  # nothing listens before the page is there, and a key that is pressed meanwhile would be lost
    delay = waiting.hold.delay / 1000
    return max(min(delay, GRACE), delay - _elapsed(waiting, now))


def held(record: CallRecord, waiting: Waiting, clips: tuple[Clip, ...], now: int) -> tuple[Page, CallRecord]:
    """The page that bridges the time until the same page is asked for again, and the call as it is then.

    `clips` are what the hold's audio turned out to be, in the order written; none for words and for silence.

    The page number does not move on: the same page is asked for again, by the redirect at the end of the audio or
    because of a knock, and whichever comes first finds the words, if there are any. `held_at` is saved with the page:
    a reply that is saved after it knocks, and one saved before it makes this save fail.
    """
    hold = waiting.hold
    spoken = told(waiting, now)
    began = waiting.began or now
    sounds = bool(clips or hold.words)
    clips = _order(record.call.id, clips) if hold.shuffled else clips
    track = _track(record, clips, now)
    clips = (*clips[track:], *clips[:track])
    opened = record.mailbox.opened or sounds or bool(spoken)
    early = _early(waiting, now) if hold.keys and record.mailbox.opened else 0
    quiet = (Pause(early),) if early else ()
    began += early * 1000
    verbs: tuple[AnyVerb, ...] = (*quiet, *spoken, *_sound(hold, clips, opened=opened))
    verbs = verbs[: fitting(verbs)]
    after = replace(waiting, began=began, said=tuple(line.due(_elapsed(waiting, now)) for line in hold.lines))
    if after.keys and opened:
        verbs = with_ear(verbs, after)
    return Page(verbs, record.mailbox.page + 1), replace(
        record,
        call=replace(record.call, waiting=after, track=track),
        mailbox=replace(
            record.mailbox,
            opened=opened,
            play_until=began + hold.minimum if sounds else 0,
            sounding=Sounding(record.call.block, _tracks(hold, clips), early + _seconds(spoken)),
        ),
        held_at=now,
    )


def told(waiting: Waiting, now: int) -> list[Say]:
    """What is said before the audio of a page goes on: the opening line, and the timed ones that are due."""
    return [*(waiting.hold.opening if not waiting.began else ()), *_lines_due(waiting, now)]


def _early(waiting: Waiting, now: int) -> int:
    """Seconds of the hold delay that are left. A page that listens begins with them, for keys pressed meanwhile."""
    return 0 if waiting.began else max(0, ceil(waiting.hold.delay / 1000 - _elapsed(waiting, now) - GRACE))


def silenced(waiting: Waiting) -> Waiting:
    """Without the audio, from now on. Timed lines are said all the same: they are not what could not be played."""
    return replace(waiting, hold=replace(waiting.hold, audio=None, clips=(), words=(), opening=()))


def line_in(waiting: Waiting) -> float | None:
    """Seconds after the request began at which the next timed line is to be said, or None when there is none."""
    said = waiting.said or (0,) * len(waiting.hold.lines)
    coming = [
        line.after + line.every * times
        for line, times in zip(waiting.hold.lines, said, strict=True)
        if line.every or not times
    ]
    return min(coming, default=None)


def line_is_due(waiting: Waiting | None, now: int) -> bool:
    """Whether a timed line is waiting to be said."""
    return waiting is not None and bool(_lines_due(waiting, now))


def _lines_due(waiting: Waiting, now: int) -> list[Say]:
    said = waiting.said or (0,) * len(waiting.hold.lines)
    pairs = zip(waiting.hold.lines, said, strict=True)
    seconds = _elapsed(waiting, now)
    due = [line.say for line, times in pairs if line.due(seconds) > times]
    return [replace(say, text=say.text.replace(ELAPSED, str(int(seconds)))) for say in due]


def _elapsed(waiting: Waiting, now: int) -> float:
    return max(0.0, (now - waiting.since) / 1000)  # the clock of the process that began it may be ahead


def _order(call_id: str, clips: tuple[Clip, ...]) -> tuple[Clip, ...]:
    """The clips in an order of the call's own, the same whenever it is asked for."""
    places = sorted(range(len(clips)), key=lambda place: sha256(f"{call_id} {place}".encode()).digest())
    return tuple(clips[place] for place in places)


def _track(record: CallRecord, clips: tuple[Clip, ...], now: int) -> int:
    """The clip that comes next: the one whose turn it was last, or the first behind those that were heard to their
    end."""
    if len(clips) < 2:
        return 0
    track = record.call.track % len(clips)
    if record.held_at is None:
        return track
    tracks = tuple(Track(clip.name, clip.seconds) for clip in (*clips[track:], *clips[:track]))
    return (track + place(tracks, (now - record.held_at) / 1000)[0]) % len(clips)


def _tracks(hold: Hold, clips: tuple[Clip, ...]) -> tuple[Track, ...]:
    if clips:
        return tuple(Track(clip.name, clip.seconds) for clip in clips)
    return (Track("", _spoken_for(hold)),) if hold.words else ()


def _spoken_for(hold: Hold) -> float:
    """Seconds that the words take, with the pause behind them."""
    return _seconds(hold.words) + hold.pause


def _seconds(words: Iterable[Say]) -> float:
    return sum(len(say.words) for say in words) / SPEECH


def _sound(hold: Hold, clips: tuple[Clip, ...], *, opened: bool) -> tuple[AnyVerb, ...]:
    """One cycle of the audio itself: a clip over and over, or one after the other."""
    if len(clips) == 1:
        return (Play(clips[0].url_name, loop=max(1, ceil(CYCLE / max(clips[0].seconds, 0.1)))),)
    if clips:
        starts = accumulate((max(clip.seconds, 0.1) for clip in clips), initial=0.0)
        return tuple(Play(clip.url_name) for clip, start in zip(clips, starts, strict=False) if start < CYCLE)
    if hold.words:
        once: tuple[AnyVerb, ...] = (*hold.words, Pause(hold.pause))
        return once * max(1, round(CYCLE / _spoken_for(hold)))
    return (Pause(SILENCE if opened else RINGING_PAUSE),)
