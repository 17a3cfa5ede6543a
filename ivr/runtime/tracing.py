"""Traces of calls: what each is made of, told to a tracer as it ends. Without a tracer none of this is in the way.

A trace belongs to a call, however many processes answer it: its ids are made of the call's own, so that none is stored.
"""

import asyncio
import time
from typing import Literal, Protocol

from msgspec import Struct
from msgspec.structs import replace

from ivr.core.effects import Fetch
from ivr.core.events import Fetched, Reply, Texted
from ivr.runtime.ports import Clock, Knocker, Ports, RunningJob, Worker

HEADER = "traceparent"
"""W3C Trace Context."""
Kind = Literal["page", "web call", "text", "knock"]


class Step(Struct, frozen=True, kw_only=True):
    """A part of a call that is over. `began` in milliseconds since 1970; `facts` are names, counts and causes, nothing
    personal. `token` is that of its job, empty for what is none."""

    call_id: str
    kind: Kind
    began: int
    seconds: float
    token: str = ""
    failed: bool = False
    facts: dict[str, str | int] = {}


class Tracer(Protocol):
    """Whom steps are told. Nothing of it waits, and nothing raises."""

    def step(self, step: Step) -> None: ...

    def traceparent(self, call_id: str, token: str) -> str:
        """What a web call tells its API of the trace; empty for nothing."""
        ...


def tracing(ports: Ports, tracer: Tracer | None) -> Ports:
    """The same ports; web calls, texts and knocks are traced, if there is a tracer."""
    if tracer is None:
        return ports
    return replace(
        ports,
        fetch=traced_job(ports.fetch, "web call", tracer, ports.clock),
        text=traced_job(ports.text, "text", tracer, ports.clock),
        knock=traced_knock(ports.knock, tracer, ports.clock),
    )


def traced_job(work: Worker, kind: Literal["web call", "text"], tracer: Tracer, clock: Clock) -> Worker:
    """The same worker, its jobs traced, and its web calls with the header, unless the author wrote one."""

    async def traced(running: RunningJob) -> Reply:
        began, start = clock.now(), time.perf_counter()
        reply: Reply | None = None
        failed = "unknown"
        try:
            reply = await work(_with_header(running, tracer))
        except asyncio.CancelledError:
            failed = "cancelled"
            raise
        finally:
            facts: dict[str, str | int] = {"cause": failed} if reply is None else _facts(reply)
            step = Step(
                call_id=running.call_id,
                kind=kind,
                began=began,
                seconds=time.perf_counter() - start,
                token=running.token,
                failed=reply is None or _failed(reply),
                facts=facts,
            )
            tracer.step(step)
        return reply

    return traced


def traced_knock(knock: Knocker, tracer: Tracer, clock: Clock) -> Knocker:
    """The same knock, traced."""

    async def traced(call_id: str, page: int) -> str:
        began, start = clock.now(), time.perf_counter()
        answer = await knock(call_id, page)
        seconds, failed = time.perf_counter() - start, answer != "accepted"
        facts: dict[str, str | int] = {"answer": answer, "page": page}
        tracer.step(Step(call_id=call_id, kind="knock", began=began, seconds=seconds, failed=failed, facts=facts))
        return answer

    return traced


def page_step(call_id: str, request: str, seconds: float) -> Step:
    """A request of the carrier that was answered just now, by the clock on the wall."""
    began = round((time.time() - seconds) * 1000)
    return Step(call_id=call_id, kind="page", began=began, seconds=seconds, facts={"request": request})


def _with_header(running: RunningJob, tracer: Tracer) -> RunningJob:
    job = running.job
    if not isinstance(job, Fetch) or any(name.lower() == HEADER for name, _ in job.headers):
        return running
    parent = tracer.traceparent(running.call_id, running.token)
    return replace(running, job=replace(job, headers=(*job.headers, (HEADER, parent)))) if parent else running


def _facts(reply: Reply) -> dict[str, str | int]:
    if isinstance(reply, Fetched):
        tries = reply.sent or len(reply.tries)
        status = {"status": reply.status} if reply.status is not None else {}
        return {"cause": reply.cause, "tries": tries, **status}
    if isinstance(reply, Texted):
        return {"accepted": str(reply.accepted).lower(), "segments": reply.segments}
    return {}


def _failed(reply: Reply) -> bool:
    if isinstance(reply, Fetched):
        return reply.cause != "ok" or (reply.status or 0) >= 400
    return isinstance(reply, Texted) and not reply.accepted
