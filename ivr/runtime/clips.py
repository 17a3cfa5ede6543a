"""Clips in what the caller hears: flows name them as their authors do, carriers fetch them by the hash of the content.

That is settled when the words are posted, so a page that is asked for again plays the same clip, whatever the library
holds by then.
"""

import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import TypeVar

from msgspec.structs import replace

from ivr.core.call import Call, Entry, Turn
from ivr.core.effects import DEFAULT_AUDIO, AnyVerb, Dial, Gather, Play, Prompt
from ivr.core.mailbox import Page
from ivr.flow.noting import noted
from ivr.runtime.ports import Clip, Unavailable

log = logging.getLogger(__name__)
Find = Callable[[str], Awaitable[Clip | None]]
V = TypeVar("V", AnyVerb, Prompt)


async def with_clips(turn: Turn, find: Find, at: int) -> Turn:
    """The turn with every clip named as it is fetched. One that is not there is left out, and noted in the trace."""
    names = dict.fromkeys(_names(turn.verbs))
    if not names:
        return turn
    found = {name: clip for name in names if (clip := await _clip(find, name)) is not None}
    missing = [name for name in names if name not in found]
    trace = _traced(turn, missing, at) if missing else turn.trace
    return replace(turn, verbs=_fetched(turn.verbs, found), trace=trace)


def without_clips(page: Page) -> Page:
    """The page, with its words alone."""
    return replace(page, verbs=_fetched(page.verbs, {}))


async def hold_clip(find: Find, name: str) -> Clip | None:
    """A clip, or the music that is always there when it is not, or can't be looked up."""
    try:
        found = await find(name)
    except Exception:
        log.exception("the clip %r could not be looked up", name)
        found = None
    if found is not None:
        return replace(found, name=name)
    default = await find(DEFAULT_AUDIO)
    return replace(default, name=DEFAULT_AUDIO) if default is not None else None


def _names(verbs: Iterable[AnyVerb]) -> Iterable[str]:
    for verb in verbs:
        match verb:
            case Play(audio):
                yield audio
            case Gather(prompts=prompts) | Dial(whisper=prompts):
                yield from _names(prompts)


def _fetched(verbs: tuple[V, ...], found: Mapping[str, Clip]) -> tuple[V, ...]:
    return tuple(_named(verb, found) for verb in verbs if not isinstance(verb, Play) or verb.audio in found)


def _named(verb: V, found: Mapping[str, Clip]) -> V:
    match verb:
        case Play(audio):
            return replace(verb, audio=found[audio].url_name)
        case Gather(prompts=prompts):
            return replace(verb, prompts=_fetched(prompts, found))
        case Dial(whisper=whisper):
            return replace(verb, whisper=_fetched(whisper, found))
    return verb


async def _clip(find: Find, name: str) -> Clip | None:
    """The clip, or None. Raises Unavailable: that the store is away for a moment must not take a clip out of a page."""
    try:
        return await find(name)
    except Unavailable:
        raise
    except Exception:
        log.exception("the clip %r could not be looked up", name)
        return None


def _traced(turn: Turn, missing: Iterable[str], at: int) -> tuple[Entry, ...]:
    """The trace, in which missing clips are not said but noted, each once and where it was to be played."""
    left = dict.fromkeys(missing)
    marks = {name: f"({name})" for name in left}
    trace: list[Entry] = []
    for entry in turn.trace:
        words = str(entry.data.get("words")) if entry.kind == "said" else ""
        gone = [name for name, mark in marks.items() if mark in words]
        for name in gone:
            words = " ".join(words.replace(marks[name], " ").split())
        if words and gone:
            trace.append(replace(entry, data={**entry.data, "words": words}))
        elif not gone:
            trace.append(entry)
        trace += [_missing(turn.call, name, entry.block, at) for name in gone if name in left]
        left = {name: None for name in left if name not in gone}
    return (*trace, *(_missing(turn.call, name, turn.call.block, at) for name in left))


def _missing(call: Call, name: str, block: int, at: int) -> Entry:
    told = {"clip": name, "why": "There is no such clip in the audio library."}
    return noted(call, at, "unheard", told, block=block)
