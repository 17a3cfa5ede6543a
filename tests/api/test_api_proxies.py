"""Wrong passwords behind a proxy: each counts at the address of whoever guessed."""

from asyncio import gather
from pathlib import Path

import pytest

from ivr.store.guesses import FREE
from tests.api.board import PASSWORD, Browser, lock, served


async def guess(browser: Browser, address: str, password: str = "wrong") -> int:
    user = "admin" if password == PASSWORD else "nobody"
    answer = await browser.post(
        "/api/session", {"user": user, "password": password}, headers={"X-Forwarded-For": address}
    )
    return answer.status


@pytest.mark.parametrize("door", ["session", "metrics"])
async def test_the_trusted_proxy_is_believed(tmp_path: Path, door: str) -> None:
    async with served(tmp_path, IVR_TRUSTED_PROXIES="127.0.0.1, 10.0.0.0/8") as server:
        await lock(server.store)
        browser = await server.browser()
        await browser.arrive()

        async def ask(address: str) -> int:
            if door == "session":
                return await guess(browser, address)
            headers = {"X-Forwarded-For": address, "Authorization": "Bearer ivr_wrong"}
            return (await browser.get("/metrics", headers=headers)).status

        # All at once, so that on a busy machine too none has waited long enough for another try.
        same = await gather(*(ask(f"203.0.113.{number}, 198.51.100.1, 10.9.9.9") for number in range(4 * FREE)))
        assert set(same) == {401, 429}
        others = await gather(*(ask(f"198.51.101.{number}") for number in range(4 * FREE)))
        assert set(others) == {401}
        assert await guess(browser, "198.51.100.2", PASSWORD) == 200


async def test_nobody_else_is(tmp_path: Path) -> None:
    async with served(tmp_path, IVR_TRUSTED_PROXIES="10.0.0.0/8") as server:
        await lock(server.store)
        browser = await server.browser()
        await browser.arrive()
        assert 429 in await gather(*(guess(browser, f"198.51.100.{number}") for number in range(4 * FREE)))
