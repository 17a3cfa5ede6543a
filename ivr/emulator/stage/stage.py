"""The stage: all that a verb can see of the call it is performed in."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

from ivr.emulator.call.call import Parting, PhoneCall
from ivr.emulator.call.moves import Goto, Move
from ivr.emulator.call.parameters import API_VERSION
from ivr.emulator.setup.callee import Callee
from ivr.emulator.stage.call_webhooks import CallWebhooks
from ivr.emulator.stage.exchange import Exchange
from ivr.emulator.twiml.document import Document
from ivr.emulator.twiml.grammar import Verb
from ivr.emulator.wire.http import Pairs
from ivr.emulator.wire.urls import absolute

UNLIMITED = 10**6  # of something counted by an attribute that has no default
ENDLESS = 1000  # rounds of loop="0", and the most of any loop


class Stage:
    """One document being performed. `url` is its own URL, empty for an inline document."""

    def __init__(self, call: PhoneCall, exchange: Exchange, url: str) -> None:
        self.call = call
        self.clock = exchange.clock
        self.timing = exchange.timing
        self.media = exchange.media
        self.url = url
        self.took_time = False
        self._exchange = exchange

    def warn(self, code: int, message: str) -> None:
        """Write to the debugger and go on."""
        self._exchange.report(self.call, code, message)

    def answer(self) -> None:
        """Pick up, unless that was done before."""
        call = self.call
        if call.answered_at is not None:
            return
        late = self.timing.answer_visible_after + self._exchange.faults.answer_delay()
        call.answered_at = self.clock.now()
        call.visible_at = call.answered_at + late
        call.status = "in-progress"
        call.happen("answered")

    async def sound(self, verb: str, seconds: float) -> None:
        """Fill the line for that long."""
        with self.running(verb):
            await self.clock.sleep(seconds)

    @contextmanager
    def running(self, verb: str) -> Iterator[None]:
        """A stretch of time that a verb takes; an interruption is recorded as `stopped`."""
        self.took_time = True
        try:
            yield
        except asyncio.CancelledError:
            self.call.happen("stopped", verb=verb, by=self.call.stopping_by)
            raise

    @contextmanager
    def parting(self, last_request: Parting) -> Iterator[None]:
        """For the length of the block, a verb that is cut off sends the request that `last_request` returns."""
        self.call.parting = last_request
        try:
            yield
        finally:
            self.call.parting = None

    def goto(self, verb: Verb, params: Pairs = ()) -> Goto:
        """The request to the `action` of a verb, by its `method`."""
        return self.there(verb["action"], verb["method"], params)

    def there(self, url: str, method: str, params: Pairs = ()) -> Goto:
        """The request to a URL seen from this document. Raises CarrierError 11100 or 15004."""
        verb = method.strip().upper()
        if verb not in {"GET", "POST"}:
            self.warn(12200, f"method {method!r} is neither GET nor POST")
            verb = "POST"
        return Goto(absolute(self.url, url), verb, params)

    def whole(self, verb: Verb, name: str, least: int = 0) -> int:
        """An attribute as a whole number; a wrong or too small one causes a warning, and the default counts."""
        text = verb[name].strip()
        if text.isascii() and text.isdigit() and len(text) < 7 and int(text) >= least:
            return int(text)
        default = verb.spec.attributes[name]
        self.warn(12200, f"<{verb.name}> {name}={text!r} is not a number from {least}; the default is used")
        return int(default) if default else UNLIMITED

    def rounds(self, verb: Verb, bad: int) -> range:
        """The rounds of a `loop`, counted from 1. A wrong value causes a warning with the code `bad` and means once."""
        text = verb["loop"].strip()
        if not (text.isascii() and text.isdigit()):
            self.warn(bad, f"<{verb.name}> loop={text!r} is not a whole number")
            return range(1, 2)
        times = int(text[:7])
        return range(1, 1 + (min(times, ENDLESS) or ENDLESS))

    def for_call(self, call: PhoneCall, url: str) -> "Stage":
        """The stage of a document that another call on the same exchange performs."""
        return Stage(call, self._exchange, url)

    async def document(self, goto: Goto) -> Document:
        """The document at a URL, for this call. Raises CarrierError when there is none, or it cannot be used."""
        return await CallWebhooks(self.call, self._exchange).document(goto)

    def callee(self, number: str) -> Callee:
        """Who is reached under a number."""
        return self._exchange.callees.get(number, Callee())

    def recording_url(self, sid: str) -> str:
        """Where the carrier would keep a recording; the emulator records nothing."""
        return f"https://api.twilio.com/{API_VERSION}/Accounts/{self.call.parties.account_sid}/Recordings/{sid}"


Run = Callable[[Stage, Verb], Awaitable[Move | None]]
"""Performs a verb; returns where the call goes next, or None for the next verb."""
