"""The circuit breaker of one host: whether it may be asked, judged by how the requests before went. Pure; times are
milliseconds since 1970.

Closed, everything goes. Many failures in a row open it: nothing goes until a pause is over. Then it is half-open: one
request goes as a probe, and by its end the breaker closes, or opens for another pause.
"""

from collections import deque

from msgspec import Struct

BUCKETS = 10
"""Requests are counted in so many parts of the window: enough to forget the old ones, few enough to be small."""


class Rules(Struct, frozen=True, kw_only=True):
    """What a host may be burdened with.

    `concurrent`: requests at once; 0 for no limit. `failures`: how many in a row open the breaker; 0 for never.
    `window`: seconds within which they count. `share`: how much of the window's requests must have failed, from 0
    to 1. `pause`: seconds for which the breaker stays open.
    """

    concurrent: int = 100
    failures: int = 10
    window: float = 30.0
    share: float = 0.5
    pause: float = 15.0


class Ticket(Struct, frozen=True):
    """A request that was let through: between which two turns of the breaker, and whether as the probe."""

    era: int
    probe: bool


class Breaker:
    """Keeps the counts of one host, of a fixed size however much is asked."""

    __slots__ = ("_buckets", "_opened_at", "_probing", "_row", "_rules", "era", "failures")

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._row: deque[int] = deque(maxlen=rules.failures)  # when the last failures in a row were
        self._buckets: deque[tuple[int, int, int]] = deque(maxlen=BUCKETS)  # number, all, failed
        self._opened_at: int | None = None
        self._probing = False
        self.era = 0  # counts openings and closings
        self.failures = 0  # in a row, the last one included

    @property
    def half_open(self) -> bool:
        """Whether a probe is out."""
        return self._probing

    def until(self, now: int) -> int | None:
        """When the host may be asked again; `now` while the probe is out; None when it may be asked at once."""
        if self._opened_at is None:
            return None
        if self._probing:
            return now
        over = self._opened_at + round(self._rules.pause * 1000)
        # Time that ran backwards must not keep it open.
        return over if self._opened_at <= now < over else None

    def begin(self) -> Ticket:
        """Let a request through, which `until` said may be."""
        self._probing = self._opened_at is not None
        return Ticket(self.era, self._probing)

    def end(self, ticket: Ticket, good: bool | None, now: int) -> bool:
        """Take note how a request ended; None when that says nothing about the host. True if the breaker opened.

        What began before the breaker last opened or closed is not counted.
        """
        if ticket.era != self.era:
            return False
        if ticket.probe:
            self._probing = False
        if good is None:
            return False
        if good:
            self._succeeded(ticket, now)
            return False
        self.failures += 1
        return self._open(now) if ticket.probe or self._too_many(now) else False

    def _succeeded(self, ticket: Ticket, now: int) -> None:
        self._row.clear()
        self.failures = 0
        if ticket.probe:
            self._opened_at = None
            self._buckets.clear()
            self.era += 1
        else:
            self._count(now, failed=0)

    def _too_many(self, now: int) -> bool:
        self._count(now, failed=1)
        if not self._rules.failures:
            return False
        self._row.append(now)
        window = round(self._rules.window * 1000)
        if len(self._row) < self._rules.failures or not 0 <= now - self._row[0] <= window:
            return False
        every = sum(bucket[1] for bucket in self._buckets)
        return sum(bucket[2] for bucket in self._buckets) >= self._rules.share * every

    def _count(self, now: int, failed: int) -> None:
        number = int(now * BUCKETS // (self._rules.window * 1000))
        buckets = self._buckets
        if buckets and buckets[-1][0] > number:  # time ran backwards
            buckets.clear()
        while buckets and buckets[0][0] <= number - BUCKETS:
            buckets.popleft()
        if buckets and buckets[-1][0] == number:
            _, every, bad = buckets.pop()
            buckets.append((number, every + 1, bad + failed))
        else:
            buckets.append((number, 1, failed))

    def _open(self, now: int) -> bool:
        self._opened_at = now
        self._row.clear()
        self.era += 1
        return True
