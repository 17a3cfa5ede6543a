"""What the log, the meters and the trace tell of one call in which something went wrong, or did not."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from ivr.flow.model import Flow
from ivr.flow.narration.traced import narrated
from ivr.store.sought import Sought
from tests.operation.lines import Lines, log
from tests.operation.test_meters import NOTHING, samples
from tests.story.flows import begins, drawn, ends, starts
from tests.web.listener import Answer, Listener, listener
from tests.webcall.peer import nothing, peer


@dataclass(frozen=True)
class Told:
    line: Listener
    lines: Lines

    async def call(self) -> Answer:
        return await self.line.carrier.post("/voice/answer")

    async def over(self, status: str = "completed") -> str:
        """The line that says so."""
        await self.line.carrier.post("/voice/status", CallStatus=status)
        return await self.lines.until("call over", "CA1")

    def warnings(self) -> list[str]:
        """Those of calls, without the names of their logger."""
        found = [line for line in self.lines.settled() if line.startswith("WARNING ivr.operation.story: ")]
        return [line.partition(": ")[2] for line in found]

    def counted(self, name: str) -> dict[str, float]:
        """The counters that begin like this and have counted."""
        found = samples(self.line.meters.text(NOTHING, 0))
        return {sample: value for sample, value in found.items() if sample.startswith(name) and value}

    async def trace(self) -> list[str]:
        return [event.sentence for event in narrated(await self.line.store.calls.trace("CA1"))]

    async def web_calls(self) -> tuple[int, int]:
        """How many the call's row has, and how many of them failed."""
        (row,) = await self.line.store.history.list(Sought())
        return row.web_calls, row.failed_web_calls


@asynccontextmanager
async def told(folder: Path, flow: Flow, **environ: str) -> AsyncIterator[Told]:
    with log() as lines:
        async with listener(folder, flow, **environ) as line:
            yield Told(line, lines)


async def test_a_request_that_is_cancelled_as_its_flow_ends_has_torn_no_caller_from_it(tmp_path: Path) -> None:
    async with peer(nothing) as api, told(tmp_path, drawn(starts(), begins(3, 3, url=api.url), ends())) as call:
        await call.call()
        over = await call.over()
        assert "outcome=completed" in over
        assert "torn_from" not in over
