"""What the log, the meters and the trace tell of one call in which something went wrong, or did not."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from ivr.flow.model import Flow
from ivr.flow.narration.traced import narrated
from ivr.store.sought import Sought
from tests.operation.lines import PATIENCE, Lines, log
from tests.operation.test_meters import NOTHING, samples
from tests.story.flows import Row, asks, begins, drawn, ends, says, starts
from tests.web.listener import Answer, Listener, listener
from tests.webcall.peer import Behaviour, Talk, answer, as_json, nothing, peer
from tests.webcall.peer import says as answers


@dataclass(frozen=True)
class Told:
    line: Listener
    lines: Lines

    async def call(self) -> Answer:
        return await self.line.carrier.post("/voice/answer")

    async def over(self, status: str = "completed") -> str:
        """The line that says so."""
        await self.line.carrier.post("/voice/status", CallStatus=status)
        await self.lines.until("call over", "CA1")
        return next(line for line in self.lines.settled() if "call over" in line)

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

    async def until_traced(self, sentence: str) -> None:
        """Until the call's trace has it."""
        saved = asyncio.Event()
        self.line.store.calls.listeners.append(lambda _: saved.set())
        async with asyncio.timeout(PATIENCE):
            while sentence not in await self.trace():
                await saved.wait()
                saved.clear()

    async def web_calls(self) -> tuple[int, int]:
        """How many the call's row has, and how many of them failed."""
        (row,) = await self.line.store.history.list(Sought())
        return row.web_calls, row.failed_web_calls


def transferring(number: str) -> Flow:
    exits = dict.fromkeys(("answered", "no_answer", "busy", "failed"), 3)
    return drawn(starts(), {"action": {"type": "transfer", "numbers": [number]}, "exits": exits}, ends(), id="line")


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


async def test_a_call_that_fails_has_its_reason_in_the_log(tmp_path: Path) -> None:
    async with told(tmp_path, drawn(starts(), {"action": {"type": "jump_to", "flow": "other"}}, id="line")) as call:
        await call.call()
        assert "outcome=failed" in await call.over()
        assert call.warnings() == [
            "call failed call=CA1 flow=line block=2 cause=no_such_flow "
            'reason="There is no published flow “other” to go on to."'
        ]
        assert call.counted("ivr_failures") == {'ivr_failures_total{"kind": "call"}': 1}


async def test_a_web_call_that_can_not_begin_is_one_that_failed(tmp_path: Path) -> None:
    async with peer(nothing) as api:
        rows = [begins(number + 1, 13, url=api.url) for number in range(2, 13)]
        async with told(tmp_path, drawn(starts(), *rows, ends(), id="line")) as call:
            await call.call()
            await call.over()
            reason = 'reason="10 requests of this call are out already, so this one was not started."'
            assert call.warnings() == [f"web call failed call=CA1 flow=line block=12 cause=too_many ms=… {reason}"]
            assert call.counted("ivr_web_call_seconds_count") == {'ivr_web_call_seconds_count{"cause": "too_many"}': 1}
            assert await call.web_calls() == (1, 1)


async def test_a_reason_does_not_quote_the_body_of_an_answer(tmp_path: Path) -> None:
    rules = [{"query": "name", "operator": "equals", "value": "x"}]
    behave = answers(as_json('{"name": "Ada ” of +1 555 123 4567"}'))
    async with (
        peer(behave) as api,
        told(tmp_path, drawn(starts(), asks(3, 3, url=api.url, success_conditions=rules), ends())) as call,
    ):
        await call.call()
        await call.line.carrier.post("/voice/page/2")
        await call.over()
        (warning,) = call.warnings()
        assert "cause=body" in warning
        assert "the success rule is: name equals x" in warning
        assert "Ada" not in warning


async def test_a_transfer_that_fails_is_told(tmp_path: Path) -> None:
    async with told(tmp_path, transferring("+15550100200"), IVR_DESTINATIONS="*") as call:
        dial = (await call.call()).xml.find("Dial")
        assert dial is not None
        path = str(dial.get("action")).removeprefix(call.line.carrier.url)
        await call.line.carrier.post(path, DialCallStatus="failed", CallStatus="in-progress")
        await call.over()
        assert call.warnings() == ["transfer failed call=CA1 flow=line block=2 cause=carrier"]
        assert call.counted("ivr_failures") == {'ivr_failures_total{"kind": "transfer"}': 1}


@pytest.mark.parametrize(
    ("number", "what"),
    [
        (
            "+15550100200",
            "transfer failed call=CA1 flow=line block=2 cause=not_allowed "
            'reason="Calls and texts to numbers of US are not allowed; the setting IVR_DESTINATIONS says which are."',
        ),
        (
            "$agent",
            "block failed call=CA1 flow=line block=2 cause=not_a_number "
            'reason="None of the numbers to call is a phone number."',
        ),
    ],
)
async def test_a_transfer_that_is_not_tried_is_told_once(tmp_path: Path, number: str, what: str) -> None:
    async with told(tmp_path, transferring(number), IVR_DESTINATIONS="+44") as call:
        await call.call()
        await call.over()
        assert call.warnings() == [what]


