"""What people expect without being told: marks of what changed, names in place, keys, paste, undo in a field."""

import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.board.axe import barriers
from tests.board.browser import Server, Visitor, block, books, document, until
from tests.board.caller import NUMBER, Caller

ANY = {"If-Match": "*"}
NO_CLIPBOARD = "Object.defineProperty(navigator, 'clipboard', { value: undefined })"
"""A browser that lets no page read what was copied."""


def published(server: Server, flow: dict[str, Any]) -> str:
    path = server.flow(flow)
    server.ask("POST", f"/api/flows/{flow['id']}/publish", {"note": ""}, **ANY)
    return path


def dot(visitor: Visitor, number: int) -> Locator:
    return visitor.block(number).locator(".since")


def tabs_to(page: Page, there: str) -> None:
    """Press Tab until the focus is at what a selector says."""
    for _ in range(60):
        if page.evaluate("selector => document.activeElement.matches(selector)", there):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never came to {there}")


def name_of(server: Server, flow: str) -> str:
    name: str = server.draft(flow)["name"]
    return name


# Dots of what changed


def test_blocks_tell_that_they_changed_since_publishing(visitor: Visitor, server: Server) -> None:
    """A dot on what says something else than what is live, and on what is new; not on what was only moved."""
    page = visitor.opens_board(published(server, books("dots")))
    expect(page.locator(".save-state")).to_contain_text("v1 live")
    panel = visitor.selects(4)
    expect(page.locator(".since")).to_have_count(0)
    panel.get_by_label("Name of the block").fill("Say the status")
    expect(dot(visitor, 4)).to_have_attribute("aria-label", "Changed since v1")
    expect(visitor.block(4).locator(".number-tab")).to_have_attribute("title", "Changed since v1")
    expect(visitor.block(4)).to_have_accessible_name(re.compile("changed since publishing"))
    visitor.block(6).focus()
    page.keyboard.press("ArrowDown")
    visitor.saved()
    expect(page.locator(".since")).to_have_count(1)
    page.locator(".actions .action", has_text="Play Message").click()
    expect(dot(visitor, 9)).to_have_attribute("aria-label", "New since v1")
    expect(dot(visitor, 6)).to_have_attribute("aria-label", "Changed since v1")
    assert barriers(page, ".react-flow") == []
    for number in (9, 6, 4):
        page.locator(".actions").get_by_label("Find an action").blur()
        page.keyboard.press("Control+z")
        if number == 9:
            expect(visitor.block(9)).to_have_count(0)
    expect(page.locator(".since")).to_have_count(0)
    dots_go_with_publishing_and_come_with_rolling_back(visitor, server)


def dots_go_with_publishing_and_come_with_rolling_back(visitor: Visitor, server: Server) -> None:
    page = visitor.page
    visitor.selects(4).get_by_label("Name of the block").fill("Say the status")
    expect(dot(visitor, 4)).to_be_visible()
    page.keyboard.press("Control+Enter")
    page.get_by_role("dialog", name="Publish").get_by_role("button", name="Publish", exact=True).click()
    page.get_by_role("dialog", name="Version 2 is live").get_by_role("button", name="Back to the board").click()
    expect(page.locator(".save-state")).to_contain_text("v2 live")
    expect(page.locator(".since")).to_have_count(0)
    server.ask("POST", "/api/flows/dots/revisions/1/roll-back")
    page.reload()
    expect(dot(visitor, 4)).to_have_attribute("aria-label", "Changed since v1")


def test_boards_to_look_at_have_no_dots(visitor: Visitor, server: Server) -> None:
    """Before the first version there is nothing to differ from; a version is shown as it is."""
    page = visitor.opens_board(server.flow(books("no-dots")))
    expect(page.locator(".save-state")).to_contain_text("not published")
    expect(page.locator(".since")).to_have_count(0)
    path = published(server, books("no-dots-live"))
    draft = server.draft("no-dots-live")
    draft["blocks"][3]["title"] = "Other"
    server.ask("PUT", "/api/flows/no-dots-live/draft", draft, **ANY)
    visitor.opens_board(f"{path}/versions?version=draft")
    expect(visitor.page.locator(".viewing .block").first).to_be_visible()
    expect(page.locator(".since")).to_have_count(0)
    visitor.opens_board(path)
    expect(dot(visitor, 4)).to_be_visible()


# The list of flows, and the way back from a call


