"""What this process measures, for Prometheus: how long things take, and how often they end in which way.

Counters begin at 0 with the process and never fall, whatever is deleted; a scraper adds up those of several processes.
What belongs to the database as a whole, such as calls under way, is counted there when it is asked for, and is the same
at every process. Labels are causes and kinds out of lists: nothing that a stranger writes, and no numbers.
"""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from typing import get_args

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from ivr.core.events import CAUSES
from ivr.core.refusals import CAUSES as REFUSED_HERE
from ivr.core.values import Value, to_text
from ivr.flow.narration.facts import FAILING
from ivr.runtime.ports import Knocker
from ivr.runtime.tracing import Tracer
from ivr.store.call_facts import Saved
from ivr.store.figures import Figures
from ivr.store.history import Outcome
from ivr.twilio.causes import CAUSES as CODES
from ivr.version import __version__

PAGES = ("answer", "page", "gather", "dial", "record", "fallback", "started")
"""Requests of the carrier that are answered with a page."""
KNOCKS = ("accepted", "early", "busy", "gone")
OPERATIONS = ("load", "save")
STATES = ("delivered", "undelivered", "failed")
REFUSALS = ("unsigned", "not_genuine", "unreadable")
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
QUICK = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
"""Seconds: bounds for what should take no time."""
PATIENT = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0)
"""Seconds: bounds for the carrier's requests, which it breaks off after 15 s."""
SLOW = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0, 120.0)
"""Seconds: bounds for other systems' answers."""
LOOK = 0.5
"""Seconds between looks at how late the event loop is."""


class Meters:
    """The meters of one process. `tracer` is told of pages, too, where there is one."""

    def __init__(self, tracer: Tracer | None = None) -> None:
        self.tracer = tracer
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._page = self._histogram("ivr_page", "From the carrier's request to our page.", "request", PAGES, PATIENT)
        self._web_call = self._histogram("ivr_web_call", "How long web calls took.", "cause", CAUSES, SLOW)
        self._knock = self._histogram(
            "ivr_knock", "How long the carrier took to answer a knock.", "answer", KNOCKS, QUICK
        )
        self._store = self._histogram(
            "ivr_store", "How long it took to read and save calls.", "operation", OPERATIONS, QUICK
        )
        self._lag = Histogram(
            "ivr_loop_lag_seconds", "How late the event loop was.", buckets=QUICK, registry=self._registry
        )
        self._calls = self._counter("ivr_calls", "Calls that are over, by how they ended.", "outcome", OUTCOMES)
        self._failures = self._counter(
            "ivr_failures", "What failed in calls, besides web calls and texts.", "kind", FAILING
        )
        codes = ("ok", "unknown", "other", *REFUSED_HERE, *map(str, CODES))
        self._texts = self._counter(
            "ivr_texts", "Texts: ok, why they were not sent, or the carrier's code.", "code", codes
        )
        self._delivered = self._counter("ivr_deliveries", "What became of texts on their way.", "state", STATES)
        self._webhooks = self._counter(
            "ivr_webhooks_refused", "Requests that are not the carrier's.", "reason", REFUSALS
        )
        self._signatures = Counter(
            "ivr_signature_failures", "Requests whose signature does not fit.", registry=self._registry
        )
        self._away = Counter(
            "ivr_calls_turned_away",
            "New calls that were not taken, as there was too much to do.",
            registry=self._registry,
        )
        self._unassigned = Counter(
            "ivr_calls_unassigned", "Calls to numbers that no published flow answers.", registry=self._registry
        )
        self._egress = Counter(
            "ivr_egress_refused", "Web calls that the egress guard refused.", registry=self._registry
        )

    def saved(self, saved: Saved) -> None:
        """Listens to the store: `CallStore.listeners`."""
        for web_call in saved.facts.web_calls:
            known = web_call.cause if web_call.cause in CAUSES else "unknown"
            self._web_call[known].observe(web_call.milliseconds / 1000)
            if known == "blocked":
                self._egress.inc()
        for failed in saved.facts.failed:
            self._failures.labels(failed.failure.kind).inc()
        for entry in saved.change.trace:
            if entry.kind in {"replied", "late"} and "accepted" in entry.data:
                self._texts.labels(_code(entry.data)).inc()
            if entry.kind == "delivery" and entry.data.get("state") in STATES:
                self._delivered.labels(entry.data["state"]).inc()

    def over(self, outcome: Outcome) -> None:
        """A call is over."""
        self._calls.labels(outcome).inc()

    def page(self, request: str, seconds: float) -> None:
        """A request of the carrier was answered."""
        self._page.get(request, self._page["page"]).observe(seconds)

    def stored(self, operation: str, seconds: float) -> None:
        """A call was read or saved: `CallStore.timed`."""
        self._store[operation].observe(seconds)

    def refused(self, reason: str) -> None:
        """A request to the public listener was refused."""
        self._webhooks.labels(reason).inc()
        if reason == "not_genuine":
            self._signatures.inc()

    def turned_away(self) -> None:
        """A new call was not taken."""
        self._away.inc()

    def unassigned(self) -> None:
        """A call came to a number that no published flow answers."""
        self._unassigned.inc()

    def knocking(self, knock: Knocker) -> Knocker:
        """The same knock, measured."""

        async def measured(call_id: str, page: int) -> str:
            began = time.perf_counter()
            answer = await knock(call_id, page)
            self._knock.get(answer, self._knock["busy"]).observe(time.perf_counter() - began)
            return answer

        return measured

    async def watch_loop(self, now: Callable[[], float] = time.monotonic) -> None:
        """Measure how late the event loop is, until it is cancelled."""
        while True:
            began = now()
            await asyncio.sleep(LOOK)
            self._lag.observe(max(0.0, now() - began - LOOK))

    def text(self, found: Figures, queued: int) -> bytes:
        """All of it as Prometheus reads it, with what the database counts."""
        registry = CollectorRegistry(auto_describe=False)
        registry.register(_Counted(found, queued))
        return generate_latest(registry) + generate_latest(self._registry)

    def _histogram(
        self, name: str, meaning: str, label: str, values: Iterable[str], bounds: tuple[float, ...]
    ) -> dict[str, Histogram]:
        """By each value of the label its own: every request observes one, and to look it up takes longer than that."""
        made = Histogram(f"{name}_seconds", meaning, (label,), buckets=bounds, registry=self._registry)
        return {value: made.labels(value) for value in values}

    def _counter(self, name: str, meaning: str, label: str, values: Iterable[str]) -> Counter:
        made = Counter(name, meaning, (label,), registry=self._registry)
        for value in values:
            made.labels(value)
        return made


