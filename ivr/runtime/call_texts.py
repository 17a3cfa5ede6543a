"""What becomes of the texts of a call: their receipts, and those that ask and wait for a reply."""

from collections.abc import Awaitable, Callable
from typing import Protocol

from msgspec.structs import replace

from ivr.core.call import Call
from ivr.core.events import Delivered, Happened, Reply, Texted, TextedBack
from ivr.flow.keeping import facts
from ivr.flow.noting import noted, noted_reply
from ivr.flow.receipts import LOST_TEXTS, mended, outcome
from ivr.runtime.ports import Calls, Change, Message, Question

Save = Callable[[Change], Awaitable[bool]]
Deliver = Callable[[str, Reply], Awaitable[object]]


class SetsOff(Protocol):
    """The run that an event of a call sets off under a name, if any."""

    async def __call__(self, call: Call, event: Happened, name: str) -> Change | None: ...


class CallTexts:
    """Notes what the carrier reports of the texts that calls have sent."""

    def __init__(self, calls: Calls, save: Save, sets_off: SetsOff, deliver: Deliver) -> None:
        self._calls = calls
        self._save = save
        self._sets_off = sets_off
        self._deliver = deliver

    async def delivered(self, call_id: str, delivery: Delivered) -> None:
        """Store the state of a message. One of an unknown call is ignored, and so is a repeat."""
        if delivery.state in LOST_TEXTS and delivery.token:
            await self._unanswerable(call_id, delivery)
        known = f"{delivery.sid} {delivery.state}"
        while (record := await self._calls.load(call_id)) is not None and known not in record.call.deliveries:
            call = replace(mended(record.call, delivery), deliveries=(*record.call.deliveries, known))
            message = Message(delivery.sid, delivery.token) if delivery.token else None
            entry = noted(record.call, delivery.at, "delivery", facts(delivery), block=delivery.block)
            what = outcome(delivery)
            spawn = await self._sets_off(call, what, f"{delivery.sid}.{what.what}") if what is not None else None
            if await self._save(Change(replace(record, call=call), trace=(entry,), spawn=spawn, message=message)):
                return

    async def _unanswerable(self, call_id: str, delivery: Delivered) -> None:
        """A question that never arrives is not waited for."""
        record = await self._calls.load(call_id)
        waiting = record.call.waiting if record is not None else None
        if waiting is not None and waiting.onward and waiting.token == delivery.token:
            never = Texted(at=delivery.at, token=delivery.token, accepted=False, sid=delivery.sid, error=delivery.error)
            await self._deliver(call_id, never)

    async def opened(self, question: Question, taken: Texted) -> None:
        """The carrier took a text that asks: from now on it is waited for the reply. One may have come already."""
        call_id = question.running.call_id
        while (record := await self._calls.load(call_id)) is not None:
            waiting = record.call.waiting
            if waiting is None or waiting.token != taken.token:
                await self._deliver(call_id, taken)
                return
            trace = (noted_reply(record.call, "replied", taken),)
            if await self._save(Change(record, trace=trace, message=message_of(taken), opens=question)):
                return


def message_of(reply: Reply) -> Message | None:
    """The text that a reply is about, if the carrier has one."""
    return Message(reply.sid, reply.token) if isinstance(reply, Texted | TextedBack) and reply.sid else None