def test_calls_today_lead_to_the_calls(visits: Any, server: Server) -> None:
    """The flow's calls of today, as a number that leads to them; from one of them back to the calls."""
    flow = document(
        "today",
        block(1, (80, 240), {"next": 2}, type="inbound_call"),
        block(2, (400, 240), {"next": 3}, type="play_message", message="Hello."),
        block(3, (720, 240), type="end_call"),
    )
    published(server, flow)
    server.ask("PUT", f"/api/numbers/{NUMBER}", {"flow": "today"})
    server.flow(books("quiet") | {"name": "Quiet"})
    Caller(server, "+15550002001", sid="CAtoday").rings().hangs_up()
    until(lambda: server.ask("GET", "/api/calls?flow=today")["calls"], "the call is in the list")
    visitor: Visitor = visits(server)
    page = visitor.opens("/")
    expect(page.get_by_role("columnheader", name="Calls today")).to_be_visible()
    expect(page.get_by_role("row", name="Quiet").locator(".calls-today")).to_have_text("—")
    page.get_by_role("link", name="1 call today to Today").click()
    expect(page).to_have_url(re.compile(r"/calls\?flow=today&from=\d{4}-\d\d-\d\d$"))
    page.locator("a[href='/calls/CAtoday']").first.click()
    expect(page.locator(".topbar nav")).to_have_text(re.compile(r"^Calls\s*/\s*\+15550002001$"))
    page.locator(".topbar nav").get_by_role("link", name="Calls").click()
    expect(page).to_have_url(f"{server.url}/calls")


# The flow's name


def test_the_name_of_a_flow_is_changed_in_place(visitor: Visitor, server: Server) -> None:
    """A click or F2 makes it a field; Enter keeps, Esc gives back, leaving keeps, nothing is refused; one undo step."""
    page = visitor.opens_board(server.flow(books("in-place")))
    name, field = page.locator("button.flow-name"), page.get_by_label("Name of the flow")
    name.click()
    expect(field).to_be_focused()
    page.keyboard.type("Harbour line")
    page.keyboard.press("Enter")
    expect(name).to_be_focused()
    until(lambda: name_of(server, "in-place") == "Harbour line", "the name is saved")
    expect(page).to_have_title(re.compile("Harbour line"))
    page.locator("#main").focus()
    page.keyboard.press("F2")
    field.fill("Something else")
    page.keyboard.press("Escape")
    expect(name).to_have_text("Harbour line")
    page.keyboard.press("F2")
    field.fill("  ")
    page.keyboard.press("Enter")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_be_focused()
    expect(page.locator("[role=status]", has_text="A flow needs a name")).to_be_attached()
    field.fill("Quay line")
    page.locator(".react-flow__pane").click(position={"x": 500, "y": 40})
    until(lambda: name_of(server, "in-place") == "Quay line", "leaving keeps it")
    page.keyboard.press("Control+z")
    until(lambda: name_of(server, "in-place") == "Harbour line", "one step back")
    page.keyboard.press("Control+z")
    until(lambda: name_of(server, "in-place") == "Harbor Books", "and one more")
    expect(page.get_by_role("button", name="Undo")).to_have_attribute("aria-disabled", "true")
    page.get_by_role("button", name="Settings of the flow").click()
    expect(page.locator(".flow-panel").get_by_label("Name")).to_have_value("Harbor Books")


# Paste by the menu


def pastes(page: Page) -> Locator:
    """A right click on an empty place; returns the entry of the menu."""
    page.locator(".react-flow__pane").click(button="right", position={"x": 300, "y": 620})
    return page.get_by_role("menuitem", name="Paste")


def lies(visitor: Visitor, number: int) -> None:
    """Where the menu was asked for."""
    pane, box = visitor.page.locator(".react-flow__pane").bounding_box(), visitor.block(number).bounding_box()
    assert pane
    assert box
    assert abs(box["x"] - pane["x"] - 300) < 12
    assert abs(box["y"] - pane["y"] - 620) < 12


def test_paste_by_the_menu(visitor: Visitor, server: Server) -> None:
    """At the pointer: what the browser lets the page read, else what was copied on this page."""
    page = visitor.opens_board(server.flow(books("menu-paste")))
    visitor.selects(4)
    visitor.block(4).focus()
    page.keyboard.press("Control+c")
    expect(page.locator("[role=status]", has_text="1 block copied")).to_be_attached()

    def lets_it_read() -> None:
        visitor.context.grant_permissions(["clipboard-read", "clipboard-write"])

    for number, how in enumerate((lambda: None, lets_it_read, lambda: page.evaluate(NO_CLIPBOARD)), start=9):
        how()
        entry = pastes(page)
        expect(entry).to_contain_text("Ctrl V")
        entry.click()
        expect(visitor.block(number)).to_be_focused()
        pasted = until(lambda: server.blocks("menu-paste").get(number), "the copy is saved")  # noqa: B023
        assert pasted["title"] == "Read the status"
        lies(visitor, number)
        page.keyboard.press("Delete")
        expect(visitor.block(number)).to_have_count(0)


