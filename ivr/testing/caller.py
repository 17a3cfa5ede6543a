"""A phone and its carrier in one: fetches pages, plays them in virtual time, and comes when it is knocked at."""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ivr.core.effects import AnyVerb, Dial, Gather, HandOver, Hangup, Pause, Play, Prompt, Record, Say
from ivr.core.events import Dialled, DialStatus, HandedBack, Pressed, Recorded, Reply, Spoken
from ivr.core.mailbox import Page
from ivr.runtime.hold import SPEECH
from ivr.runtime.ports import Clip, Clock
from ivr.runtime.runner import Runner

CLIP_SECONDS = 5.0
"""Seconds that an unknown clip plays."""
HOLD_SECONDS = 48.0
"""How long the default hold music plays, once."""


class Sound(Struct, frozen=True):
    """What the caller heard from `at` on, for so many `seconds`, both counted from the start of the call.

    `kind` is `words`, `clip`, `silence`, `rings`, `away`, where something else has the call, or `asked`, where the flow
    listens; `hold`: it was heard while a job ran.
    """

    at: float
    kind: str
    text: str
    seconds: float = 0.0
    hold: bool = False


class Callee(Struct, frozen=True):
    """How another number takes a call: its status, and the seconds of ringing and of talking."""

    status: DialStatus = "no_answer"
    rings: float = 5.0
    talks: float = 30.0


class Recording(Struct, frozen=True):
    """What a caller leaves: its address and how long it is, in seconds. Nothing: they say nothing."""

    url: str = "https://recordings.example/1"
    seconds: int = 7


class Away(Struct, frozen=True):
    """How a call comes back that is handed over: with what, after how many seconds; or why it could not be."""

    answer: dict[str, str] = {}
    seconds: float = 30.0
    error: str = ""
    code: str = ""


class _Entries:
    """What the caller entered and no block has taken yet."""

    def __init__(self) -> None:
        self._entries: deque[tuple[str, str]] = deque()
        self._news = asyncio.Event()

    def put(self, kind: str, entered: str) -> None:
        self._entries.append((kind, entered))
        self._news.set()

    def __bool__(self) -> bool:
        return bool(self._entries)

    def clear(self) -> None:
        self._entries.clear()
        self._news.clear()

    async def come(self) -> None:
        """Until something was entered."""
        await self._news.wait()

    async def take(self) -> tuple[str, str]:
        """The next entry: its kind, `keys` or `speech`, and what it is."""
        await self._news.wait()
        entry = self._entries.popleft()
        if not self._entries:
            self._news.clear()
        return entry


