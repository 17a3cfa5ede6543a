import re
from collections.abc import Iterator
from typing import ClassVar, Literal

from msgspec.structs import replace
from pydantic import Field

from ivr.core import twiml
from ivr.core.action import Action, Card, Leave, Outcome, Port, Sets, Stay, Visit, Wait
from ivr.core.effects import HandOver as HandingOver
from ivr.core.events import HandedBack
from ivr.core.fields import ui
from ivr.core.problem import Problem
from ivr.core.refusals import of_calls
from ivr.core.template import URL, XML, Reference, Template, masked

_BACK, _FAILED = ("came_back",), ("failed",)
_PROBE = "qzxprobe"
_FILLED = f"{_PROBE}&lt;&quot;&gt;"
"""In place of a variable: where this is no data, the document can't be read."""
_number = re.compile(r"\+[0-9]{6,15}")


class HandOver(Action[HandedBack]):
    """Give the call to TwiML of your own: a queue, a conference, a payment, a stream to a voice agent. The flow goes on
    when the call comes back. A call that ends meanwhile ends the flow."""

    card: ClassVar = Card(
        "Hand Over",
        group="Connect",
        icon="waypoints",
        prefix="HANDOVER",
        ports=(Port("came_back", "Came Back"), Port("failed", "Failed")),
        sets=(
            Sets("answer", "What came back with the call, by name: `$HANDOVER_#.answer.QueueResult`", ports=_BACK),
            Sets("error", "Why it could not be handed over, in plain words", ports=_FAILED),
            Sets("code", "The carrier's number for that, such as 12100 for a document it can't read", ports=_FAILED),
            Sets(
                "cause",
                of_calls("document"),
                ports=_FAILED,
            ),
        ),
        summary="{document}",
        keywords=("TwiML", "Enqueue", "queue", "Conference", "Pay", "payment", "Stream", "ConversationRelay", "agent"),
    )
    type: Literal["hand_over"] = "hand_over"

    source: Literal["document", "address"] = Field(default="document", json_schema_extra=ui(group="Inputs"))
    """Where the TwiML comes from: a `document` written here, or an `address` that the carrier asks for it."""
    document: Template = Field(
        default=Template(""),
        json_schema_extra=ui(group="Inputs", widget="template-code", when={"source": ["document"]}),
    )
    """The verbs, in a `<Response>` or without one. Variables are escaped: they are data, never tags. A last verb
    without an `action` comes back with what it found. Numbers that it calls must be allowed (setting
    `IVR_DESTINATIONS`)."""
    url: Template = Field(
        default=Template(""),
        title="Address",
        json_schema_extra=ui(group="Inputs", placeholder="https://", mono=True, when={"source": ["address"]}),
    )
    """The address of the document. The parameter `back` is added to it: the address that the call must be sent to when
    it is to come back, as an `action` or by `<Redirect>`. Variables in it are percent-encoded."""
    hidden: bool = Field(default=False, title="Hide what comes back", json_schema_extra=ui(advanced=True))
    """Whether what comes back is never shown, and gone when the call ends, such as a payment's token."""

    def stay(self) -> Stay:
        """Whatever has the call is no wait of ours."""
        return Stay(outside=True, asks=True)

    def hides(self, number: int) -> tuple[str, ...]:
        return (f"{self.card.prefix}_{number}.answer",) if self.hidden else ()

    def problems(self) -> Iterator[Problem]:
        yield from self._of_address() if self.source == "address" else self._of_document()

    def enter(self, visit: Visit) -> Outcome:
        if self.source == "address":
            url = masked(self.url.fill(visit, URL)).strip().replace(" ", "%20")
            if not url.lower().startswith(("http://", "https://")):
                return _unasked("There is no address to hand the call over to.")
            return Wait(HandingOver(url=url, shown=url, hidden=self.hidden))
        found = twiml.read(masked(self.document.fill(visit, XML)))
        if found.serious is not None:
            return _unasked(found.serious.message)
        if not all(map(_number.fullmatch, found.numbers)):
            return _unasked("A number to call is not written as +15550100200.", "not_a_number")
        own = "".join(part for part in self.document.parts if not isinstance(part, Reference))
        return Wait(
            HandingOver(
                document=found.verbs,
                numbers=found.numbers,
                fixed=tuple(number for number in found.numbers if number in own),
                shown=" ".join(f"<{name}>" for name in found.names)[:200],
                hidden=self.hidden,
            )
        )

    def resume(self, visit: Visit, reply: HandedBack) -> Outcome:
        if reply.error:
            return _failed(reply.error, reply.refused, reply.code)
        return Leave("came_back", set={"answer": dict(reply.fields)}, hide=self.hides(visit.block))

    def _of_address(self) -> Iterator[Problem]:
        first = self.url.parts[0] if self.url.parts else ""
        if isinstance(first, Reference):
            hint = "Write the host out, and let the variable follow it."
            message = "A variable says where the call goes: whoever sets it has the call."
            yield Problem("address_chosen", message, path="url", hint=hint, level="warning")
        elif not first.lower().startswith(("http://", "https://")):
            yield Problem("not_an_address", "This is no address.", path="url", hint="Begin it with https://.")

    def _of_document(self) -> Iterator[Problem]:
        parts = self.document.parts
        text = "".join(_FILLED if isinstance(part, Reference) else part for part in parts)
        found = twiml.read(text, _PROBE)
        for fault in found.faults:
            level: Literal["error", "warning"] = "error" if fault.serious else "warning"
            yield Problem(fault.code, fault.message, path="document", hint=fault.hint, level=level)
        for number in found.numbers:
            if _PROBE not in number and not _number.fullmatch(number):
                hint = "Write it with the country's code, such as +15550100200."
                yield Problem("not_a_number", f"“{number[:40]}” is no phone number.", path="document", hint=hint)
        if "Pay" in found.names and not self.hidden:
            hint = "Switch it on under Advanced, unless the results are to be seen in traces."
            message = "What comes back of a payment is shown to whoever looks at the call."
            yield Problem("payment_shown", message, path="hidden", hint=hint, level="warning")


def _unasked(error: str, cause: str = "document") -> Leave:
    return replace(_failed(error, cause), why={"cause": cause, "error": error})


def _failed(error: str, cause: str, code: str = "") -> Leave:
    return Leave("failed", set={"error": error, "code": code, "cause": "" if code else cause})
