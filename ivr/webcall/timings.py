"""Where the time of a request went: DNS, connecting, TLS, first byte.

They come from the connector: a tracer of aiohttp's would be told far more, and each request would pay for that.
"""

import asyncio
from contextvars import ContextVar

from msgspec import Struct


class Stopwatch(Struct):
    """Marks of one try, in seconds of the event loop's clock; None for what did not happen, or was not needed.

    `connected`: the socket is; `ready`: so is TLS, if it is asked for by `secure`; `given`: there is a connection, made
    for this request or kept open. `queued`: it had to wait here for others to end. `answered`: a byte came back."""

    started: float
    secure: bool = False
    queued: float | None = None
    dns_began: float | None = None
    dns_ended: float | None = None
    connect_began: float | None = None
    connected: float | None = None
    ready: float | None = None
    given: float | None = None
    first_byte: float | None = None
    ended: float | None = None
    answered: bool = False

    @property
    def begun(self) -> bool:
        """Whether the API was turned to: until then, all that was waited for is ours."""
        return self.begun_at is not None

    @property
    def begun_at(self) -> float | None:
        """When the API was turned to; None: not yet."""
        return self.given if self.connect_began is None else self.connect_began

    def waited(self, now: float) -> float:
        """Seconds that the request waited, or waits, here for others to end."""
        return 0.0 if self.queued is None else (now if self.begun_at is None else self.begun_at) - self.started

    @property
    def reused(self) -> bool:
        """Whether the request went over a connection that was kept open."""
        return self.given is not None and self.connect_began is None

    def milliseconds(self) -> dict[str, int]:
        """Durations in milliseconds by name. A connection that was open costs neither connecting nor TLS."""
        begun = self.begun_at
        spans = {
            "queue": (None if self.queued is None else self.started, self.ended if begun is None else begun),
            "dns": (self.dns_began, self.dns_ended),
            "connect": (self.dns_ended or self.connect_began, self.connected),
            "tls": (self.connected if self.secure else None, self.ready),
            "first_byte": (self.ready or begun or self.started, self.first_byte),
            "total": (self.started, self.ended),
        }
        return {
            name: round((end - start) * 1000)
            for name, (start, end) in spans.items()
            if start is not None and end is not None
        }


running: ContextVar[Stopwatch | None] = ContextVar("running", default=None)
"""The stopwatch of the request that this task sends."""


def note(mark: str) -> None:
    """Mark the running stopwatch, if there is one."""
    watch = running.get()
    if watch is not None:
        setattr(watch, mark, asyncio.get_running_loop().time())