class _Counted(Collector):
    """What the database counts."""

    def __init__(self, found: Figures, queued: int) -> None:
        self._found = found
        self._queued = queued

    def collect(self) -> Iterable[Metric]:
        found = self._found
        yield _gauge("ivr_info", "The version that runs.", "version", {__version__: 1})
        yield GaugeMetricFamily("ivr_calls_under_way", "Calls that are not over.", found.under_way)
        yield GaugeMetricFamily("ivr_calls_held", "Calls whose callers listen to hold audio.", found.held)
        yield GaugeMetricFamily("ivr_starts_queued", "Starts by the API that wait for their turn.", self._queued)
        yield _gauge("ivr_calls_over", "Calls that are over and still kept, by how they ended.", "status", found.over)
        yield _gauge(
            "ivr_jobs_under_way", "Web calls (fetch) and texts (text) that are being made.", "kind", found.jobs
        )
        refused = CounterMetricFamily(
            "ivr_refused",
            "Calls and texts that were not made, as they were not allowed or too many.",
            labels=("kind", "cause"),
        )
        for (kind, cause), count in found.refused.items():
            refused.add_metric((kind, cause), count)
        yield refused


def _gauge(name: str, meaning: str, label: str, values: Mapping[str, int]) -> Metric:
    family = GaugeMetricFamily(name, meaning, labels=(label,))
    for value, count in values.items():
        family.add_metric((value,), count)
    return family


def _code(texted: Mapping[str, Value]) -> str:
    """How a text ended, out of a list."""
    if texted["accepted"]:
        return "ok"
    if texted.get("unknown"):
        return "unknown"
    code = to_text(texted.get("refused") or texted.get("code"))
    return code if code in REFUSED_HERE or (code.isdecimal() and int(code) in CODES) else "other"
