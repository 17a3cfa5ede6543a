"""What APIs and the carrier answer in a scenario, and the workers that give these answers."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from fnmatch import fnmatchcase
from itertools import count
from typing import Any

from msgspec import Struct, structs

from ivr.core.effects import Ask, Fetch, Text
from ivr.core.events import Cause, Fetched, Texted, Try
from ivr.core.polling import is_final
from ivr.core.query import TooMuchWork
from ivr.core.template import masked
from ivr.core.values import parse_json, to_json
from ivr.flow.model import Block, Flow
from ivr.runtime.ports import Clock, RunningJob
from ivr.webcall.answer import Understood, understand
from ivr.webcall.errors import Unreadable
from ivr.webcall.retry import retry_after

NEVER = 1_000_000.0
"""Seconds after which an API answers that does not."""


class ApiAnswer(Struct, frozen=True, kw_only=True):
    """What an API answers: after so many seconds a status and a body, or a failure with its cause. `posts` is the JSON
    that it posts back so many seconds later, to a block that waits for it."""

    after: float = 0.2
    status: int = 200
    body: str = ""
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()
    fails: Cause | None = None
    error: str = ""
    posts: str | None = None
    posts_after: float = 5.0

    @classmethod
    def of(cls, json: Any = None, **fields: Any) -> "ApiAnswer":
        """With this JSON as its body, unless another one is given."""
        return cls(**{"body": to_json(json) if json is not None else "", **fields})


class Sent(Struct, frozen=True):
    """A text that was sent, and whether the carrier took it."""

    to: str
    body: str
    accepted: bool


class Requested(Struct, frozen=True):
    """A request that a block made; `scripted` tells whether an answer had been prepared for it."""

    block: int
    method: str
    url: str
    body: str | None
    scripted: bool


class Apis:
    """Runs the web calls of a flow: each answers what was prepared for its block or its address, else 200 and `{}`."""

    def __init__(self, flow_of: Callable[[str], Flow], clock: Clock) -> None:
        self._flow_of = flow_of
        self._clock = clock
        self._prepared: list[tuple[str, list[ApiAnswer]]] = []
        self.requests: list[Requested] = []
        self.running = 0
        self.cancelled: list[str] = []
        self.post_back: Callable[[str, Fetched], Awaitable[object]] = _nowhere
        self._posting: set[asyncio.Task[None]] = set()

    def prepare(self, which: str, answer: ApiAnswer) -> None:
        """For a block, by its title or number, or for an address, with `*` in it. Several answers to the same are given
        one after the other, and the last of them to all requests that follow."""
        for known, answers in self._prepared:
            if known == which:
                answers.append(answer)
                return
        self._prepared.append((which, [answer]))

    async def __call__(self, running: RunningJob) -> Fetched:
        job = running.job
        if not isinstance(job, Fetch):
            raise TypeError(f"{type(job).__name__} is no web call")
        number = int(running.token.rpartition(".")[2])
        block = self._flow_of(running.call_id).by_number.get(number)
        answers = next((found for which, found in self._prepared if means(which, block, job.url)), None)
        self.running += 1
        try:
            return await self._answered(running, job, number, answers)
        except asyncio.CancelledError:
            self.cancelled.append(masked(job.url))
            raise
        finally:
            self.running -= 1

    async def _answered(self, running: RunningJob, job: Fetch, block: int, answers: list[ApiAnswer] | None) -> Fetched:
        """The next answer; of a block that asks again, the first that is final."""
        began, passed = self._clock.now(), 0.0
        body = masked(job.body) if job.body is not None else None
        for asked in count():
            self.requests.append(Requested(block, job.method, masked(job.url), body, answers is not None))
            answer = ApiAnswer(body="{}") if answers is None else answers.pop(0) if len(answers) > 1 else answers[0]
            answer = structs.replace(answer, after=answer.after + passed)
            await asyncio.sleep(max(0, min(answer.after, job.timeout) - passed))
            reply = _fetched(running, job, answer, self._clock.now())
            late = answer.after > job.timeout
            if job.poll is None or late or is_final(job.poll, reply, first=not asked):
                if answer.posts is not None:
                    self._post_later(running, answer.posts, answer.posts_after)
                return structs.replace(reply, sent=asked + 1 if asked else 0)
            wanted = next((value for name, value in answer.headers if name.lower() == "retry-after"), None)
            pause = job.poll.pause(asked, retry_after(wanted, began / 1000))
            await asyncio.sleep(min(pause, job.timeout - answer.after))
            passed = answer.after + pause
        raise AssertionError  # counting never ends

    def _post_later(self, running: RunningJob, body: str, after: float) -> None:
        """The API posts its answer back, if the call still waits for it then."""

        async def post() -> None:
            await asyncio.sleep(after)
            now, value = self._clock.now(), parse_json(body)
            back = Fetched(at=now, token=running.token, cause="ok", status=200, body=body, value=value)
            spent = now - running.started_at
            await self.post_back(running.call_id, structs.replace(back, milliseconds=spent, called_back=True))

        task = asyncio.get_running_loop().create_task(post())
        self._posting.add(task)
        task.add_done_callback(self._posting.discard)

    async def close(self) -> None:
        """Post nothing any more."""
        for task in self._posting:
            task.cancel()
        await asyncio.gather(*self._posting, return_exceptions=True)


async def _nowhere(call_id: str, reply: Fetched) -> None:
    """Nobody waits for anything."""


class Carrier:
    """Runs the texts of a flow. Refusals that were prepared are used up from the first; then every text is taken."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.refusals: list[tuple[str, str]] = []
        self.sent: list[Sent] = []
        self.running = 0

    async def __call__(self, running: RunningJob) -> Texted:
        job = running.job
        if not isinstance(job, Text):
            raise TypeError(f"{type(job).__name__} is no text")
        self.running += 1
        try:
            await asyncio.sleep(0.1)
        finally:
            self.running -= 1
        error, code = self.refusals.pop(0) if self.refusals else ("", "")
        self.sent.append(Sent(job.to, job.body, not error))
        sid = "" if error else f"SM{len(self.sent):032d}"
        return Texted(
            at=self._clock.now(),
            token=running.token,
            accepted=not error,
            sid=sid,
            error=error,
            code=code,
            segments=1,
            sender=(job.sender or job.called) if isinstance(job, Ask) else "",
            to=job.to if isinstance(job, Ask) else "",
        )


