"""The carrier's webhooks about texts: those that come in, and the delivery of those we sent."""

import logging

from aiohttp import web

from ivr.core.events import Delivered, Messaged
from ivr.core.opt_out import Said
from ivr.runtime.intake import Starting
from ivr.runtime.ports import Clock
from ivr.runtime.runner import Runner
from ivr.runtime.trouble import report
from ivr.twilio.webhook import Malformed, read_text
from ivr.web.carrier.signed import Signed

log = logging.getLogger(__name__)

NOTHING = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
"""The answer to every text: whatever is to be sent back, the flow sends."""


class Messaging:
    """The handlers of `/sms/…`."""

    def __init__(self, runner: Runner, starting: Starting, signed: Signed, clock: Clock) -> None:
        self._runner = runner
        self._starting = starting
        self._signed = signed
        self._clock = clock

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/sms/inbound", self._inbound),
            web.post(r"/sms/status/{call:[A-Za-z0-9:_.-]{1,300}}/{job:(?:\d{1,9}\.)?\d{1,9}}", self._status),
        ]

    async def _inbound(self, request: web.Request) -> web.Response:
        pairs = await self._signed.form(request)
        try:
            text = read_text(pairs)
            event = text.messaged(self._clock.now())
            await self._signed.budget.finish(self._take(event, text.service, text.said))
        except Malformed as error:
            log.warning("a malformed text: %s", error)
        return web.Response(text=NOTHING, content_type="text/xml")

    async def _take(self, event: Messaged, service: str, said: Said) -> None:
        """Answer what it answers, or start what it starts; should the store fail now, later: the carrier does not
        repeat it."""
        try:
            await self._starting.texted(event, service, said)
        except Exception as error:
            report(log, error, "the text %s could not be taken; retrying", event.sid)
            self._runner.retry_until_saved(f"text {event.sid}", lambda: self._starting.texted(event, service, said))

    async def _status(self, request: web.Request) -> web.Response:
        pairs = await self._signed.form(request)
        call_id = request.match_info["call"]
        try:
            delivery = read_text(pairs).delivered(request.match_info["job"], self._clock.now())
        except Malformed as error:
            log.warning("malformed status of a text: %s", error)
            delivery = None
        if delivery is not None:
            await self._signed.budget.finish(self._keep(call_id, delivery))
        return web.Response(status=204)

    async def _keep(self, call_id: str, delivery: Delivered) -> None:
        try:
            await self._runner.texts.delivered(call_id, delivery)
        except Exception as error:
            report(log, error, "the delivery of a text of call %s could not be saved; retrying", call_id)
            name = f"{delivery.sid} {delivery.state}"
            self._runner.retry_until_saved(name, lambda: self._runner.texts.delivered(call_id, delivery))
