"""The executor: sends the request of a job, again if need be, and always comes back with a reply.

A deadline stands over everything, from connecting to the last byte, retries, redirects and tokens included, and the
body is capped while it streams in: neither a dripping nor an endless answer holds more than its share of time or
memory. One executor serves live calls and test requests.
"""

import asyncio
from itertools import count

from msgspec.structs import replace

from ivr.core.credentials import OAuth2
from ivr.core.effects import Fetch
from ivr.core.events import Fetched
from ivr.core.polling import Poll
from ivr.core.values import Value
from ivr.runtime.ports import Clock, RunningJob
from ivr.webcall.connections import Client
from ivr.webcall.cookies import Cookies
from ivr.webcall.errors import Unsendable
from ivr.webcall.exchange import UNAUTHORIZED, Exchange
from ivr.webcall.faults import explain
from ivr.webcall.limits import Limits
from ivr.webcall.oauth import UNREAD, NoToken, Purchase, Tokens, purchase, refusal, token_request
from ivr.webcall.outgoing import MOST_REDIRECTS, REDIRECTS, Outgoing
from ivr.webcall.polling import final, next_request, told_of
from ivr.webcall.posted import read_posted
from ivr.webcall.request import Opened, Secrets, build, known_secrets, open_secrets
from ivr.webcall.retry import pause, retry_after

TOKEN_DEADLINE = 10.0
"""Seconds that a token URL has; more than one call may be waiting for it."""


