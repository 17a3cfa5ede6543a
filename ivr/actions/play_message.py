from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field

from ivr.actions.parts.prompts import clips
from ivr.actions.parts.spoken import speak
from ivr.core.action import Action, Card, Leave, Outcome, Port, Visit
from ivr.core.effects import Pause, Play
from ivr.core.events import Event
from ivr.core.fields import ui
from ivr.core.problem import Problem
from ivr.core.template import SpokenText


class PlayMessage(Action[Event]):
    """Say something to the caller, or play a clip, or both, and go on."""

    card: ClassVar = Card(
        "Play Message",
        group="Voice",
        icon="message-circle",
        prefix="PLAY",
        ports=(Port("next", "Next"),),
        summary="{message}",
        keywords=("play audio", "say", "speak", "announce", "prompt"),
    )
    type: Literal["play_message"] = "play_message"

    message: SpokenText = Field(default=SpokenText(""), json_schema_extra=ui(group="Inputs"))
    """What is said; `$` references are filled in when the call comes here. It may have SSML in it, such as
    `<break time="1s"/>`."""
    clip: str = Field(default="", max_length=120, json_schema_extra=ui(group="Inputs", widget="clip"))
    """The name of a clip in the audio library. A clip that no longer exists is left out, and the trace says so."""
    order: Literal["clip_first", "message_first"] = Field(default="clip_first", json_schema_extra=ui(group="Inputs"))
    """Which comes first when there are a clip and a message."""
    repeat: int = Field(default=1, ge=1, le=10, json_schema_extra=ui(group="Inputs", unit="times"))
    """How often it is heard, with a second's pause between."""
    voice: str = Field(default="", max_length=100, json_schema_extra=ui(widget="voice", advanced=True, half=True))
    """The carrier's name of a voice, such as `Polly.Joanna`. Empty: the flow's."""
    language: str = Field(default="", max_length=35, json_schema_extra=ui(advanced=True, half=True))
    """A language tag such as `en-GB`. Empty: the flow's."""

    def audio(self) -> tuple[tuple[str, str], ...]:
        return clips(("clip", self.clip))

    def problems(self) -> Iterator[Problem]:
        if not self.message.text.strip() and not self.clip:
            hint = "Write a message, or pick a clip."
            yield Problem("no_message", "There is nothing to hear.", path="message", hint=hint)

    def enter(self, visit: Visit) -> Outcome:
        words = speak(visit, self.message, self.voice, self.language)
        clip = (Play(self.clip),) if self.clip else ()
        once = (*words, *clip) if self.order == "message_first" else (*clip, *words)
        again = (Pause(), *once) * (self.repeat - 1) if once else ()
        return Leave("next", verbs=(*once, *again))
