"""Every screen, as different people have it: both themes, the keyboard, forced colours, large type, small screens."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from ivr.board.build import HERE
from ivr.board.web import NOT_BUILT
from tests.board.axe import barriers, faults
from tests.board.browser import Server, Visitor, Visits, block, books
from tests.board.tiers import some

Opens = Callable[[Visitor], Any]
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory, built: None) -> Iterator[Server]:
    """A server with something on every screen."""
    folder, written = (tmp_path_factory.mktemp(each) for each in ("every-screen", "every-screen-alerts"))
    alerts = written / "alerts.yaml"
    alerts.write_text("alerts: [{name: silence, when: no_calls, hours: 2}]\nservice_levels: [{seconds: 1, share: 0.9}]")
    server = Server(folder, IVR_ALERTS=str(alerts))
    server.start()
    server.flow(books("harbor-books"))
    for note in ("As agreed", "Another end"):
        server.ask("POST", "/api/flows/harbor-books/publish", {"note": note}, **{"If-Match": "*"})
        draft = server.draft("harbor-books")
        draft["last_number"] += 1
        draft["blocks"].append(block(draft["last_number"], (1680, 400), type="end_call", title="Another end"))
        draft["blocks"][1]["action"]["prompt"] += " Thank you."
        server.ask("PUT", "/api/flows/harbor-books/draft", draft, **{"If-Match": "*"})
    server.ask("POST", "/api/flows", {"name": "Evening line", "template": "business-hours"})
    server.ask("PUT", "/api/numbers/+15550100100", {"flow": "harbor-books"})
    server.ask("PUT", "/api/numbers/+442079460000", {"flow": "evening-line"})
    server.ask("PUT", "/api/secrets/crm_token", {"value": "otter", "hosts": ["api.example.com", "crm.example.com"]})
    yield server
    server.stop()


def at(path: str, there: str, *then: Callable[[Page], Any]) -> Opens:
    """Opens a path, waits for something on it, and does some more."""

    def opens(visitor: Visitor) -> None:
        page = visitor.opens(path)
        page.locator(there).first.wait_for()
        for step in then:
            step(page)

    return opens


def presses(name: str) -> Callable[[Page], Any]:
    return lambda page: page.get_by_role("button", name=name).last.click()


def item(name: str) -> Callable[[Page], Any]:
    return lambda page: page.get_by_role("menuitem", name=name).click()


def sees(selector: str) -> Callable[[Page], Any]:
    return lambda page: page.locator(selector).first.wait_for()


def key(keys: str) -> Callable[[Page], Any]:
    return lambda page: page.keyboard.press(keys)


def types(text: str) -> Callable[[Page], Any]:
    return lambda page: page.keyboard.type(text)


def searches(text: str) -> Callable[[Page], Any]:
    return lambda page: page.get_by_role("searchbox").fill(text)


def picks(number: int) -> Callable[[Page], Any]:
    return lambda page: page.locator(f".react-flow__node-block[data-id='{number}'] strong").click()


def writes(text: str) -> Callable[[Page], Any]:
    """In the address of the web call, and out again when there is nothing more to choose."""

    def do(page: Page) -> None:
        page.get_by_label("URL of service").fill("")
        page.get_by_label("URL of service").press_sequentially(text)

    return do


def audio(source: int) -> tuple[Callable[[Page], Any], ...]:
    def opens(page: Page) -> None:
        page.get_by_label("Play hold music").check()
        page.get_by_role("button", name="Configure Audio").click()
        page.get_by_role("radio").nth(source).check()

    return picks(3), opens


def clicks_right(number: int) -> Callable[[Page], Any]:
    return lambda page: page.locator(f".react-flow__node-block[data-id='{number}'] strong").click(button="right")


def offline(visitor: Visitor) -> None:
    """The line is cut as soon as the board is there: nothing can be saved, and not every script has come."""
    visitor.expected.extend(["ERR_INTERNET_DISCONNECTED", "dynamically imported", "preload"])
    page = visitor.opens_board(BOARD)
    page.context.set_offline(True)
    page.locator(".react-flow__node-block[data-id='7']").focus()
    page.keyboard.press("ArrowDown")
    page.locator(".strip").first.wait_for()


BOARD = "/flows/harbor-books"
VERSIONS = f"{BOARD}/versions"
SCREENS: dict[str, Opens] = {
    "flows": at("/", "tbody tr"),
    "nothing found": at("/?q=zeppelin", ".nothing"),
    "row menu": at("/", "tbody tr", presses("More for Harbor Books"), sees("[role=menuitem]")),
    "new flow": at("/", "tbody tr", presses("New flow"), presses("Create flow"), sees("[aria-invalid]")),
    "delete flow": at("/", "tbody tr", presses("More for Harbor Books"), item("Delete"), sees("dialog")),
    "versions": at(VERSIONS, ".block"),
    "compare": at(f"{VERSIONS}?version=draft&with=1", ".differences li", sees(".block.changed")),
    "roll back": at(VERSIONS, ".block", presses("More for version 1"), item("Roll back"), sees("dialog")),
    "board": at(BOARD, ".block"),
    "publish": at(BOARD, ".block", presses("Publish…"), sees(".differences li")),
    "find": at(BOARD, ".block", key("Control+k"), sees(".picker")),
    "problems": at(BOARD, ".block", presses("to check"), sees(".popover .problem")),
    "something to find": at(BOARD, ".block", key("Control+k"), sees(".picker"), types("order"), sees(".picker .hint")),
    "keys": at(BOARD, ".block", key("?"), sees("dialog td")),
    "settings": at(BOARD, ".block", presses("Settings of the flow"), sees(".panel")),
    "web call": at(BOARD, ".block", picks(3), sees(".panel .template")),
    "variables": at(BOARD, ".block", picks(3), writes("$"), sees(".completion [role=option]")),
    "wrong": at(BOARD, ".block", picks(3), writes(""), sees(".panel .error")),
    "hold audio": at(BOARD, ".block", *audio(0), sees(".audio-dialog .player")),
    "hold speech": at(BOARD, ".block", *audio(1), sees(".audio-dialog textarea")),
    "hold file": at(BOARD, ".block", *audio(2), sees("dialog :text('Choose a file')")),
    "block menu": at(BOARD, ".block", clicks_right(3), sees("[role=menuitem]")),
    "quick add": at(
        BOARD, ".block", clicks_right(3), sees("[role=menuitem]"), key("Escape"), key("Tab"), key("c"), sees(".picker")
    ),
    "offline": offline,
    "test call": at(BOARD, ".block", presses("Test call"), sees("aside.call button")),
    "calls": at("/calls", "#main h1"),
    "figures": at("/calls", "#main h1", lambda page: page.get_by_role("tab").last.click(), sees("[role=tabpanel]")),
    "numbers": at("/numbers", "tbody tr"),
    "add number": at("/numbers", "tbody tr", presses("Add number"), sees("dialog"), presses("Add number")),
    "secrets": at("/secrets", "tbody tr"),
    "add secret": at("/secrets", "tbody tr", presses("Add secret"), sees("dialog"), presses("Store secret")),
    "help": at("/help/external-web-call", "article h1", sees(".help-side")),
    "help actions": at("/help/actions#external-web-call", "article h1", sees(".help-side")),
    "help search": at("/help", "article h1", sees(".help-search"), searches("hold music"), sees(".help-hits a")),
    "audio": at("/audio", "tbody tr", presses("Listen to hold.wav"), sees(".player")),
    "library": at("/audio", "tbody tr"),
    "no such screen": at("/nowhere", "#main"),
}
LISTS = (
    "flows",
    "versions",
    "compare",
    "calls",
    "numbers",
    "secrets",
    "audio",
    "new flow",
    "add number",
    "add secret",
    "help",
)


def cut(page: Page) -> list[str]:
    """The page is wider than its window, or a control lies outside of it with no way to scroll there."""
    told: list[str] = page.evaluate("""() => {
      const wide = document.documentElement.clientWidth;
      const told = document.documentElement.scrollWidth > wide ? [`${document.documentElement.scrollWidth} px`] : [];
      const scrolls = (each) => each && each !== document.body && (
        (/auto|scroll/.test(getComputedStyle(each).overflowX) && each.scrollWidth > each.clientWidth) ||
        each.matches('.react-flow, [popover]') || scrolls(each.parentElement));
      for (const each of document.querySelectorAll('button, a[href], input, select, textarea, h1, h2')) {
        const box = each.getBoundingClientRect();
        if (!box.width || each.closest('.hidden, .skip') || each.matches('.hidden')) continue;
        if (box.right <= wide + 1 && box.left >= -1) continue;
        if (!scrolls(each.parentElement)) told.push(each.outerHTML.slice(0, 160));
      }
      return told;
    }""")
    return told


@pytest.mark.parametrize(
    "name",
    some(
        SCREENS,
        "row menu",
        "new flow",
        "compare",
        "publish",
        "problems",
        "variables",
        "offline",
        "add number",
        "help",
        "audio",
    ),
)
def test_axe_finds_nothing_and_nothing_is_cut(visits: Visits, stage: Server, name: str) -> None:
    """axe: no screen and no state has a fault, in either theme. 200 % zoom: a window of 1280 x 800 pixels holds
    640 x 400; nothing is cut, nothing scrolls sideways.
    """
    visitor = visits(stage)
    SCREENS[name](visitor)
    assert faults(visitor.page) == []
    visitor.page.set_viewport_size({"width": 1280, "height": 800})
    visitor.page.set_viewport_size({"width": 640, "height": 400})
    assert cut(visitor.page) == []


@pytest.mark.parametrize("theme", some(THEMES, "dark"))
def test_a_board_that_is_not_built(chromium: Browser, theme: Literal["light", "dark"]) -> None:
    """Not built: the page says so and what to run, readable in both themes."""
    context = chromium.new_context(color_scheme=theme)
    page = context.new_page()
    page.set_content(NOT_BUILT)
    expect(page.get_by_role("heading")).to_have_text("The board is not built")
    expect(page.get_by_text("python -m ivr.board.build")).to_be_visible()
    assert barriers(page, rules={each: {"enabled": False} for each in ("landmark-one-main", "region")}) == []
    context.close()


@pytest.mark.parametrize("name", some(LISTS, "flows", "compare", "add number"))
def test_a_phone_shows_every_list(visits: Visits, stage: Server, name: str) -> None:
    """Phone size: lists, versions and dialogs fit; no sideways scroll; whatever is touched is large enough."""
    visitor = visits(stage, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    SCREENS[name](visitor)
    assert cut(visitor.page) == []
    small = visitor.page.locator("#main button:visible, dialog button:visible").evaluate_all(
        "(all) => all.map((each) => [each.outerHTML.slice(0, 120), each.getBoundingClientRect()])"
        ".filter(([, box]) => box.height < 24 || box.width < 24).map(([html]) => html)"
    )
    assert [each for each in small if "react-flow" not in each] == []


def test_a_phone_shows_a_flow_as_a_list_and_can_call(visits: Visits, stage: Server) -> None:
    """Phone size: a flow is a list by its exits, a block is read, the test call has the whole width."""
    visitor = visits(stage, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = visitor.opens(BOARD)
    page.locator(".outline").wait_for()
    expect(page.locator(".react-flow")).to_have_count(0)
    expect(page.locator("#main")).to_contain_text("Look up the order")
    assert cut(page) == []
    page.get_by_role("button", name="Test call").click()
    call = page.get_by_role("complementary", name="Test call")
    expect(call).to_be_visible()
    box = call.bounding_box()
    assert box
    assert box["width"] > 340
    assert cut(page) == []
    assert faults(page) == []


@pytest.mark.parametrize(
    "name",
    some(["flows", "new flow", "compare", "board", "publish", "numbers", "test call"], "new flow", "test call"),
)
def test_forced_colours_leave_everything_to_be_seen(visits: Visits, stage: Server, name: str) -> None:
    """Forced colours: what only a background told has a border or an outline."""
    visitor = visits(stage, forced_colors="active")
    SCREENS[name](visitor)
    bare = visitor.page.evaluate("""() => {
      const shown = (each) => each.getClientRects().length > 0;
      const edged = (each) => {
        const style = getComputedStyle(each);
        const outlined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
        return parseFloat(style.borderTopWidth) > 0 || outlined;
      };
      const told = '.chip, .button:not(.quiet, .link), .card, .dialog[open], .switch, .block, .version.chosen';
      return [...document.querySelectorAll(told)].filter((each) => shown(each) && !edged(each))
        .map((each) => each.outerHTML.slice(0, 160));
    }""")
    assert bare == []


@pytest.mark.parametrize(
    "names",
    [
        ("new flow", "board"),
        pytest.param(("flows", "versions", "publish", "test call", "audio"), marks=pytest.mark.slow),
    ],
    ids="/".join,
)
def test_nothing_moves_where_motion_is_not_wanted(visits: Visits, stage: Server, names: tuple[str, ...]) -> None:
    """Reduced motion: no animation and no transition runs, on any screen; with motion some do."""
    script = """() => [...document.querySelectorAll('*')].filter((each) => {
      const style = getComputedStyle(each);
      const long = (text) => text.split(',').some((part) => parseFloat(part) > 0);
      return (style.animationName !== 'none' && long(style.animationDuration)) || long(style.transitionDuration);
    }).length"""
    still, moving = visits(stage), visits(stage, reduced_motion="no-preference")
    seen = 0
    for name in names:
        SCREENS[name](still)
        assert still.page.evaluate(script) == 0, name
        SCREENS[name](moving)
        seen += moving.page.evaluate(script)
    assert seen > 0


def ring(page: Page, focused: Locator) -> bool:
    """Whether one sees that it has the focus: what is around it looks otherwise than without."""
    focused.scroll_into_view_if_needed()
    box = focused.bounding_box()
    assert box
    clip: Any = {
        "x": max(0, box["x"] - 5),
        "y": max(0, box["y"] - 5),
        "width": box["width"] + 10,
        "height": box["height"] + 10,
    }
    page.evaluate("document.activeElement.setAttribute('data-watched', '')")
    with_focus = page.screenshot(clip=clip, caret="hide")
    page.evaluate("document.activeElement.blur()")
    without = page.screenshot(clip=clip, caret="hide")
    page.evaluate(
        "const each = document.querySelector('[data-watched]'); each.focus(); each.removeAttribute('data-watched')"
    )
    return with_focus != without


@pytest.mark.parametrize("theme", some(THEMES, "light"))
@pytest.mark.parametrize("name", some(["flows", "numbers", "secrets", "library", "versions", "calls"], "flows"))
def test_one_always_sees_where_the_keyboard_is(visits: Visits, stage: Server, name: str, theme: str) -> None:
    """Keyboard: Tab goes through a screen, and each stop looks otherwise than without the focus."""
    visitor = visits(stage, color_scheme=theme, viewport={"width": 1280, "height": 800})
    SCREENS[name](visitor)
    page = visitor.page
    page.evaluate("document.activeElement.blur()")
    stops = []
    for _ in range(14):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        if focused.count() == 0:
            break
        told = focused.evaluate("(each) => each.outerHTML.slice(0, 120)")
        if "react-flow" in told or "tooltip" in told:
            break
        stops.append(told)
        assert ring(page, focused), told
    assert len(set(stops)) >= 6


def test_the_keyboard_reaches_a_flow_and_its_menu(visits: Visits, stage: Server) -> None:
    """Keyboard only: through the list, into a menu and a dialog, and back to where one was."""
    visitor = visits(stage)
    page = visitor.opens("/")
    page.locator("tbody tr").first.wait_for()
    more = page.get_by_role("button", name="More for Harbor Books")
    more.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitem", name="Open")).to_be_focused()
    page.keyboard.press("d")
    page.keyboard.press("d")
    expect(page.get_by_role("menuitem", name="Delete…")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Type “Harbor Books” to go on")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(more).to_be_focused()


def test_the_first_page_is_light(built: None) -> None:
    """What a browser has to load before the list of flows is there is at most 160 kB of packed JavaScript."""
    static = Path(HERE, "static")
    page = (static / "index.html").read_text()
    first = [each for each in (static / "assets").glob("*.js") if each.name in page]
    lists = list((static / "assets").glob("FlowList-*.js"))
    assert first
    assert lists
    packed = sum(Path(f"{each}.gz").stat().st_size for each in (*first, *lists))
    assert packed <= 160_000
