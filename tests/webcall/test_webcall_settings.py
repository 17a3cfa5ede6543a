"""What the operator sets for all web calls of this process."""

import asyncio
from pathlib import Path

import pytest

from ivr.app import WallClock, open_web_calls, stored
from ivr.core.effects import Fetch
from ivr.runtime.ports import RunningJob
from ivr.settings import Settings
from tests.webcall.peer import Talk, answer, peer, says

FINE = says(answer(b"[]"))


@pytest.mark.parametrize("limit", [1, 3])
async def test_how_many_go_to_one_host_at_once(tmp_path: Path, limit: int) -> None:
    at_once, most = 0, 0
    together = asyncio.Barrier(limit)

    async def count(talk: Talk) -> None:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        await together.wait()  # nobody gets on before so many are there
        await asyncio.sleep(0.02)
        at_once -= 1
        await FINE(talk)

    settings, clock = Settings(data=tmp_path, egress_allow="127.0.0.1", host_limit=limit), WallClock()
    async with peer(count) as api, stored(settings) as store, open_web_calls(settings, store, clock) as calls:
        job = Fetch(method="GET", url=api.url, timeout=30)
        asked = (calls(RunningJob("CA1", f"{turn}.1", job, clock.now())) for turn in range(3 * limit))
        replies = await asyncio.gather(*asked)
    assert ([reply.cause for reply in replies], most) == (["ok"] * 3 * limit, limit)
