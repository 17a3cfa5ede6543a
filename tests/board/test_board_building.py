"""Blocks and wires, by mouse and by keys. What became of them is asked of the server."""

import re

from playwright.sync_api import expect

from ivr.web.api.bootstrap import actions
from tests.board.browser import Server, Visitor, block, books, document, until


def start(flow_id: str) -> dict[str, object]:
    """A call that comes in, and ends."""
    return document(
        flow_id,
        block(1, (80, 160), {"next": 2}, type="inbound_call", title="Main number"),
        block(2, (720, 160), type="end_call", title="Goodbye"),
    )


def test_a_flow_opens(server: Server, visitor: Visitor) -> None:
    """Opens: title, blocks and wires are drawn, and blocks say what they do."""
    page = visitor.opens_board(server.flow(books("opens")))
    expect(page).to_have_title("Harbor Books")
    expect(page.locator(".block")).to_have_count(8)
    expect(page.locator(".react-flow__edge")).to_have_count(13)
    look_up = visitor.block(3)
    expect(look_up).to_have_accessible_name(re.compile("^Look up the order, External Web Call, block 3\\b"))
    expect(look_up.locator(".summary")).to_have_text("GET http://127.0.0.1:9/orders?phone=$ANI")
    expect(look_up.locator(".summary code")).to_have_text("$ANI")
    expect(visitor.block(2).locator(".exits li")).to_have_text(["1 Order status", "0 A person", "No Input", "No Match"])
    expect(visitor.exit(2, "no_match")).to_have_class(re.compile(r"\bopen\b"))
    expect(visitor.exit(2, "key_1")).not_to_have_class(re.compile(r"\bopen\b"))
    icons_are_drawn_in_the_menu_and_on_blocks(visitor)


def icons_are_drawn_in_the_menu_and_on_blocks(visitor: Visitor) -> None:
    globe = next(row.icon for row in actions() if row.type == "external_web_call")
    menu = visitor.page.locator(".actions").get_by_role("button", name="External Web Call")
    for tile in (menu, visitor.block(3)):
        path = tile.locator(".tile svg path")
        expect(path).to_have_attribute("d", globe)
        box = path.bounding_box()
        assert box
        assert box["width"] > 8
        assert box["height"] > 8


def test_an_action_is_dragged_onto_the_board(server: Server, visitor: Visitor) -> None:
    """Drag from the menu: the block lands there, is selected, its panel is open, and it is saved."""
    page = visitor.opens_board(server.flow(start("dragged-in")))
    page.get_by_role("button", name="Play Message").drag_to(
        page.locator(".react-flow__pane"), target_position={"x": 500, "y": 600}
    )
    expect(visitor.block(3)).to_have_class(re.compile(r"\bselected\b"))
    expect(page.get_by_role("complementary", name="Configuration")).to_be_visible()
    box = visitor.block(3).bounding_box()
    pane = page.locator(".board").bounding_box()
    assert box
    assert pane
    assert abs(box["x"] + box["width"] / 2 - pane["x"] - 500) < 12
    made = until(lambda: server.blocks("dragged-in").get(3), "the block is saved")
    assert made["action"]["type"] == "play_message"
    assert [each % 8 for each in made["place"]] == [0, 0]


def test_a_block_is_added_and_connected_by_keys_alone(server: Server, visitor: Visitor) -> None:
    """Keyboard only: an action is found, added behind the selected block, and connected."""
    page = visitor.opens_board(server.flow(start("by-keys")))
    press = page.keyboard.press
    page.locator("#main").focus()
    press("Tab")
    expect(visitor.block(1)).to_be_focused()
    press("a")
    expect(page.get_by_label("Find an action")).to_be_focused()
    page.keyboard.type("web")
    expect(page.locator(".action.active")).to_have_text("External Web Call")
    press("Enter")
    expect(visitor.block(3)).to_be_focused()
    press("c")
    picker = page.get_by_role("dialog")
    expect(picker.get_by_role("option")).to_have_text([re.compile("On Success"), re.compile("On Failure")])
    page.keyboard.type("succ")
    press("Enter")
    expect(picker.get_by_role("combobox")).to_have_attribute("placeholder", "On Success leads to …")
    page.keyboard.type("good")
    press("Enter")
    expect(visitor.block(3)).to_be_focused()
    until(lambda: server.blocks("by-keys").get(3, {}).get("exits") == {"success": 2}, "it is connected")
    assert server.blocks("by-keys")[1]["exits"] == {"next": 2}, "its exit was taken, so it was left alone"


