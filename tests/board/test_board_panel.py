"""The configuration panel: fields made from the actions' declarations, and variables."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from ivr.registry import ACTIONS
from tests.board.axe import barriers
from tests.board.browser import Server, Visitor, Visits, block, books, document, until

TYPES = [action.model_fields["type"].default for action in ACTIONS]
MANY_KINDS = {"external_web_call", "menu", "schedule"}


def panel(page: Page) -> Locator:
    return page.locator("aside.side .panel")


def cell(found: Locator, path: str) -> Locator:
    return found.locator(f"[data-path='{path}']")


def chip(found: Locator, name: str) -> Locator:
    return found.locator(".variables .variable").filter(has_text=f"${name}").first


def config(server: Server, flow: str, number: int) -> dict[str, Any]:
    action: dict[str, Any] = server.blocks(flow)[number]["action"]
    return action


def visible_now(action: dict[str, Any], values: dict[str, Any]) -> list[str]:
    """The fields that are shown for these values, by their `when`."""
    fields = action["schema"]["properties"]

    def shown(field: dict[str, Any]) -> bool:
        when = field.get("x-ui", {}).get("when", {})
        return all(values.get(name, fields[name].get("default")) in wanted for name, wanted in when.items())

    return [name for name, field in fields.items() if shown(field)]


def test_every_action_can_be_added_and_has_a_panel_with_all_its_fields(server: Server, visitor: Visitor) -> None:
    """Every action of the server is in the menu, and comes onto the board with its ports. Its panel has a field for
    each property, each with a name; and nothing that axe finds, where there are the most kinds of fields."""
    start = block(1, (80, 160), type="inbound_call", title="Main number")
    page = visitor.opens_board(server.flow(document("every-action", start)))
    actions = server.ask("GET", "/api/bootstrap")["actions"]
    assert sorted(each["type"] for each in actions) == sorted(TYPES)
    for number, action in enumerate(actions, start=2):
        page.emulate_media(color_scheme="dark" if number % 2 else "light")
        page.locator("#main").focus()
        page.keyboard.press("Escape")
        page.locator(".actions .action", has_text=re.compile(f"^{re.escape(action['title'])}$")).click()
        added = visitor.block(number)
        expect(added).to_be_focused()
        expect(added.locator(".names strong")).to_have_text(action["title"])
        if not action["ports_from"]:
            expect(added.locator(".exit")).to_have_count(len(action["ports"]))
        has_all_its_fields(panel(page), number, action)
        if action["type"] in MANY_KINDS:
            assert barriers(page, ".panel") == [], action["type"]
    until(lambda: len(server.blocks("every-action")) == len(actions) + 1, "all are saved")
    kept = server.blocks("every-action")
    assert [kept[number]["action"]["type"] for number in kept][1:] == [each["type"] for each in actions]
    assert len({tuple(each["place"]) for each in kept.values()}) == len(kept)


@pytest.mark.slow
def test_no_panel_has_a_barrier(visitor: Visitor, server: Server) -> None:
    """axe finds nothing in the panel of any action."""
    for turn, action in enumerate(server.ask("GET", "/api/bootstrap")["actions"]):
        visitor.page.emulate_media(color_scheme="dark" if turn % 2 else "light")
        start = block(1, (0, 0), {"next": 2}, type="inbound_call")
        name = f"every-{action['type'].replace('_', '-')}"
        visitor.opens_board(server.flow(document(name, start, block(2, (320, 0), type=action["type"]))))
        has_all_its_fields(visitor.selects(2), 2, action)
        assert barriers(visitor.page, ".panel") == [], action["type"]


def has_all_its_fields(found: Locator, number: int, action: dict[str, Any]) -> None:
    kind = action["type"]
    expect(found).to_contain_text(f"{action['prefix']}_{number}")
    found.page.evaluate("document.querySelectorAll('.panel details').forEach((each) => { each.open = true })")
    for field in visible_now(action, {}):
        expect(cell(found, field).locator("input, textarea, select, button").first, f"{kind}: {field}").to_be_visible()
    for port in action["ports"]:
        expect(found.locator(".exits").get_by_label(port["label"], exact=True), kind).to_be_visible()


def test_chips_are_dragged_into_every_kind_of_field(visitor: Visitor) -> None:
    """Chip drag: an address, a header's value, a body, the text of a message, an item of a list; undo takes it out."""
    flow = books("chip-drag")
    flow["blocks"][2]["action"] |= {"method": "POST", "headers": [{"name": "X-Caller", "value": ""}]}
    visitor.page.set_viewport_size({"width": 1600, "height": 1600})
    visitor.opens_board(visitor.server.flow(flow))
    is_dragged_into_an_address(visitor)
    is_dragged_into(panel(visitor.page), "headers[0].value")
    is_dragged_into(panel(visitor.page), "body")
    is_dragged_into(visitor.selects(5), "message")
    is_dragged_into(visitor.selects(6), "numbers[0]")
    is_dragged_into(visitor.selects(4), "message")


