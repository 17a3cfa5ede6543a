from typing import ClassVar, Literal

from ivr.core.action import Action, Card, Leave, Outcome, Port, Sets, Visit
from ivr.core.events import Event, Messaged


class InboundSms(Action[Messaged]):
    """Start here when a text comes to a number that this flow is assigned to. There is no caller on the phone then:
    blocks that speak say nothing, and a block that asks the caller ends the run."""

    card: ClassVar = Card(
        "Inbound SMS",
        group="Triggers",
        icon="message-square-text",
        prefix="ISMS",
        ports=(Port("next", "Next"),),
        sets=(
            Sets("message", "What the text says"),
            Sets("media", "The addresses of pictures that came with it, as a list"),
            Sets("sid", "The carrier's id of the text"),
            Sets("ANI", "The sender's number, such as +15551234567", shared=True),
            Sets("DNIS", "The number the text was sent to", shared=True),
        ),
        trigger=True,
    )
    type: Literal["inbound_sms"] = "inbound_sms"

    @property
    def starts_at(self) -> str:
        return "sms"

    @property
    def on_phone(self) -> bool:
        return False

    def begins(self, event: Event) -> bool:
        return isinstance(event, Messaged)

    def enter(self, visit: Visit) -> Outcome:
        return Leave("next")

    def resume(self, visit: Visit, reply: Messaged) -> Outcome:
        known = {"ANI": reply.sender, "DNIS": reply.dialled}
        own = {"message": reply.text, "media": list(reply.media), "sid": reply.sid}
        return Leave("next", set={**known, **own}, share=known)
