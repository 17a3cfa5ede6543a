"""The life of a call: it rings, is performed, ends, and its end is reported."""

import asyncio

from ivr.emulator.call.call import Interruption, PhoneCall
from ivr.emulator.call.moves import End, Goto, Move, Status
from ivr.emulator.clock.clock import cancel_all
from ivr.emulator.lifecycle.performance import Performance
from ivr.emulator.lifecycle.status_callbacks import StatusCallbacks
from ivr.emulator.stage.exchange import Exchange
from ivr.emulator.stage.stage import Stage


class Line:
    """One call on the exchange."""

    def __init__(self, call: PhoneCall, exchange: Exchange) -> None:
        self.call = call
        self._exchange = exchange
        self._performance = Performance(call, exchange)
        self._callbacks = StatusCallbacks(call, exchange, self._performance.webhooks)
        self._timer: asyncio.Task[None] | None = None

    async def receive(self, first: Move) -> None:
        """An incoming call: the first document is requested while it rings."""
        self._record_ringing()
        await self._live(first)

    async def place(self, first: Move, patience: float) -> None:
        """An outgoing call: the first document is requested when the callee answers within `patience` seconds."""
        call = self.call
        self._callbacks.progress("initiated")
        call.status = "ringing"
        self._record_ringing()
        self._callbacks.progress("ringing")
        stage = Stage(call, self._exchange, "")
        callee = stage.callee(call.parties.to)
        answers = callee.does == "answer" and callee.after <= patience
        await self._ring(patience if callee.does == "no-answer" else min(callee.after, patience))
        if (cut := call.take_interruption()) is not None:
            self._finish(cut.move if isinstance(cut.move, End) else End(cut.by), cut)
        elif answers:
            stage.answer()
            self._callbacks.progress("answered")
            await self._live(first)
        else:
            self._finish(End(status="no-answer" if callee.does == "answer" else callee.does), None)

    def limit(self, seconds: float) -> None:
        """Let the call last that much longer and no more."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._exchange.tasks.spawn(self._expire(seconds))

    def _record_ringing(self) -> None:
        parties = self.call.parties
        self.call.happen("ringing", **{"from": parties.from_, "to": parties.to, "name": parties.caller_name})

    async def _expire(self, seconds: float) -> None:
        await self._exchange.clock.sleep(seconds)
        self.call.interrupt("limit", End("limit"))

    async def _ring(self, seconds: float) -> None:
        """Ring for that long, or until the call is cut off."""
        ringing = asyncio.ensure_future(self._wait(seconds))
        try:
            await self.call.run_turn(ringing)
        finally:
            await cancel_all(ringing)

    async def _wait(self, seconds: float) -> Move:
        await self._exchange.clock.sleep(seconds)
        return End()

    async def _live(self, first: Move) -> None:
        end, cut = End("close"), None
        self.limit(self._exchange.timing.call_limit)
        try:
            end, cut = await self._performance.run(first)
        except Exception:  # whatever breaks in here, the caller must not hang on a dead line
            end = End(status="failed")
            raise
        finally:
            self._finish(end, cut)

    def _finish(self, end: End, cut: Interruption | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self.call.end(end.status or self._final_status())
        if cut is not None and cut.parting is not None:
            self._send_last_request(cut.parting)
        self._callbacks.end()

    def _send_last_request(self, goto: Goto) -> None:
        """The last request of a verb that was cut off."""
        faults, requests = self._exchange.faults, self._performance.webhooks

        async def later() -> None:
            await self._exchange.clock.sleep(faults.late_partings)
            await requests.notify(goto)

        if not faults.strikes(faults.lose_partings):
            self._exchange.tasks.spawn(later() if faults.late_partings else requests.notify(goto))

    def _final_status(self) -> Status:
        if self.call.answered_at is not None:
            return "completed"
        return "busy" if self.call.parties.direction == "outbound-api" else "no-answer"
