"""The webhooks of one call: requests for documents, recorded in its happenings."""

import asyncio

from ivr.emulator.call.call import PhoneCall
from ivr.emulator.call.moves import Goto
from ivr.emulator.call.parameters import call_parameters
from ivr.emulator.errors.carrier_error import CarrierError
from ivr.emulator.stage.exchange import Exchange
from ivr.emulator.twiml.document import Document, read
from ivr.emulator.webhooks.sender import new_token
from ivr.emulator.wire.client import Answer


class CallWebhooks:
    """Sends the webhooks of a call and knows which of them are still open."""

    def __init__(self, call: PhoneCall, exchange: Exchange) -> None:
        self._call = call
        self._exchange = exchange
        self._open = 0
        self._quiet = asyncio.Event()
        self._quiet.set()

    async def quiet(self) -> None:
        """Wait until no webhook of this call is open."""
        await self._quiet.wait()

    async def document(self, goto: Goto) -> Document:
        """The document at a URL. Raises CarrierError when there is none, or it cannot be used."""
        answer, began = await self._send(goto)
        try:
            document = read(answer, self._exchange.grammar)
        except CarrierError:
            self._record(answer, began, ())
            raise
        self._record(answer, began, tuple(verb.name for verb in document.verbs))
        return document

    async def notify(self, goto: Goto) -> None:
        """A request whose document is not wanted; failing is only written to the debugger."""
        try:
            answer, began = await self._send(goto)
            self._record(answer, began, (), ignored=True)
        except CarrierError as error:
            self._exchange.report(self._call, error.code, error.message)

    async def _send(self, goto: Goto) -> tuple[Answer, float]:
        call, exchange, token = self._call, self._exchange, new_token()
        params = call_parameters(call.parties, call.status)
        began = exchange.clock.now()
        call.happen("request", url=goto.url, method=goto.method, call_status=call.status)
        self._open += 1
        self._quiet.clear()
        try:
            answer = await exchange.webhooks.send(goto, params, call.cookies, token)
        finally:
            self._open -= 1
            if not self._open:
                self._quiet.set()
        if exchange.faults.strikes(exchange.faults.repeat_webhooks):
            call.happen("request", url=goto.url, method=goto.method, call_status=call.status, repeated=True)
            exchange.tasks.spawn(exchange.webhooks.send(goto, params, call.cookies, token))
        return answer, began

    def _record(self, answer: Answer, began: float, verbs: tuple[str, ...], ignored: bool = False) -> None:
        took = round((self._exchange.clock.now() - began) * 1000)
        more = {"ignored": True} if ignored else {}
        self._call.happen("response", status=answer.response.status, ms=took, verbs=verbs, **more)