def is_dragged_into_an_address(visitor: Visitor) -> None:
    """At the caret; marked, saved, and taken out again by the browser's own undo."""
    found = visitor.selects(3)
    field = cell(found, "url").locator("textarea")
    chip(found, "MENU_2.digit").drag_to(field)
    until(lambda: "$MENU_2.digit" in field.input_value(), "the chip is in the field")
    expect(cell(found, "url").locator("mark").filter(has_text="$MENU_2.digit")).to_be_attached()
    visitor.saved()
    until(lambda: "$MENU_2.digit" in config(visitor.server, "chip-drag", 3)["url"], "the address is saved")
    field.focus()
    visitor.page.keyboard.press("Control+z")
    expect(field).to_have_value("http://127.0.0.1:9/orders?phone=$ANI")


def is_dragged_into(found: Locator, path: str) -> None:
    """A chip, and something is typed behind it: each is a step to undo."""
    field, press = cell(found, path).locator("textarea"), found.page.keyboard.press
    expect(field).to_be_visible()
    before = field.input_value()
    chip(found, "ANI").drag_to(field)
    until(lambda: len(field.input_value()) == len(before) + 4, "the chip is in the field")
    dropped = field.input_value()
    assert "$ANI" in dropped
    field.press("End")
    found.page.keyboard.type("!")
    expect(field).to_have_value(f"{dropped}!")
    press("Control+z")
    expect(field).to_have_value(dropped)
    press("Control+z")
    expect(field).to_have_value(before)


def test_variables_are_clicked_and_typed_into_texts(visitor: Visitor) -> None:
    visitor.opens_board(visitor.server.flow(books("texts")))
    chips_are_clicked_in_at_the_cursor(visitor)
    a_dollar_sign_offers_what_is_in_scope(visitor)


def chips_are_clicked_in_at_the_cursor(visitor: Visitor) -> None:
    """Chip click: a message gets the variable where the cursor was, in braces where it would run on."""
    page = visitor.page
    found = visitor.selects(5)
    field = cell(found, "message").locator("textarea")
    field.fill("Dear , it is s")
    page.keyboard.press("Home")
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    chip(found, "orderStatus").click()
    expect(field).to_have_value("Dear $orderStatus, it is s")
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    chip(found, "ANI").click()
    expect(field).to_have_value("Dear $orderStatus, it is ${ANI}s")
    expect(field).to_be_focused()
    expect(page.locator(".completion")).to_have_count(0)


