from typing import ClassVar, Literal

from pydantic import Field

from ivr.actions.words import speak
from ivr.core.action import Action, Card, Leave, Outcome, Port, Visit
from ivr.core.events import Event
from ivr.core.template import Template


class PlayMessage(Action[Event]):
    """Say something to the caller, and go on."""

    card: ClassVar = Card(
        "Play Message", group="Voice", icon="message-circle", prefix="PLAY", ports=(Port("next", "Next"),)
    )
    type: Literal["play_message"] = "play_message"

    message: Template
    """What is said; `$` references are filled in when the call comes here."""
    voice: str = Field(default="", max_length=100)
    """The carrier's name of a voice, such as `Polly.Joanna`. Empty: the flow's."""
    language: str = Field(default="", max_length=35)
    """A language tag such as `en-GB`. Empty: the flow's."""

    def enter(self, visit: Visit) -> Outcome:
        return Leave("next", verbs=speak(visit, self.message, self.voice, self.language))
