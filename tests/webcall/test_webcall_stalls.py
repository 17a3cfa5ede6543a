"""However an answer is made, and whatever is asked of it, no other call waits: the event loop never does much at once.

Work is counted, not timed: the lines of Python that run in the loop's own thread within one round of the loop.
"""

import asyncio
import json
import sys
from collections.abc import Callable, Coroutine
from types import FrameType
from typing import Any

import pytest

from ivr.core.call import Call
from ivr.core.events import Answered, Fetched
from ivr.core.mailbox import Mailbox
from ivr.flow.model import Flow
from ivr.runtime.gate import Open
from ivr.runtime.ports import CallRecord, Clip
from ivr.runtime.turning import Turning
from tests.story.line import CALLER, DIALLED
from tests.web.steps import counted
from tests.webcall.peer import World, answer, asker, peer, says

pytestmark = pytest.mark.process

MOST = 6_000
"""Lines in one round of the loop; an answer of a few bytes takes about two thousand."""
MEBIBYTE = 1_048_576
PATIENCE = 900
"""Seconds for an answer: counting makes reading it ten times as slow, and a busy machine once more."""


class CountingLoop(asyncio.SelectorEventLoop):
    """Counts the lines of each round. `longest` is the most that one round took."""

    def __init__(self) -> None:
        super().__init__()
        self.lines = self.longest = 0

    def _run_once(self) -> None:
        self.lines = 0
        super()._run_once()  # type: ignore[misc]
        self.longest = max(self.longest, self.lines)

    def trace(self, _: FrameType, __: str, ___: Any) -> Any:
        self.lines += 1
        return self.trace


def longest_round(work: Callable[[], Coroutine[Any, Any, None]]) -> int:
    """The lines of the longest round; the work is done once before, so that nothing is loaded while it is counted."""
    with asyncio.Runner(loop_factory=CountingLoop) as runner:
        runner.run(work())
        loop = runner.get_loop()
        assert isinstance(loop, CountingLoop)
        loop.longest = 0
        sys.settrace(loop.trace)
        try:
            runner.run(work())
        finally:
            sys.settrace(None)
        return loop.longest


def nested(levels: int) -> str:
    return '{"x":[' * levels + "1" + "]}" * levels