def a_dollar_sign_offers_what_is_in_scope(visitor: Visitor) -> None:
    """`$` list: what is set before the block and nothing behind it; Esc closes only the list."""
    page = visitor.page
    found = visitor.selects(3)
    expect(chip(found, "MENU_2.digit")).to_be_visible()
    expect(found.locator(".variables .variable").filter(has_text="$SMS_5")).to_have_count(0)
    field = cell(found, "url").locator("textarea")
    field.fill("http://127.0.0.1:9/?a=")
    field.press("End")
    page.keyboard.type("$MENU")
    options = page.locator(".completion [role=option]")
    expect(options.first).to_contain_text("$MENU_2.digit")
    expect(options.filter(has_text="SMS_5")).to_have_count(0)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(field).to_have_value("http://127.0.0.1:9/?a=$MENU_2.choice")
    page.keyboard.type("&b=$AN")
    expect(options.first).to_contain_text("$ANI")
    page.keyboard.press("Escape")
    expect(options).to_have_count(0)
    expect(found).to_be_visible()
    expect(field).to_be_focused()
    page.keyboard.type("I")
    page.keyboard.press("Tab")
    expect(field).to_have_value("http://127.0.0.1:9/?a=$MENU_2.choice&b=$ANI")


def test_problems_are_told_when_and_where_they_help(visitor: Visitor) -> None:
    """A warning waits until its field is left; under a text is how it is sent; a long path is seen from its end; the
    dialog names block and field, and leads there."""
    rows = [{"name": "name", "query": "data.customers[0].appointments[-1].doctor.name.in.full.as.written"}]
    flow = document(
        "where",
        block(1, (0, 0), {"next": 2}, type="inbound_call"),
        block(2, (320, 0), {"success": 3, "failure": 3}, type="send_sms", title="Text it", message="Łódź"),
        block(3, (640, 0), {}, type="external_web_call", title="Ask", url="", response_variables=rows),
    )
    page = visitor.opens_board(visitor.server.flow(flow))
    page.get_by_role("button", name="Fit the flow").click()
    message = cell(visitor.selects(2), "message")
    expect(message.locator(".parts")).to_have_text("1 part, UCS-2 because of “Ł”")
    message.locator("textarea").fill("a" * 161)
    message.locator("textarea").press_sequentially(" $nope ")
    expect(message.locator(".parts")).to_have_text("2 parts or more, GSM-7")
    expect(message.locator("mark.odd")).to_be_visible()
    expect(message.locator(".warning")).to_have_count(0)
    message.locator("textarea").press("Tab")
    expect(message.locator(".warning")).to_contain_text("Nothing sets $nope")

    query = cell(visitor.selects(3), "response_variables[0].query").locator("input")
    assert query.evaluate("field => field.scrollLeft > 0 && field.clientWidth > 240")
    page.get_by_role("button", name="Publish…").click()
    page.get_by_role("dialog").get_by_role("button", name="3. Ask › URL of service").click()
    expect(cell(panel(page), "url").locator("textarea")).to_be_focused()
    expect(cell(panel(page), "url").get_by_role("alert")).to_contain_text("begins with https://")


def test_an_unknown_variable_is_told_until_something_sets_it(visitor: Visitor) -> None:
    """Unknown variable: a mark and a warning in the field, a badge on the block; setting it clears them."""
    flow = document(
        "unknown",
        block(1, (0, 0), {"next": 2}, type="inbound_call"),
        block(2, (320, 0), {"next": 3}, type="set_variables", rows=[{"name": "greeting", "value": "Hello"}]),
        block(3, (640, 0), {"next": 4}, type="play_message", message="You have $points points."),
        block(4, (960, 0), type="end_call"),
    )
    visitor.opens_board(visitor.server.flow(flow))
    found = visitor.selects(3)
    expect(cell(found, "message").locator("mark.odd")).to_have_text("$points")
    expect(cell(found, "message").locator(".warning")).to_contain_text("Nothing sets $points")
    badge = visitor.block(3).locator(".badge")
    expect(badge).to_be_visible()
    found = visitor.selects(2)
    found.get_by_role("button", name="Add", exact=False).last.click()
    cell(found, "rows[1].name").locator("input").fill("points")
    cell(found, "rows[1].value").locator("textarea").fill("12")
    expect(badge).to_have_count(0)
    found = visitor.selects(3)
    expect(cell(found, "message").locator("mark")).to_have_text("$points")
    expect(found.locator("mark.odd")).to_have_count(0)
    expect(cell(found, "message").locator(".warning")).to_have_count(0)