def test_a_block_is_named_and_filled_in_by_keys_alone(server: Server, visitor: Visitor) -> None:
    """Keyboard only: from block to block along the wires, a new name, into the panel and out again."""
    page = visitor.opens_board(server.flow(books("filled-in")))
    press = page.keyboard.press
    visitor.block(3).focus()
    press("F2")
    page.keyboard.type("Ask the shop")
    press("Enter")
    expect(visitor.block(3)).to_be_focused()
    press("Enter")
    expect(page.locator(".side :focus")).to_be_attached()
    page.get_by_label("URL of service").focus()
    press("Control+a")
    page.keyboard.type("http://127.0.0.1:9/new")
    press("Escape")
    expect(visitor.block(3)).to_be_focused()
    press("Alt+ArrowRight")
    expect(visitor.block(4)).to_be_focused()
    press("Alt+ArrowDown")
    expect(visitor.block(6)).to_be_focused()
    press("Alt+ArrowLeft")
    expect(visitor.block(3)).to_be_focused()
    press("Escape")
    expect(page.get_by_role("complementary", name="Configuration")).to_have_count(0)
    url = "http://127.0.0.1:9/new"
    until(lambda: server.blocks("filled-in")[3]["action"]["url"] == url, "the address is saved")
    assert server.blocks("filled-in")[3]["title"] == "Ask the shop"


def test_tab_goes_in_the_order_of_the_call(server: Server, visitor: Visitor) -> None:
    """Tab: blocks in the order of the call, then wires, then out of the board; Shift Tab goes back."""
    flow = start("in-order")
    page = visitor.opens_board(server.flow(flow))
    page.locator("#main").focus()
    stop = "document.activeElement.closest('[data-id]')?.dataset.id ?? document.activeElement.ariaLabel"
    stops = ["Board"]
    for _ in range(4):
        page.keyboard.press("Tab")
        stops.append(until(lambda: (now := page.evaluate(stop)) not in stops and now, "the focus has moved"))
    assert stops == ["Board", "1", "2", "1:next", "Zoom out"]
    page.keyboard.press("Shift+Tab")
    visitor.block(2).focus()
    page.keyboard.press("Shift+Tab")
    expect(visitor.block(1)).to_be_focused()


def test_moves_are_undone(server: Server, visitor: Visitor) -> None:
    """Move: a drag and a burst of arrows are one step each; a reload keeps where blocks lie."""
    path = server.flow(books("moved"))
    page = visitor.opens_board(path)
    at = lambda: server.blocks("moved")[2]["place"]  # noqa: E731
    x, y = visitor.middle(visitor.block(2).locator(".names"))
    visitor.drags((x, y), (x, y + 160))
    until(lambda: at() != [400, 200], "the drag is saved")
    dragged = at()
    assert dragged[0] == 400
    assert dragged[1] > 300
    visitor.block(2).focus()
    for key in ["ArrowRight", "ArrowRight", "Shift+ArrowDown"]:
        page.keyboard.press(key)
    until(lambda: at() == [dragged[0] + 16, dragged[1] + 32], "the arrows are saved")
    page.keyboard.press("Control+z")
    until(lambda: at() == dragged, "the burst is undone at once")
    page.keyboard.press("Control+z")
    until(lambda: at() == [400, 200], "the drag is undone")
    page.keyboard.press("Control+Shift+z")
    page.keyboard.press("Control+y")
    until(lambda: at() == [dragged[0] + 16, dragged[1] + 32], "both are done again")
    visitor.saved()
    before = visitor.block(2).bounding_box()
    page.reload()
    page.locator(".block").first.wait_for()
    after = visitor.block(2).bounding_box()
    assert before
    assert after
    assert abs(before["x"] - after["x"]) < 2
    assert abs(before["y"] - after["y"]) < 2


def test_exits_are_connected(server: Server, visitor: Visitor) -> None:
    """Connect by drag, also onto the middle of a block; an occupied exit is rewired; a loop to itself is refused."""
    page = visitor.opens_board(server.flow(books("wired")))
    page.get_by_role("button", name="Fit the flow").click()  # away from the edges, at which a wire moves the view
    exits = lambda number: server.blocks("wired")[number]["exits"]  # noqa: E731
    visitor.drags(visitor.middle(visitor.exit(2, "no_match")), visitor.middle(visitor.block(6).locator(".names")))
    until(lambda: exits(2).get("no_match") == 6, "the wire is saved")
    visitor.drags(visitor.middle(visitor.exit(2, "no_match")), visitor.middle(visitor.block(3).locator(".input-bar")))
    until(lambda: exits(2).get("no_match") == 3, "the other wire takes its place")
    visitor.drags(visitor.middle(visitor.exit(6, "busy")), visitor.middle(visitor.block(6).locator(".names")))
    expect(page.get_by_text("A block can't lead to itself")).to_be_attached()
    visitor.drags(visitor.middle(visitor.exit(6, "busy")), visitor.middle(visitor.block(1).locator(".names")))
    expect(page.get_by_text("Nothing can lead to Main number: calls start there")).to_be_attached()
    visitor.wire(2, "no_match").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Delete")
    until(lambda: "no_match" not in exits(2), "the wire is gone")
    assert "busy" not in exits(6)


