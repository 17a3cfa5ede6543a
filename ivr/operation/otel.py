"""Traces for OpenTelemetry: a trace for each call, sent by OTLP over HTTP. Imported only where traces are asked for.

Spans are written when their step is over, with ids made of the call's, so that any process can add to the trace:

    call CA1 (written at its end, by the process whose save ended it)
    ├── answer     the carrier's request to our page
    ├── web call   its id is in the `traceparent` that the API gets
    ├── knock
    └── page
"""

import secrets
from hashlib import sha256
from itertools import count

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import SpanContext, SpanKind, Status, StatusCode, TraceFlags

from ivr.runtime.tracing import Kind, Step
from ivr.store.history import Ended
from ivr.version import __version__

KINDS: dict[Kind, SpanKind] = {
    "page": SpanKind.SERVER,
    "web call": SpanKind.CLIENT,
    "text": SpanKind.CLIENT,
    "knock": SpanKind.CLIENT,
}
PATH = "/v1/traces"
FAILED = frozenset({"failed", "lost"})
MILLISECOND = 1_000_000
"""Nanoseconds."""
WITHIN = 5.0
"""Seconds for one delivery to the collector."""


class OpenTelemetry:
    """Implements `runtime.tracing.Tracer`. `propagate`: whether web calls tell their API of the trace. Spans are sent
    in the background, by a thread; beyond 2,048 that wait they are dropped."""

    def __init__(self, endpoint: str, *, propagate: bool = True) -> None:
        """`endpoint` is the collector's address."""
        self._propagate = propagate
        self._process = process = secrets.token_hex(8)
        self._number = count(1)
        self._scope = InstrumentationScope("ivr", __version__)
        resource = Resource({"service.name": "ivr", "service.version": __version__, "service.instance.id": process})
        self._resource = resource.merge(OTELResourceDetector().detect())  # what OTEL_SERVICE_NAME and the like say wins
        self._sender = BatchSpanProcessor(OTLPSpanExporter(f"{endpoint}{PATH}", timeout=WITHIN))

    def step(self, step: Step) -> None:
        """A part of a call is over."""
        unique = step.token or f"{self._process} {next(self._number)}"
        facts = {"ivr.block": int(step.token.partition(".")[2] or 0)} if step.token else {}
        span = ReadableSpan(
            str(step.facts.get("request", step.kind)),
            context=self._span_of(step.call_id, unique),
            parent=self._span_of(step.call_id, ""),
            kind=KINDS[step.kind],
            attributes={**facts, **{f"ivr.{name}": fact for name, fact in step.facts.items()}},
            status=_status(failed=step.failed),
            start_time=step.began * MILLISECOND,
            end_time=step.began * MILLISECOND + round(step.seconds * 1e9),
            resource=self._resource,
            instrumentation_scope=self._scope,
        )
        self._sender.on_end(span)

    def over(self, call_id: str, ended: Ended) -> None:
        """A call is over: the span that all others belong to."""
        span = ReadableSpan(
            "call",
            context=self._span_of(call_id, ""),
            kind=SpanKind.SERVER,
            attributes={
                "ivr.call": call_id,
                "ivr.flow": ended.flow,
                "ivr.revision": ended.revision,
                "ivr.outcome": ended.outcome,
                "ivr.way": ended.blocks.strip(",").replace(",", ">")[:500],
            },
            status=_status(failed=ended.outcome in FAILED),
            start_time=ended.started_at * MILLISECOND,
            end_time=max(ended.started_at, ended.over_at) * MILLISECOND,
            resource=self._resource,
            instrumentation_scope=self._scope,
        )
        self._sender.on_end(span)

    def traceparent(self, call_id: str, token: str) -> str:
        """The header of a web call, in version 00 of W3C Trace Context."""
        if not self._propagate or not call_id:
            return ""
        span = self._span_of(call_id, token)
        return f"00-{span.trace_id:032x}-{span.span_id:016x}-{int(span.trace_flags):02x}"

    def close(self) -> None:
        """Send what waits, for some seconds at most."""
        self._sender.shutdown()  # type: ignore[no-untyped-call]

    def _span_of(self, call_id: str, name: str) -> SpanContext:
        """Ids by hashing: the same in every process, and nothing that a call's id can be told from."""
        trace, span = sha256(f"trace {call_id}".encode()).digest(), sha256(f"span {call_id} {name}".encode()).digest()
        flags = TraceFlags(TraceFlags.SAMPLED)
        return SpanContext(int.from_bytes(trace[:16]), int.from_bytes(span[:8]), is_remote=False, trace_flags=flags)


def _status(*, failed: bool) -> Status:
    return Status(StatusCode.ERROR if failed else StatusCode.UNSET)