def test_paste_of_what_holds_no_blocks(visitor: Visitor, server: Server) -> None:
    """It is said, also where the browser lets nobody read; and nothing is pasted."""
    visitor.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = visitor.opens_board(server.flow(books("menu-paste-text")))
    page.evaluate("navigator.clipboard.writeText('Dear all')")
    pastes(page).click()
    expect(page.locator("[role=status]", has_text="The clipboard holds no blocks")).to_be_visible()
    page.evaluate(NO_CLIPBOARD)
    entry = pastes(page)
    expect(entry).to_contain_text("Press Ctrl V")
    entry.click()
    expect(page.locator("[role=status]", has_text="Press Ctrl V to paste here")).to_be_visible()
    assert set(server.blocks("menu-paste-text")) == set(range(1, 9))


# Keys are about what has the focus


def test_an_action_is_added_behind_the_focused_block(visitor: Visitor, server: Server) -> None:
    """From the top of the page by Tab alone; the block was never selected."""
    flow = document("focused-add", block(1, (80, 160), type="inbound_call"), block(2, (720, 160), type="end_call"))
    page = visitor.opens_board(server.flow(flow))
    tabs_to(page, ".react-flow__node-block[data-id='1']")
    page.keyboard.press("a")
    expect(page.get_by_label("Find an action")).to_be_focused()
    page.keyboard.type("web")
    expect(page.locator(".action.active")).to_have_text("External Web Call")
    page.keyboard.press("Enter")
    expect(visitor.block(3)).to_be_focused()
    until(lambda: server.blocks("focused-add")[1]["exits"] == {"next": 3}, "it is wired to the first free exit")


def test_keys_act_on_what_has_the_focus(visitor: Visitor, server: Server) -> None:
    """Or on what was selected since."""
    visitor.opens_board(server.flow(books("focused")))
    the_bin_in_the_middle_of_a_wire(visitor, server)
    what_was_selected_since_goes_first(visitor, server)
    a_focused_wire_is_deleted(visitor, server)
    keys_act_on_the_focused_block(visitor, server)


def keys_act_on_the_focused_block(visitor: Visitor, server: Server) -> None:
    """C, F2, N and Del: on the block that has the focus, though none, or another, is selected."""
    page = visitor.page
    visitor.block(6).focus()
    page.keyboard.press("F2")
    expect(visitor.block(6).locator("input.rename")).to_be_focused()
    page.keyboard.type("Desk")
    page.keyboard.press("Enter")
    until(lambda: server.blocks("focused")[6]["title"] == "Desk", "it has another name")
    visitor.block(2).focus()
    page.keyboard.press("c")
    choice = page.get_by_role("dialog").get_by_role("combobox")
    expect(choice).to_have_attribute("placeholder", "Port")
    page.keyboard.type("no match")
    page.keyboard.press("Enter")
    expect(choice).to_have_attribute("placeholder", "No Match leads to …")
    page.keyboard.type("goodbye")
    page.keyboard.press("Enter")
    until(lambda: server.blocks("focused")[2]["exits"].get("no_match") == 7, "it is wired")
    visitor.block(4).focus()
    page.keyboard.press("n")
    expect(page.get_by_label("Note", exact=True)).to_be_focused()
    note, here = page.locator(".note").bounding_box(), visitor.block(4).bounding_box()
    assert note
    assert here
    assert abs(note["x"] - here["x"]) < 4
    assert note["y"] + note["height"] <= here["y"]
    visitor.block(8).focus()
    page.keyboard.press("Delete")
    until(lambda: set(server.blocks("focused")) == set(range(1, 8)), "only that one is gone")


def what_was_selected_since_goes_first(visitor: Visitor, server: Server) -> None:
    """The focus stays where it was while the mouse selects others: Del is about these."""
    page = visitor.page
    visitor.block(1).focus()
    box = visitor.block(8).bounding_box()
    assert box
    page.keyboard.down("Shift")
    visitor.drags((box["x"] - 12, box["y"] - 24), (box["x"] + box["width"] + 12, box["y"] + box["height"] + 24))
    page.keyboard.up("Shift")
    expect(visitor.block(8)).to_have_class(re.compile(r"\bselected\b"))
    page.keyboard.press("Delete")
    until(lambda: 8 not in server.blocks("focused"), "what was selected is gone")
    assert 1 in server.blocks("focused")
    page.keyboard.press("Control+z")
    until(lambda: server.blocks("focused")[6]["exits"].get("no_answer") == 8, "it is back")


