"""The board in German: every screen has its words, nothing is cut though they are longer, and axe finds nothing."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from ivr.board.build import HERE
from ivr.translations import table
from tests.board.axe import faults
from tests.board.browser import Server, Visitor, Visits, books
from tests.board.test_board_every_screen import at, cut, key, picks, sees

WORDS = HERE / "ui" / "src" / "words"
MESSAGE = re.compile(r'^  "?([\w ]+)"?:\s+"(.*)",$', re.MULTILINE)
WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
BOARD = "/flows/laden"


def presses(name: str) -> Callable[[Page], Any]:
    return lambda page: page.get_by_role("button", name=name, exact=True).last.click()


SCREENS = {
    "flows": at("/", "tbody tr"),
    "row menu": at("/", "tbody tr", presses("Mehr zu Laden"), sees("[role=menuitem]")),
    "new flow": at("/", "tbody tr", presses("Neuer Ablauf"), presses("Ablauf anlegen"), sees("[aria-invalid]")),
    "versions": at(f"{BOARD}/versions", ".block"),
    "compare": at(f"{BOARD}/versions?version=draft&with=1", ".block"),
    "board": at(BOARD, ".block"),
    "web call": at(BOARD, ".block", picks(3), sees(".panel .template")),
    "menu": at(BOARD, ".block", picks(2), sees(".panel .template")),
    "find": at(BOARD, ".block", key("Control+k"), sees(".picker")),
    "keys": at(BOARD, ".block", key("?"), sees("dialog td")),
    "settings": at(BOARD, ".block", presses("Einstellungen des Ablaufs"), sees(".panel")),
    "test call": at(BOARD, ".block", presses("Testanruf"), sees("aside.call button")),
    "calls": at("/calls", "#main h1"),
    "statistics": at("/calls?view=statistics", "#main h1"),
    "numbers": at("/numbers", "tbody tr", presses("Rufnummer hinzufügen"), sees("dialog")),
    "audio": at("/audio", "tbody tr"),
    "secrets": at("/secrets", "tbody tr", presses("Geheimnis hinzufügen"), sees("dialog")),
    "people": at("/people", "#main h1"),
    "no such screen": at("/nowhere", "#main"),
}
LISTS = ("flows", "new flow", "versions", "calls", "statistics", "numbers", "audio", "secrets", "people")


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory, built: None) -> Iterator[Server]:
    """A server with something on every screen, whose authors have written German."""
    server = Server(tmp_path_factory.mktemp("german"))
    server.start()
    document = books("laden") | {"name": "Laden"}
    for block in document["blocks"]:
        block["title"] = f"Baustein {block['number']}"
    server.flow(document)
    server.ask("POST", "/api/flows/laden/publish", {"note": "Wie besprochen"}, **{"If-Match": "*"})
    server.ask("PUT", "/api/numbers/+15550100100", {"flow": "laden"})
    server.ask("PUT", "/api/secrets/crm_token", {"value": "otter", "hosts": ["api.example.com"]})
    yield server
    server.stop()


def messages(language: str) -> dict[tuple[str, str], str]:
    """The messages of the page without values in them, by their area and key."""
    files = (WORDS / language).glob("*.ts")
    found = {(each.stem, name): text for each in files for name, text in MESSAGE.findall(each.read_text("utf-8"))}
    return {key: text for key, text in found.items() if "{" not in text}


@pytest.fixture(scope="module")
def english() -> set[str]:
    """Words that nobody who reads German should meet: those that are others in German, and no German words too."""
    own, german = messages("en"), messages("de")
    assert len(own) > 500
    pairs = {(text, german[where]) for where, text in own.items()} | set(table("de").items())
    words = {one for one, other in pairs if one != other} - {other for _, other in pairs}
    return {one for one in words if not re.fullmatch("[a-z]+", one)}  # such as `name`, which flow files say too


def left(page: Page, english: set[str]) -> list[str]:
    """English words that are on the page, to be seen or to be heard."""
    shown: list[str] = page.evaluate("""() => {
      const told = [];
      const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      while (walk.nextNode())
        if (!walk.currentNode.parentElement.closest('code, kbd, .mono')) told.push(walk.currentNode.data);
      for (const each of document.querySelectorAll('[aria-label], [title], [placeholder]'))
        for (const name of ['aria-label', 'title', 'placeholder']) told.push(each.getAttribute(name) ?? '');
      return told.map((each) => each.trim());
    }""")
    return sorted(english & set(shown))


def german(visits: Visits, stage: Server, **more: Any) -> Visitor:
    return visits(stage, locale="de-DE", **more)


@pytest.mark.parametrize("name", SCREENS)
def test_a_screen_has_its_words_and_no_fault(visits: Visits, stage: Server, english: set[str], name: str) -> None:
    """axe: in both themes."""
    visitor = german(visits, stage, viewport=WIDE)
    SCREENS[name](visitor)
    page = visitor.page
    assert page.locator("html").get_attribute("lang") == "de"
    assert left(page, english) == []
    assert cut(page) == []
    assert faults(page) == []


@pytest.mark.parametrize("name", LISTS)
def test_a_phone_has_room_for_the_words(visits: Visits, stage: Server, name: str) -> None:
    visitor = german(visits, stage, viewport=PHONE, has_touch=True, is_mobile=True)
    SCREENS[name](visitor)
    assert cut(visitor.page) == []


def test_a_web_call_is_drawn_and_published(visits: Visits, stage: Server, english: set[str]) -> None:
    """An author who knows no English: from the list to a version that is live."""
    visitor = german(visits, stage, viewport=WIDE)
    page = visitor.opens_board(stage.flow(books("kiosk")))
    page.get_by_label("Aktion suchen").fill("Webaufruf")
    page.keyboard.press("Enter")
    panel = page.locator(".side .panel")
    expect(panel.get_by_role("heading", name="Konfiguration von Externer Webaufruf")).to_be_attached()
    panel.get_by_label("URL des Dienstes").fill("https://api.example.com")
    expect(panel.get_by_label("Wartezeit")).to_have_value("10")
    assert left(page, english) == []
    page.get_by_text("Entwurf gespeichert").wait_for()
    page.get_by_role("button", name="Veröffentlichen…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Notiz").fill("Mit Webaufruf")
    assert faults(page) == []
    dialog.get_by_role("button", name="Veröffentlichen").click()
    expect(dialog).to_contain_text("Version 1 ist live")


def test_times_and_numbers_are_written_as_in_german(visits: Visits, stage: Server) -> None:
    page = german(visits, stage).opens("/")
    expect(page.locator("tbody tr").first).to_contain_text(re.compile(r"Heute \d\d:\d\d"))


def test_a_browser_that_prefers_neither_language_has_english(visits: Visits, stage: Server) -> None:
    page = visits(stage, locale="fr-FR").opens("/")
    assert page.locator("html").get_attribute("lang") == "en"
    expect(page.get_by_role("heading", name="Flows")).to_be_visible()
    assert not [each for each in Path(HERE, "static", "index.html").read_text("utf-8").splitlines() if "/de-" in each]


def test_a_server_may_be_set_to_german(own_server: Server, visits: Visits) -> None:
    own_server.stop()
    own_server.settings["IVR_LANGUAGE"] = "de"
    own_server.start()
    page = visits(own_server, locale="en-GB").opens("/")
    expect(page.get_by_role("heading", name="Abläufe")).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "de"
