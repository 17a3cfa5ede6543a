from collections.abc import Iterable
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from ivr.actions.parts.message import filled, mistakes
from ivr.actions.parts.prompts import Again, clips, heard
from ivr.core.action import Action, Card, Leave, Outcome, Port, Sets, Stay, Visit, Wait
from ivr.core.effects import DEFAULT_AUDIO, Ask, Hangup, Hold
from ivr.core.events import Texted, TextedBack
from ivr.core.fields import ui
from ivr.core.problem import Problem
from ivr.core.refusals import of_texts
from ivr.core.template import SpokenText, Template
from ivr.core.waiting import TEXT_SECONDS, job_stay

_REPLY, _FAILED = ("reply",), ("failed",)


class AskBySms(Action[Texted | TextedBack]):
    """Text a question, and go on when the reply comes, minutes or days later. A caller may wait for it, or hang up: the
    flow goes on without them. STOP, HELP and the like are no replies."""

    card: ClassVar = Card(
        "Ask by SMS",
        group="Messages",
        icon="message-circle-question-mark",
        prefix="ASKSMS",
        ports=(Port("reply", "Reply"), Port("no_reply", "No Reply"), Port("failed", "Failed")),
        sets=(
            Sets("reply", "What the reply says", ports=_REPLY),
            Sets("media", "The addresses of pictures that came with it, as a list", ports=_REPLY),
            Sets("sid", "The carrier's id of the reply", ports=_REPLY),
            Sets("error", "Why the question could not be sent, or did not arrive, in plain words", ports=_FAILED),
            Sets("code", "The carrier's number for that, such as 21610 for who replied STOP before", ports=_FAILED),
            Sets(
                "cause",
                of_texts("it is not known if the question was sent"),
                ports=_FAILED,
            ),
        ),
        summary="{message}",
        keywords=("text", "message", "question", "answer", "two-way", "conversation", "survey"),
    )
    type: Literal["ask_by_sms"] = "ask_by_sms"

    to: Template = Field(default=Template("$ANI"), title="Send To", json_schema_extra=ui(group="Inputs"))
    """Who is asked: a number that is allowed to be texted (setting `IVR_DESTINATIONS`). A caller who withholds theirs
    leads to Failed."""
    sender: Template = Field(
        default=Template(""),
        title="Send From",
        json_schema_extra=ui(group="Inputs", placeholder="The number in the settings, else the one called"),
    )
    """The number or messaging service (MG…) it comes from. Replies to it must reach this server, as those to numbers
    that `ivr numbers` has set up do. Empty: the one in the settings, else the number called."""
    message: Template = Field(title="Message", json_schema_extra=ui(group="Inputs", parts=True))
    """The question; `$` references are filled in when it is sent. At most 1600 characters then."""
    wait: int = Field(
        default=60, ge=1, le=10_080, title="Wait for Reply", json_schema_extra=ui(group="Inputs", unit="minutes")
    )
    """Minutes until the flow goes on by No Reply: up to 10,080, which is a week."""
    hang_up: bool = Field(default=False, title="Hang up meanwhile", json_schema_extra=ui(group="Caller"))
    """Whether the call ends once the question is asked. The flow goes on without the caller: blocks that speak say
    nothing from then on, and a block that asks the caller ends the run."""
    words: SpokenText = Field(default=SpokenText(""), title="Say", json_schema_extra=ui(group="Caller"))
    """What the caller hears first, such as “We have sent you a text”. SSML is spoken."""
    clip: str = Field(
        default="",
        max_length=120,
        title="Hold audio",
        json_schema_extra=ui(group="Caller", widget="clip", when={"hang_up": [False]}),
    )
    """The name of the clip in the audio library that a caller hears who waits. Empty: the default hold music."""
    media: Annotated[tuple[Template, ...], Field(max_length=10)] = Field(
        default=(), title="Pictures", json_schema_extra=ui(group="Advanced", advanced=True)
    )
    """Addresses of pictures, up to 10, that the carrier fetches and sends along. An empty one is left out."""
    voice: str = Field(default="", max_length=100, json_schema_extra=ui(widget="voice", advanced=True, half=True))
    """The carrier's name of a voice. Empty: the flow's."""
    language: str = Field(default="", max_length=35, json_schema_extra=ui(advanced=True, half=True))
    """A language tag such as `en-GB`. Empty: the flow's."""

    @property
    def sends_off(self) -> bool:
        return self.hang_up

    def stay(self) -> Stay:
        return Stay(outside=True) if self.hang_up else job_stay(TEXT_SECONDS + self._seconds, self._hold)

    def audio(self) -> tuple[tuple[str, str], ...]:
        return () if self.hang_up else clips(("clip", self.clip))

    def problems(self) -> Iterable[Problem]:
        return mistakes(self.message, self.media)

    def enter(self, visit: Visit) -> Outcome:
        asked = Ask(**filled(visit, self.to, self.sender, self.message, self.media), timeout=self._seconds)
        words = heard(visit, Again(text=self.words), self.voice, self.language)
        return Wait(asked, verbs=(*words, Hangup()) if self.hang_up else words, hold=self._hold)

    def resume(self, visit: Visit, reply: Texted | TextedBack) -> Outcome:
        if isinstance(reply, Texted):
            cause = "unknown" if reply.unknown else reply.refused
            return Leave("failed", set={"error": reply.error, "code": reply.code, "cause": cause})
        if not reply.came:
            return Leave("no_reply")
        return Leave("reply", set={"reply": reply.text, "media": list(reply.media), "sid": reply.sid})

    @property
    def _seconds(self) -> int:
        return self.wait * 60

    @property
    def _hold(self) -> Hold:
        return Hold() if self.hang_up else Hold(audio=self.clip or DEFAULT_AUDIO)
