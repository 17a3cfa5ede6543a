"""Takes connections from a listening socket, as long as there is room for them.

asyncio's own way makes a protocol and a task before we can refuse. And once the process may open no more files
it logs a traceback, and tries again, a thousand times for each attempt: a flood that lasts longer than its cause.
"""

import asyncio
import socket
from collections.abc import Callable

from ivr.web.crowd import Crowd, Ticket
from ivr.web.sparing import Sparing

BACKLOG = 1024
"""Connections that the kernel keeps until we take them."""
AT_ONCE = 128
"""Connections taken in one round of the event loop: enough that calls don't queue, few enough for others' turns."""
PAUSE = 1.0
"""Seconds until the next try, when there are no files left to open. Clients wait in the backlog meanwhile."""


class Acceptor:
    """`make` gives the protocol of a connection that has a place. Starts at once; close it at the end."""

    def __init__(
        self, sock: socket.socket, crowd: Crowd, make: Callable[[Ticket], asyncio.Protocol], log: Sparing
    ) -> None:
        self._sock = sock
        self._crowd = crowd
        self._make = make
        self._log = log
        self._loop = asyncio.get_running_loop()
        # A socket that listens already was passed on, and is kept open: the next process takes the clients in it.
        self._kept = bool(sock.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))
        self._coming: set[asyncio.Task[None]] = set()
        self._again: asyncio.TimerHandle | None = None
        self._closed = False
        sock.setblocking(False)
        sock.listen(BACKLOG)
        self._listen()

    async def close(self) -> None:
        """Take no more connections; the socket is closed."""
        self._closed = True
        if self._again is not None:
            self._again.cancel()
        self._loop.remove_reader(self._sock)
        if not self._kept:
            self._ready()  # clients who have connected are served: closing the socket would cut them off
        self._sock.close()
        await asyncio.gather(*self._coming, return_exceptions=True)

    def _listen(self) -> None:
        self._again = None
        self._loop.add_reader(self._sock, self._ready)

    def _ready(self) -> None:
        for _ in range(AT_ONCE):
            try:
                taken, peer = self._sock.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError as error:
                if self._closed:
                    return
                self._log.error("no connection can be taken now, trying again every %g s: %s", PAUSE, error.strerror)
                self._loop.remove_reader(self._sock)
                self._again = self._loop.call_later(PAUSE, self._listen)
                return
            self._take(taken, str(peer[0]))

    def _take(self, taken: socket.socket, host: str) -> None:
        ticket = self._crowd.connected(host)
        if ticket is None:
            taken.close()
            self._log.warning("a connection from %s is refused: there are %d already", host, self._crowd.total)
            return
        taken.setblocking(False)
        task = self._loop.create_task(self._begin(taken, ticket))
        self._coming.add(task)
        task.add_done_callback(self._coming.discard)

    async def _begin(self, taken: socket.socket, ticket: Ticket) -> None:
        try:
            await self._loop.connect_accepted_socket(lambda: self._make(ticket), taken)
        except OSError:
            # Gone again already.
            ticket.leave()
            taken.close()
