"""Wrong passwords, tokens and links: counted in the database, so that all server processes count together."""

from collections.abc import Callable, Sequence

from msgspec import Struct

from ivr.store.database import Database, Params, Statement
from ivr.store.sql import people as statements

FREE = 5
"""Wrong guesses by an address, or in a browser that knows the user, before a wait."""
FREE_OF_USER = 20
"""Wrong guesses for a user, from wherever, before a wait: many places together get no further than this."""
USER = "user:"
"""What counts for a user begins with this."""
LONGEST_WAIT = 300_000
"""Milliseconds between guesses, at most; the wait doubles with each from one second on."""
FORGOTTEN = 3_600_000
"""Milliseconds after which wrong guesses no longer count."""
TRIES = 50


class Guesses(Struct, frozen=True):
    """Wrong guesses by one address, for one user or in one browser, and when the last of them came, in ms."""

    count: int = 0
    last: int = 0
    free: int = FREE

    def allowed_at(self) -> int:
        """When the next may come."""
        if self.count < self.free:
            return 0
        return self.last + int(min(1000 * 2.0 ** min(self.count - self.free, 20), LONGEST_WAIT))


class GuessStore:
    """`now` gives milliseconds since 1970. Every method raises StoreError."""

    def __init__(self, database: Database, now: Callable[[], int]) -> None:
        self._database = database
        self._now = now

    async def count(self, who: Sequence[str]) -> int:
        """Count a guess before it is compared, so that a thousand at once are no way around. Milliseconds to wait: then
        it was not counted, and must not be compared.
        """
        for _ in range(TRIES):
            now = self._now()
            seen = [await self._seen(each, now) for each in who]
            allowed_at = max((each.allowed_at() for each in seen), default=0)
            if allowed_at > now:
                return allowed_at - now
            old = Statement(statements.FORGET_OLD_GUESSES, {"before": now - FORGOTTEN})
            counted = [_counted(key, guesses, now) for key, guesses in zip(who, seen, strict=True)]
            if await self._database.write([old, *counted]):
                return 0
        return 1000  # so many guess at once that none of them need be heard

    async def forget(self, who: Sequence[str]) -> None:
        """They were right in the end."""
        await self._database.write([Statement(statements.FORGET_GUESSES, {"who": each}) for each in who])

    async def _seen(self, who: str, now: int) -> Guesses:
        free = FREE_OF_USER if who.startswith(USER) else FREE
        for row in await self._database.fetch(statements.GUESSES, {"who": who}):
            if now - row["last"] <= FORGOTTEN:
                return Guesses(row["count"], row["last"], free)
        return Guesses(free=free)


def _counted(who: str, seen: Guesses, now: int) -> Statement:
    row: Params = {"who": who, "count": seen.count + 1, "now": now, "seen": seen.count, "seen_last": seen.last}
    return Statement(statements.COUNT_GUESS, row, must_change=True)
