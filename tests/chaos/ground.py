"""What callers, the API and the carrier know for sure, and what that says about the server."""

import asyncio
import logging
from collections import Counter
from collections.abc import Sequence
from typing import Protocol

from aiohttp import web
from msgspec import Struct

from ivr.emulator import Carrier, PhoneCall
from tests.whole.stage import FOUND, GREETING, SORRY, TEXTED

log = logging.getLogger(__name__)

BY_POST = "+15550100202"
"""The line whose flow asks the API by POST."""
ANSWER = {"DateText": "Tuesday, March 3 at 2:30 PM", "doctor": {"name": "Doctor Okafor"}}
RIGHT = [GREETING, FOUND, TEXTED]


class Far:
    """The API: who asked it how often, and by which method. It always answers, and always well."""

    def __init__(self, delay: float) -> None:
        self._delay = delay
        self.asked: Counter[tuple[str, str]] = Counter()
        self.cut = 0
        """Requests whose connection ended before they were answered."""
        self._asked = asyncio.Condition()

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_route("*", "/appointments", self._answer)
        return app

    async def asked_by(self, callers: int) -> None:
        """Wait until it was asked for so many callers."""
        async with asyncio.timeout(120), self._asked:
            await self._asked.wait_for(lambda: len(self.asked) >= callers)

    async def cut_off(self, count: int) -> None:
        """Wait until so many requests were cut off, for less time than requests may take."""
        async with asyncio.timeout(30), self._asked:
            await self._asked.wait_for(lambda: self.cut >= count)

    async def _answer(self, request: web.Request) -> web.Response:
        async with self._asked:
            self.asked[request.method, request.query["phone"]] += 1
            self._asked.notify_all()
        try:
            await asyncio.sleep(self._delay)
        except asyncio.CancelledError:
            async with self._asked:
                self.cut += 1
                self._asked.notify_all()
            raise
        return web.json_response(ANSWER)


class Row(Struct, frozen=True):
    """What became of the calls under one fault. All but `calls` and `unknown` should be 0.

    `stranded`: never ended. `hung_up_on`: the call ended without the last words of either way. `misjudged`: the caller
    heard that something failed which the API or the carrier has done, and a repeat was safe or the truth could be found
    out. `unknown`: a request or a text that may not be repeated was cut off, or perhaps never sent by the server that
    died with it, and said to be unknown. `left_open`: the server has not found out that the call is over.
    """

    fault: str
    calls: int
    stranded: int = 0
    hung_up_on: int = 0
    texts_twice: int = 0
    texts_lost: int = 0
    misjudged: int = 0
    unsafe_repeated: int = 0
    unknown: int = 0
    cut_or_failed: int = 0
    left_open: int = 0

    @property
    def clean(self) -> bool:
        return not any(getattr(self, name) for name in COLUMNS if name not in {"fault", "calls", "unknown"})


COLUMNS = Row.__struct_fields__
HEADS = ("fault", "calls", "stranded", "hung up on", "texts twice", "texts lost", "misjudged", "unsafe repeated")
HEADS += ("unknown", "webhooks failed", "left open")


def _story(call: PhoneCall) -> str:
    """What happened in it, for whoever looks into a row that is not clean."""
    begun = call.happenings[0].at
    return "; ".join(f"{one.at - begun:.1f} {one.kind} {dict(one.detail)}" for one in call.happenings)


class Seen(Protocol):
    """A world, once its calls are over."""

    carrier: Carrier
    far: Far
    calls: list[PhoneCall]
    deaths: list[float]


def judged(fault: str, seen: Seen, *, failed: int = 0, left_open: int = 0) -> Row:
    """The row of a fault. `failed`: webhooks that a proxy could not deliver, where the fault must not cost any."""
    texts = Counter(message.to for message in seen.carrier.messages if message.direction.startswith("outbound"))
    counts: Counter[str] = Counter()
    for call in seen.calls:
        found = _faults_of(call, texts, seen)
        counts.update(found)
        if found:
            log.warning("%s in call %s: %s", " and ".join(found), call.sid, _story(call))
    again = sum(times - 1 for (method, _), times in seen.far.asked.items() if method == "POST" and times > 1)
    rest = {"unsafe_repeated": again, "cut_or_failed": failed, "left_open": left_open}
    return Row(fault, len(seen.calls), **counts, **rest)


def _faults_of(call: PhoneCall, texts: Counter[str], seen: Seen) -> list[str]:
    caller = call.parties.from_
    heard = [one.detail["text"] for one in call.happenings if one.kind == "say"]
    found = ["texts_twice"] * (texts[caller] > 1)
    if not call.over:
        return [*found, "stranded"]
    if SORRY in heard:
        return [*found, "unknown" if _beyond_knowing(call, seen) else "misjudged"]
    if FOUND not in heard:
        return [*found, "hung_up_on"]
    if TEXTED not in heard:
        return [*found, "misjudged" if texts[caller] else _without_text(call, seen)]
    return [*found, *["texts_lost"] * (not texts[caller])]


def _beyond_knowing(call: PhoneCall, seen: Seen) -> bool:
    """Once begun and then cut off, only a GET may be asked again; whether a POST was sent, the server that was to send
    it took with it."""
    asked = seen.far.asked["POST", call.parties.from_]
    return bool(asked) or (_saw_a_death(call, seen) and call.parties.to == BY_POST)


def _without_text(call: PhoneCall, seen: Seen) -> str:
    """What became of a call that ended before a text was said to be sent, and none was. A server that dies once it has
    noted that it sends a text may have sent it: then the flow goes on, and this one says good-bye."""
    said_goodbye = any(one.kind == "hangup" for one in call.happenings)
    return "unknown" if said_goodbye and _saw_a_death(call, seen) else "hung_up_on"


def _saw_a_death(call: PhoneCall, seen: Seen) -> bool:
    return any(call.began <= death <= (call.ended_at or death) for death in seen.deaths)


def table(rows: Sequence[Row]) -> str:
    """The rows as a table of text."""
    cells = [HEADS, *(tuple(str(getattr(row, name)) for name in COLUMNS) for row in rows)]
    widths = [max(len(line[n]) for line in cells) for n in range(len(HEADS))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in cells)