class WebCalls:
    """Runs External Web Calls."""

    def __init__(self, client: Client, secrets: Secrets, limits: Limits, clock: Clock) -> None:
        self._client = client
        self._secrets = secrets
        self._limits = limits
        self._clock = clock
        self._tokens = Tokens(self._ask_for_token, clock)

    async def close(self) -> None:
        await self._tokens.close()

    async def __call__(self, running: RunningJob, *, anew: bool = False) -> Fetched:
        """Send the request of a Fetch job. What goes wrong on the way is in the reply's cause and error. `anew`: not
        with a token that was bought before.

        Raises Unavailable where the store is away, and the request was not sent.
        """
        job = running.job
        if not isinstance(job, Fetch):
            raise TypeError(f"{type(job).__name__} is not a web call")
        begun = self._clock.now()
        blank = Fetched(at=begun, token=running.token, cause="timeout")
        exchange = Exchange(self._client, self._limits, job, blank)
        exchange.anew = anew
        poll = job.poll
        # The clock of the process that began it may have been ahead: there is never more time than at the beginning.
        remaining = min(job.timeout, job.timeout - (begun - running.started_at) / 1000)
        try:
            async with asyncio.timeout(max(remaining, 0)) as exchange.whole:
                if remaining <= 0:
                    reply = exchange.late
                elif poll is None:
                    reply = await self._tries(job, exchange, exchange.whole)
                else:
                    reply = await self._polled(job, poll, exchange)
        except TimeoutError:
            reply = exchange.late
        except Exception as error:
            reply = exchange.failed(error)
        now = self._clock.now()
        every, tries = exchange.tries, told_of(exchange.tries)
        sent = sum(each.begun for each in every) if len(every) > len(tries) else 0
        return replace(reply, at=now, milliseconds=now - begun, tries=tries, sent=sent)

    async def posted(self, job: Fetch, token: str, body: bytes, kind: str) -> Fetched:
        """The answer to a job's request that was posted back, without the secrets of the request. Where one of these
        can't be opened any more, the answer is not read: what is wrong is in the reply's cause and error.

        Raises Unreadable for what is not what it says it is, and Unavailable where the store is away.
        """
        try:
            opened = await known_secrets(job, self._secrets)
        except Unsendable as error:
            return Fetched(at=0, token=token, cause=error.cause, error=str(error), called_back=True)
        bought = self._tokens.known(_by(job.auth, opened)) if isinstance(job.auth, OAuth2) else ""
        return await read_posted(body, kind, token, replace(opened, token=bought).scrubber())

    async def _tries(self, job: Fetch, exchange: Exchange, deadline: asyncio.Timeout) -> Fetched:
        """Try until an answer is final, or there is no time for another try."""
        opened = await open_secrets(job, self._secrets)
        for tries in count(1):
            reply = await self._admitted(job, exchange, opened, deadline)
            asked = self._asked_to_wait(reply)
            wait = pause(job, tries, reply.cause, reply.status, asked)
            if wait is None or asyncio.get_running_loop().time() + wait >= (deadline.when() or 0):
                return reply
            await self._clock.sleep(wait)
        raise AssertionError  # counting never ends

    async def _polled(self, job: Fetch, poll: Poll, exchange: Exchange) -> Fetched:
        """Ask until the answer is final. The deadline around it ends it otherwise."""
        each = asyncio.timeout(poll.each)
        reply = await exchange.within(each, self._tries(job, exchange, each))
        for asked in count():
            if await final(poll, reply, first=not asked):
                return reply
            opened = exchange.opened
            following = next_request(job, exchange, opened)
            wanted = self._asked_to_wait(reply)
            await self._clock.sleep(poll.pause(asked, wanted))
            each = asyncio.timeout(poll.each)
            try:
                reply = await exchange.within(each, self._admitted(job, exchange, opened, each, following))
            except NoToken as error:
                reply = exchange.failed(error)
        raise AssertionError  # counting never ends

    async def _admitted(
        self,
        job: Fetch,
        exchange: Exchange,
        opened: Opened,
        deadline: asyncio.Timeout,
        following: Outgoing | None = None,
    ) -> Fetched:
        """The reply to a request with a token that is good now; where the API refuses it, once with another one."""
        if not isinstance(job.auth, OAuth2):
            return await self._follow(job, exchange, opened, deadline, following)
        by = _by(job.auth, opened)
        for again in (False, True):
            before, token = opened.token, await self._token(by, exchange)
            opened = replace(opened, token=token)
            following = following.with_token(before, token) if following is not None else None
            reply = await self._follow(job, exchange, opened, deadline, following)
            if reply.status != UNAUTHORIZED or again:
                break
            self._tokens.refused(by, token)
        return reply

    async def _follow(
        self,
        job: Fetch,
        exchange: Exchange,
        opened: Opened,
        deadline: asyncio.Timeout,
        following: Outgoing | None = None,
    ) -> Fetched:
        """The reply at the end of all redirects; to the request of the job, or to the one that is given."""
        outgoing, cookies = following or build(job, opened), Cookies()
        for _ in range(MOST_REDIRECTS + 1):
            exchange.last, exchange.opened = outgoing, opened
            reply = await self._sent(exchange, cookies.put_into(outgoing), opened, deadline)
            location = exchange.location
            if reply.status not in REDIRECTS or not location or not job.follow_redirects:
                return reply
            try:
                secret = opened.scrub(location) != location
                here, outgoing = outgoing, outgoing.redirected(reply.status, location, secret=secret)
            except ValueError as error:
                cause, sentence = explain(error)
                return replace(reply, cause=cause, error=opened.scrub(sentence))
            cookies = cookies.after(exchange.cookies, here.url) if outgoing.same_origin(here) else Cookies()
        return replace(reply, cause="status", error=f"The API redirected more than {MOST_REDIRECTS} times.")

    async def _sent(self, exchange: Exchange, outgoing: Outgoing, opened: Opened, deadline: asyncio.Timeout) -> Fetched:
        """The reply to a request, signed; where the API first asks who sends it, the reply to the answer."""
        reply = await self._delivered(exchange, outgoing, opened, deadline)
        answer = outgoing.challenged(exchange.challenges) if reply.status == UNAUTHORIZED else None
        if answer is None:
            return reply
        return await self._delivered(exchange, answer, opened, deadline)

    async def _delivered(
        self, exchange: Exchange, outgoing: Outgoing, opened: Opened, deadline: asyncio.Timeout
    ) -> Fetched:
        """The reply to a request. One that met a kept connection which the API had just closed is made once more where
        that is harmless: most likely it never arrived."""
        reply = await exchange.send(self._signed(outgoing), opened, deadline)
        if not exchange.stale or not exchange.may_repeat(outgoing):
            return reply
        return await exchange.send(self._signed(outgoing), opened, deadline)

    def _signed(self, outgoing: Outgoing) -> Outgoing:
        return outgoing if outgoing.signer is None else outgoing.signed(self._clock.now())

    def _asked_to_wait(self, reply: Fetched) -> float | None:
        header = _header(reply, "retry-after")
        return retry_after(header, self._clock.now() / 1000) if header else None

    async def _token(self, by: Purchase, exchange: Exchange) -> str:
        anew, exchange.anew = exchange.anew, False
        try:
            return await self._tokens.token(by, anew=anew)
        except asyncio.CancelledError:
            exchange.cut_off_by("No token could be had: the time was over before it came.")
            raise

    async def _ask_for_token(self, auth: OAuth2) -> Value:
        """The parsed answer of a token URL: an External Web Call of its own, guarded and capped like any other."""
        job = token_request(auth, round(TOKEN_DEADLINE))
        reply = await self(RunningJob("", "", job, started_at=self._clock.now()))
        holds_token = 200 <= (reply.status or 0) <= 299
        if reply.cause != "ok":
            unread = holds_token and reply.cause != "too_large"
            raise NoToken(f"No token could be had: {UNREAD if unread else reply.error}", reply.cause)
        if not holds_token:
            said = refusal(reply.value)
            raise NoToken(f"No token could be had: the token URL answered with status {reply.status}{said}.", "status")
        return reply.value


def _header(reply: Fetched, name: str) -> str | None:
    return next((value for each, value in reply.headers if each == name), None)


def _by(auth: OAuth2, opened: Opened) -> Purchase:
    return purchase(auth, {name: each.value for name, each in opened.named.items()})
