"""Several server processes of one command, which share the public port and a PostgreSQL database.

    supervisor ──fork──▶ worker 1   public port   board's port
        │      ──fork──▶ worker 2   the same      the port after it

Each worker has a socket of its own on the public port (SO_REUSEPORT), and the kernel gives each connection to one of
them. The supervisor has made these sockets and keeps them open: who connects to a worker that has died is answered by
the next one in its place, which starts at once. One that does not come up gives its socket up until it is tried again,
so that the others get what comes meanwhile.

Each worker is told to stop by a pipe, and no signal means anything to it: systemd sends its own to every process, and a
second one would be a hurry. At the pipe's end the supervisor is gone.

The first worker starts alone, as it makes the tables. One that can't start the first time never could, so that ends the
command. The supervisor has no event loop and no threads, as forking takes both along.
"""

import logging
import os
import select
import signal
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple

from ivr.system import stops

log = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
"""Seconds before a worker starts again that has ended for the second time, and at most; they double with each."""
STEADY = 60.0
"""Seconds that a worker runs for what was before to be forgotten."""


def pause(failures: int) -> float:
    """Seconds before the next start of a worker that has ended so many times in a row."""
    return 0.0 if failures < 2 else min(FIRST_PAUSE * 2.0 ** min(failures - 2, 10), LONGEST_PAUSE)


class Worker(NamedTuple):
    """What this process is from now on: one of the workers. `boards` has the sockets of all, its own the first one of
    them; `up` is written to once it answers, and from `orders` come the numbers of signals, a byte each."""

    number: int
    sock: socket.socket
    boards: tuple[socket.socket, ...]
    up: int
    orders: int

    def is_up(self) -> None:
        """Tell the supervisor."""
        os.write(self.up, b".")
        os.close(self.up)

    def asked(self) -> list[signal.Signals]:
        """How it is asked to end, once that can be read; empty when the supervisor is gone."""
        return [signal.Signals(number) for number in os.read(self.orders, 16)]


class _Place:
    """A worker, or the one to come in its place."""

    def __init__(self, number: int, board: socket.socket) -> None:
        self.number = number
        self.board = board
        self.sock: socket.socket | None = None
        self.pid = 0
        self.up: int | None = None
        self.orders: int | None = None
        self.was_up = self.is_up = False
        self.began = self.due = 0.0
        self.failures = 0

    def hang_up(self) -> None:
        """Close the pipes to a worker."""
        for end in (self.up, self.orders):
            if end is not None:
                os.close(end)
        self.up = self.orders = None

    def give_up(self) -> None:
        """Give its public socket up."""
        if self.sock is not None:
            self.sock.close()
            self.sock = None


class Supervisor:
    """Starts a worker for each socket of `boards`, and again when it ends. `public` makes a socket for one of them."""

    def __init__(self, public: Callable[[], socket.socket], boards: Sequence[socket.socket]) -> None:
        self._public = public
        self._places = [_Place(number, board) for number, board in enumerate(boards, 1)]
        self._woken, self._wake = os.pipe()
        self._stops = stops()
        self._asked: list[signal.Signals] = []
        self._before: dict[signal.Signals, Any] = {}
        self._stopping = False
        self.code = 0
        """With what the command ends."""

    def run(self) -> Worker | None:
        """Watch the workers until they have ended for good. Comes back in each of them, too, with what it is."""
        with self._listening():
            worker = self._watch()
            if worker is not None:
                for number in self._stops:
                    self._before[number] = _nothing
        for end in (self._woken, self._wake):
            os.close(end)
        return worker

    def _watch(self) -> Worker | None:
        while any(place.pid for place in self._places) or not self._stopping:
            for place in self._places:
                if self._is_due(place) and (worker := self._start(place)) is not None:
                    return worker
            self._wait()
            self._stop()
            for place in self._places:
                self._look(place)
        return None

    @contextmanager
    def _listening(self) -> Iterator[None]:
        """Wake up at signals, which are kept in `_asked`."""
        os.set_blocking(self._wake, False)
        before = signal.set_wakeup_fd(self._wake, warn_on_full_buffer=False)
        self._before = {number: signal.signal(number, self._note) for number in (*self._stops, signal.SIGCHLD)}
        try:
            yield
        finally:
            for number, handler in self._before.items():
                signal.signal(number, handler)
            signal.set_wakeup_fd(before)

    def _note(self, number: int, _: Any) -> None:
        if number in self._stops:
            self._asked.append(signal.Signals(number))

    def _is_due(self, place: _Place) -> bool:
        if self._stopping or place.pid or time.monotonic() < place.due:
            return False
        return place.number == 1 or self._places[0].was_up

    def _start(self, place: _Place) -> Worker | None:
        place.sock = place.sock or self._public()
        place.up, up = os.pipe()
        orders, place.orders = os.pipe()
        place.began, place.is_up = time.monotonic(), False
        place.pid = os.fork()
        if place.pid:
            os.close(up)
            os.close(orders)
            return None
        for each in self._places:
            each.hang_up()
            if each is not place:
                each.give_up()
        others = (each.board for each in self._places if each is not place)
        return Worker(place.number, place.sock, (place.board, *others), up, orders)

    def _wait(self) -> None:
        """Until there is a signal, word of a worker, or time to start one again."""
        coming = {place.up: place for place in self._places if place.up is not None}
        due = [place.due - time.monotonic() for place in self._places if not place.pid and place.due]
        ready, _, _ = select.select([self._woken, *coming], [], [], max(0.0, min(due)) if due else None)
        if self._woken in ready:
            os.read(self._woken, 1024)
        for end in ready:
            if (place := coming.get(end)) is not None:
                place.is_up = bool(os.read(end, 1))
                place.was_up = place.was_up or place.is_up
                os.close(end)
                place.up = None

    def _stop(self) -> None:
        """Pass on how we were asked to end."""
        asked, self._asked = self._asked, []
        for given in asked:
            self._end(given)

    def _end(self, how: signal.Signals) -> None:
        if not self._stopping:
            self._stopping = True
            for place in self._places:  # so that a worker which stops has the last of each, and answers who waits in it
                place.board.close()
                place.give_up()
        for place in self._places:
            if place.orders is not None:
                with suppress(BrokenPipeError):  # it has just ended
                    os.write(place.orders, bytes([how]))

    def _look(self, place: _Place) -> None:
        """Whether a worker has ended, and what follows."""
        if not place.pid:
            return
        pid, status = os.waitpid(place.pid, os.WNOHANG)
        if not pid:
            return
        place.pid = 0
        place.hang_up()
        code = os.waitstatus_to_exitcode(status)
        if self._stopping:
            self.code = self.code or abs(code)
        elif not place.was_up:
            log.error("worker %d can't start", place.number)
            self.code = abs(code) or 1
            self._end(signal.SIGTERM)
        else:
            self._again(place, pid, code)

    def _again(self, place: _Place, pid: int, code: int) -> None:
        now = time.monotonic()
        place.failures = 1 if now - place.began >= STEADY else place.failures + 1
        seconds = pause(place.failures)
        place.due = now + seconds
        if not place.is_up:
            place.give_up()
        how = f"by signal {-code}" if code < 0 else f"with code {code}"
        log.error("worker %d (process %d) has ended %s; starting it again in %g s", place.number, pid, how, seconds)


def _nothing(_: int, __: Any) -> None:
    """Not the same as ignoring a signal, which programs that are started would do, too."""