def test_a_block_that_is_only_begun_has_its_variables(visitor: Visitor) -> None:
    """Chip click: a web call without an address, and a header without a name, still know what is set before them."""
    flow = document(
        "begun",
        block(1, (0, 0), {"next": 2}, type="inbound_call"),
        block(2, (320, 0), {"success": 3}, type="external_web_call", headers=[{"name": "", "value": ""}]),
        block(3, (640, 0), type="play_message", message="$EXTCALL_2.statuscode"),
    )
    visitor.opens_board(visitor.server.flow(flow))
    found = visitor.selects(2)
    cell(found, "url").locator("textarea").focus()
    chip(found, "ANI").click()
    expect(cell(found, "url").locator("textarea")).to_have_value("$ANI")
    found = visitor.selects(3)
    expect(chip(found, "EXTCALL_2.statuscode")).to_be_visible()
    expect(found.locator("mark.odd")).to_have_count(0)


def test_the_range_of_a_number_is_told_and_kept(visitor: Visitor) -> None:
    """Ranges: a timeout of 0 or 201 is an error in the field and stops publishing; 1 and 200 pass; what is taken out is
    what it is by default."""
    name = "range"
    visitor.opens_board(visitor.server.flow(books(name)))
    found = visitor.selects(3)
    field, error = cell(found, "timeout").locator("input"), cell(found, "timeout").locator(".error")
    for typed, right in {"0": False, "201": False, "1": True, "ten": False, "200": True}.items():
        field.fill(typed)
        if right:
            expect(error, typed).to_have_count(0)
            expect(field, typed).not_to_have_attribute("aria-invalid", "true")
        else:
            expect(error, typed).to_be_visible()
            expect(field, typed).to_have_attribute("aria-invalid", "true")
        wanted = int(typed) if typed.isdecimal() else typed
        until(lambda: config(visitor.server, name, 3).get("timeout") == wanted, f"{typed} is saved")  # noqa: B023
        told = visitor.server.ask("POST", "/api/check", {"document": visitor.server.draft(name)})["problems"]
        wrong = any(each["path"] == "action.timeout" and each["level"] == "error" for each in told)
        assert wrong is not right, typed
    field.fill("")
    until(lambda: "timeout" not in config(visitor.server, name, 3), "the default is saved")
    field.blur()
    expect(field).to_have_value("10")


def test_exits_rows_and_several_blocks(visitor: Visitor) -> None:
    visitor.opens_board(visitor.server.flow(books("rows")))
    exits_are_wired_in_the_panel(visitor)
    rows_are_added_moved_and_removed(visitor)
    several_blocks_are_lined_up(visitor)


def exits_are_wired_in_the_panel(visitor: Visitor) -> None:
    """Connect, through Ports: a list instead of a drag, and a way to the target."""
    found = visitor.selects(2)
    row = found.locator(".exits").get_by_label("No Match", exact=True)
    row.select_option(label="7. Goodbye")
    expect(visitor.wire(2, "no_match")).to_be_attached()
    until(lambda: visitor.server.blocks("rows")[2]["exits"].get("no_match") == 7, "the wire is saved")
    row.select_option(label="Not connected")
    expect(visitor.wire(2, "no_match")).to_have_count(0)
    found.get_by_role("button", name="Go to Look up the order").click()
    expect(found.get_by_label("Name of the block")).to_have_value("Look up the order")


