"""One request and its answer: sent in its host's turn, timed and capped; every fault becomes a reply."""

import asyncio
from collections.abc import Awaitable, Sequence

import aiohttp
from msgspec.structs import replace

from ivr.core.cutting import cut
from ivr.core.effects import Fetch
from ivr.core.events import Cause, Fetched, Try
from ivr.core.query import TooMuchWork, tidy
from ivr.webcall.answer import understand
from ivr.webcall.body import read_body
from ivr.webcall.charset import LONGEST_KIND, read_text
from ivr.webcall.connections import Client
from ivr.webcall.errors import Unreadable
from ivr.webcall.faults import explain, is_closed, is_ours
from ivr.webcall.limits import Limits, Turn
from ivr.webcall.outgoing import Outgoing
from ivr.webcall.request import Opened
from ivr.webcall.scrub import Scrubber
from ivr.webcall.timings import Stopwatch, note, running

LOOP_FRIENDLY = 4_000
"""Bytes that are read at once. Longer answers, and those that take much work whatever their length, are read in a
thread, so that no other call waits for it."""
UNAUTHORIZED = 401
LACK_PAUSE = 0.2
"""Seconds before it is tried again to open a connection where no more files may be opened."""
NOT_SENT = "The request was not sent: for all of its time it waited for others to end."
NEXT_NOT_SENT = "The next request was not sent: for the rest of the time it waited for others to end."
CUT_SHORT = "The time for all requests was over before the API answered this one."
TOO_LATE = "The request was not sent: its time was over before."
SHOWN_OF_A_LINE = 200
"""Characters of a header line that the trace keeps."""
_ill: frozenset[Cause] = frozenset({"connect", "dns", "tls", "timeout"})


