"""A supervisor and a privacy officer at work among 100,000 calls, as each of them would."""

import asyncio
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.api.board import served
from tests.bench.history import seed
from tests.board.axe import faults
from tests.board.browser import Server, Visits

CALLS = 100_000
PICTURES = os.environ.get("IVR_PICTURES", "")
"""A folder for pictures of what is seen on the way."""


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory, built: None) -> Iterator[Server]:
    """A server that has answered so many calls within 30 days."""
    data = tmp_path_factory.mktemp("busy")

    async def fill() -> None:
        async with served(data) as board:
            await seed(board.store, CALLS, round(time.time() * 1000))

    asyncio.run(fill())
    server = Server(data)
    with server.up():
        yield server


def looks(page: Page, name: str) -> None:
    """axe finds nothing, and there is a picture of it in each theme where one is wanted."""
    assert faults(page) == [], name
    if PICTURES:
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            page.screenshot(path=Path(PICTURES, f"{name}-{theme}.png"), full_page=True)
        page.emulate_media(color_scheme="light")


@pytest.mark.slow
def test_a_supervisor_finds_out_why_callers_failed(visits: Visits, busy: Server) -> None:
    """From the figures of a month to one call, and back by the address of the page."""
    window = visits(busy)
    page = window.opens("/calls")
    calls = page.get_by_role("region", name="List of calls")
    expect(page.get_by_text("100,000 calls")).to_be_visible()
    expect(calls.get_by_role("row")).to_have_count(51)
    looks(page, "calls")

    page.get_by_role("tab", name="Statistics").click()
    page.get_by_label("Time", exact=True).select_option(label="Last 30 days")
    expect(page.get_by_role("heading", name="Calls per day", exact=True)).to_be_visible()
    looks(page, "statistics")

    page.get_by_label("Flow", exact=True).select_option(label="Desk-3")
    blocks = page.get_by_role("region", name="Web calls by block")
    expect(blocks.get_by_role("row").nth(1)).to_be_visible()
    looks(page, "statistics-of-a-flow")
    kept = page.url

    page.get_by_role("tab", name="Calls").click()
    page.get_by_label("Result").select_option(label="Failed")
    expect(calls.get_by_role("row").nth(1)).to_contain_text("Failed")
    caller = busy.ask("GET", "/api/calls?limit=1&flow=desk-3&result=failed")["calls"][0]["caller"]
    page.get_by_label("Caller’s number").fill(caller[-4:])
    expect(page).to_have_url(re.compile("number="))
    expect(calls.get_by_role("row").nth(1)).to_contain_text(caller)
    calls.get_by_role("row").nth(1).get_by_role("link").click()
    expect(page.get_by_role("list", name="Timeline")).to_be_visible()
    looks(page, "a-call")

    page.goto(kept)
    expect(page.get_by_label("Flow", exact=True)).to_have_value("desk-3")
    expect(page.get_by_role("heading", name="Calls per day", exact=True)).to_be_visible()


@pytest.mark.slow
def test_a_privacy_officer_erases_a_caller(visits: Visits, busy: Server) -> None:
    """Finds the caller's calls, erases them, and reads the receipt; nobody else's are gone."""
    window = visits(busy)
    page = window.opens("/calls")
    number = busy.ask("GET", "/api/calls?limit=1")["calls"][0]["caller"]
    page.get_by_label("Caller’s number").fill(number)
    calls = page.get_by_role("region", name="List of calls")
    expect(calls.get_by_role("row").nth(1)).to_be_visible()
    of_theirs = busy.ask("GET", f"/api/call-totals?number=%2B{number[1:]}")["calls"]
    page.get_by_role("link", name="People").click()
    page.get_by_label("Number of a caller").fill(number)
    page.get_by_role("button", name="Erase caller…").click()
    looks(page, "erase")
    page.get_by_role("dialog").get_by_role("button", name="Erase caller").click()
    expect(page.locator(".strip")).to_contain_text(f"Erased: {of_theirs} call")
    looks(page, "erased")
    assert number not in page.locator("section", has=page.locator("#trail")).inner_text()
    assert busy.ask("GET", "/api/call-totals")["calls"] == CALLS - of_theirs
    assert busy.ask("GET", f"/api/call-totals?number=%2B{number[1:]}")["calls"] == 0
