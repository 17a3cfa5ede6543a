"""What became of calls, in the log: one line for each that is over, and one for each thing that failed in them.

Only what is stored tells it, so a call has one line at its end however many processes have answered it: that of the
process whose save ended it. Test calls are not stored, and have none.
"""

import asyncio
import logging
import re
from collections.abc import Callable
from typing import Protocol

from msgspec import Struct

from ivr.core.call import Entry
from ivr.core.cutting import cut
from ivr.core.phone_numbers import without_numbers
from ivr.core.values import Value, to_text
from ivr.flow.engine import LOST
from ivr.flow.narration.facts import broken_off
from ivr.logs import Facts, note
from ivr.runtime.ports import Change
from ivr.store.call_facts import Saved, WebCall
from ivr.store.history import Ended, Outcome

log = logging.getLogger(__name__)

LONGEST_WAY = 60
"""Blocks of a call's way that its line names: the first ones and the last ones."""
MOST_WAITING = 10_000
"""Lines that wait to be written; beyond that they are only counted."""
NOT_TEXTED = {"failed", "undelivered"}
TOLD_AT_ONCE = {"page"}
"""Failures that the carrier's request has a line for, with more than is stored."""
LONGEST_REASON = 300
"""Characters of a sentence that says why."""
TORN = {"hung_up", "lost"}
"""How calls end whose callers may still have waited for something."""
_quoted = re.compile("“.*”", re.DOTALL)


class Calls(Protocol):
    """Where calls are read once they are over."""

    async def ended(self, call_id: str) -> Ended | None: ...


def _untold(call: str, ended: Ended) -> None:
    """No one asks."""


class _End(Struct, frozen=True):
    """What the last save of a call tells: how it stood, should it not be readable, what it was torn from, and how the
    carrier calls its end."""

    call: str
    flow: str
    revision: int
    outcome: str
    torn_from: str | None
    carrier: str | None


class Story:
    """Hears of saves, and writes the lines: those about failures at once, that of a call when it has been read. `count`
    is told how each call ended, and `over` which one, and how it went."""

    def __init__(
        self, calls: Calls, count: Callable[[Outcome], None], over: Callable[[str, Ended], None] = _untold
    ) -> None:
        self._over = over
        self._calls = calls
        self._count = count
        self._ends: asyncio.Queue[_End] = asyncio.Queue(MOST_WAITING)
        self._unwritten = 0

    def heard(self, saved: Saved) -> None:
        """Listens to the store: `CallStore.listeners`."""
        change, facts = saved.change, saved.facts
        call = change.record.call
        for failed in facts.web_calls:
            if failed.cause != "ok":
                where: Facts = {"call": call.id, "flow": failed.flow, "block": failed.block}
                said: Facts = {"cause": failed.cause, "ms": failed.milliseconds, "reason": _of_api(failed)}
                note(log, logging.WARNING, "web call failed", **where, **said)
        for each in facts.failed:
            if each.failure.kind in TOLD_AT_ONCE:
                continue
            where = {"call": call.id, "flow": each.flow, "block": each.block or None}
            said = {"cause": each.failure.cause, "reason": _reason(each.failure.error)}
            note(log, logging.WARNING, f"{each.failure.kind} failed", **where, **said)
        for entry in change.trace:
            _tell_of_text(change, entry)
        if change.ends:
            self._end(_end_of(change, facts.result))

    async def run(self) -> None:
        """Write the lines of calls that are over, one after the other, until it is cancelled."""
        while True:
            await self._write(await self._ends.get())
            self._ends.task_done()

    async def finish(self) -> None:
        """Wait until all that was heard so far is written; `run` goes on."""
        await self._ends.join()

    def _end(self, end: _End) -> None:
        try:
            self._ends.put_nowait(end)
        except asyncio.QueueFull:
            self._unwritten += 1

    async def _write(self, end: _End) -> None:
        missed, self._unwritten = self._unwritten, 0
        try:
            found = await self._calls.ended(end.call)
        except Exception as error:  # the line must come all the same, and the next ones too
            note(log, logging.WARNING, "the way of a call could not be read", call=end.call, error=str(error))
            found = None
        self._count(found.outcome if found is not None else "unknown")
        if found is None:
            known: Facts = {"flow": end.flow, "revision": end.revision, "outcome": end.outcome}
            note(log, logging.INFO, "call over", call=end.call, **known, more=missed or None)
            return
        self._over(end.call, found)
        web_calls: list[dict[str, str | int]] = [
            {"block": each.block, "cause": each.cause, "ms": each.milliseconds} for each in found.web_calls
        ]
        note(
            log,
            logging.INFO,
            "call over",
            call=end.call,
            flow=found.flow or None,
            revision=found.revision or None,
            outcome=found.outcome,
            seconds=max(0, found.over_at - found.started_at) / 1000,
            way=_way(found.blocks) or None,
            carrier=end.carrier,
            torn_from=end.torn_from if found.outcome in TORN else None,
            web_calls=web_calls or None,
            more_web_calls=found.more_web_calls or None,
            more=missed or None,
        )


def _tell_of_text(change: Change, entry: Entry) -> None:
    call, data = change.record.call, entry.data
    where: Facts = {"call": call.id, "flow": call.flow, "block": entry.block}
    if entry.kind in {"replied", "late"} and data.get("accepted") is False:
        cause = "unknown" if data.get("unknown") else data.get("refused") or "carrier"
        said: Facts = {"code": to_text(data.get("code")) or None, "reason": _reason(data.get("error"))}
        note(log, logging.WARNING, "text failed", **where, cause=to_text(cause), **said)
    if entry.kind == "delivery" and data.get("state") in NOT_TEXTED:
        note(log, logging.WARNING, "text not delivered", **where, reason=_reason(data.get("error")))


def _reason(error: Value) -> str | None:
    """A sentence, which may be the carrier's own words."""
    return cut(without_numbers(to_text(error)), LONGEST_REASON) or None


def _of_api(failed: WebCall) -> str | None:
    """Why a web call failed. A sentence about a body quotes it."""
    return _reason(_quoted.sub("“…”", failed.error) if failed.cause == "body" else failed.error)


def _end_of(change: Change, result: str) -> _End:
    call = change.record.call
    carrier = next(filter(None, map(broken_off, change.trace)), None)
    said = carrier if carrier != LOST else None
    return _End(call.id, call.flow, call.revision, result or call.status, _torn_from(change), said)


def _torn_from(change: Change) -> str | None:
    """What the caller did not wait for, where they hung up during a job."""
    cancelled = (entry.data for entry in change.trace if entry.kind == "cancelled" and "by" not in entry.data)
    return next(("web call" if "url" in data else "text" for data in cancelled), None)


def _way(blocks: str) -> str:
    """The blocks a call came to, as `1>2>@other>1>5`, those in the middle of a long way left out."""
    way = blocks.strip(",").split(",")
    if len(way) > LONGEST_WAY:
        half = LONGEST_WAY // 2
        way = [*way[:half], "…", *way[-half:]]
    return ">".join(way)
