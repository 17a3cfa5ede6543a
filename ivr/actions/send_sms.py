from collections.abc import Iterable
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from ivr.actions.parts.message import filled, mistakes
from ivr.core.action import Action, Card, Leave, Outcome, Port, Sets, Stay, Visit, Wait
from ivr.core.effects import Hold, Text
from ivr.core.events import Texted
from ivr.core.fields import ui
from ivr.core.problem import Problem
from ivr.core.refusals import of_texts
from ivr.core.template import Template
from ivr.core.waiting import TEXT_SECONDS, job_stay

UNKNOWN = Port("unknown", "On Unknown")


class SendSms(Action[Texted]):
    """Text the caller, or anyone, and go on. Success means that the carrier took the message; what becomes of it on its
    way comes later: it stands in the call's trace, and an Event Handler can act on it."""

    card: ClassVar = Card(
        "Send SMS",
        group="Messages",
        icon="message-square",
        prefix="SMS",
        ports=(Port("success", "On Success"), Port("failure", "On Failure to Send")),
        sets=(
            Sets("sid", "The carrier's id of the message"),
            Sets("error", "Why it could not be sent, in plain words; empty on success"),
            Sets("code", "The carrier's number for that, such as 21610 for a recipient who replied STOP"),
            Sets(
                "cause",
                of_texts("it is not known yet if the message was sent"),
            ),
            Sets("segments", "In how many parts the message is sent; carriers charge for each"),
        ),
        summary="{message}",
        keywords=("text", "message", "MMS", "picture"),
    )
    type: Literal["send_sms"] = "send_sms"

    to: Template = Field(default=Template("$ANI"), title="Send To", json_schema_extra=ui(group="Inputs"))
    """Who gets it: a number that is allowed to be texted (setting `IVR_DESTINATIONS`). A caller who withholds theirs
    leads to On Failure to Send."""
    sender: Template = Field(
        default=Template(""),
        title="Send From",
        json_schema_extra=ui(group="Inputs", placeholder="The number in the settings, else the one called"),
    )
    """The number or messaging service (MG…) it comes from. Empty: the one in the settings, else the number called."""
    message: Template = Field(title="Message", json_schema_extra=ui(group="Inputs", parts=True))
    """What it says; `$` references are filled in when it is sent. At most 1600 characters then."""
    media: Annotated[tuple[Template, ...], Field(max_length=10)] = Field(
        default=(), title="Pictures", json_schema_extra=ui(group="Advanced", advanced=True)
    )
    """Addresses of pictures, up to 10, that the carrier fetches and sends along. An empty one is left out."""

    unknown_port: bool = Field(
        default=False, title="Port for an unknown end", json_schema_extra=ui(group="Advanced", advanced=True)
    )
    """Whether there is a port of its own for a message that may have been sent, or not: the connection to the carrier
    broke, and its list does not show the message either. Without it such a call goes on by On Failure to Send."""

    @property
    def ports(self) -> tuple[Port, ...]:
        return (*self.card.ports, UNKNOWN) if self.unknown_port else self.card.ports

    def stay(self) -> Stay:
        return job_stay(TEXT_SECONDS, Hold())

    def problems(self) -> Iterable[Problem]:
        return mistakes(self.message, self.media)

    def enter(self, visit: Visit) -> Outcome:
        return Wait(Text(**filled(visit, self.to, self.sender, self.message, self.media)))

    def resume(self, visit: Visit, reply: Texted) -> Outcome:
        cause = "unknown" if reply.unknown else reply.refused
        told = {"sid": reply.sid, "error": reply.error, "code": reply.code, "cause": cause, "segments": reply.segments}
        port = "unknown" if reply.unknown and self.unknown_port else "failure"
        return Leave("success" if reply.accepted else port, set=told)