async def test_a_clip_that_is_gone_is_told_and_not_said(tmp_path: Path) -> None:
    plays = says("", 3, clip="gone.wav")
    async with told(tmp_path, drawn(starts(), plays, says("Bye.", 4, clip="gone.wav"), ends(), id="line")) as call:
        await call.call()
        await call.over()
        why = "There is no such clip in the audio library."
        assert call.warnings() == [f'clip failed call=CA1 flow=line block=2 cause=gone.wav reason="{why}"']
        trace = await call.trace()
        assert f"“gone.wav”: {why}" in trace
        assert [each for each in trace if "(gone.wav)" in each] == []
        assert "“Bye.”" in trace


async def test_a_call_to_a_number_that_no_flow_answers_is_counted(tmp_path: Path) -> None:
    async with told(tmp_path, drawn(starts(), ends())) as call:
        await call.line.carrier.post("/voice/answer", To="+15559990000")
        assert call.counted("ivr_calls_unassigned") == {"ivr_calls_unassigned_total{}": 1}


@dataclass
class Slow:
    """An API that does with each request what `then` does, once it is let go."""

    then: Behaviour
    go: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, talk: Talk) -> None:
        await self.go.wait()
        await self.then(talk)


def orders(url: str) -> Row:
    return asks(4, 4, url=url, method="POST", body="{}")


def ordering(order: Row) -> Flow:
    return drawn(starts(), says("One moment.", 3), order, {"action": {"type": "jump_to", "flow": "other"}}, id="line")


@pytest.mark.parametrize(
    ("then", "cause", "reason", "says"),
    [
        (
            answers(answer(b"no", status="500 Oh")),
            "status",
            "The API answered with status 500.",
            "500 Internal Server Error",
        ),
        (answers(b""), "connect", "The API closed the connection without an answer", "Not reached"),
    ],
    ids=["refused", "broken off"],
)
async def test_a_request_that_fails_without_its_caller_is_told(
    tmp_path: Path, then: Behaviour, cause: str, reason: str, says: str
) -> None:
    slow = Slow(then)
    async with peer(slow) as api, told(tmp_path, ordering(orders(api.url))) as call:
        await call.call()
        assert "outcome=hung_up" in await call.over()
        slow.go.set()
        failed = await call.lines.until("web call failed", f"flow=line block=3 cause={cause}")
        assert reason in failed
        assert call.counted("ivr_web_call_seconds_count") == {f'ivr_web_call_seconds_count{{"cause": "{cause}"}}': 1}
        assert await call.web_calls() == (1, 1)
        last = (await call.trace())[-1]
        assert last.startswith(f"The request failed after the call ended. {says} after")


async def test_an_answer_that_comes_without_its_caller_counts_as_one(tmp_path: Path) -> None:
    slow = Slow(answers(as_json("{}")))
    async with peer(slow) as api, told(tmp_path, ordering(orders(api.url))) as call:
        await call.call()
        await call.over()
        slow.go.set()
        await call.until_traced("The answer came after the call ended")
        assert await call.web_calls() == (1, 0)


async def test_a_failure_after_a_jump_is_of_the_flow_that_had_asked(tmp_path: Path) -> None:
    slow = Slow(answers(answer(b"no", status="500 Oh")))
    other = drawn({"action": {"type": "jump_from"}, "exits": {"next": 2}}, {"action": {"type": "record"}}, id="other")
    async with peer(slow) as api, told(tmp_path, ordering(begins(4, 4, url=api.url, method="POST", body="{}"))) as call:
        await call.line.store.flows.save_draft(other.model_dump(mode="json"))
        await call.line.store.flows.publish("other")
        assert "Record" in (await call.call()).verbs
        slow.go.set()
        await call.lines.until("web call failed", "flow=line block=3 cause=status")
        assert "The request failed when nothing would take its answer any more" in (await call.trace())[-1]


@pytest.mark.parametrize("word", ["failed", "busy", "no-answer", "canceled"])
async def test_a_call_that_the_carrier_ends_is_not_told_as_a_hang_up(tmp_path: Path, word: str) -> None:
    async with peer(nothing) as api, told(tmp_path, ordering(orders(api.url))) as call:
        await call.call()
        assert f"outcome=lost seconds=… way=1>2>3 carrier={word}" in await call.over(word)
        assert f"The carrier has ended the call. It says “{word}”." in await call.trace()
        assert call.counted("ivr_calls_total") == {'ivr_calls_total{"outcome": "lost"}': 1}


@pytest.mark.parametrize("known", [True, False], ids=["of a call under way", "of a call that begins with it"])
async def test_a_page_that_the_carrier_could_not_use_is_traced_and_counted(tmp_path: Path, known: bool) -> None:
    async with told(tmp_path, drawn(starts(), says("Hello.", 3), ends())) as call:
        if known:
            await call.call()
        assert (await call.line.carrier.post("/voice/fallback", ErrorCode="11200")).words == ["Hello."]
        await call.until_traced("The carrier could not fetch or use a page or a clip: error 11200.")
        assert call.counted("ivr_failures") == {'ivr_failures_total{"kind": "page"}': 1}


async def test_the_way_of_a_call_says_where_it_went_on_to_another_flow(tmp_path: Path) -> None:
    other = drawn({"action": {"type": "jump_from"}, "exits": {"next": 2}}, {"action": {"type": "record"}}, id="other")
    async with told(tmp_path, ordering(says("On.", 4))) as call:
        await call.line.store.flows.save_draft(other.model_dump(mode="json"))
        await call.line.store.flows.publish("other")
        await call.call()
        assert "way=1>2>3>4>@other>1>2" in await call.over()
