"""Passwords of users: how they are kept, compared, and how often they may be guessed.

Wrong ones are counted by address and by user, so that neither one place nor many get far; and in the database, so that
all server processes count together. In a browser in which a user has signed in before, only what is wrong there counts:
guesses from elsewhere can't lock the user out.
"""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from msgspec import Struct

from ivr.store.access import AccessStore
from ivr.store.guesses import USER, GuessStore
from ivr.store.users import User, UserStore
from ivr.web.peer import neighbourhood

SHORTEST, LONGEST = 8, 1000
"""Characters of a password."""
AT_ONCE = 2
"""Passwords that are compared at the same time: each takes 64 MiB for a moment."""

WAITING = 40
"""Passwords that wait to be compared, which takes some seconds; further tries are sent away for one."""

_hasher = PasswordHasher()


class TooOften(Exception):
    """Too many wrong guesses. `seconds` until the next may be tried."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Too many wrong guesses. Try again in {seconds} s.")
        self.seconds = seconds


class BadPassword(ValueError):
    """A password that can't be set. Says why in one sentence."""


class Attempt(Struct, frozen=True):
    """A try to sign in: as whom, with what, from where, and what the browser has kept of an earlier time."""

    name: str
    password: str
    address: str
    device: str = ""


def hash_password(password: str) -> str:
    """What is stored of a password. Takes some tenths of a second. Raises BadPassword."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise BadPassword(f"A password has {SHORTEST} to {LONGEST} characters.")
    return _hasher.hash(password)


class Login:
    """Lets users in by their passwords, and everybody who guesses ever more slowly."""

    def __init__(self, users: UserStore, access: AccessStore, guesses: GuessStore, waiting: int = WAITING) -> None:
        self._users = users
        self._access = access
        self._guesses = guesses
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._waiting, self._most = 0, waiting

    async def user(self, attempt: Attempt) -> User | None:
        """Who signs in; None when name or password are wrong, which takes as long either way. Raises TooOften, and what
        the store raises.
        """
        with self._place():
            user = await self._users.find(attempt.name)
            counted = self._counted_by(attempt, user)
            await self._count(counted)
            async with self._turn:
                right = await asyncio.to_thread(_matches, user, attempt.password)
            if user is None or not right:
                return None
            await self._guesses.forget(counted)
            return user

    async def refuse_guess(self, address: str) -> None:
        """Count a wrong token or link. A right one is never refused: these can't be guessed. Raises TooOften."""
        await self._count([_of(address)])

    def _counted_by(self, attempt: Attempt, user: User | None) -> Sequence[str]:
        if user is None:
            return [_of(attempt.address)]
        device = self._access.device(attempt.device, user)
        return [f"device:{device.id}"] if device else [_of(attempt.address), f"{USER}{user.name}"]

    async def _count(self, who: Sequence[str]) -> None:
        wait = await self._guesses.count(who)
        if wait:
            raise TooOften(-(-wait // 1000))

    @contextmanager
    def _place(self) -> Iterator[None]:
        """A place among those who wait, within the context. Raises TooOften when there are too many of them already:
        then nothing is counted either."""
        if self._waiting >= self._most:
            raise TooOften(1)
        self._waiting += 1
        try:
            yield
        finally:
            self._waiting -= 1


def _of(address: str) -> str:
    return f"address:{neighbourhood(address)}"


def compared_with(user: User | None) -> str:
    """The hash that a password is compared with. Where there is no such user it takes as long, so that the time reveals
    no names."""
    return user.password_hash if user is not None else _nobodys()


@cache
def _nobodys() -> str:
    return _hasher.hash("nobody's password")


def _matches(user: User | None, password: str) -> bool:
    """For a thread."""
    try:
        return _hasher.verify(compared_with(user), password)
    except (Argon2Error, InvalidHashError, UnicodeError):
        return False
