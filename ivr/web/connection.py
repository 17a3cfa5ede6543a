"""One connection: what comes in over it has deadlines, a size, and no way into the log or into an answer.

The HTTP of it is aiohttp's. Three things are ours. A body is never decompressed, since a few hundred bytes can become
gigabytes. A client who is silent, or sends or reads drop by drop, is disconnected. And what can't be parsed is answered
with a sentence of ours instead of the parser's own.
"""

import asyncio
from typing import Any, Literal

from aiohttp import StreamReader, web
from aiohttp.http_exceptions import HttpProcessingError

from ivr.web.crowd import Limits, Ticket
from ivr.web.sparing import Sparing

RATE = 16 * 1024
"""Bytes a second below which a long body, or a file that is fetched, counts as dripping."""
MOST_HEADERS = 64
"""Headers of a request. Each, and the request line, has 8190 bytes at most."""
SAID, SAID_RATE = 16 * 1024, 64
"""Bytes that come in over a WebSocket, and how many more each second: browsers only say that they are still there."""
LINGER = 2.0
"""Seconds in which the rest of an unread body is thrown away, so that the answer still arrives."""
SERVER = "ivr"
"""The header Server: no versions, no parts."""
TICKET = web.RequestKey("place in the crowd", Ticket)
THEIRS = (ConnectionError, HttpProcessingError, web.RequestPayloadError, web.PayloadAccessError, TimeoutError)
"""What is raised because of what the other side does."""
Phase = Literal["new", "head", "busy", "idle"]


