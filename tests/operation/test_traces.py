"""A trace of each call reaches a collector over loopback, and its APIs are told of it. When off, nothing is loaded."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from ivr.core.effects import Fetch
from ivr.core.events import Fetched, Reply
from ivr.runtime.ports import RunningJob
from ivr.runtime.tracing import Step, traced_job, traced_knock
from tests.api.board import Hands
from tests.web.listener import CALLER, listener, waiting


class Far:
    """A collector, and an API that keeps the headers it gets."""

    def __init__(self) -> None:
        self.spans: list[Any] = []
        self.service = ""
        self.parents: list[str | None] = []

    async def collect(self, request: web.Request) -> web.Response:
        body = ExportTraceServiceRequest.FromString(await request.read())
        for resource in body.resource_spans:
            self.service = {each.key: each.value.string_value for each in resource.resource.attributes}["service.name"]
            self.spans += [span for scope in resource.scope_spans for span in scope.spans]
        return web.Response(content_type="application/x-protobuf")

    async def ask(self, request: web.Request) -> web.Response:
        self.parents.append(request.headers.get("traceparent"))
        return web.json_response({}, status=500 if "bad" in request.query else 200)

    @asynccontextmanager
    async def up(self) -> AsyncIterator[str]:
        app = web.Application()
        app.router.add_post("/v1/traces", self.collect)
        app.router.add_get("/api", self.ask)
        async with TestServer(app) as server:
            yield str(server.make_url("/")).rstrip("/")


async def one_call(far: Far, folder: Path, path: str = "/api", **settings: str) -> None:
    """A call that asks the API and is over."""
    async with far.up() as url:
        environ = {"IVR_OTEL_ENDPOINT": url, **settings}
        async with listener(folder, waiting(url + path), **environ) as line:
            answer = await line.carrier.post("/voice/answer")
            while "Hangup" not in answer.verbs:
                answer = await line.carrier.post(line.carrier.way_back(answer))
            await line.carrier.post("/voice/status", CallStatus="completed")


async def test_a_call_is_one_trace_and_its_api_is_told_of_it(tmp_path: Path) -> None:
    far = Far()
    await one_call(far, tmp_path, "/api?bad=1")
    spans = {span.name: span for span in far.spans}
    assert {"call", "answer", "web call", "page"} <= set(spans)
    assert far.service == "ivr"
    call, web_call = spans["call"], spans["web call"]
    assert {span.trace_id for span in far.spans} == {call.trace_id}
    assert {span.parent_span_id for span in far.spans if span is not call} == {call.span_id}
    assert not call.parent_span_id
    assert len({span.span_id for span in far.spans}) == len(far.spans)
    assert far.parents == [f"00-{call.trace_id.hex()}-{web_call.span_id.hex()}-01"]
    told = {each.key: each.value.string_value or each.value.int_value for each in web_call.attributes}
    assert told == {"ivr.block": 3, "ivr.cause": "ok", "ivr.tries": 1, "ivr.status": 500}
    assert web_call.status.code == 2, "an error, as its status says"
    ended = {each.key: each.value.string_value or each.value.int_value for each in call.attributes}
    assert ended == {
        "ivr.call": "CA1", "ivr.flow": "line", "ivr.revision": 1, "ivr.outcome": "completed", "ivr.way": "1>2>3>4>5",
    }  # fmt: skip
    assert all(span.start_time_unix_nano <= span.end_time_unix_nano for span in far.spans)
    assert CALLER[1:] not in str(far.spans)


@pytest.mark.parametrize(
    ("settings", "spans"), [({"IVR_TRACEPARENT": "false"}, True), ({"IVR_OTEL_ENDPOINT": ""}, False)]
)
async def test_the_header_and_all_of_it_can_be_off(tmp_path: Path, settings: dict[str, str], spans: bool) -> None:
    far = Far()
    await one_call(far, tmp_path, **settings)
    assert far.parents == [None]
    assert bool(far.spans) is spans


def test_what_is_off_is_not_imported() -> None:
    loaded = "any(name.startswith('opentelemetry') for name in sys.modules)"
    script = f"import sys, ivr.operation.observed; sys.exit({loaded})"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


class Told:
    """A tracer that keeps what it is told."""

    def __init__(self) -> None:
        self.steps: list[Step] = []

    def step(self, step: Step) -> None:
        self.steps.append(step)

    def traceparent(self, call_id: str, token: str) -> str:
        return f"{call_id} {token}"


async def test_a_job_that_fails_or_is_cancelled_and_a_knock_are_steps_and_the_author_has_the_last_word() -> None:
    tracer, clock, sent = Told(), Hands(), []

    async def work(running: RunningJob) -> Reply:
        assert isinstance(running.job, Fetch)
        sent.append(dict(running.job.headers))
        if running.job.url == "gone":
            raise asyncio.CancelledError
        return Fetched(at=0, token=running.token, cause="timeout")

    async def knock(call_id: str, page: int) -> str:
        return "busy"

    traced = traced_job(work, "web call", tracer, clock)
    own = Fetch(method="GET", url="x", headers=(("TraceParent", "mine"),))
    await traced(RunningJob("CA1", "1.3", own, 0))
    with pytest.raises(asyncio.CancelledError):
        await traced(RunningJob("CA1", "2.3", Fetch(method="GET", url="gone"), 0))
    assert await traced_knock(knock, tracer, clock)("CA1", 4) == "busy"
    assert sent == [{"TraceParent": "mine"}, {"traceparent": "CA1 2.3"}]
    assert [(each.kind, each.token, each.failed, each.facts) for each in tracer.steps] == [
        ("web call", "1.3", True, {"cause": "timeout", "tries": 0}),
        ("web call", "2.3", True, {"cause": "cancelled"}),
        ("knock", "", True, {"answer": "busy", "page": 4}),
    ]
