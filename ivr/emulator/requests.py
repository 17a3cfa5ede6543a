"""The requests of one call: webhooks for documents, told in its happenings."""

import asyncio

from ivr.emulator.call import PhoneCall
from ivr.emulator.client import Answer
from ivr.emulator.document import Document, read
from ivr.emulator.exchange import Exchange
from ivr.emulator.moves import Goto
from ivr.emulator.parameters import call_parameters
from ivr.emulator.trouble import Trouble
from ivr.emulator.webhooks import new_token


class CallRequests:
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
        """The document at a URL. Raises Trouble when there is none, or it cannot be used."""
        answer, began = await self._exchange_with(goto)
        try:
            document = read(answer, self._exchange.grammar)
        except Trouble:
            self._tell(answer, began, ())
            raise
        self._tell(answer, began, tuple(verb.name for verb in document.verbs))
        return document

    async def notify(self, goto: Goto) -> None:
        """A request whose document is not wanted; failing is only written to the debugger."""
        try:
            answer, began = await self._exchange_with(goto)
            self._tell(answer, began, (), ignored=True)
        except Trouble as trouble:
            self._exchange.report(self._call, trouble.code, trouble.message)

    async def _exchange_with(self, goto: Goto) -> tuple[Answer, float]:
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

    def _tell(self, answer: Answer, began: float, verbs: tuple[str, ...], ignored: bool = False) -> None:
        took = round((self._exchange.clock.now() - began) * 1000)
        more = {"ignored": True} if ignored else {}
        self._call.happen("response", status=answer.response.status, ms=took, verbs=verbs, **more)
