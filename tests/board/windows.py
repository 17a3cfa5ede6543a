"""Browser contexts that go from test to test: they keep what was compiled and fetched, and nothing else of a test."""

from typing import Any

from playwright.sync_api import Browser, BrowserContext

FLAGS = ["--renderer-process-limit=1"]
"""The pages of a context share one process. Starting another compiles every script anew: half the work of a page."""
USUAL: dict[str, Any] = {"viewport": {"width": 1600, "height": 940}, "reduced_motion": "reduce"}
MOST = 4
"""Contexts that are kept while no test has them."""


class Windows:
    """The contexts of one browser, by how their windows look."""

    def __init__(self) -> None:
        self._free: list[tuple[dict[str, Any], BrowserContext]] = []
        self._taken: list[tuple[dict[str, Any], BrowserContext]] = []

    def take(self, browser: Browser, url: str, **looks: Any) -> BrowserContext:
        """A context as if it were new, but for its cache. Its first page stays, and keeps the process of all others."""
        wanted = {**USUAL, **looks}
        for each in self._free:
            if each[0] == wanted:
                self._free.remove(each)
                self._taken.append(each)
                return _emptied(each[1])
        context = browser.new_context(**wanted)
        context.new_page().goto(f"{url}/favicon.svg")
        self._taken.append((wanted, context))
        return context

    def give_back(self) -> None:
        """No test has any of them any more. Those that nobody asked for the longest are closed."""
        self._free += self._taken
        self._taken = []
        for _, context in self._free[:-MOST]:
            context.close()
        self._free = self._free[-MOST:]


def _emptied(context: BrowserContext) -> BrowserContext:
    context.clear_cookies()
    context.clear_permissions()
    context.set_offline(False)
    return context
