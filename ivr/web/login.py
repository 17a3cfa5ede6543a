"""The board's password: how it is kept, and how often it may be guessed."""

import asyncio
from collections import OrderedDict

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from msgspec import Struct

from ivr.runtime.ports import Clock
from ivr.store.access import AccessStore
from ivr.web.peer import neighbourhood

SHORTEST, LONGEST = 8, 1000
"""Characters of a password."""
FREE = 5
"""Wrong passwords from one address before it has to wait."""
LONGEST_WAIT = 300_000
"""Milliseconds between guesses, at most; the wait doubles with each from one second on."""
FORGOTTEN = 3_600_000
"""Milliseconds after which wrong passwords no longer count."""
REMEMBERED = 10_000
"""Addresses whose guesses are counted; of more, the oldest are forgotten."""
AT_ONCE = 2
"""Passwords that are compared at the same time: each takes 64 MiB for a moment."""

WAITING = 40
"""Passwords that wait to be compared, which takes some seconds; whoever comes then is sent away for one."""

_hasher = PasswordHasher()


class TooOften(Exception):
    """Too many wrong passwords from this address. `seconds` until the next may be tried."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Too many wrong passwords. Try again in {seconds} s.")
        self.seconds = seconds


class BadPassword(ValueError):
    """A password that can't be set. Says why in one sentence."""


class Guesses(Struct, frozen=True):
    """Wrong passwords from one address, and when the last of them came, in ms."""

    count: int = 0
    last: int = 0

    def allowed_at(self) -> int:
        """When the next may come."""
        if self.count < FREE:
            return 0
        return self.last + int(min(1000 * 2.0 ** min(self.count - FREE, 20), LONGEST_WAIT))


def hash_password(password: str) -> str:
    """What is stored of a password. Takes some tenths of a second. Raises BadPassword."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise BadPassword(f"A password has {SHORTEST} to {LONGEST} characters.")
    return _hasher.hash(password)


class Login:
    """Compares passwords, ever more slowly for whoever guesses."""

    def __init__(self, access: AccessStore, clock: Clock, waiting: int = WAITING) -> None:
        self._access = access
        self._clock = clock
        self._guesses: OrderedDict[str, Guesses] = OrderedDict()
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._waiting, self._most = 0, waiting

    async def is_right(self, password: str, remote: str) -> bool:
        """Whether this is the board's password. Each try counts before it is compared, so that a thousand at once
        are no way around. Raises TooOften, and what the store raises.
        """
        address = neighbourhood(remote)
        self._count(address)
        stored = await self._access.password_hash()
        right = stored is not None and await self._compared(stored, password)
        if right:
            self._guesses.pop(address, None)
        return right

    async def _compared(self, stored: str, password: str) -> bool:
        """Whether they match, when it is its turn. Raises TooOften when too many wait already."""
        if self._waiting >= self._most:
            raise TooOften(1)
        self._waiting += 1
        try:
            async with self._turn:
                return await asyncio.to_thread(_matches, stored, password)
        finally:
            self._waiting -= 1

    def _count(self, address: str) -> None:
        now = self._clock.now()
        guesses = self._guesses.pop(address, Guesses())
        if now - guesses.last > FORGOTTEN:
            guesses = Guesses()
        if now < guesses.allowed_at():
            self._guesses[address] = guesses
            raise TooOften(-((now - guesses.allowed_at()) // 1000))
        self._guesses[address] = Guesses(guesses.count + 1, now)
        if len(self._guesses) > REMEMBERED:
            self._guesses.popitem(last=False)


def _matches(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (Argon2Error, InvalidHashError, UnicodeError):
        return False
