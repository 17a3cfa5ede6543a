"""A phone line to a flow, for tests: ring, press keys, let APIs answer, and look at what was heard, sent and set."""

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from ivr.core.call import Call
from ivr.core.effects import Text
from ivr.core.events import Answered, DialStatus, Messaged, Requested
from ivr.core.mailbox import Page
from ivr.core.values import Value
from ivr.flow.model import Flow
from ivr.flow.read import BrokenFlow, read
from ivr.runtime.memory import REVISION
from ivr.testing.answers import ApiAnswer
from ivr.testing.caller import Away, Callee, Recording
from ivr.testing.seen import CALLER, DIALLED, Seen, fits

LONGEST = 4 * 3600.0
"""Seconds of virtual time after which a call that goes on and on is given up."""
LOOK = 0.05
T = TypeVar("T")


class Line(Seen):
    """One call to a flow. Nothing of it is real but the flow and the system that runs it: time is virtual, APIs answer
    what was prepared with `api`, and nothing leaves the process. Methods can be chained; each goes on until the flow
    waits for the caller again, or the call is over. Not for use inside of async code: it has an event loop of its own.

        with Line.of("flow.json") as line:
            line.api("Look up", json={"DateText": "January 5"}, after=3)
            line.rings().presses("1")
            assert line.sent[0].body == "See you on January 5."
    """

    @classmethod
    def of(cls, flow: str | Path | Flow, **options: Any) -> "Line":
        """To the flow in a file, or to a flow itself. Raises BrokenFlow, and OSError when the file can't be read."""
        if isinstance(flow, Flow):
            return cls(flow, **options)
        found, problems = read(Path(flow).read_bytes())
        if found is None or any(problem.level == "error" for problem in problems):
            raise BrokenFlow(str(flow), problems)
        return cls(found, **options)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop whatever still runs. A line that was closed can still be looked at."""
        if self._loop.is_closed():
            return
        self._run(self._stop())
        self._loop.close()

    def api(self, which: str, json: Any = None, **answer: Any) -> "Line":
        """Prepare what a web call is answered. `which` is the block's title or number, or an address with `*` in it.

        `json` or `body` and `content_type`; `status`; `after` so many seconds; or `fails` with a cause, as `timeout`.
        """
        self._apis.prepare(which, ApiAnswer.of(json, **answer))
        return self

    def usually_takes(self, which: str, seconds: float) -> "Line":
        """Prepare how long the requests of a block, by its title or number, have taken lately: `$EXTCALL_3.usual`."""
        self._usual[which] = seconds
        return self

    def text_is_refused(self, error: str = "The carrier refused it.", code: str = "") -> "Line":
        """Let the carrier refuse the next text."""
        self._carrier.refusals.append((error, code))
        return self

    def callee(self, status: DialStatus, *, rings: float = 5.0, talks: float = 30.0) -> "Line":
        """Prepare how the other number takes the next call that is transferred."""
        self._phone.callees.append(Callee(status, rings, talks))
        return self

    def comes_back(
        self, answer: Mapping[str, str] | None = None, *, after: float = 30.0, error: str = "", code: str = ""
    ) -> "Line":
        """Prepare how the next call that is handed over comes back: with what, or why it could not be handed over."""
        self._phone.away.append(Away(dict(answer or {}), after, error, code))
        return self

    def will_record(self, seconds: int, url: str = "https://recordings.example/1") -> "Line":
        """Prepare what the caller leaves when they are recorded; 0 seconds is nothing."""
        self._phone.recording = Recording(url, seconds)
        return self

    def rings(self, caller: str = CALLER, dialled: str = DIALLED, *, name: str = "", on: bool = True) -> "Line":
        """Call the flow, and listen until it is the caller's turn; without `on` no time passes yet."""
        event = Answered(at=self._clock.now(), caller=caller, dialled=dialled, caller_name=name)
        return self._follow(self._runner.answer(self.call_id, event), on=on)

    def is_asked_for(
        self, inputs: Mapping[str, Value], caller: str = CALLER, dialled: str = DIALLED, *, on: bool = True
    ) -> "Line":
        """Another system starts the flow with these inputs, and the caller takes the call that it makes."""
        event = Requested(at=self._clock.now(), caller=caller, dialled=dialled, inputs=dict(inputs))
        return self._follow(self._runner.begin(Call(self.call_id, self.flow.id, REVISION), event), on=on)

    def sends_text(self, text: str, sender: str = CALLER, dialled: str = DIALLED) -> "Line":
        """Send a text to the flow, and wait for all that it does then."""
        event = Messaged(at=self._clock.now(), sender=sender, dialled=dialled, text=text, sid="SMin")
        self._run(self._runner.run(Call(self.call_id, self.flow.id, REVISION, on_phone=False), event))
        self._run(self._quiet())
        return self

    def awaits_reply(self) -> bool:
        """Listen until a question was sent by text. False: none was, and the run is over."""
        self._run(self._asked())
        return bool(self._calls.questions)

    def replies(self, text: str, media: Sequence[str] = (), *, on: bool = True) -> "Line":
        """Let whoever was asked last by text reply to it, once it has been sent, and listen on."""
        if not self.awaits_reply():
            raise RuntimeError("Nobody was asked by text.")
        (*_, question) = self._calls.questions.values()
        asked = question.running.job
        sender, dialled = (asked.to, asked.sender) if isinstance(asked, Text) else (CALLER, DIALLED)
        self.texts(text, sender, dialled, media)
        return self._on(on and self._listening is not None and not self._phone.over)

    def texts(self, text: str, sender: str = CALLER, dialled: str = DIALLED, media: Sequence[str] = ()) -> "Line":
        """Text the number of the flow now. What answers no question is lost here: it begins no run of its own."""
        self._texts += 1
        event = Messaged(
            at=self._clock.now(),
            sender=sender,
            dialled=dialled,
            text=text,
            sid=f"SMin{self._texts}",
            media=tuple(media),
        )
        self._run(self._replies.take(event))
        self._run(self._quiet())
        return self

    def presses(self, keys: str, *, on: bool = True) -> "Line":
        """Press keys now, which ends a prompt that may be interrupted, and listen on."""
        self._phone.key(keys)
        return self._on(on)

    def says(self, text: str, *, on: bool = True) -> "Line":
        """Say something, where the flow listens to speech."""
        self._phone.say(text)
        return self._on(on)

    def hears(self, text: str) -> bool:
        """Listen until this begins to be heard, after what `hears` found before: part of it is enough, `*` stands for
        anything. False: it is the caller's turn, or the call is over, and it was not heard."""
        return self._run(self._until(text))

    @property
    def open_to_keys(self) -> bool:
        """Whether a key counts now although it is not the caller's turn: the flow waits for a job, and listens."""
        return self._phone.open_to_keys

    def listens(self) -> "Line":
        """Listen until it is the caller's turn, or the call is over."""
        if not self._phone.yours.is_set():
            self._run(self._turn())
        return self

    def is_silent(self) -> "Line":
        """Enter nothing until the flow's patience is over."""
        return self._on()

    def waits(self, seconds: float) -> "Line":
        """Let exactly so much time pass, wherever the call is then."""
        self._run(asyncio.sleep(seconds))
        return self

    def hangs_up(self) -> "Line":
        """Put the phone down, and wait for all that the flow still does."""
        self._run(self._hang_up())
        return self

    def _follow(self, first: Coroutine[Any, Any, Page], *, on: bool) -> "Line":
        async def listen() -> None:
            await self._phone.listen(await first)

        self._listening = self._loop.create_task(listen())
        return self._on(on)

    def _on(self, on: bool = True) -> "Line":
        """Until the flow waits for the caller, or the call is over and everything done."""
        self._phone.yours.clear()
        if on:
            self._run(self._turn())
        return self

    async def _asked(self) -> None:
        """Until a question by text is open, or none can be any more."""
        for _ in range(round(LONGEST / LOOK)):
            await asyncio.sleep(LOOK)
            if self._calls.questions or not self.active:
                return

    async def _until(self, text: str) -> bool:
        while True:
            self._phone.changed.clear()
            heard = self.heard
            for index in range(self._looked_at, len(heard)):
                if fits(text, heard[index]):
                    self._looked_at = index + 1
                    return True
            if self._listening is None or self._listening.done() or self._phone.yours.is_set():
                return False
            waits = [asyncio.ensure_future(event.wait()) for event in (self._phone.changed, self._phone.yours)]
            await asyncio.wait([*waits, self._listening], return_when=asyncio.FIRST_COMPLETED, timeout=LONGEST)
            for wait in waits:
                wait.cancel()

    async def _turn(self) -> None:
        if self._listening is None:
            raise RuntimeError("There is no call yet; begin with rings().")
        yours = asyncio.ensure_future(self._phone.yours.wait())
        await asyncio.wait({yours, self._listening}, return_when=asyncio.FIRST_COMPLETED, timeout=LONGEST)
        yours.cancel()
        if self._listening.done():
            self._listening.result()
            await self._quiet()

    async def _hang_up(self) -> None:
        if self._listening is not None and not self._listening.done():
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)
        if not self._phone.over:
            await self._phone.hang_up()
        await self._quiet()

    async def _quiet(self) -> None:
        """Until no job runs any more, and what follows from the last has happened."""
        idle = 0
        while idle < 2:
            await asyncio.sleep(0.05)
            idle = 0 if self._apis.running + self._carrier.running else idle + 1

    async def _stop(self) -> None:
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)
        self._watching.cancel()
        await asyncio.gather(self._watching, return_exceptions=True)
        await self._apis.close()
        await self._runner.close()

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._loop.run_until_complete(work)