def filled(pattern: str, around: str = "[{}]", size: int = MEBIBYTE - 100) -> bytes:
    return around.format(",".join([pattern] * (size // (len(pattern) + 1)))).encode()


XML = "<a>{}</a>".format("<b/>" * (MEBIBYTE // 5)).encode()
FORM = "&".join(f"f{number}={number}" for number in range(60_000)).encode()
HOSTILE: dict[str, tuple[str, bytes, tuple[str, ...]]] = {
    "small": ("application/json", b'{"a": 1}', ("a", "$.a")),
    "descend into nested": ("application/json", filled(nested(40)), ("$..x",)),
    "descend twice": ("application/json", filled(nested(40)), ("$..*..*",)),
    "all of a wide list": ("application/json", filled("0"), ("$[*]", "$[*]")),
    "filter a wide list": ("application/json", filled('{"a":1}'), ("$[?(@.a == 1)].a",)),
    "filter by everything inside": ("application/json", filled('{"a":[1,[2,[3]]]}'), ("$[?(@..a)]..*",)),
    "many labels": (
        "application/json",
        json.dumps({f"label{number}": number for number in range(50_000)}).encode(),
        ("$..label7", "label7"),
    ),
    "sums": ("application/json", filled("1"), ("$[*] * 2",)),
    "tiny elements": ("application/xml", XML, ("a.b[0]", "$..b")),
    "form": ("application/x-www-form-urlencoded", FORM, ("f7",)),
    "text": ("text/plain", b"x" * (MEBIBYTE - 1), ("x",)),
    "decimals": ("application/json", filled("1.5"), ("$[0]",)),
    "nearly json": ("application/json", filled("0", "[{},"), ("$[0]",)),
    "half a kilobyte under the limit of the loop": ("application/xml", b"<a>" + b"<b/>" * 860 + b"</a>", ("$..b",)),
}

TOO_MUCH = {
    "descend into nested",
    "descend twice",
    "all of a wide list",
    "filter a wide list",
    "filter by everything inside",
    "sums",
    "tiny elements",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_reading_an_answer_never_keeps_the_loop(name: str) -> None:
    kind, body, queries = HOSTILE[name]
    take = tuple((f"v{number}", query) for number, query in enumerate(queries))
    replies: list[Fetched] = []

    async def ask() -> None:
        async with peer(says(answer(body, f"Content-Type: {kind}"))) as api, asker(World()) as ask_for:
            replies.append(await ask_for(api.url, take=take, auth=None, timeout=PATIENCE))

    assert longest_round(ask) < MOST
    assert replies[0].cause in {"ok", "too_large", "unreadable"}
    assert (replies[0].cause == "too_large") == (name in TOO_MUCH)


class OneFlow:
    """The flow of a turn."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow

    async def of_number(self, number: str) -> tuple[str, int] | None:
        return None

    async def unpublished(self, number: str) -> str | None:
        return None

    async def live(self, flow_id: str) -> int | None:
        return None

    async def revision(self, flow_id: str, revision: int) -> Flow:
        return self.flow


async def no_clip(name: str) -> Clip | None:
    return None


def block(number: int, following: dict[str, int], **action: Any) -> dict[str, Any]:
    return {"number": number, "action": action, "exits": following}


WORK = {
    "a sum": {"type": "compute", "first": "$EXTCALL_2.responsebody", "second": "1"},
    "a text": {"type": "text_operations", "operation": "title_case", "text": "$EXTCALL_2.responsebody"},
    "a list": {"type": "text_operations", "operation": "say_as_list", "text": "$EXTCALL_2.response"},
    "words": {"type": "play_message", "message": "$EXTCALL_2.response $EXTCALL_2.responsebody"},
    "a condition": {
        "type": "condition",
        "rows": [{"variable": "$EXTCALL_2.response", "operator": "contains", "value": "1", "ignore_case": True}],
    },
}


@pytest.mark.parametrize("kind", WORK)
@pytest.mark.parametrize("many", [1, 60_000])
def test_blocks_that_work_on_a_large_answer_never_keep_the_loop(kind: str, many: int) -> None:
    flow = Flow.model_validate(
        {
            "id": "large",
            "name": "Large",
            "blocks": [
                block(1, {"next": 2}, type="inbound_call"),
                block(2, {"success": 3, "failure": 4}, type="external_web_call", url="https://api.example.com/"),
                block(3, dict.fromkeys(("next", "success", "failure", "true", "false"), 4), **WORK[kind]),
                block(4, {}, type="end_call"),
            ],
        }
    )
    turning = Turning(OneFlow(flow), no_clip, Open())
    value = ["a word"] * many
    body = json.dumps(value)

    async def turn() -> None:
        call = Call("CA1", "large", 1)
        first = await turning.change(CallRecord(call), Answered(at=1, caller=CALLER, dialled=DIALLED))
        waiting = first.record.call.waiting
        assert waiting is not None
        reply = Fetched(at=2, token=waiting.token, cause="ok", status=200, body=body, value=value, taken={})
        second = await turning.change(CallRecord(first.record.call, Mailbox()), reply)
        assert second.record.call.status == "ended"

    assert longest_round(turn) < MOST


async def test_a_short_answer_that_is_posted_takes_no_work_in_the_loop() -> None:
    later = {"later": {"type": "callback", "within": 60}, "url": "https://api.example.com/?to=$EXTCALL_2.resume_url"}
    wanted = [{"name": "A", "query": "$..*..*"}]
    flow = Flow.model_validate(
        {
            "id": "posted",
            "name": "Posted",
            "blocks": [
                block(1, {"next": 2}, type="inbound_call"),
                block(2, {"success": 3, "failure": 3}, type="external_web_call", response_variables=wanted, **later),
                block(3, {}, type="end_call"),
            ],
        }
    )
    turning = Turning(OneFlow(flow), no_clip, Open())
    first = await turning.change(CallRecord(Call("CA1", "posted", 1)), Answered(at=1, caller=CALLER, dialled=DIALLED))
    waiting = first.record.call.waiting
    assert waiting is not None
    value = [[0] * 2000] * 2
    posted = Fetched(at=2, token=waiting.token, cause="ok", status=200, value=value, called_back=True)
    with counted() as steps:
        second = await turning.change(CallRecord(first.record.call), posted)
    assert second.record.call.status == "ended"
    assert steps.count < 2_000
