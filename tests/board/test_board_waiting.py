"""The panel of an External Web Call: keys while waiting, a caller who leaves, answers that come later."""

from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.board.browser import Visitor
from tests.board.test_board_web_call import cell, opened, orders

KEYS = [
    {"key": "1", "label": "Text me", "then": "go on", "says": "We text you.", "words": ["text"], "late": True},
    {"key": "2", "label": "How long", "then": "wait", "says": "A minute."},
]
UNTIL = [{"query": "state", "operator": "equals", "value": "done"}]


def test_each_key_that_leaves_has_a_port(visitor: Visitor, tmp_path: Path) -> None:
    """The keys stand in the panel, each that leaves has a way out on the board, and no theme has a fault."""
    fields = {
        "while_waiting": KEYS,
        "soft_limit": 20,
        "soft_limit_line": "This takes longer. Press 1.",
        "later": {"type": "poll", "within": 300, "until": UNTIL},
        "when_caller_hangs_up": "go on",
    }
    found = opened(visitor, orders("keys", "https://api.test/", **fields))
    expect(visitor.exit(2, "key_1")).to_be_visible()
    expect(visitor.exit(2, "key_2")).to_have_count(0)
    expect(cell(found, "while_waiting[0].label").locator("input")).to_have_value("Text me")
    expect(cell(found, "soft_limit").locator("input")).to_have_value("20")
    expect(cell(found, "while_waiting[0].late").get_by_role("switch")).to_be_checked()
    expect(cell(found, "later.until[0].query").locator("input")).to_have_value("state")
    for theme in ("light", "dark"):
        visitor.page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        report = Axe().run(visitor.page, context=".panel")
        assert report.response["violations"] == [], theme
        found.screenshot(path=tmp_path / f"waiting-{theme}.png")


def test_a_plain_web_call_shows_none_of_it(visitor: Visitor) -> None:
    """What few need is folded away."""
    found = opened(visitor, orders("plain", "https://api.test/"))
    for path in ("while_waiting", "soft_limit", "soft_limit_line", "later", "when_caller_hangs_up"):
        expect(cell(found, path)).to_have_count(0)
