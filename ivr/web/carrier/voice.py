"""The carrier's webhooks. Each request is checked, understood, and answered with a document, whatever happens."""

import asyncio
import logging
from collections.abc import Callable

from aiohttp import web

from ivr.core.effects import Hangup, Prompt
from ivr.core.events import HandedBack, Reply
from ivr.core.mailbox import Page
from ivr.runtime.ports import Clock
from ivr.runtime.runner import Runner, UnknownCall
from ivr.twilio.causes import unusable
from ivr.twilio.twiml import KNOCKED, whispered
from ivr.twilio.webhook import ENDED, OF_ANSWER, Malformed, Webhook, read_webhook
from ivr.web.carrier.load import Load
from ivr.web.carrier.rounds import round_of
from ivr.web.carrier.signed import Signed

log = logging.getLogger(__name__)

IDEMPOTENCY = "I-Twilio-Idempotency-Token"
"""Header with the same value when a request is sent again."""
LOST_RESULT = HandedBack(at=0, token="", error="What came back with the call got lost: the store was away.")
WHISPER_SECONDS = 5.0
"""Seconds until the two are connected without a whisper."""
AUDIO = "/audio/"
"""What the addresses of clips have in them."""
QUESTIONS = r"/voice/{kind:gather|dial|record|handover}/{number:\d{1,9}}/{token:[\d.]{1,20}}"
"""Where answers to questions come in: which question it was, and which page follows."""


class Voice:
    """The handlers of `/voice/…`. Without a `load` every call is taken."""

    def __init__(self, runner: Runner, signed: Signed, clock: Clock, load: Load | None = None) -> None:
        self._runner = runner
        self._signed = signed
        self._clock = clock
        self._load = load or Load()

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/voice/answer", self._signed.page(self._answer, needs=OF_ANSWER)),
            web.post(r"/voice/page/{number:\d{1,9}}", self._signed.page(self._turn, needs=())),
            web.post(QUESTIONS, self._signed.page(self._reply, otherwise=self._ask_again)),
            web.post(r"/voice/whisper/{token:[\d.]{1,20}}", self._whisper),
            web.post("/voice/fallback", self._signed.page(self._fallback)),
            web.post("/voice/status", self._status),
        ]

    async def _answer(self, webhook: Webhook, request: web.Request) -> Page:
        # Who was asked to wait is not turned away for it.
        new = not round_of(request)
        if new and not self._load.has_room() and not await self._runner.knows(webhook.call_id):
            return self._load.turn_away(webhook.call_id)
        return await self._runner.answer(webhook.call_id, webhook.answered(self._clock.now()))

    async def _turn(self, webhook: Webhook, request: web.Request) -> Page:
        token = request.headers.get(IDEMPOTENCY, "")
        if request.query_string == KNOCKED:
            self._runner.knocked(webhook.call_id)
        return await self._runner.page(webhook.call_id, int(request.match_info["number"]), token=token)

    async def _reply(self, webhook: Webhook, request: web.Request) -> Page:
        asked, token, now = request.match_info["kind"], request.match_info["token"], self._clock.now()
        reply = _answers(webhook)[asked](token, now)
        if reply is None:
            return Page((Hangup(),), None)  # a report of the end, which the status callback brings too
        repeat = request.headers.get(IDEMPOTENCY, "")
        page = int(request.match_info["number"])
        return await self._runner.reply(webhook.call_id, page, reply, token=repeat)

    async def _ask_again(self, webhook: Webhook, request: web.Request) -> Page:
        """The question once more: what the caller answered is lost. What was handed over is not handed over again."""
        if request.match_info["kind"] == "handover":
            return await self._runner.page_again(webhook.call_id, LOST_RESULT)
        return await self._runner.page_again(webhook.call_id)

    async def _whisper(self, request: web.Request) -> web.Response:
        """What the callee of a transfer hears first. Whatever goes wrong, the two are connected all the same."""
        fields = dict(reversed(await self._signed.form(request)))
        prompts: tuple[Prompt, ...] = ()
        try:
            async with asyncio.timeout(WHISPER_SECONDS):
                prompts = await self._runner.whisper(fields.get("ParentCallSid", ""), request.match_info["token"])
        except Exception:
            log.exception("a whisper could not be looked up")
        return web.Response(text=whispered(prompts, self._signed.addresses), content_type="text/xml")

    async def _fallback(self, webhook: Webhook, request: web.Request) -> Page:
        try:
            return await after_an_error(self._runner, webhook)
        except UnknownCall:
            if not _is_new(webhook):
                raise
            # The first request of this call was lost, or could not be answered: it begins here instead.
            page = await self._answer(webhook, request)
            self._runner.note_unusable(webhook.call_id, error_code(webhook))
            return page

    async def _status(self, request: web.Request) -> web.Response:
        try:
            webhook = read_webhook(await self._signed.form(request))
            if webhook.status in ENDED and not self._load.was_away(webhook.call_id):
                await self._signed.budget.finish(self._runner.over(webhook.call_id, webhook.status))
        except Malformed as error:
            log.warning("a malformed status callback: %s", error)
        return web.Response(status=204)


async def after_an_error(runner: Runner, webhook: Webhook) -> Page:
    """What a call goes on with when the carrier could not use a document. Raises UnknownCall."""
    fields = webhook.fields
    log.warning(
        "the carrier could not use a document of call %s: error %r at %r",
        webhook.call_id,
        fields.get("ErrorCode", "?")[:20],
        fields.get("ErrorUrl", "?")[:300],
    )
    code = error_code(webhook)
    error = HandedBack(at=0, token="", error=unusable(code), code=code)
    # A clip that could not be had once would fail again, and the carrier ends a call whose fallback fails.
    return await runner.page_again(webhook.call_id, error, mute=AUDIO in fields.get("ErrorUrl", ""))


def error_code(webhook: Webhook) -> str:
    """The carrier's number for what was wrong with a document."""
    return webhook.fields.get("ErrorCode", "")[:20]


def _answers(webhook: Webhook) -> dict[str, Callable[[str, int], Reply | None]]:
    """What a request answers, by the kind of question."""
    return {
        "gather": webhook.gathered,
        "dial": webhook.dialled,
        "record": webhook.recorded,
        "handover": webhook.handed_back,
    }


def _is_new(webhook: Webhook) -> bool:
    """Whether a request names all that a call which comes in begins with."""
    fields = webhook.fields
    incoming = fields.get("Direction", "inbound") == "inbound"
    return incoming and bool(fields.get("From")) and bool(fields.get("To")) and webhook.status not in ENDED
