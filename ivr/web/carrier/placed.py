"""The carrier's webhooks about calls that we placed: the call was answered, and how it goes on."""

import logging

from aiohttp import web

from ivr.core.mailbox import Page
from ivr.runtime.intake import Starting
from ivr.runtime.runner import Runner, UnknownCall
from ivr.runtime.trouble import report
from ivr.twilio.webhook import Malformed, Webhook, read_webhook
from ivr.web.carrier.signed import Signed
from ivr.web.carrier.voice import after_an_error, error_code

log = logging.getLogger(__name__)
_run = r"{run:[A-Za-z0-9]{1,64}}"


class PlacedCalls:
    """The handlers of `/voice/started/…`."""

    def __init__(self, runner: Runner, starting: Starting, signed: Signed) -> None:
        self._runner = runner
        self._starting = starting
        self._signed = signed

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post(f"/voice/started/{_run}", self._signed.page(self._answered)),
            web.post(f"/voice/started/{_run}/fallback", self._signed.page(self._fallback)),
            web.post(f"/voice/started/{_run}/status", self._status),
        ]

    async def _answered(self, webhook: Webhook, request: web.Request) -> Page:
        return await self._starting.answered(request.match_info["run"], webhook.call_id)

    async def _fallback(self, webhook: Webhook, request: web.Request) -> Page:
        try:
            return await after_an_error(self._runner, webhook)
        except UnknownCall:
            # The request of the first document was lost, or could not be answered: the call begins here instead.
            page = await self._answered(webhook, request)
            self._runner.note_unusable(webhook.call_id, error_code(webhook))
            return page

    async def _status(self, request: web.Request) -> web.Response:
        pairs = await self._signed.form(request)
        run = request.match_info["run"]
        try:
            webhook = read_webhook(pairs)
        except Malformed as error:
            log.warning("malformed status of a call that we placed: %s", error)
            return web.Response(status=204)
        call_id, status = webhook.call_id, webhook.status
        await self._signed.budget.finish(self._keep(run, call_id, status))
        return web.Response(status=204)

    async def _keep(self, run: str, call_id: str, status: str) -> None:
        try:
            await self._starting.progressed(run, call_id, status)
        except Exception as error:
            report(log, error, "the status of run %s could not be saved; retrying", run)
            self._runner.retry_until_saved(f"{run} {status}", lambda: self._starting.progressed(run, call_id, status))
