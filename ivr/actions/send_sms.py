from typing import ClassVar, Literal

from ivr.core.action import Action, Card, Leave, Outcome, Port, Sets, Visit, Wait
from ivr.core.effects import Text
from ivr.core.events import Texted
from ivr.core.template import PHONE, SMS, Template

_CALLED = Template("$DNIS")


class SendSms(Action[Texted]):
    """Text the caller, or anyone, and go on. Success means that the carrier took the message; delivery comes later."""

    card: ClassVar = Card(
        "Send SMS",
        group="Messages",
        icon="message-square",
        prefix="SMS",
        ports=(Port("success", "On Success"), Port("failure", "On Failure to Send")),
        sets=(
            Sets("sid", "The carrier's id of the message"),
            Sets("error", "Why it could not be sent, in plain words; empty on success"),
        ),
    )
    type: Literal["send_sms"] = "send_sms"

    to: Template = Template("$ANI")
    """Who gets it."""
    sender: Template = Template("")
    """The number or messaging service it comes from. Empty: the one in the settings, else the number called."""
    message: Template
    """What it says; `$` references are filled in when it is sent."""

    def enter(self, visit: Visit) -> Outcome:
        return Wait(
            Text(
                to=self.to.fill(visit, PHONE).strip(),
                sender=self.sender.fill(visit, PHONE).strip(),
                called=_CALLED.fill(visit, PHONE),
                body=self.message.fill(visit, SMS),
            )
        )

    def resume(self, visit: Visit, reply: Texted) -> Outcome:
        return Leave("success" if reply.accepted else "failure", set={"sid": reply.sid, "error": reply.error})