class Connection(web.RequestHandler):
    """What comes in over a connection, in phases: waiting for the head of a request, busy with a request, idle."""

    __slots__ = (
        "_closing_at",
        "_hushed_at",
        "_limits",
        "_log",
        "_payload",
        "_phase",
        "_received",
        "_sending",
        "_since",
        "_stuck_at",
        "_ticket",
        "_timer",
        "_wire",
    )

    def __init__(self, server: web.Server, ticket: Ticket, limits: Limits, log: Sparing) -> None:
        super().__init__(
            server,
            loop=asyncio.get_running_loop(),
            access_log=None,  # type: ignore[arg-type]
            auto_decompress=False,
            keepalive_timeout=limits.idle,
            lingering_time=min(LINGER, limits.body),
            max_headers=MOST_HEADERS,
        )
        self._ticket = ticket
        self._limits = limits
        self._log = log
        self._phase: Phase = "new"
        self._since = self._loop.time()
        self._received = 0
        self._payload: StreamReader | None = None
        self._stuck_at: float | None = None
        self._closing_at: float | None = None
        self._hushed_at: float | None = None
        self._sending: asyncio.Timeout | None = None
        self._timer: asyncio.TimerHandle | None = None
        # aiohttp lets go of its transport when it begins to close it. That never ends for a client who reads nothing.
        self._wire: asyncio.Transport | None = None

    def vouch(self) -> None:
        """The client is known by now, and no longer counts as a stranger."""
        self._ticket.vouch()

    @property
    def expects(self) -> bool:
        """Whether a request is on its way here: its head, or after connecting the whole of it."""
        return self._phase in {"new", "head"} and self._wire is not None and not self._wire.is_closing()

    def begin(self, payload: StreamReader) -> None:
        """A request is being answered, whose body is this."""
        self._phase, self._since = "busy", self._loop.time()
        self._payload = payload

    def hush(self) -> None:
        """A WebSocket is open, over which the client has next to nothing to say."""
        self._hushed_at, self._received = self._loop.time(), 0

    def allow(self, size: int) -> None:
        """A file of so many bytes is about to be sent."""
        if self._sending is not None:
            self._sending.reschedule(self._loop.time() + self._limits.write + size / RATE)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._wire = transport  # type: ignore[assignment]
        self._look()

    def connection_lost(self, exc: BaseException | None) -> None:
        self._wire = None
        if self._timer is not None:
            self._timer.cancel()
        self._ticket.leave()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._received += len(data)
        if self._phase == "idle":
            self._phase, self._since = "head", self._loop.time()
        # By bytes, since frames that say nothing cost the most and are reported to nobody.
        if self._hushed_at is not None and self._received > SAID + SAID_RATE * (self._loop.time() - self._hushed_at):
            self._drop()
            return
        super().data_received(data)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._stuck_at = self._loop.time()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._stuck_at = None

    async def finish_response(
        self, request: web.BaseRequest, resp: web.StreamResponse, start_time: float | None
    ) -> tuple[web.StreamResponse, bool]:
        if not getattr(resp, "prepared", True):  # a handler without an answer is a mistake of ours, logged there
            resp.headers.setdefault("Server", SERVER)
        try:
            if not isinstance(resp, web.FileResponse):
                return await super().finish_response(request, resp, start_time)
            # The kernel sends a file by itself, and does not say when it is stuck.
            async with asyncio.timeout(self._limits.write) as self._sending:
                return await super().finish_response(request, resp, start_time)
        except TimeoutError:
            self._drop()
            return resp, True
        finally:
            self._phase, self._since = "idle", self._loop.time()
            self._sending = self._payload = None
            # Not when a request begins: by then some of its body may have come.
            self._received = 0

    def handle_error(
        self, request: web.BaseRequest, status: int = 500, exc: BaseException | None = None, message: str | None = None
    ) -> web.StreamResponse:
        """The answer to what can't be parsed, or to a mistake of ours; the connection ends with it."""
        if request.writer.output_size > 0 or isinstance(exc, ConnectionError):
            raise ConnectionError("The client is gone, or half an answer has left.")
        if isinstance(exc, THEIRS):
            status = 400
        if status >= 500:
            self.log_exception(exc_info=exc)
        else:
            self._log.info("a request from %s can't be understood: %s", request.remote, type(exc).__name__)
        text = "Something went wrong here.\n" if status >= 500 else "This request can't be understood.\n"
        response = web.Response(status=status, text=text)
        response.force_close()
        return response

    def log_exception(self, *args: Any, **kw: Any) -> None:
        fault = kw.get("exc_info")
        if isinstance(fault, BaseException) and not isinstance(fault, THEIRS):
            self._log.error("a request could not be answered: %s", type(fault).__name__, fault=fault)

    def _look(self) -> None:
        """Look whether it is too late, again and again until the connection is gone."""
        if self._wire is None:
            return
        if self._late(self._wire, self._loop.time()):
            self._drop()
            return
        every = min(self._limits.head, self._limits.body, self._limits.write) / 2
        self._timer = self._loop.call_later(every, self._look)

    def _late(self, wire: asyncio.Transport, now: float) -> bool:
        limits = self._limits
        if wire.is_closing():
            # Until what is left to send has been taken.
            self._closing_at = self._closing_at or now
            return now - self._closing_at >= limits.write
        if self._stuck_at is not None and now - self._stuck_at >= limits.write:
            return True
        match self._phase:
            case "busy":
                # While it is us who read no further, the client is not late.
                dripping = self._payload is not None and not self._payload.is_eof() and not self._reading_paused
                return dripping and now - self._since >= limits.body + self._received / RATE
            case "idle":
                return now - self._since >= limits.idle
            case _:
                return now - self._since >= limits.head

    def _drop(self) -> None:
        if self._wire is not None:
            self._wire.abort()


def vouch(request: web.BaseRequest) -> None:
    """A request is signed, or of a session: neither it nor its connection counts as a stranger's."""
    if isinstance(request.protocol, Connection):
        request.protocol.vouch()
    if TICKET in request:
        request[TICKET].vouch()


def hush(request: web.BaseRequest) -> None:
    """A request has become a WebSocket, over which its client has next to nothing to say."""
    if isinstance(request.protocol, Connection):
        request.protocol.hush()


async def allow_time(request: web.Request, response: web.StreamResponse) -> None:
    """Signal of an application: the longer a file, the longer it may take to fetch it."""
    if isinstance(request.protocol, Connection) and response.content_length is not None:
        request.protocol.allow(response.content_length)
