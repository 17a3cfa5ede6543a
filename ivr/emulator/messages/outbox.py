"""Text messages: accepted or refused, delivered later, and reported."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from multidict import MultiMapping

from ivr.emulator.call.moves import Goto
from ivr.emulator.call.parameters import API_VERSION
from ivr.emulator.errors.api_error import ApiError
from ivr.emulator.errors.carrier_error import CarrierError
from ivr.emulator.errors.debugger import entry
from ivr.emulator.messages.message import Message, inbound_parameters
from ivr.emulator.messages.rules import check, check_update, send_at
from ivr.emulator.setup.magic_numbers import MESSAGE_TO
from ivr.emulator.setup.number import Number
from ivr.emulator.setup.sids import new_sid
from ivr.emulator.stage.exchange import Exchange
from ivr.emulator.wire.http import Pairs

FINAL = frozenset({"delivered", "undelivered", "failed", "canceled", "received"})


class Outbox:
    """The messages of an account, oldest first, and the recipients that cannot be reached."""

    def __init__(self, exchange: Exchange, account_sid: str, owns: Callable[[str], bool]) -> None:
        self._refused: dict[str, int] = dict(MESSAGE_TO)
        self._refusals: dict[str, int] = {}
        self.undeliverable: dict[str, int] = {}
        self._exchange = exchange
        self._account_sid = account_sid
        self._owns = owns
        self._messages: dict[str, Message] = {}

    @property
    def messages(self) -> list[Message]:
        """All messages that were accepted."""
        return list(self._messages.values())

    def get(self, sid: str) -> Message:
        """One message. Raises ApiError 20404."""
        if sid not in self._messages:
            raise ApiError(20404)
        return self._messages[sid]

    def refuse(self, to: str, code: int, times: int | None) -> None:
        """From now on refuse messages to this number, so many times or for ever."""
        self._refused[to] = code
        if times is not None:
            self._refusals[to] = times

    def send(self, form: Mapping[str, str]) -> Message:
        """Accept a message and deliver it in the background. Raises ApiError with the reason for a refusal."""
        self._check(form)
        now = self._exchange.clock.now()
        at = send_at(form, now)
        status = "queued" if form.get("From") else "accepted"
        message = Message(
            sid=new_sid("SM"),
            account_sid=self._account_sid,
            to=form["To"],
            from_=form.get("From", ""),
            body=form.get("Body", ""),
            at=now,
            status=status if at is None else "scheduled",
            status_callback=form.get("StatusCallback", ""),
            messaging_service_sid=form.get("MessagingServiceSid", ""),
            media=_all(form, "MediaUrl"),
        )
        self._messages[message.sid] = message
        self._exchange.tasks.spawn(self._deliver(message, at))
        return message

    def _check(self, form: Mapping[str, str]) -> None:
        try:
            check(form, self._refused, self._owns)
        except ApiError:
            to = form.get("To", "")
            if to in self._refusals:
                self._refusals[to] -= 1
                if not self._refusals[to]:
                    del self._refusals[to], self._refused[to]
            raise

    def update(self, sid: str, form: Mapping[str, str]) -> Message:
        """Redact a message (an empty `Body`) or cancel a scheduled one (`Status=canceled`).

        Raises ApiError 20404, 30400 (neither or both), 30409 (not scheduled) or 20009 (still on its way, a fault).
        """
        message = self.get(sid)
        check_update(form)
        if "Body" in form:
            self._check_complete(message)
            return self._advance(message, body="")
        if message.status != "scheduled":
            raise ApiError(30409)
        canceled = self._advance(message, status="canceled")
        self._exchange.tasks.spawn(self._report(canceled))
        return canceled

    def delete(self, sid: str) -> None:
        """Forget a message. Raises ApiError 20404 or 20009 (still on its way, a fault)."""
        self._check_complete(self.get(sid))
        del self._messages[sid]

    def _check_complete(self, message: Message) -> None:
        faults = self._exchange.faults
        if message.status not in FINAL and faults.strikes(faults.refuse_early_deletes):
            raise ApiError(20009)

    def receive(self, from_: str, to: Number, body: str, media: tuple[str, ...] = ()) -> Message:
        """Receive a text for a number of the account, and send it to the number's server in the background."""
        message = Message(
            sid=new_sid("MM" if media else "SM"),
            account_sid=self._account_sid,
            to=to.phone_number,
            from_=from_,
            body=body,
            at=self._exchange.clock.now(),
            status="received",
            media=media,
            direction="inbound",
            sent_at=self._exchange.clock.now(),
        )
        self._messages[message.sid] = message
        if to.sms_url:
            hooks = [Goto(to.sms_url, to.sms_method)]
            hooks += [Goto(to.sms_fallback_url, to.sms_fallback_method)] if to.sms_fallback_url else []
            self._exchange.tasks.spawn(self._forward(message, hooks))
        return message

    async def _forward(self, message: Message, hooks: list[Goto]) -> None:
        """Ask one hook after the other until one succeeds. The document of the answer is not performed."""
        failure: Pairs = ()
        for hook in hooks:
            code, words = await self._forward_to(hook, (*inbound_parameters(message), *failure))
            if not code:
                return
            self._exchange.log.append(entry(self._exchange.clock.now(), code, message.sid, words))
            failure = (("ErrorCode", str(code)), ("ErrorUrl", hook.url))

    async def _forward_to(self, hook: Goto, pairs: Pairs) -> tuple[int, str]:
        """Error code and message; code 0 is success."""
        try:
            answer = await self._exchange.webhooks.send(hook, pairs)
        except CarrierError as error:
            return error.code, error.message
        if answer.response.status >= 400:
            return 11200, f"the server answered {answer.response.status}"
        return 0, ""

    async def _deliver(self, message: Message, at: float | None) -> None:
        """Send a message, now or `at` a time, and report how that went."""
        exchange = self._exchange
        if at is not None:
            await exchange.clock.sleep(at - exchange.clock.now())
            known = self._messages.get(message.sid)
            if known is None or known.status == "canceled":
                return
        await exchange.clock.sleep(exchange.timing.message_sent_after)
        sent = self._advance(message, status="sent", sent_at=exchange.clock.now())
        swapped = exchange.faults.strikes(exchange.faults.swap_receipts)
        if not swapped:
            await self._report(sent)
        await exchange.clock.sleep(exchange.timing.message_delivered_after)
        code = self.undeliverable.get(message.to)
        last = self._advance(sent, status="undelivered" if code else "delivered", error_code=code)
        await self._report(last)
        if swapped:
            await self._report(sent)

    def _advance(self, message: Message, **changes: Any) -> Message:
        """Change a message. Its record may be gone or redacted by now; the message itself goes on."""
        changes["updated_at"] = self._exchange.clock.now()
        if message.sid in self._messages:
            self._messages[message.sid] = replace(self._messages[message.sid], **changes)
        return replace(message, **changes)

    async def _report(self, message: Message) -> None:
        """Send a status callback, or what a fault makes of it."""
        faults = self._exchange.faults
        if not message.status_callback or faults.strikes(faults.lose_status_callbacks):
            return
        if late := faults.callback_delay():
            await self._exchange.clock.sleep(late)
        await self._send_report(message)
        if faults.strikes(faults.repeat_status_callbacks):
            await self._send_report(message)

    async def _send_report(self, message: Message) -> None:
        failure: Pairs = (("ErrorCode", str(message.error_code)),) if message.error_code else ()
        pairs: Pairs = (
            ("AccountSid", message.account_sid),
            ("ApiVersion", API_VERSION),
            ("From", message.from_),
            ("MessageSid", message.sid),
            ("MessageStatus", message.status),
            *((("MessagingServiceSid", message.messaging_service_sid),) if message.messaging_service_sid else ()),
            ("SmsSid", message.sid),
            ("SmsStatus", message.status),
            ("To", message.to),
            *failure,
        )
        try:
            await self._exchange.webhooks.send(Goto(message.status_callback), pairs)
        except CarrierError as error:
            self._exchange.log.append(entry(self._exchange.clock.now(), error.code, message.sid, error.message))


def _all(form: Mapping[str, str], name: str) -> tuple[str, ...]:
    """Every value of a field that may be there several times."""
    if isinstance(form, MultiMapping):
        return tuple(form.getall(name, []))
    return (form[name],) if name in form else ()
