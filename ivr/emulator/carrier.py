"""The carrier: numbers, calls and messages of one account, and the API over them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Self

from aiohttp import web

from ivr.emulator.account import UnknownNumber
from ivr.emulator.call.call import PhoneCall
from ivr.emulator.call.moves import Goto
from ivr.emulator.call.parameters import Parties
from ivr.emulator.clock.clock import Clock, RealClock
from ivr.emulator.clock.tasks import Tasks
from ivr.emulator.errors.api_error import ApiError
from ivr.emulator.errors.debugger import LogEntry, entry
from ivr.emulator.lifecycle.line import Line
from ivr.emulator.lifecycle.placing import first_document, ring_seconds
from ivr.emulator.lifecycle.updates import hook
from ivr.emulator.messages.message import Message
from ivr.emulator.messages.outbox import Outbox
from ivr.emulator.rest import rest_app
from ivr.emulator.setup.callee import Callee
from ivr.emulator.setup.faults import Faults
from ivr.emulator.setup.number import Number
from ivr.emulator.setup.sids import new_sid
from ivr.emulator.setup.timing import Timing
from ivr.emulator.softphone import phone_handler
from ivr.emulator.stage.exchange import Exchange
from ivr.emulator.verbs import GRAMMAR
from ivr.emulator.webhooks.faulty import FaultyFetch
from ivr.emulator.webhooks.sender import Webhooks
from ivr.emulator.wire.client import HttpClient
from ivr.emulator.wire.fetch import AiohttpFetch
from ivr.emulator.wire.http import Fetch
from ivr.emulator.wire.media import Media
from ivr.emulator.wire.urls import usable


@dataclass(slots=True)
class Carrier:
    """A pretend carrier with one account.

    `fetch` is the seam for HTTP: any async function from Request to Response; by default an aiohttp client.
    `faults` may be replaced at any time. Use it as an async context manager, or call `start` and `close`.
    """

    account_sid: str
    auth_token: str
    clock: Clock = field(default_factory=RealClock)
    timing: Timing = field(default_factory=Timing)
    faults: Faults = field(default_factory=Faults)
    fetch: Fetch | None = None
    numbers: dict[str, Number] = field(init=False, default_factory=dict)
    lines: dict[str, Line] = field(init=False, default_factory=dict)
    log: list[LogEntry] = field(init=False, default_factory=list)
    outbox: Outbox = field(init=False)
    exchange: Exchange = field(init=False)
    _own_fetch: AiohttpFetch | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        if self.fetch is None:
            self.fetch = self._own_fetch = AiohttpFetch()
        faulty = FaultyFetch(self.fetch, lambda: self.faults)
        self.exchange = Exchange(
            clock=self.clock,
            timing=self.timing,
            faults_now=lambda: self.faults,
            webhooks=Webhooks(HttpClient(faulty, self.clock), self.auth_token),
            media=Media(HttpClient(self.fetch, self.clock)),
            tasks=Tasks(self._crashed),
            grammar=GRAMMAR,
            log=self.log,
        )
        self.outbox = Outbox(self.exchange, self.account_sid, self.numbers.__contains__)

    async def start(self) -> None:
        """Nothing has to be prepared; here so that starting and closing come in pairs."""

    async def close(self) -> None:
        """End every call at once and wait until nothing of them is left."""
        await self.exchange.tasks.close()
        if self._own_fetch is not None:
            await self._own_fetch.close()

    async def idle(self) -> None:
        """Wait until no call, message or callback is under way."""
        await self.exchange.tasks.idle()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    @property
    def calls(self) -> list[PhoneCall]:
        """All calls, the newest last."""
        return [line.call for line in self.lines.values()]

    @property
    def messages(self) -> list[Message]:
        """All text messages that were accepted, the newest last."""
        return self.outbox.messages

    def add_number(
        self,
        phone_number: str,
        voice_url: str = "",
        voice_fallback_url: str = "",
        status_callback: str = "",
        sms_url: str = "",
    ) -> Number:
        """Own a number, and send its calls to `voice_url` and its texts to `sms_url` by POST."""
        return self.put_number(
            Number(
                sid=new_sid("PN"),
                phone_number=phone_number,
                friendly_name=phone_number,
                voice_url=voice_url,
                voice_fallback_url=voice_fallback_url,
                status_callback=status_callback,
                sms_url=sms_url,
            )
        )

    def put_number(self, number: Number) -> Number:
        """Own a number with all of its settings, in place of what was there."""
        self.numbers[number.phone_number] = number
        return number

    def add_callee(self, phone_number: str, callee: Callee) -> None:
        """Decide what happens when the account calls this number. A number without a callee answers after 3 s."""
        self.exchange.callees[phone_number] = callee

    def refuse_messages(self, to: str, code: int, times: int | None = None) -> None:
        """From now on refuse messages to this number with an error code, such as 21610 for one that said STOP.

        `times`: only so many of them, at least 1; 20429 is a carrier that is busy at first.
        """
        self.outbox.refuse(to, code, times)

    def fail_delivery(self, to: str, code: int) -> None:
        """From now on accept messages to this number, and report them as undelivered with an error code."""
        self.outbox.undeliverable[to] = code

    def ring(self, from_: str, to: str, caller_name: str = "") -> PhoneCall:
        """Call a number of the account. Returns at once; raises UnknownNumber for a number that is not there."""
        number = self.numbers.get(to)
        if number is None:
            raise UnknownNumber(f"{to} is not a number of this account")
        parties = Parties(new_sid("CA"), self.account_sid, from_, to, "inbound", caller_name)
        call = PhoneCall(parties, self.clock)
        if number.voice_fallback_url:
            call.fallback = Goto(number.voice_fallback_url, number.voice_fallback_method)
        if number.status_callback:
            call.status_hook = Goto(number.status_callback, number.status_callback_method)
        line = self._connect(call)
        self.exchange.tasks.spawn(line.receive(Goto(number.voice_url, number.voice_method)))
        return call

    def text(self, from_: str, to: str, body: str, media: tuple[str, ...] = ()) -> Message:
        """Text a number of the account. Returns at once; raises UnknownNumber for a number that is not there."""
        number = self.numbers.get(to)
        if number is None:
            raise UnknownNumber(f"{to} is not a number of this account")
        return self.outbox.receive(from_, number, body, media)

    def place(self, form: Mapping[str, str], events: frozenset[str]) -> PhoneCall:
        """Place a call from a number of the account, as the REST API asks. Raises ApiError."""
        first = first_document(form, self.numbers.__contains__)
        to, from_ = form["To"], form["From"]
        call = PhoneCall(Parties(new_sid("CA"), self.account_sid, from_, to, "outbound-api"), self.clock, "queued")
        call.fallback = hook(form, "FallbackUrl", "FallbackMethod")
        call.status_hook = hook(form, "StatusCallback", "StatusCallbackMethod")
        call.status_events = events or call.status_events
        self.exchange.tasks.spawn(self._connect(call).place(first, ring_seconds(form)))
        return call

    def send_message(self, form: Mapping[str, str]) -> Message:
        """Send a text message, as the REST API asks; a phone that is in a call sees it. Raises ApiError."""
        message = self.outbox.send(form)
        if message.status == "scheduled":
            return message
        seen = {"sid": message.sid, "from": message.from_, "to": message.to, "body": message.body}
        for call in self.calls:
            if not call.over and message.to in {call.parties.from_, call.parties.to}:
                call.happen("message", **seen)
        return message

    def delete_call(self, sid: str) -> None:
        """Forget a call that has ended. Raises ApiError 20404 or 20009."""
        if not self.line(sid).call.over:
            raise ApiError(20009)
        del self.lines[sid]

    def line(self, sid: str) -> Line:
        """The line of a call. Raises ApiError 20404."""
        if sid not in self.lines:
            raise ApiError(20404)
        return self.lines[sid]

    def change_number(self, number: Number, **changes: str | bool) -> Number:
        """Change settings of a number, or own a new one with them. Raises ApiError 21205 for an unusable URL."""
        for name, value in changes.items():
            is_url = name.endswith("_url") or name == "status_callback"
            if is_url and value and not usable(str(value)):
                raise ApiError(21205, f"{name} is not a valid URL")
        return self.put_number(replace(number, **changes))  # type: ignore[arg-type]

    def release_number(self, number: Number) -> None:
        """Give a number back: it can no longer be called."""
        del self.numbers[number.phone_number]

    def app(self) -> web.Application:
        """The REST API below /2010-04-01 and a phone at /phone, ready to be served."""
        app = web.Application()
        app.add_subapp("/2010-04-01/", rest_app(self))
        app.router.add_get("/phone", phone_handler(self))
        return app

    def _connect(self, call: PhoneCall) -> Line:
        line = self.lines[call.sid] = Line(call, self.exchange)
        return line

    def _crashed(self, error: BaseException) -> None:
        self.log.append(entry(self.clock.now(), 12400, "", f"{type(error).__name__}: {error}"))
