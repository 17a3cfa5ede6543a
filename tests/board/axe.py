"""What axe finds wrong in a page, for people who see, hear or move otherwise."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

SCRIPT = Axe().axe_script
RUN = """async ([context, options]) => {
  const {violations} = await axe.run(context ?? document, {resultTypes: ["violations"], ...options});
  return violations.flatMap(({id, nodes}) => nodes.map(({html}) => `${id}: ${html.slice(0, 200)}`));
}"""
COLOURS = {"runOnly": ["color-contrast"]}
"""What another theme can make worse."""


def barriers(page: Page, context: str | None = None, **options: Any) -> list[str]:
    """What axe finds in the theme that the page has, in all of it or in what a selector says."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(SCRIPT)
    found: list[str] = page.evaluate(RUN, [context, options])
    return found


def faults(page: Page, context: str | None = None) -> list[str]:
    """What axe finds: all of it in the light theme, and what another theme can make worse in the dark one."""
    found = barriers(page, context)
    page.emulate_media(color_scheme="dark")
    found += barriers(page, context, **COLOURS)
    page.emulate_media(color_scheme="light")
    return found
