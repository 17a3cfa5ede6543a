"""The performance of a call: document after document until the end, cut off and redirected from outside."""

import asyncio

from ivr.emulator.call.call import Interruption, PhoneCall
from ivr.emulator.call.moves import End, Goto, Inline, Move
from ivr.emulator.clock.clock import cancel_all
from ivr.emulator.errors.carrier_error import CarrierError
from ivr.emulator.stage.call_webhooks import CallWebhooks
from ivr.emulator.stage.exchange import Exchange
from ivr.emulator.stage.stage import Stage
from ivr.emulator.twiml import speech
from ivr.emulator.twiml.document import Document, inline
from ivr.emulator.verbs import RUN
from ivr.emulator.verbs.play import play_once

APOLOGY = "We are sorry, an application error has occurred. Goodbye."
MOST_SILENT = 250  # documents in a row that take no time: such a call would run for ever


class Performance:
    """Runs one call from its first move to its end."""

    def __init__(self, call: PhoneCall, exchange: Exchange) -> None:
        self.webhooks = CallWebhooks(call, exchange)
        self._call = call
        self._exchange = exchange
        self._silent = 0
        self._turns = 0

    async def run(self, move: Move) -> tuple[End, Interruption | None]:
        """Perform `move` and what follows; returns how the call ended and which interruption did it, if one did."""
        cut: Interruption | None = None
        while True:
            if (newer := self._call.take_interruption()) is not None:
                cut, move = newer, newer.move
            if isinstance(move, End):
                return move, cut
            self._turns += 1
            turn = asyncio.ensure_future(self._turn(move, cut))
            try:
                await self._call.run_turn(turn)
            finally:
                await cancel_all(turn)
            cut = None
            move = End("close") if turn.cancelled() else turn.result()

    async def _turn(self, move: Goto | Inline, cut: Interruption | None) -> Move:
        """One document; when it fails the fallback, and when that fails too the apology."""
        try:
            return await self._perform(await self._obtain(move, cut))
        except CarrierError as error:
            self._report(error)
            failed = error
        fallback = self._call.fallback
        if fallback is None:
            return await self._apologise()
        why = (("ErrorCode", str(failed.code)), ("ErrorUrl", failed.url))
        try:
            return await self._perform(await self._obtain(Goto(fallback.url, fallback.method, why)))
        except CarrierError as error:
            self._report(error)
        return await self._apologise()

    async def _obtain(self, move: Goto | Inline, cut: Interruption | None = None) -> Document:
        # Once decided, a request goes out and is answered even if the call goes elsewhere in the meantime:
        # the server sees it, only its document is not wanted any more.
        return await asyncio.shield(self._exchange.tasks.spawn(self._fetch(move, cut, self._turns)))

    async def _fetch(self, move: Goto | Inline, cut: Interruption | None, turn: int) -> Document:
        if cut is not None:
            await self._lead_in(cut)
        if isinstance(move, Inline):
            return inline(move.twiml, self._exchange.grammar)
        if self._call.over:
            return Document("")
        try:
            document = await self.webhooks.document(move)
        except CarrierError as error:
            if turn == self._turns and not self._call.over:
                raise
            self._report(error)
            return Document("")
        if turn != self._turns or self._call.over:
            self._call.happen("ignored", url=move.url)
        return document

    async def _lead_in(self, cut: Interruption) -> None:
        """What comes between the interruption and the request of its target."""
        pause = self._exchange.timing.update_after
        await self._exchange.clock.sleep(pause)
        if cut.parting is not None and not self._call.over:
            await self.webhooks.notify(cut.parting)
            await self._exchange.clock.sleep(pause)

    async def _perform(self, document: Document) -> Move:
        stage = Stage(self._call, self._exchange, document.url)
        for warning in document.warnings:
            self._exchange.report(self._call, 12200, warning)
        move = await self._play_answer(stage, document) or await self._verbs(stage, document)
        self._silent = 0 if stage.took_time else self._silent + 1
        if self._silent > MOST_SILENT:
            raise CarrierError(12400, f"{MOST_SILENT} documents in a row took no time at all", document.url)
        if move is None:
            stage.answer()
        return move or End()

    async def _verbs(self, stage: Stage, document: Document) -> Move | None:
        for verb in document.verbs:
            if verb.spec.answers:
                stage.answer()
            move = await RUN[verb.name](stage, verb)
            if move is not None:
                return move
        return None

    async def _play_answer(self, stage: Stage, document: Document) -> Move | None:
        """An answer that is itself a clip or a text: perform it, then hang up."""
        if document.clip is None and not document.text:
            return None
        stage.answer()
        if document.clip is not None:
            await play_once(stage, document.url, document.clip)
        else:
            await self._say(stage, document.text)
        return End()

    async def _apologise(self) -> Move:
        stage = Stage(self._call, self._exchange, "")
        stage.answer()
        await self._say(stage, APOLOGY)
        return End()

    async def _say(self, stage: Stage, text: str) -> None:
        self._call.happen("say", text=speech.plain(text), voice="man", language="en-US", loop=1, of=1)
        await stage.sound("Say", speech.seconds(text, self._exchange.timing.speech_chars_per_second))
        self._call.happen("said", loop=1)

    def _report(self, error: CarrierError) -> None:
        self._exchange.report(self._call, error.code, error.message)
