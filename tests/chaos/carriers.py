"""A carrier whose messages get lost, come twice, come late, or find no answer."""

import asyncio
import sqlite3
from contextlib import closing
from random import Random

from ivr.emulator import Faults
from ivr.emulator.wire.http import Request
from ivr.store.folder import DATABASE
from tests.chaos.ground import Row, judged
from tests.chaos.place import Place
from tests.chaos.world import one_inside, world

CLOSED = 270.0
"""Seconds in which a call is closed of which no callback came: it is asked about after 90 s, and then each minute."""


async def lost_and_repeated(place: Place, closing_seconds: float = CLOSED) -> Row:
    """Knocks and callbacks that get lost, callbacks that come late, webhooks that come twice. In the end the server
    knows of every call that it is over."""
    faults = Faults(
        lose_updates=0.5,
        lose_status_callbacks=0.5,
        repeat_status_callbacks=0.5,
        late_status_callbacks=min(20.0, closing_seconds),
        repeat_webhooks=0.3,
    )
    async with world(place.folder, faults=faults) as made, one_inside(made):
        await made.ring(place.calls)
        await made.settle(place.patience)
        left = await _left_open(place, closing_seconds)
        return judged("lost knocks and callbacks, repeated and late ones", made, left_open=left)


async def _left_open(place: Place, seconds: float) -> int:
    """How many calls the server takes for going on, so many seconds later; 0 as soon as there are none."""
    left = 0
    with closing(sqlite3.connect(place.folder / "data" / DATABASE)) as database:
        until = asyncio.get_running_loop().time() + seconds
        while asyncio.get_running_loop().time() < until:
            left = database.execute("SELECT COUNT(*) FROM calls WHERE over_at IS NULL").fetchone()[0]
            if not left:
                break
            await asyncio.sleep(1)
    return left


class FirstTry:
    """Cuts the first attempt of some webhooks: the server answers it, but its answer never arrives. But none at the
    fallback URL: after that a carrier has no other place to ask, and hangs up."""

    def __init__(self, probability: float) -> None:
        self._probability = probability
        self._random = Random()
        self._seen: set[str] = set()

    def __call__(self, request: Request) -> str | None:
        token = request.header("I-Twilio-Idempotency-Token")
        if not token or token in self._seen or "/voice/fallback" in request.url:
            return None
        self._seen.add(token)
        return "cut" if self._random.random() < self._probability else None


async def unanswered(place: Place, busy: float = 0.05) -> Row:
    """Answers of the server that never arrive; requests to the carrier that are done and then cut off, or that it is
    too `busy` for: so often that a text is rarely kept for longer than its block waits."""
    faults = Faults(
        cut_requests=0.3,
        refuse_requests=busy,
        unavailable_requests=busy,
        on_webhook=FirstTry(0.3),  # type: ignore[arg-type]
    )
    async with world(place.folder, faults=faults) as made, one_inside(made):
        await made.ring(place.calls)
        await made.settle(place.patience)
        return judged("answers of the server and of the carrier cut off", made)
