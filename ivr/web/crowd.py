"""How many connections there are, in all and by address."""

from collections import Counter
from collections.abc import Callable

from msgspec import Struct

from ivr.web.peer import Proxies, is_loopback, neighbourhood


class Limits(Struct, frozen=True, kw_only=True):
    """What a listener gives to its clients. Seconds, and numbers of connections.

    `head`: for the head of a request, from its first byte (of the first request: from the connection on). `body`: for
    a body, and one more for each 16 KiB that came. `write`: for taking the next part of an answer; a file has one more
    for each 16 KiB. `idle`: between requests; longer than proxies keep a connection to us, which is 60 as a rule.

    `total`: connections at once. `per_address`: those from one address that are not vouched for, by a signature or
    a session. `exempt`: addresses that only `total` limits. `proxies`: behind these, requests are counted instead of
    connections, each at the address of its sender.
    """

    head: float = 10.0
    body: float = 10.0
    write: float = 10.0
    idle: float = 75.0
    total: int = 4096
    per_address: int = 256
    exempt: Callable[[str], bool] = is_loopback
    proxies: Proxies = Proxies()


def shares(open_files: int) -> tuple[int, int]:
    """How many of the files that a process may open go to connections at the public and at the private listener.

    What strangers open at the one never takes from the other, and the rest, nearly half, is for the web calls (see
    `for_web_calls`), the database and the audio.
    """
    return max(16, open_files // 2), max(16, open_files // 16)


def for_web_calls(open_files: int) -> int:
    """How many of them web calls may use at once; a request that finds none waits for its turn. Without an end of their
    own they would meet the system's, which looks like an API that can't be reached."""
    return max(16, open_files * 3 // 8)


class Ticket:
    """A place in the crowd."""

    __slots__ = ("_crowd", "_key", "_whole")

    def __init__(self, crowd: "Crowd", key: str, whole: bool) -> None:
        self._crowd = crowd
        self._key = key
        self._whole = whole

    def vouch(self) -> None:
        """This is no stranger: it no longer counts at its address."""
        self._crowd.strangers_less(self._key)
        self._key = ""

    def leave(self) -> None:
        """Give the place back. Doing it again does nothing."""
        self.vouch()
        if self._whole:
            self._whole = False
            self._crowd.total -= 1


class Crowd:
    """Everybody at a listener."""

    def __init__(self, limits: Limits) -> None:
        self.total = 0
        self._limits = limits
        self._strangers: Counter[str] = Counter()

    def connected(self, host: str) -> Ticket | None:
        """A place for a connection from an address, or None when there is none."""
        if self.total >= self._limits.total:
            return None
        counted = not (self._limits.exempt(host) or self._limits.proxies.trusts(host))
        ticket = self._ticket(host if counted else "", whole=True)
        self.total += ticket is not None
        return ticket

    def asked(self, host: str) -> Ticket | None:
        """A place for a request that came through a proxy, or None when its sender has enough under way."""
        return self._ticket(host, whole=False)

    def strangers_less(self, key: str) -> None:
        """One connection or request fewer that counts at an address; "" is no address."""
        if key:
            self._strangers[key] -= 1
            if not self._strangers[key]:
                del self._strangers[key]

    def _ticket(self, host: str, *, whole: bool) -> Ticket | None:
        key = neighbourhood(host)
        if key:
            if self._strangers[key] >= self._limits.per_address:
                return None
            self._strangers[key] += 1
        return Ticket(self, key, whole)
