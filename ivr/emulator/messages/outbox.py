"""Text messages: accepted or refused, delivered later, reported in any order."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from multidict import MultiMapping

from ivr.emulator.call.moves import Goto
from ivr.emulator.call.parameters import API_VERSION
from ivr.emulator.errors.api_error import ApiError
from ivr.emulator.errors.carrier_error import CarrierError
from ivr.emulator.errors.debugger import entry
from ivr.emulator.messages.message import Message, inbound_parameters
from ivr.emulator.setup.number import Number
from ivr.emulator.setup.sids import new_sid
from ivr.emulator.stage.exchange import Exchange
from ivr.emulator.wire.http import Pairs
from ivr.emulator.wire.urls import usable

MOST_CHARACTERS = 1600
PHONE_NUMBER = re.compile(r"\+[1-9]\d{1,14}")

# Numbers with a fixed fate, the same on every account.
MAGIC_FROM = {"+15005550001": 21212, "+15005550006": 0, "+15005550007": 21606, "+15005550008": 21611}
MAGIC_TO = {
    "+15005550001": 21211,
    "+15005550002": 21612,
    "+15005550003": 21408,
    "+15005550004": 21610,
    "+15005550009": 21614,
}


class Outbox:
    """The messages of an account, oldest first, and the recipients that cannot be reached."""

    def __init__(self, exchange: Exchange, account_sid: str, owns: Callable[[str], bool]) -> None:
        self.refused: dict[str, int] = dict(MAGIC_TO)
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

    def send(self, form: Mapping[str, str]) -> Message:
        """Accept a message and deliver it in the background. Raises ApiError with the reason for a refusal."""
        self._check(form)
        message = Message(
            sid=new_sid("SM"),
            account_sid=self._account_sid,
            to=form["To"],
            from_=form.get("From", ""),
            body=form.get("Body", ""),
            at=self._exchange.clock.now(),
            status="queued" if form.get("From") else "accepted",
            status_callback=form.get("StatusCallback", ""),
            messaging_service_sid=form.get("MessagingServiceSid", ""),
            media=_all(form, "MediaUrl"),
        )
        self._messages[message.sid] = message
        self._exchange.tasks.spawn(self._deliver(message))
        return message

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

    def _check(self, form: Mapping[str, str]) -> None:
        to, from_, body = form.get("To", ""), form.get("From", ""), form.get("Body", "")
        service = form.get("MessagingServiceSid", "")
        callback = form.get("StatusCallback", "")
        refusals = (
            (not to, 21604),
            (not from_ and not service, 21603),
            (not (body or form.get("MediaUrl") or form.get("ContentSid")), 21602),
            (len(body) > MOST_CHARACTERS, 21617),
            (PHONE_NUMBER.fullmatch(to) is None, 21211),
            (bool(callback) and not usable(callback), 21609),
            (to in self.refused, self.refused.get(to, 0)),
            (bool(from_), self._refusal_of_sender(from_)),
        )
        code = next((code for applies, code in refusals if applies and code), 0)
        if code:
            raise ApiError(code)

    def _refusal_of_sender(self, from_: str) -> int:
        if from_ in MAGIC_FROM:
            return MAGIC_FROM[from_]
        if PHONE_NUMBER.fullmatch(from_) is None:
            return 21212
        return 0 if self._owns(from_) else 21606

    async def _deliver(self, message: Message) -> None:
        timing, random = self._exchange.timing, self._exchange.faults.random
        await self._exchange.clock.sleep(timing.message_sent_after)
        sent = self._messages[message.sid] = replace(message, status="sent")
        await self._exchange.clock.sleep(timing.message_delivered_after)
        code = self.undeliverable.get(message.to)
        last = replace(sent, status="undelivered" if code else "delivered", error_code=code)
        self._messages[message.sid] = last
        reports = [sent, last]
        random.shuffle(reports)
        for report in reports if message.status_callback else ():
            await self._report(report)

    async def _report(self, message: Message) -> None:
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
