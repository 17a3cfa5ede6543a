"""A browser's window that is watched: what it loaded, when its page could be used, how many frames it draws."""

from collections.abc import Iterator
from contextlib import contextmanager
from math import cos, sin
from time import monotonic
from typing import Any, NamedTuple

from playwright.sync_api import Browser, Page, sync_playwright

from tests.board.browser import ARGS, CHROMIUM, Server

BLOCK = ".react-flow__node-block.draggable"
"""A block that can be dragged."""
QUIET = 500
"""Milliseconds without a long task, after which a page counts as idle."""
WATCH = """
wanted => {
    if (window.watched) return;
    const long = [];
    new PerformanceObserver(list => {
        for (const task of list.getEntries()) long.push([task.startTime, task.startTime + task.duration]);
    }).observe({type: "longtask", buffered: true});
    window.watched = new Promise(done => {
        const look = () => {
            const found = document.querySelector(wanted);
            if (!found || getComputedStyle(found).visibility !== "visible") return requestAnimationFrame(look);
            const drawn = performance.now(), painted = new MessageChannel();
            painted.port1.onmessage = () => done({drawn, painted: performance.now(), long});
            requestAnimationFrame(() => painted.port2.postMessage(0));
        };
        requestAnimationFrame(look);
    });
}
"""
LOADED = """
() => performance.getEntriesByType("resource")
    .filter(each => new URL(each.name).pathname.endsWith(".js"))
    .map(each => [each.startTime, each.encodedBodySize])
"""
FRAMES = """
() => {
    window.frames_at = [];
    const tick = at => { window.frames_at.push(at); window.ticking = requestAnimationFrame(tick); };
    requestAnimationFrame(tick);
}
"""
COUNTED = "() => (cancelAnimationFrame(window.ticking), window.frames_at)"


class Look(NamedTuple):
    """One navigation. Milliseconds from its beginning; bytes of scripts as they were sent, packed.

    `drawn`: what was wanted is visible; `ready`: it is painted, and no long task keeps anybody from using it.
    `scripts`: those asked for until it was drawn; `all`: with those that came once the page was idle.
    """

    drawn: float
    ready: float
    scripts: int
    all: int


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser without a cache that anybody has used before."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGS)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def window(browser: Browser, server: Server, path: str = "", wanted: str = BLOCK) -> Iterator[tuple[Page, Look]]:
    """A fresh window on a path of the board, once what is wanted is there and the page is idle."""
    context = browser.new_context(viewport={"width": 1600, "height": 940})
    server.lets_in(context)
    try:
        page = context.new_page()
        page.add_init_script(f"({WATCH})({wanted!r})")
        page.goto(server.url + path, wait_until="commit")
        seen = page.evaluate("() => window.watched")
        page.wait_for_timeout(2 * QUIET)
        seen["long"] = page.evaluate("async () => (await window.watched).long")
        yield page, _look(seen, page.evaluate(LOADED))
    finally:
        context.close()


def empty(browser: Browser, url: str) -> float:
    """Milliseconds until a page of this server that has nothing in it is loaded: what navigating costs by itself."""
    context = browser.new_context()
    try:
        page = context.new_page()
        page.goto(f"{url}/favicon.svg")
        return float(page.evaluate("() => performance.getEntriesByType('navigation')[0].loadEventEnd"))
    finally:
        context.close()


def frames(page: Page, seconds: float, *, dragging: bool) -> float:
    """Frames per second while the mouse goes in circles, with a block in its hand or without."""
    box = page.locator(BLOCK).nth(1).locator(".names").bounding_box()
    if box is None:
        raise ValueError("there is no block to drag")
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    if dragging:
        page.mouse.down()
    page.evaluate(FRAMES)
    end, turn = monotonic() + seconds, 0.0
    while monotonic() < end:
        turn += 0.1
        page.mouse.move(x + 120 * sin(turn), y + 120 * (1 - cos(turn)))
    at: list[float] = page.evaluate(COUNTED)
    if dragging:
        page.mouse.up()
    return (len(at) - 1) / (at[-1] - at[0]) * 1000


def _look(seen: dict[str, Any], loaded: list[tuple[float, int]]) -> Look:
    ready = float(seen["painted"])
    for began, ended in sorted(seen["long"]):
        if began < ready + QUIET:
            ready = max(ready, ended)
    before = sum(size for began, size in loaded if began <= seen["drawn"])
    return Look(seen["drawn"], ready, before, sum(size for _, size in loaded))
