"""Whatever happens in whatever order: places are never exceeded nor lost, one probe is out, and it always reopens."""

import asyncio

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from ivr.webcall.breaker import Rules
from ivr.webcall.limits import Limits, Skipped, Turn

from .asking import Time, report

MOST = 2
RULES = Rules(concurrent=MOST, failures=2, window=10.0, pause=5.0)
HOSTS = ["a", "b", "c"]
VERDICTS = st.sampled_from([True, False, False, None])


class Request:
    """One request: waits for its turn, then for its end."""

    def __init__(self, machine: "Requests", host: str) -> None:
        self.host = host
        self.inside = False
        self.end: asyncio.Future[bool | None] = machine.loop.create_future()
        self.turn: Turn = machine.limits.turn(host)
        self.task = machine.loop.create_task(self.run())

    async def run(self) -> bool:
        try:
            async with self.turn as turn:
                self.inside = True
                try:
                    report(turn, await self.end)
                finally:
                    self.inside = False
        except Skipped:
            return False
        return True


class Requests(RuleBasedStateMachine):
    """Requests come, end well, badly or by cancellation, and time passes, with or without the loop getting to turn."""

    requests = Bundle("requests")

    @initialize()
    def begin(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.time = Time()
        self.limits = Limits(self.time, RULES, hosts=2)
        self.all: list[Request] = []

    @rule(target=requests, host=st.sampled_from(HOSTS), turn=st.booleans())
    def ask(self, host: str, turn: bool) -> Request:
        request = Request(self, host)
        self.all.append(request)
        if turn:
            self.run_loop()
        return request

    @rule(host=st.sampled_from(HOSTS), count=st.integers(1, 6))
    def ask_often(self, host: str, count: int) -> None:
        self.all.extend(Request(self, host) for _ in range(count))

    @rule(request=requests, verdict=VERDICTS)
    def end(self, request: Request, verdict: bool | None) -> None:
        self.end_of(request, verdict)

    @rule(verdict=VERDICTS)
    def end_all_inside(self, verdict: bool | None) -> None:
        for request in self.all:
            self.end_of(request, verdict)

    def end_of(self, request: Request, verdict: bool | None) -> None:
        if request.inside and not request.end.done():
            request.end.set_result(verdict)

    @rule(request=requests)
    def cancel(self, request: Request) -> None:
        request.task.cancel()

    @rule(steps=st.integers(1, 4))
    def run_loop(self, steps: int = 6) -> None:
        async def some() -> None:
            for _ in range(steps):
                await asyncio.sleep(0)

        self.loop.run_until_complete(some())

    @rule(seconds=st.sampled_from([0.5, 2.0, 4.999, 5.0, 11.0, -3.0]))
    def pass_time(self, seconds: float) -> None:
        self.time.ms += round(seconds * 1000)

    @invariant()
    def places_are_never_exceeded(self) -> None:
        for host in HOSTS:
            gate = self.limits._used.get(host)
            inside = sum(request.inside for request in self.all if request.host == host)
            assert inside <= MOST
            assert gate is None or (inside <= gate.taken <= MOST)
            assert gate is not None or inside == 0

    @invariant()
    def at_most_one_probe_is_out(self) -> None:
        for host in HOSTS:
            gate = self.limits._used.get(host)
            if gate is None or not gate.breaker.half_open:
                continue
            here = [request for request in self.all if request.host == host and request.inside]
            probes = [request for request in here if request.turn._ticket.probe]
            assert len([probe for probe in probes if probe.turn._ticket.era == gate.breaker.era]) <= 1

    @invariant()
    def memory_is_bounded(self) -> None:
        assert len(self.limits._idle) <= 2

    def teardown(self) -> None:
        if not hasattr(self, "loop"):
            return
        try:
            self._all_is_given_back()
            self._always_half_opens()
        finally:
            self.loop.close()

    def _all_is_given_back(self) -> None:
        for _ in range(len(self.all) + 2):
            self.run_loop()
            self.end_all_inside(None)
        self.run_loop()
        assert all(request.task.done() for request in self.all), "somebody waits for ever"
        assert not self.limits._used, "a host is still in use"
        assert all(gate.taken == 0 and not gate.waiting for gate in self.limits._idle.values()), "a place leaked"
        for request in self.all:
            if not request.task.cancelled():
                request.task.result()

    def _always_half_opens(self) -> None:
        self.time.ms += 1_000_000  # whatever was put back before
        for host in HOSTS:
            probe = Request(self, host)
            self.run_loop()
            assert probe.inside, "it never opens again"
            probe.end.set_result(True)
            last = [Request(self, host) for _ in range(MOST)]
            self.run_loop()
            assert all(request.inside for request in last), "a place is missing"
            for request in last:
                request.end.set_result(None)
            self.run_loop()


Requests.TestCase.settings = settings(max_examples=3 * settings.default.max_examples // 2, stateful_step_count=40)
TestRequests = Requests.TestCase
