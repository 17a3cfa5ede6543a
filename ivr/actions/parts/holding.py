"""What a caller hears while a block waits: from its fields to the hold, the same for every block that has them."""

from collections.abc import Iterator
from typing import Protocol

from msgspec.structs import replace

from ivr.actions.parts import hold_lines as later
from ivr.actions.parts import web_call_request as request
from ivr.actions.parts.spoken import speak
from ivr.actions.parts.web_call import FileAudio, HoldAudio, TimedLine
from ivr.core.action import Visit
from ivr.core.effects import Hold
from ivr.core.problem import Problem
from ivr.core.template import SpokenText


class Holds(Protocol):
    """The fields of a block that waits."""

    @property
    def play_hold_music(self) -> bool: ...
    @property
    def hold_audio(self) -> HoldAudio: ...
    @property
    def hold_delay(self) -> float: ...
    @property
    def minimum_play(self) -> float: ...
    @property
    def opening_line(self) -> SpokenText: ...
    @property
    def timed_lines(self) -> tuple[TimedLine, ...]: ...
    @property
    def more_clips(self) -> tuple[str, ...]: ...
    @property
    def shuffle(self) -> bool: ...


def hold(visit: Visit, block: Holds, prefix: str, keys: str) -> Hold:
    """What is heard, and the keys that count meanwhile. `prefix` is that of the block's variables."""
    audio = request.hold_audio(visit, block.hold_audio) if block.play_hold_music else Hold()
    return replace(
        audio,
        delay=round(block.hold_delay * 1000),
        minimum=round(block.minimum_play * 1000),
        opening=speak(visit, block.opening_line, "", ""),
        lines=request.lines(later.with_elapsed(visit, prefix), block.timed_lines),
        clips=block.more_clips if audio.audio is not None else (),
        shuffled=block.shuffle,
        keys=keys,
    )


def audio(block: Holds) -> tuple[tuple[str, str], ...]:
    """The clips of the audio library, with the paths of their fields."""
    first = (("hold_audio.file", block.hold_audio.file),) if isinstance(block.hold_audio, FileAudio) else ()
    return (*first, *((f"more_clips[{index}]", name) for index, name in enumerate(block.more_clips)))


def problems(block: Holds, longest: int) -> Iterator[Problem]:
    """What is wrong with the hold of a block that waits for so many seconds at most."""
    yield from later.problems(block.more_clips, plays=block.play_hold_music, audio=block.hold_audio.type)
    if block.play_hold_music and block.hold_delay and block.hold_delay >= longest:
        hint = "Make the hold delay shorter than the timeout."
        message = "The hold audio would never start."
        yield Problem("hold_too_late", message, path="hold_delay", hint=hint, level="warning")