def a_focused_wire_is_deleted(visitor: Visitor, server: Server) -> None:
    visitor.wire(6, "no_answer").focus()
    visitor.page.keyboard.press("Delete")
    until(lambda: "no_answer" not in server.blocks("focused")[6]["exits"], "the wire is gone")


def the_bin_in_the_middle_of_a_wire(visitor: Visitor, server: Server) -> None:
    """By mouse: point at the wire, press the bin; one undo brings it back."""
    page = visitor.page
    x, y = visitor.middle(visitor.wire(1, "next").locator(".react-flow__edge-interaction"))
    page.mouse.move(x, y)
    page.mouse.move(x + 1, y)
    bin_ = page.get_by_role("button", name="Delete the wire")
    expect(bin_).to_be_visible()
    page.mouse.click(*visitor.middle(bin_))
    until(lambda: server.blocks("focused")[1]["exits"] == {}, "the wire is gone")
    expect(visitor.wire(1, "next")).to_have_count(0)
    page.keyboard.press("Control+z")
    until(lambda: server.blocks("focused")[1]["exits"] == {"next": 2}, "and is back")


# Fields


def test_variables_stay_beside_the_field(visitor: Visitor, server: Server) -> None:
    """Far down in a long panel the chips are still there to be dragged, and hide no field that is tabbed to."""
    flow = books("beside")
    flow["blocks"][2]["action"] |= {
        "method": "POST",
        "headers": [{"name": f"X-{number}", "value": ""} for number in range(12)],
    }
    page = visitor.opens_board(server.flow(flow))
    panel = visitor.selects(3)
    body = panel.locator("[data-path='body'] textarea")
    body.focus()
    chip = panel.locator(".variables .variable", has_text="$ANI").first
    expect(chip).to_be_in_viewport(ratio=1)
    chip.drag_to(body)
    until(lambda: "$ANI" in body.input_value(), "the chip is in the field")
    lower = panel.locator(".variables").bounding_box()
    assert lower
    assert lower["height"] <= 240
    for _ in range(30):
        page.keyboard.press("Shift+Tab")
        box = page.evaluate("(({top, bottom}) => ({top, bottom}))(document.activeElement.getBoundingClientRect())")
        if page.evaluate("document.activeElement.closest('.variables, .head') === null"):
            assert box["top"] >= lower["y"] + lower["height"] - 1, "a field is behind the variables"
    page.set_viewport_size({"width": 1600, "height": 500})
    body.focus()
    expect(chip).not_to_be_in_viewport()


def test_folded_variables_stay_folded(visitor: Visitor, server: Server) -> None:
    page = visitor.opens_board(server.flow(books("folded")))
    panel = visitor.selects(4)
    expect(panel.locator(".variable").first).to_be_visible()
    panel.locator(".variables > summary").click()
    expect(panel.locator(".variable").first).to_be_hidden()
    panel = visitor.selects(5)
    expect(panel.locator(".variables > summary")).to_be_visible()
    expect(panel.locator(".variable").first).to_be_hidden()
    page.reload()
    expect(visitor.selects(5).locator(".variable").first).to_be_hidden()


def test_undo_in_a_text_takes_back_what_was_typed_in_one_go(visitor: Visitor, server: Server) -> None:
    """The browser's own undo groups letters; that the page follows along must not break them apart. It does so once
    there was a pause, which on a busy machine might come between two letters: the page's clock stands meanwhile."""
    visitor.page.clock.install()
    page = visitor.opens_board(server.flow(books("undo")))
    takes_back_in_one_go(visitor.selects(4).locator("[data-path='message'] textarea"))
    page.locator("#main").focus()
    page.keyboard.press("n")
    takes_back_in_one_go(page.get_by_label("Note", exact=True))
    page.get_by_role("button", name="Settings of the flow").click()
    takes_back_in_one_go(page.locator(".flow-panel").get_by_label("Description"))
    visitor.saved()


def takes_back_in_one_go(text: Locator) -> None:
    press = text.page.keyboard.press
    text.focus()
    press("Control+End")
    before = text.input_value()
    text.page.clock.pause_at(text.page.evaluate("Date.now() / 1000 + 5"))
    text.page.keyboard.type(" and thanks")
    expect(text).to_have_value(f"{before} and thanks")
    press("Control+z")
    expect(text).to_have_value(before)
    text.page.clock.resume()