def rows_are_added_moved_and_removed(visitor: Visitor) -> None:
    """Every action: rows of a menu take the next free key, change places, and bring their exits along."""
    found = visitor.selects(2)
    found.get_by_role("button", name="Add choice").click()
    expect(cell(found, "choices[2].key").locator("select")).to_be_focused()
    cell(found, "choices[2].label").locator("input").fill("Opening hours")
    expect(visitor.exit(2, "key_2")).to_be_attached()
    found.get_by_role("button", name="Change choice 3").click()
    visitor.page.get_by_role("menuitem", name="Move up").click()
    expect(cell(found, "choices[1].label").locator("input")).to_have_value("Opening hours")
    found.get_by_role("button", name="Change choice 2").click()
    visitor.page.get_by_role("menuitem", name="Remove").click()
    until(
        lambda: [each["key"] for each in config(visitor.server, "rows", 2)["choices"]] == ["1", "0"], "the row is gone"
    )


def several_blocks_are_lined_up(visitor: Visitor) -> None:
    """Select: of several blocks the panel says how many, and lines them up."""
    page = visitor.page
    visitor.in_view(2).locator(".tile").first.click()
    visitor.block(3).locator(".tile").first.click(modifiers=["Shift"])
    found = panel(page)
    expect(found.get_by_role("heading", name="2 blocks")).to_be_visible()
    found.get_by_role("button", name="Align top").click()
    until(
        lambda: visitor.server.blocks("rows")[2]["place"][1] == visitor.server.blocks("rows")[3]["place"][1],
        "they lie in a line",
    )
    assert barriers(page, ".panel") == []


def test_settings_of_the_flow_open_beside_its_name(visitor: Visitor) -> None:
    """Opens: name, time zone and the rest of what holds for the whole flow."""
    page = visitor.opens_board(visitor.server.flow(books("settings")))
    page.evaluate("document.activeElement.blur()")
    page.get_by_role("button", name="Settings of the flow").click()
    found = panel(page)
    expect(found.get_by_role("heading", name="Flow settings")).to_be_visible()
    zone = found.get_by_label("Time zone")
    zone.click()
    zone.fill("berlin")
    page.keyboard.press("Enter")
    expect(zone).to_have_value("Europe/Berlin")
    found.get_by_label("Apology").fill("Sorry.")
    until(lambda: visitor.server.draft("settings").get("time_zone") == "Europe/Berlin", "the zone is saved")
    found.get_by_label("Language").fill("de-DE")
    voice = found.get_by_label("Voice")
    offered = visitor.page.locator(f"datalist[id='{voice.get_attribute('list')}'] option")
    expect(offered.first).to_have_attribute("value", re.compile(r"^Polly\."))
    expect(offered.first).to_have_text(re.compile("^de-DE, "))
    voice.fill("Polly.Vicki-Neural")
    until(lambda: visitor.server.draft("settings").get("voice") == "Polly.Vicki-Neural", "the voice is saved")
    assert barriers(page, ".panel") == []


def test_a_problem_leads_to_its_field(visitor: Visitor) -> None:
    """Problems: a click opens the folded group of the field and puts the focus into it."""
    flow = books("leads")
    flow["blocks"][2]["action"]["retries"] = 9
    page = visitor.opens_board(visitor.server.flow(flow))
    page.get_by_role("button", name="to check").click()
    page.get_by_role("button").filter(has_text="less than or equal to 5").click()
    expect(cell(panel(page), "retries").locator("input")).to_be_focused()
    expect(cell(panel(page), "retries").locator(".error")).to_be_visible()


def test_the_panel_is_usable_with_forced_colours(visits: Visits, server: Server) -> None:
    """Forced colours, and a narrow window: marks have an outline, nothing runs out of the panel sideways."""
    visitor = visits(server, forced_colors="active", viewport={"width": 1000, "height": 600})
    visitor.opens_board(server.flow(books("forced")))
    found = visitor.selects(3)
    mark = cell(found, "url").locator("mark")
    assert mark.evaluate("(mark) => getComputedStyle(mark).outlineStyle") == "solid"
    assert found.evaluate("(panel) => panel.scrollWidth <= panel.clientWidth")
