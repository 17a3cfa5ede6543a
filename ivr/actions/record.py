from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field

from ivr.actions.parts.prompts import Again, clips, heard
from ivr.core import effects
from ivr.core.action import Action, Card, Leave, Outcome, Port, Sets, Stay, Visit, Wait
from ivr.core.events import Recorded
from ivr.core.fields import ui
from ivr.core.problem import Problem
from ivr.core.template import SpokenText

_keys = {"any": "1234567890*#", "none": ""}


class Record(Action[Recorded]):
    """Record what the caller says. A caller may hang up to finish: the flow goes on without them, so that the next
    blocks can still send the recording."""

    card: ClassVar = Card(
        "Voicemail",
        group="Voice",
        icon="voicemail",
        prefix="RECORD",
        ports=(Port("recorded", "Recorded"), Port("nothing", "Nothing Recorded")),
        sets=(
            Sets("url", "The address of the recording; empty when there is none"),
            Sets("seconds", "How long it is"),
            Sets("finished_by", "What ended it: the key, `hangup`, `silence` or `length`"),
        ),
        summary="{message}",
        keywords=("record", "response", "mailbox", "message", "answering machine"),
    )
    type: Literal["record"] = "record"

    message: SpokenText = Field(default=SpokenText(""), json_schema_extra=ui(group="Inputs"))
    """What the caller hears first, such as “Please leave a message”. SSML is spoken."""
    clip: str = Field(default="", max_length=120, json_schema_extra=ui(group="Inputs", widget="clip"))
    """The name of a clip in the audio library, played before the words, or in place of them."""
    beep: bool = Field(default=True, json_schema_extra=ui(group="Inputs"))
    """Whether a beep asks the caller to begin."""
    longest: int = Field(default=120, ge=1, le=3600, json_schema_extra=ui(group="Inputs", unit="seconds", half=True))
    """Seconds after which the recording ends by itself."""
    shortest: int = Field(default=1, ge=0, le=60, json_schema_extra=ui(group="Inputs", unit="seconds", half=True))
    """Seconds below which it counts as nothing."""
    silence: int = Field(default=5, ge=1, le=60, json_schema_extra=ui(group="Inputs", unit="seconds", half=True))
    """Seconds without a word after which it ends."""
    finish_key: Literal["any", "#", "*", "1", "2", "3", "4", "5", "6", "7", "8", "9", "0", "none"] = Field(
        default="#", json_schema_extra=ui(group="Inputs", half=True)
    )
    """The key that ends it."""
    voice: str = Field(default="", max_length=100, json_schema_extra=ui(widget="voice", advanced=True, half=True))
    """The carrier's name of a voice. Empty: the flow's."""
    language: str = Field(default="", max_length=35, json_schema_extra=ui(advanced=True, half=True))
    """A language tag such as `en-GB`. Empty: the flow's."""

    def stay(self) -> Stay:
        """A caller who speaks does not wait, except for the silence that ends the recording."""
        return Stay(wait=self.longest, outside=True, asks=True)

    def audio(self) -> tuple[tuple[str, str], ...]:
        return clips(("clip", self.clip))

    def problems(self) -> Iterator[Problem]:
        if not self.message.text.strip() and not self.clip and not self.beep:
            hint = "Say that it records, or switch the beep on."
            yield Problem("no_prompt", "The caller does not know that it records.", path="message", hint=hint)
        if self.shortest > self.longest:
            hint = "Make the shortest shorter than the longest."
            yield Problem("never_valid", "Every recording counts as nothing.", path="shortest", hint=hint)

    def enter(self, visit: Visit) -> Outcome:
        question = effects.Record(
            beep=self.beep,
            longest=self.longest,
            silence=self.silence,
            finish_keys=_keys.get(self.finish_key, self.finish_key),
        )
        said = Again(text=self.message, clip=self.clip)
        return Wait(question, verbs=heard(visit, said, self.voice, self.language))

    def resume(self, visit: Visit, reply: Recorded) -> Outcome:
        recorded = bool(reply.url) and reply.seconds >= self.shortest
        found = {"url": reply.url, "seconds": reply.seconds, "finished_by": self._end_of(reply)}
        return Leave("recorded" if recorded else "nothing", set=found)

    def _end_of(self, reply: Recorded) -> str:
        if reply.hung_up:
            return "hangup"
        if reply.finished_by:
            return reply.finished_by
        return "length" if reply.seconds >= self.longest else "silence"