class Phone:
    """The caller's end of one call. `yours` is set while the flow waits for the caller, or when the call is over;
    `changed` is set whenever something begins to be heard."""

    def __init__(self, runner: Runner, clock: Clock, seconds: Callable[[], float], call_id: str) -> None:
        self._runner = runner
        self._clock = clock
        self._seconds = seconds
        self.call_id = call_id
        self.heard: list[Sound] = []
        self.yours = asyncio.Event()
        self.changed = asyncio.Event()
        self.over = False
        self.open_to_keys = False
        """Whether a key counts now although it is not the caller's turn."""
        self._deaf = False
        self.recording = Recording()
        self.callees: list[Callee] = []
        self.away: list[Away] = []
        self._input = _Entries()
        self._knocked: asyncio.Future[int] | None = None
        self._asked: Record | None = None
        self._next = 1

    def _notice(self, sound: Sound) -> None:
        self.heard.append(sound)
        self.changed.set()

    async def clip(self, name: str) -> Clip:
        """A clip of any name; it makes no sound."""
        return Clip(name, HOLD_SECONDS if name == "hold.wav" else CLIP_SECONDS)

    async def knock(self, call_id: str, page: int) -> str:
        """The flow asks the carrier to fetch a page now."""
        if call_id != self.call_id or self.over:
            return "gone"
        if self._knocked is None or self._knocked.done():
            return "early"
        self._knocked.set_result(page)
        return "accepted"

    def key(self, keys: str) -> None:
        """Press keys, one after the other."""
        for key in keys:
            self._input.put("keys", key)

    def say(self, text: str) -> None:
        """Say something. While a flow that waits listens to keys alone, nobody hears it."""
        if not self._deaf:
            self._input.put("speech", text)

    async def listen(self, first: Page) -> None:
        """Follow the call from its first page to its end."""
        page: Page | None = first
        while page is not None:
            page = await self._perform(page, hold=self._held(page))
        self.over = True
        await self._runner.over(self.call_id, "completed")
        self.yours.set()

    async def hang_up(self) -> None:
        """Put the phone down. The webhook of a recording that runs comes after that of the hang-up, as it may."""
        self.over = True
        asked, recorded = self._asked, self.recording
        await self._runner.over(self.call_id, "completed")
        if asked is not None:
            told = Recorded(
                at=self._clock.now(), token=asked.token, url=recorded.url, seconds=recorded.seconds, hung_up=True
            )
            await self._runner.reply(self.call_id, self._next, told)
        self.yours.set()

    def _held(self, page: Page) -> bool:
        """Whether a page bridges the wait for a job: it leads to the page that was asked for."""
        return page.next is not None and page.next == self._next

    async def _perform(self, page: Page, *, hold: bool) -> Page | None:
        """Play a page; gives the one that follows."""
        self._knocked = asyncio.get_running_loop().create_future()
        playing = asyncio.ensure_future(self._play(page, hold=hold))
        try:
            waits: set[asyncio.Future[Any]] = {playing, self._knocked}
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            number = self._knocked.result() if self._knocked.done() else None
            if number is not None and playing.done() and (entered := playing.result()) is not None:
                # The carrier has asked what follows from the key already, and drops that answer for the page.
                await self._runner.reply(self.call_id, page.next or number, entered)
        finally:
            if not playing.done():
                playing.cancel()
                await asyncio.gather(playing, return_exceptions=True)
            self._knocked.cancel()
            self._knocked = None
        if number is None:
            return await self._onward(page, playing.result())
        self._next = number
        return await self._runner.page(self.call_id, number)

    async def _onward(self, page: Page, reply: Reply | None) -> Page | None:
        if page.next is None:
            return None
        self._next = page.next
        if reply is not None:
            return await self._runner.reply(self.call_id, page.next, reply)
        return await self._runner.page(self.call_id, page.next)

    async def _play(self, page: Page, *, hold: bool) -> Reply | None:
        """Hear a page; gives the answer to the question at its end."""
        for verb in page.verbs:
            if isinstance(verb, Hangup):
                return None
            if (asked := self._reply_to(verb, page, hold=hold)) is not None:
                return await asked
            await self._hear(verb, hold=hold)
        return None

    def _reply_to(self, verb: AnyVerb, page: Page, *, hold: bool) -> Coroutine[None, None, Reply] | None:
        """The reply to come, when the verb asks for one."""
        match verb:
            case Gather(meanwhile=True):
                return self._listen_meanwhile(verb, hold=hold)
            case Gather():
                return self._gather(verb)
            case Dial():
                return self._dial(verb)
            case HandOver():
                return self._hand_over(verb)
            case Record():
                return self._record(verb, page.next or 0)
        return None

    async def _hear(self, verb: AnyVerb, *, hold: bool = False) -> None:
        match verb:
            case Say():
                await self._sound("words", verb.words, len(verb.words) / SPEECH, hold=hold)
            case Play(audio, loop):
                await self._sound("clip", audio, (await self.clip(audio)).seconds * loop, hold=hold)
            case Pause(seconds):
                await self._sound("silence", "", seconds, hold=hold)

    async def _sound(self, kind: str, text: str, seconds: float, *, hold: bool) -> None:
        index, began = len(self.heard), self._seconds()
        self._notice(Sound(began, kind, text, 0.0, hold))
        try:
            await asyncio.sleep(seconds)
        finally:
            self.heard[index] = replace(self.heard[index], seconds=self._seconds() - began)

    async def _gather(self, gather: Gather) -> Reply:
        self._input.clear()
        await self._prompt(gather)
        self._notice(Sound(self._seconds(), "asked", "speech" if gather.speech else "keys"))
        digits, finished_by = "", ""
        while gather.digits is None or len(digits) < gather.digits:
            if not self._input:
                self.yours.set()
            try:
                kind, entered = await asyncio.wait_for(self._input.take(), gather.timeout)
            except TimeoutError:
                break
            if kind == "speech":
                return Spoken(at=self._clock.now(), token=gather.token, text=entered, confidence=0.9)
            if entered == gather.finish_key:
                finished_by = entered
                break
            digits += entered
        self.yours.clear()
        return Pressed(at=self._clock.now(), token=gather.token, digits=digits, finished_by=finished_by)

    async def _listen_meanwhile(self, gather: Gather, *, hold: bool) -> Reply:
        """Hear what bridges a wait, while a key counts. It is not the caller's turn, who may just listen."""
        self._input.clear()
        self.open_to_keys, self._deaf = True, not gather.speech
        playing = asyncio.ensure_future(self._prompts(gather.prompts, hold=hold))
        touched = asyncio.ensure_future(self._input.come())
        try:
            await asyncio.wait({playing, touched}, return_when=asyncio.FIRST_COMPLETED)
            if not touched.done():
                await asyncio.wait({touched}, timeout=gather.timeout)
            kind, entered = await self._input.take() if touched.done() else ("keys", "")
        finally:
            self.open_to_keys = self._deaf = False
            for task in (playing, touched):
                task.cancel()
            await asyncio.gather(playing, touched, return_exceptions=True)
        if kind == "speech":
            return Spoken(at=self._clock.now(), token=gather.token, text=entered, confidence=0.9)
        return Pressed(at=self._clock.now(), token=gather.token, digits=entered)

    async def _prompt(self, gather: Gather) -> None:
        """The prompts, up to the first input where that may end them."""
        playing = asyncio.ensure_future(self._prompts(gather.prompts))
        touched = asyncio.ensure_future(self._input.come())
        waits = {playing, touched} if gather.interruptible else {playing}
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (playing, touched):
                task.cancel()
            await asyncio.gather(playing, touched, return_exceptions=True)
        if not gather.interruptible:
            self._input.clear()

    async def _prompts(self, prompts: tuple[Prompt, ...], *, hold: bool = False) -> None:
        for prompt in prompts:
            await self._hear(prompt, hold=hold)

    async def _dial(self, dial: Dial) -> Reply:
        callee = self.callees.pop(0) if self.callees else Callee()
        self._notice(Sound(self._seconds(), "rings", ", ".join(dial.numbers)))
        rings = dial.timeout if callee.status == "no_answer" else min(callee.rings, dial.timeout)
        await asyncio.sleep(rings)
        talks = min(callee.talks, dial.longest) if callee.status == "answered" else 0
        await asyncio.sleep(talks)
        return Dialled(
            at=self._clock.now(), token=dial.token, status=callee.status, sid="CAcallee", seconds=round(talks)
        )

    async def _hand_over(self, given: HandOver) -> Reply:
        away = self.away.pop(0) if self.away else Away()
        self._notice(Sound(self._seconds(), "away", given.shown))
        await asyncio.sleep(0 if away.error else away.seconds)
        fields = {} if away.error else away.answer
        return HandedBack(at=self._clock.now(), token=given.token, fields=fields, error=away.error, code=away.code)

    async def _record(self, record: Record, following: int) -> Reply:
        self._asked, self._next = record, following
        self._notice(Sound(self._seconds(), "asked", "recording"))
        self.yours.set()
        spoken = min(self.recording.seconds, record.longest)
        key = ""
        try:
            _, key = await asyncio.wait_for(self._finish(record), spoken + record.silence)
        except TimeoutError:
            key = ""
        self.yours.clear()
        self._asked = None
        url = self.recording.url if spoken else ""
        return Recorded(at=self._clock.now(), token=record.token, url=url, seconds=spoken, finished_by=key)

    async def _finish(self, record: Record) -> tuple[str, str]:
        """The first key that ends the recording."""
        while True:
            kind, key = await self._input.take()
            if kind == "keys" and key in record.finish_keys:
                return kind, key
