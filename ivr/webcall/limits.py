"""What one host is spared: more requests at once than it should get, and requests while it is down.

    async with limits.turn("api.example.com") as turn:
        ... ask ...
        turn.succeeded()  # or turn.failed(); neither when it says nothing about the host

A turn that has to wait for its place does so on the way in, first come, first served; any deadline or cancellation
ends the waiting. Time comes from the clock that is given, and memory is bounded by the turns under way and `hosts`
more hosts.
"""

import asyncio
from collections import OrderedDict
from math import ceil
from types import TracebackType
from typing import Self

from ivr.core.counted import counted
from ivr.runtime.ports import Clock
from ivr.webcall.breaker import Breaker, Rules, Ticket
from ivr.webcall.timings import note

USUAL = Rules()


class Skipped(Exception):
    """A request that was not sent, since its host failed so often.

    `until`: when it may be asked again, in milliseconds since 1970; `failures`: how many there were in a row.
    """

    def __init__(self, host: str, until: int, failures: int, now: int) -> None:
        self.host = host
        self.until = until
        self.failures = failures
        when = f"asked again in {ceil((until - now) / 1000)} s" if until > now else "being asked again right now"
        super().__init__(f"The API at {host} failed {counted(failures, 'time')} in a row; it is {when}.")


class Limits:
    """The places and breakers of all hosts. `hosts`: how many are remembered while nothing is asked of them."""

    def __init__(self, clock: Clock, rules: Rules = USUAL, hosts: int = 1000) -> None:
        self.clock = clock
        self.rules = rules
        self._hosts = hosts
        self._memory = round(max(rules.window, rules.pause) * 1000)
        self._used: dict[str, _Gate] = {}
        self._idle: OrderedDict[str, _Gate] = OrderedDict()  # longest idle first

    def turn(self, host: str) -> "Turn":
        """A turn at a host, to be entered once by `async with`, which raises Skipped while the host is down."""
        return Turn(self, host)

    def enter(self, host: str) -> "_Gate":
        """The gate of a host, kept until `leave`."""
        gate = self._used.get(host)
        if gate is None:
            gate = self._idle.pop(host) if host in self._idle else _Gate(host, self.rules)
            self._used[host] = gate
        gate.users += 1
        return gate

    def leave(self, gate: "_Gate") -> None:
        """Take back what `enter` gave; forget hosts that were idle for long, or that are too many."""
        gate.users -= 1
        if gate.users:
            return
        now = gate.seen_at = self.clock.now()
        self._idle[gate.host] = self._used.pop(gate.host)
        while self._idle:
            longest = next(iter(self._idle.values()))
            if len(self._idle) <= self._hosts and now - longest.seen_at <= self._memory:
                break
            self._idle.popitem(last=False)

    @property
    def remembered(self) -> int:
        """How many hosts there is something in memory of."""
        return len(self._used) + len(self._idle)


class Turn:
    """One request's turn, and how it went."""

    __slots__ = ("_gate", "_good", "_host", "_limits", "_ticket")

    def __init__(self, limits: Limits, host: str) -> None:
        self._limits = limits
        self._host = host
        self._good: bool | None = None

    def succeeded(self) -> None:
        """The host answered."""
        self._good = True

    def failed(self) -> None:
        """The host could not be reached, did not answer in time, or answered that it is broken."""
        self._good = False

    async def __aenter__(self) -> Self:
        self._gate = self._limits.enter(self._host)
        try:
            self._ticket = await self._gate.come_in(self._limits.clock)
        except BaseException:
            self._limits.leave(self._gate)
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._gate.go_out(self._ticket, self._good, self._limits.clock.now())
        self._limits.leave(self._gate)


class _Gate:
    """One host: how many places are taken, who waits for one, and its breaker."""

    __slots__ = ("_most", "breaker", "host", "seen_at", "taken", "users", "waiting")

    def __init__(self, host: str, rules: Rules) -> None:
        self.host = host
        self.breaker = Breaker(rules)
        self.taken = 0
        self.users = 0  # turns under way, waiting ones included
        self.waiting: OrderedDict[asyncio.Future[bool], None] = OrderedDict()  # first come first
        self.seen_at = 0
        self._most = rules.concurrent

    async def come_in(self, clock: Clock) -> Ticket:
        """Take a place. Raises Skipped when the breaker is open, or opens before there is a place."""
        now = clock.now()
        until = self.breaker.until(now)
        if until is not None:
            raise Skipped(self.host, until, self.breaker.failures, now)
        ticket = self.breaker.begin()
        try:
            came = await self._take()
        except asyncio.CancelledError:
            self.breaker.end(ticket, None, clock.now())
            raise
        if came and ticket.era == self.breaker.era:
            return ticket
        if came:  # the breaker opened between the passing on of the place and now
            self._free()
        now = clock.now()
        raise Skipped(self.host, self.breaker.until(now) or now, self.breaker.failures, now)

    def go_out(self, ticket: Ticket, good: bool | None, now: int) -> None:
        """Give the place back and say how it went. When that opens the breaker, all waits end."""
        if self.breaker.end(ticket, good, now):
            while self.waiting:
                _settle(self.waiting.popitem(last=False)[0], came=False)
        self._free()

    async def _take(self) -> bool:
        """Take a place after everybody who came before; False when sent away from the queue."""
        if not self._most or self.taken < self._most:
            self.taken += 1
            return True
        mine: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self.waiting[mine] = None
        note("queued")
        try:
            return await mine
        except asyncio.CancelledError:
            self.waiting.pop(mine, None)
            if not mine.cancelled() and mine.result():  # passed on in the very moment of the cancellation
                self._free()
            raise

    def _free(self) -> None:
        """Pass a place on to the first who waits, or back. What is passed on stays taken all the while."""
        while self.waiting:
            if _settle(self.waiting.popitem(last=False)[0], came=True):
                return
        self.taken -= 1


def _settle(waiting: asyncio.Future[bool], *, came: bool) -> bool:
    """Tell one who waits; False when he has just gone away."""
    if waiting.done():
        return False
    waiting.set_result(came)
    return True
