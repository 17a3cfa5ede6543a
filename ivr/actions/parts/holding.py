"""What a caller hears while a block waits: from its fields to the hold, the same for every block that has them."""

from collections.abc import Iterator
from typing import Protocol

from msgspec.structs import replace

from ivr.actions.parts import hold_lines as later
from ivr.actions.parts import soft_limit
from ivr.actions.parts import web_call_request as request
from ivr.actions.parts import while_waiting as meanwhile
from ivr.actions.parts.soft_limit import HasSoftLimit
from ivr.actions.parts.spoken import speak
from ivr.actions.parts.web_call import FileAudio, HoldAudio, TimedLine
from ivr.core.action import Visit
from ivr.core.effects import Hold
from ivr.core.problem import Problem
from ivr.core.template import SpokenText


class Holds(HasSoftLimit, Protocol):
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


def hold(visit: Visit, block: Holds, prefix: str) -> Hold:
    """What is heard, and the keys that count meanwhile. `prefix` is that of the block's variables."""
    audio = request.hold_audio(visit, block.hold_audio) if block.play_hold_music else Hold()
    waited = later.with_elapsed(visit, prefix)
    late = soft_limit.line(waited, block)
    offered = late[0].offers if late else ""
    keys = meanwhile.listened_for(block.while_waiting)
    return replace(
        audio,
        delay=round(block.hold_delay * 1000),
        minimum=round(block.minimum_play * 1000),
        opening=speak(visit, block.opening_line, "", ""),
        lines=(*request.lines(waited, block.timed_lines), *late),
        clips=block.more_clips if audio.audio is not None else (),
        shuffled=block.shuffle,
        keys="".join(key for key in keys if key not in offered),
        speech=meanwhile.speech(block.while_waiting),
    )


def knows(path: str) -> tuple[str, ...]:
    """Those of its variables that a block fills in itself as it says the text at this path."""
    return (later.ELAPSED_NAME,) if path.startswith(("timed_lines", "soft_limit_line")) else ()


def audio(block: Holds) -> tuple[tuple[str, str], ...]:
    """The clips of the audio library, with the paths of their fields."""
    first = (("hold_audio.file", block.hold_audio.file),) if isinstance(block.hold_audio, FileAudio) else ()
    return (*first, *((f"more_clips[{index}]", name) for index, name in enumerate(block.more_clips)))


def problems(block: Holds, longest: int) -> Iterator[Problem]:
    """What is wrong with the hold of a block that waits for so many seconds at most."""
    yield from meanwhile.problems(block.while_waiting)
    yield from soft_limit.problems(block, longest)
    yield from later.problems(block.more_clips, plays=block.play_hold_music, audio=block.hold_audio.type)
    if block.play_hold_music and block.hold_delay and block.hold_delay >= longest:
        hint = "Make the hold delay shorter than the timeout."
        message = "The hold audio would never start."
        yield Problem("hold_too_late", message, path="hold_delay", hint=hint, level="warning")