class Exchange:
    """Sends requests of one job. `tries` tells of each, also of one that was cut off."""

    def __init__(self, client: Client, limits: Limits, job: Fetch, blank: Fetched) -> None:
        """`blank` is the reply to fill in."""
        self._client = client
        self._limits = limits
        self._job = job
        self._blank = blank
        self.tries: list[Try] = []
        self.location = ""  # where the last answer redirects to
        self.challenges: list[str] = []  # how it asks who sends the request
        self.cookies: list[str] = []  # what it sets
        self.stale = False  # the last request met a kept connection that the API had closed
        self.last: Outgoing | None = None  # the last request
        self.opened = Opened()  # what was put into it
        self.anew = False  # its token is to be bought now
        self.whole: asyncio.Timeout | None = None  # the deadline over all requests
        self._each = job.timeout if job.poll is None else job.poll.each  # seconds that one request may have
        self._waited = 0.0  # seconds that requests waited here for others to end
        self._waited_before = 0.0  # those of them before the time of this request began
        self._cut_off: Fetched | None = None  # the reply to a request that its time has ended

    async def within(self, deadline: asyncio.Timeout, request: Awaitable[Fetched]) -> Fetched:
        """The reply to one of many requests, which has a time of its own; where that is over, the reply says so."""
        self._waited_before = self._waited
        try:
            async with deadline:
                return await request
        except TimeoutError:
            late, self._cut_off = self.late, None
            return late

    async def send(self, outgoing: Outgoing, opened: Opened, deadline: asyncio.Timeout) -> Fetched:
        """The reply to one request. Only being cancelled, and mistakes of ours, come out as exceptions."""
        watch = Stopwatch(asyncio.get_running_loop().time(), secure=outgoing.url.scheme == "https")
        running.set(watch)
        scrubber = opened.scrubber(*outgoing.digests)
        self.location, self.challenges, self.cookies, self.stale = "", [], [], False
        reply = replace(self._blank, cause="cancelled", error="")
        try:
            async with self._limits.turn(outgoing.url.raw_authority) as turn:
                try:
                    reply = await self._answer(outgoing, scrubber, watch)
                except asyncio.CancelledError:
                    if deadline.expired() and self._had_time(watch):
                        turn.failed()
                    raise
                except Exception as error:
                    self.stale = watch.reused and not watch.answered and is_closed(error)
                    reply = _ended(self._blank, error, scrubber)
                if not self.stale:  # it was closed for want of use
                    _judge(turn, reply)
        except asyncio.CancelledError:  # also while waiting for a turn
            reply = self._overdue(watch, deadline) or reply
            raise
        except Exception as error:  # a turn that is not to be had
            reply = _ended(self._blank, error, scrubber)
        finally:
            watch.ended = asyncio.get_running_loop().time()
            self._waited += watch.waited(watch.ended)
            shown = cut(scrubber.text(str(outgoing.url)), 2000)
            changed = not self.tries or self.tries[-1].status == UNAUTHORIZED
            sent = _sent(outgoing, scrubber) if changed else {}
            self.tries.append(Try(shown, reply.cause, reply.status, reply.error, watch.milliseconds(), sent))
        return reply

    @property
    def late(self) -> Fetched:
        """The reply where all time is over."""
        if self._cut_off is not None:
            return self._cut_off
        if not self.tries:
            return replace(self._blank, cause="not_sent", error=TOO_LATE)
        what = "answer" if self._job.poll is None else "have a final answer"
        return self._silent(what, self._job.timeout, self._waited)

    def failed(self, error: Exception) -> Fetched:
        """The reply where an exception kept us from asking. One that is not of the far side is raised again."""
        cause, sentence = explain(error)
        return replace(self._blank, cause=cause, error=sentence)

    def cut_off_by(self, sentence: str) -> None:
        """Take note of what was waited for when the time was over, if it is."""
        self._cut_off = replace(self._blank, error=sentence)

    def _overdue(self, watch: Stopwatch, deadline: asyncio.Timeout) -> Fetched | None:
        """The reply to a request that its own time has ended, or that of all requests; None when it was cancelled."""
        own = deadline.expired()
        if not own and (self.whole is None or not self.whole.expired()):
            return None
        if not watch.begun:
            reply = replace(self._blank, cause="not_sent", error=NEXT_NOT_SENT if self.tries else NOT_SENT)
        elif own:
            waited = self._waited + watch.waited(asyncio.get_running_loop().time())
            reply = self._silent("answer", self._each, waited - self._waited_before)
        else:
            reply = replace(self._blank, error=CUT_SHORT)
        if own or not (self.tries or watch.begun):
            self._cut_off = reply
        return reply

    def _silent(self, what: str, seconds: int, waited: float) -> Fetched:
        """The reply of an API that did not answer in so many seconds, of which so many were ours."""
        ours = f", {waited:.1f} s of which passed here while it waited for others to end" if waited >= 0.05 else ""
        return replace(self._blank, error=f"The API did not {what} within {seconds} s{ours}.")

    def _had_time(self, watch: Stopwatch) -> bool:
        """Whether the API had at least half of the time that a request may have: less says nothing about it."""
        began = watch.begun_at
        return began is not None and (asyncio.get_running_loop().time() - began) * 2 >= self._each

    def may_repeat(self, outgoing: Outgoing) -> bool:
        """Whether a request of this job, perhaps one after a redirect, may be sent twice without harm."""
        return replace(self._job, method=outgoing.method).repeatable

    async def _answer(self, outgoing: Outgoing, scrubber: Scrubber, watch: Stopwatch) -> Fetched:
        async with await self._connected(outgoing, watch) as response:
            watch.first_byte = asyncio.get_running_loop().time()
            lines = _lines(response.raw_headers)
            kind = ", ".join(_all(lines, "content-type"))[:LONGEST_KIND]
            self.location = next(iter(_all(lines, "location")), "")
            self.challenges, self.cookies = _all(lines, "www-authenticate"), _all(lines, "set-cookie")
            answered = replace(self._blank, status=response.status, headers=scrubber.lines(lines), error="")
            coding = ", ".join(_all(lines, "content-encoding"))
            try:
                body, broken = await read_body(response.content, coding, self._job.max_bytes)
            except Exception as error:
                return _ended(answered, error, scrubber)
        if body is None:
            sentence = f"The answer is larger than {self._job.max_bytes} bytes."
            return replace(answered, cause="too_large", error=sentence)
        if broken is not None:
            text, _ = read_text(body, kind)
            return _ended(replace(answered, body=scrubber.text(text)), broken, scrubber)
        if len(body) <= LOOP_FRIENDLY and not self._laborious(kind):
            return self._understood(answered, body, kind, scrubber)
        return await asyncio.to_thread(self._understood, answered, body, kind, scrubber)

    async def _connected(self, outgoing: Outgoing, watch: Stopwatch) -> aiohttp.ClientResponse:
        """The head of the answer. Where no more files may be opened here, once others are closed: nothing was sent."""
        while True:
            try:
                return await self._client.send(outgoing, self._job.connect_timeout)
            except OSError as error:
                if not is_ours(error):
                    raise
            watch.connect_began = None
            note("queued")
            await self._limits.clock.sleep(LACK_PAUSE)

    def _laborious(self, kind: str) -> bool:
        """Whether a few bytes can mean much work: XML is read element by element, a JSONPath may look at each value
        any number of times."""
        return "xml" in kind.lower() or any(tidy(expression).startswith("$") for _, expression in self._job.take or ())

    def _understood(self, answered: Fetched, body: bytes, kind: str, scrubber: Scrubber) -> Fetched:
        """The reply with all that its body says. A large one takes a while, but no more than its budget."""
        text, note = read_text(body, kind)
        answered = replace(answered, body=scrubber.text(text), notes=(note,) if note else ())
        try:
            found = understand(text, kind, self._job.take, scrubber.value)
        except (Unreadable, TooMuchWork) as error:
            return _ended(answered, error, scrubber)
        return replace(answered, cause="ok", value=found.value, taken=found.taken, notes=answered.notes + found.notes)


def _lines(raw: Sequence[tuple[bytes, bytes]]) -> list[tuple[str, str]]:
    """Header lines, their names in small letters: UTF-8, or where one of them is not, Latin-1."""
    try:
        return [(name.decode().lower(), value.decode()) for name, value in raw]
    except UnicodeDecodeError:
        return [(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in raw]


def _all(lines: list[tuple[str, str]], wanted: str) -> list[str]:
    return [value for name, value in lines if name == wanted]


def _sent(outgoing: Outgoing, scrubber: Scrubber) -> dict[str, str]:
    return {name: cut(scrubber.text(value), SHOWN_OF_A_LINE) for name, value in outgoing.shown.items()}


def _ended(reply: Fetched, error: Exception, scrubber: Scrubber) -> Fetched:
    cause, sentence = explain(error)
    return replace(reply, cause=cause, error=scrubber.text(sentence))


def _judge(turn: Turn, reply: Fetched) -> None:
    """Tell the host's breaker how it went; what is our own doing says nothing about the host."""
    if reply.cause in _ill or (reply.status or 0) >= 500:
        turn.failed()
    elif reply.status is not None:
        turn.succeeded()
