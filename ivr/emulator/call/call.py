"""A phone call: what a test or a phone holds in its hand, and the state the carrier keeps of it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from ivr.emulator.call.happening import Happening, Timeline
from ivr.emulator.call.keypad import KEYS, Input, Keypad
from ivr.emulator.call.moves import By, End, Goto, Move, Status
from ivr.emulator.call.parameters import Parties
from ivr.emulator.clock.clock import Clock
from ivr.emulator.wire.cookies import CookieJar

Parting = Callable[[By], Goto | None]


@dataclass(frozen=True, slots=True)
class Interruption:
    """The running verb was cut off: by what, where the call goes, and the last request of the verb (or None)."""

    by: By
    move: Move
    parting: Goto | None


class PhoneCall:
    """One call. `happenings` is the list so far; `status` is what the carrier knows, at once."""

    def __init__(self, parties: Parties, clock: Clock, status: Status = "ringing") -> None:
        self.parties = parties
        self.status: Status = status
        self.began = clock.now()
        self.answered_at: float | None = None
        self.visible_at = float("inf")
        self.ended_at: float | None = None
        self.fallback: Goto | None = None
        self.status_hook: Goto | None = None
        self.status_events: frozenset[str] = frozenset({"completed"})
        self.keypad = Keypad()
        self.cookies = CookieJar()
        self.parting: Parting | None = None
        self.stopping_by: By = "end"
        self._clock = clock
        self._timeline = Timeline()
        self._over = asyncio.Event()
        self._turn: asyncio.Future[Move] | None = None
        self._interruption: Interruption | None = None

    @property
    def sid(self) -> str:
        """`CA` and 32 hexadecimal digits."""
        return self.parties.sid

    @property
    def happenings(self) -> list[Happening]:
        """Everything that happened so far, oldest first."""
        return self._timeline.happenings

    @property
    def over(self) -> bool:
        """Whether the call has ended."""
        return self.ended_at is not None

    @property
    def duration(self) -> int:
        """Whole seconds from the answer to the end (or to now); 0 if it was never answered."""
        if self.answered_at is None:
            return 0
        until = self._clock.now() if self.ended_at is None else self.ended_at
        return round(until - self.answered_at)

    def follow(self) -> AsyncIterator[Happening]:
        """Past and future happenings; ends when the call has ended."""
        return self._timeline.follow()

    async def ended(self) -> None:
        """Wait until the call has ended."""
        await self._over.wait()

    def press(self, keys: str) -> None:
        """Press keys (`0-9 * # A-D`) one after the other. Keys that no verb waits for are lost.

        Raises ValueError for other characters.
        """
        if not keys or not set(keys) <= KEYS:
            raise ValueError(f"{keys!r} is not a sequence of the keys 0-9, *, # and A-D")
        if not self.over:
            heard = [self.keypad.enter(Input(key=key)) for key in keys]
            self.happen("pressed", keys=keys, heard=any(heard))

    def speak(self, words: str) -> None:
        """Say something; only a Gather for speech hears it."""
        if not self.over:
            heard = self.keypad.enter(Input(speech=words))
            self.happen("spoken", words=words, heard=heard)

    def hang_up(self) -> None:
        """The person on the phone ends the call."""
        self.interrupt("hangup", End("hangup"))

    def happen(self, kind: str, **detail: object) -> None:
        """Add a happening of now to the timeline."""
        self._timeline.add(Happening(round(self._clock.now() - self.began, 3), kind, detail))

    def interrupt(self, by: By, move: Move) -> None:
        """Cut off what is going on and continue with `move`; the last of several interruptions wins."""
        if self.over or (self._interruption is not None and isinstance(self._interruption.move, End)):
            return
        parting = self.parting(by) if self.parting is not None else None
        if parting is None and self._interruption is not None:
            parting = self._interruption.parting
        self.parting = None
        self.stopping_by = by
        self._interruption = Interruption(by, move, parting)
        if self._turn is not None:
            self._turn.cancel()

    def take_interruption(self) -> Interruption | None:
        """The interruption that has not been acted upon yet, once."""
        taken, self._interruption = self._interruption, None
        return taken

    async def run_turn(self, turn: asyncio.Future[Move]) -> None:
        """Wait for a turn to finish, or to be cut off by an interruption."""
        self._turn, self.stopping_by = turn, "close"
        try:
            await asyncio.wait({turn})
        finally:
            self._turn = None

    def end(self, status: Status) -> None:
        """Set the final status and wake all who wait for it."""
        self.status = status
        self.ended_at = self._clock.now()
        self.happen("ended", status=status, duration=self.duration)
        self._timeline.close()
        self._over.set()
