"""The one shape of the events of a call, for all that show it."""

from typing import Any, Literal

from msgspec import Struct

Kind = Literal[
    "ring",
    "start",
    "enter",
    "pass",
    "exit",
    "say",
    "play",
    "hold",
    "silence",
    "listen",
    "key",
    "request",
    "response",
    "sms",
    "set",
    "error",
    "end",
]
Level = Literal["", "error", "warning"]


class Sound(Struct, frozen=True):
    """A clip to play from `url`, in the channel of what is said or in that of hold music."""

    url: str
    loop: bool
    channel: Literal["prompt", "hold"]


class CallEvent(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something that happened in a call, `t` milliseconds after it began.

    `block` 0 is none; `title` is what the block is called, in events that are about the block. `sentence` says what
    happened, in the words that every view shows; an empty one is not shown. `text` is what it is about, by itself: the
    words that are said, the keys that are pressed, the text that is sent.
    """

    seq: int
    t: int
    kind: Kind
    block: int
    title: str = ""
    port: str = ""
    text: str = ""
    sentence: str = ""
    detail: dict[str, Any] = {}
    level: Level = ""
    audio: Sound | None = None
    variables: dict[str, Any] = {}


def event(t: int, kind: Kind, block: int = 0, sentence: str = "", **more: Any) -> CallEvent:
    """An event that is not numbered yet. Its `text` is its sentence, unless there is another one."""
    return CallEvent(seq=0, t=max(0, t), kind=kind, block=block, sentence=sentence, **{"text": sentence, **more})
