"""Status callbacks: what the carrier reports to the server about a call."""

import math

from ivr.emulator.call.call import PhoneCall
from ivr.emulator.call.moves import Goto, Status
from ivr.emulator.call.parameters import call_parameters, rfc2822
from ivr.emulator.errors.carrier_error import CarrierError
from ivr.emulator.stage.call_webhooks import CallWebhooks
from ivr.emulator.stage.exchange import Exchange
from ivr.emulator.wire.http import Pairs

EVENTS: dict[str, Status] = {"initiated": "queued", "ringing": "ringing", "answered": "in-progress"}


class StatusCallbacks:
    """The status callbacks of one call, numbered in their order."""

    def __init__(self, call: PhoneCall, exchange: Exchange, webhooks: CallWebhooks) -> None:
        self._call = call
        self._exchange = exchange
        self._webhooks = webhooks
        self._sequence = 0

    def progress(self, event: str) -> None:
        """Report `initiated`, `ringing` or `answered`, if the call asked for it."""
        if event in self._call.status_events:
            self._spawn(EVENTS[event], (), after=None)

    def end(self) -> None:
        """Report the end: after the open webhooks of the call, or (a fault) at once."""
        if "completed" not in self._call.status_events:
            return
        seconds = self._call.duration
        lengths = (("CallDuration", str(seconds)), ("Duration", str(math.ceil(seconds / 60))))
        self._spawn(self._call.status, lengths, after=self._exchange.timing.status_callback_after)

    def _spawn(self, status: Status, lengths: Pairs, after: float | None) -> None:
        hook, faults = self._call.status_hook, self._exchange.faults
        if hook is None or faults.strikes(faults.lose_status_callbacks):
            return
        early = faults.strikes(faults.early_status_callbacks)
        pairs = (
            *call_parameters(self._call.parties, status),
            *lengths,
            ("Timestamp", rfc2822(self._exchange.clock.now())),
            ("CallbackSource", "call-progress-events"),
            ("SequenceNumber", str(self._sequence)),
        )
        self._sequence += 1
        self._exchange.tasks.spawn(self._send(hook, pairs, None if early else after))
        if faults.strikes(faults.repeat_status_callbacks):
            self._exchange.tasks.spawn(self._send(hook, pairs, None if early else after))

    async def _send(self, hook: Goto, pairs: Pairs, after: float | None) -> None:
        """`after` seconds once no webhook is open; None means now. A fault may delay it."""
        if after is not None:
            await self._webhooks.quiet()
            await self._exchange.clock.sleep(after)
        if late := self._exchange.faults.callback_delay():
            await self._exchange.clock.sleep(late)
        try:
            answer = await self._exchange.webhooks.send(hook, pairs)
        except CarrierError as error:
            self._exchange.report(self._call, error.code, error.message)
            return
        if answer.response.status >= 400:
            self._exchange.report(self._call, 15003, f"the status callback answered {answer.response.status}")
