"""A call that we place, whose first document does not reach the carrier."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ivr.flow.model import Flow
from ivr.runtime.starts import Progress, Start
from tests.web.listener import CALLER, LINE, Listener, listener

WORDS = "Your appointment is tomorrow."
FLOW = Flow.model_validate(
    {
        "id": "line",
        "name": "Line",
        "blocks": [
            {"number": 1, "action": {"type": "inbound_api"}, "exits": {"next": 2}},
            {"number": 2, "action": {"type": "play_message", "message": WORDS}, "exits": {"next": 3}},
            {"number": 3, "action": {"type": "external_web_call", "url": "http://127.0.0.1:9/"}, "exits": {}},
        ],
    }
)
OUTBOUND = {"Direction": "outbound-api", "From": LINE, "To": CALLER}
FAR = 10**15


@pytest.fixture
async def placed(tmp_path: Path) -> AsyncIterator[Listener]:
    """The call CA1 was placed for the run `run1`."""
    async with listener(tmp_path, FLOW) as line:
        start = Start(id="run1", flow="line", revision=1, reach_by="call", caller=CALLER, dialled=LINE)
        await line.store.starts.add(start, FAR)
        await line.store.starts.update("run1", Progress("calling", "CA1"), FAR)
        yield line


async def test_it_begins_at_the_fallback(placed: Listener) -> None:
    for _ in range(2):
        answer = await placed.carrier.post("/voice/started/run1/fallback", ErrorCode="11200", **OUTBOUND)
        assert answer.words == [WORDS]
    record = await placed.store.calls.load("CA1")
    assert record is not None
    assert record.call.variables["ANI"] == CALLER


async def test_the_fallback_of_another_run_takes_no_call(placed: Listener) -> None:
    answer = await placed.carrier.post("/voice/started/run2/fallback", ErrorCode="11200", **OUTBOUND)
    assert answer.verbs == ["Say", "Hangup"]
    assert await placed.store.calls.load("CA1") is None


async def test_a_call_that_never_began_here_has_failed(placed: Listener) -> None:
    await placed.carrier.post("/voice/started/run1/status", CallStatus="completed", **OUTBOUND)
    start = await placed.store.starts.get("run1")
    assert start is not None
    assert (start.status, start.reason) == (
        "failed",
        "The call was answered, but ended before its first words could be fetched.",
    )