def means(which: str, block: Block | None, url: str) -> bool:
    """Whether an answer was prepared for this block or address."""
    if "://" in which or "*" in which:
        return fnmatchcase(url, which)
    return block is not None and which in {str(block.number), block.title, block.prefix}


def _fetched(running: RunningJob, job: Fetch, answer: ApiAnswer, now: int) -> Fetched:
    cause: Cause = answer.fails or "ok"
    error = answer.error or (f"The scenario lets it fail: {answer.fails}." if answer.fails else "")
    milliseconds = round(min(answer.after, job.timeout) * 1000)
    if answer.after > job.timeout:
        cause, error = "timeout", f"No complete answer within {job.timeout} s."
    status = answer.status if cause == "ok" else None
    found = Understood()
    if cause == "ok":
        try:
            found = understand(answer.body, answer.content_type, job.take, lambda value: value)
        except (Unreadable, TooMuchWork) as unreadable:
            # Whoever tries a flow should not wait for a client of HTTP that nearly no scenario needs.
            from ivr.webcall.faults import explain  # noqa: PLC0415

            cause, error = explain(unreadable)
    headers: Mapping[str, str] = {"content-type": answer.content_type, **dict(answer.headers)}
    return Fetched(
        at=now,
        token=running.token,
        cause=cause,
        status=status,
        headers=tuple(headers.items()) if status is not None else (),
        body=answer.body if status is not None else "",
        value=found.value,
        taken=found.taken,
        notes=found.notes,
        error=error,
        milliseconds=milliseconds,
        tries=(Try(masked(job.url), cause, status, error, {"total": milliseconds}),),
    )