def test_a_wire_to_nowhere_asks_for_a_block(server: Server, visitor: Visitor) -> None:
    """Wire to nowhere: type, Enter, and the block is there and wired; one undo takes back both."""
    page = visitor.opens_board(server.flow(books("nowhere")))
    x, y = visitor.middle(visitor.exit(2, "no_match"))
    visitor.drags((x, y), (x + 120, y + 140))
    box = page.get_by_role("combobox", name="Add an action")
    expect(box).to_be_focused()
    box.fill("end")
    page.keyboard.press("Enter")
    expect(visitor.block(9)).to_be_focused()
    until(lambda: server.blocks("nowhere")[2]["exits"].get("no_match") == 9, "it is wired")
    page.keyboard.press("Control+z")
    until(lambda: 9 not in server.blocks("nowhere"), "both are undone")
    assert "no_match" not in server.blocks("nowhere")[2]["exits"]


def test_blocks_go_into_wires(server: Server, visitor: Visitor) -> None:
    """Insert by the plus on a wire and by dropping an action on it; a block that is deleted heals the wire."""
    page = visitor.opens_board(server.flow(start("between")))
    page.mouse.move(*visitor.middle(visitor.wire(1, "next")))
    page.get_by_role("button", name="Insert a block").click()
    page.get_by_role("combobox", name="Add an action").fill("play")
    page.keyboard.press("Enter")
    until(lambda: server.blocks("between").get(3, {}).get("exits") == {"next": 2}, "it leads on")
    assert server.blocks("between")[1]["exits"] == {"next": 3}
    page.keyboard.press("Delete")
    until(lambda: 3 not in server.blocks("between"), "it is deleted")
    assert server.blocks("between")[1]["exits"] == {"next": 2}
    expect(visitor.block(1)).to_be_focused()
    pane = page.locator(".react-flow__pane").bounding_box()
    assert pane
    x, y = visitor.middle(visitor.wire(1, "next"))
    target = {"x": x - pane["x"], "y": y - pane["y"]}
    page.get_by_role("button", name="Set Variables").drag_to(
        page.locator(".react-flow__pane"), target_position=target, force=True
    )
    until(lambda: server.blocks("between").get(4, {}).get("exits") == {"next": 2}, "dropped into the wire")
    assert server.blocks("between")[1]["exits"] == {"next": 4}
    page.keyboard.press("Control+z")
    until(lambda: 4 not in server.blocks("between"), "one undo")
    assert server.blocks("between")[1]["exits"] == {"next": 2}


def test_what_a_right_click_offers(server: Server, visitor: Visitor) -> None:
    """Right click: rename, replace, duplicate and delete; on the board a note."""
    page = visitor.opens_board(server.flow(books("clicked")))
    visitor.block(4).click(button="right")
    page.get_by_role("menuitem", name="Duplicate").click()
    until(lambda: server.blocks("clicked").get(9, {}).get("title") == "Read the status", "the copy is there")
    page.keyboard.press("Delete")
    visitor.block(4).click(button="right")
    page.get_by_role("menuitem", name="Replace with").click()
    page.get_by_role("combobox", name="Replace with").fill("set var")
    page.keyboard.press("Enter")
    until(lambda: server.blocks("clicked")[4]["action"]["type"] == "set_variables", "the action is another")
    assert server.blocks("clicked")[4]["exits"] == {"next": 5}
    page.locator(".react-flow__pane").click(button="right", position={"x": 300, "y": 700})
    page.get_by_role("menuitem", name="Add a note").click()
    page.keyboard.type("Ask Ann before changing this")
    until(
        lambda: [each["text"] for each in server.draft("clicked")["notes"]] == ["Ask Ann before changing this"],
        "the note",
    )


def test_an_empty_board_says_how_to_begin(server: Server, visitor: Visitor) -> None:
    """Empty board: how a call arrives is one press away."""
    page = visitor.opens(server.flow(document("bare")))
    page.locator(".empty-board").get_by_role("button", name="Inbound Call").click()
    expect(visitor.block(1)).to_be_focused()
    expect(page.locator(".empty-board")).to_have_count(0)
    until(lambda: server.blocks("bare").get(1), "it is saved")
