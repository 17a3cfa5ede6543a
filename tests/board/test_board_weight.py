"""What the page loads before it can be used: nobody waits for what is only needed later."""

from playwright.sync_api import Browser

from tests.bench.window import BLOCK, window
from tests.board.browser import Server, books

FIRST, IDLE, BOARD = 100_000, 160_000, 172_000
"""Bytes of scripts, packed, that are asked for until the first page can be used, until it rests, and until a block of a
board can be used."""


def test_the_first_page_is_light(chromium: Browser, server: Server) -> None:
    with window(chromium, server, wanted="#main h1") as (_, look):
        assert 0 < look.scripts <= FIRST
        assert look.scripts <= look.all <= IDLE


def test_a_board_is_light(chromium: Browser, server: Server) -> None:
    """By its own address; what lies over it, the panel and the phone follow once it is drawn."""
    path = server.flow(books("weight"))
    with window(chromium, server, path) as (page, look):
        assert 0 < look.scripts <= BOARD
        assert look.scripts + 20_000 < look.all, "panel and phone came before the board could be used, or not at all"
        context = page.context
        context.set_offline(True)
        page.keyboard.press("Control+k")
        page.locator(".picker input").wait_for()
        page.keyboard.press("Escape")
        page.locator(BLOCK).first.click()
        page.locator(".side .panel").wait_for()
