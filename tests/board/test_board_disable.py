"""Blocks that are disabled on the board: drawn, saved and told as such, passed by in a test call, enabled again."""

from typing import Any

from playwright.sync_api import expect

from tests.board.axe import faults
from tests.board.browser import Server, Visitor, Visits, block, document, until


def shop(flow_id: str) -> dict[str, Any]:
    return document(
        flow_id,
        block(1, (80, 240), {"next": 2}, type="inbound_call", title="Main number"),
        block(
            2,
            (400, 200),
            {"success": 3, "failure": 4},
            type="external_web_call",
            title="Look up the order",
            url="http://127.0.0.1:9/orders?phone=$ANI",
            response_variables=[{"name": "orderStatus", "query": "order.status"}],
        ),
        block(3, (720, 112), {"next": 5}, type="play_message", title="Read it", message="It is on its way."),
        block(4, (720, 320), {"next": 5}, type="play_message", title="Excuse", message="That did not work."),
        block(5, (1040, 140), type="end_call", title="Goodbye"),
    )


def choose(visitor: Visitor, number: int, entry: str) -> None:
    visitor.block(number).locator(".names").click(button="right")
    visitor.page.get_by_role("menuitem", name=entry).click()


def disabled(server: Server, flow_id: str) -> list[int]:
    return [number for number, each in server.blocks(flow_id).items() if each.get("disabled")]


def test_calls_pass_a_disabled_block_by(server: Server, visitor: Visitor) -> None:
    """Disable: menu, board, draft, test call, and enable again."""
    page = visitor.opens_board(server.flow(shop("passing")))
    choose(visitor, 2, "Disable")
    expect(visitor.block(2).locator(".badge")).to_have_text("Disabled")
    expect(visitor.block(2)).to_have_accessible_name("Look up the order, External Web Call, block 2, disabled")
    until(lambda: server.blocks("passing")[2].get("disabled") is True, "the draft has it")
    assert server.blocks("passing")[2]["exits"] == {"success": 3, "failure": 4}, "its wires stay"
    expect(visitor.block(4)).to_have_accessible_name("Excuse, Play Message, block 4, 1 problem")
    page.get_by_role("button", name="Test call", exact=True).click()
    page.get_by_role("button", name="Call", exact=True).click()
    row = page.locator(".timeline .row-pass")
    expect(row).to_contain_text("Look up the order")
    expect(row).to_contain_text("Passed by (disabled)")
    expect(page.locator(".timeline")).to_contain_text("It is on its way.")
    for number, port in ((1, "next"), (2, "success"), (3, "next")):
        expect(visitor.wire(number, port).locator(".travelled")).to_be_attached()
    expect(visitor.wire(2, "failure").locator(".grey")).to_be_attached()
    expect(page.locator(".timeline .row-request")).to_have_count(0)
    page.locator(".timeline .row-end").wait_for()
    choose(visitor, 2, "Enable")
    expect(visitor.block(2).locator(".badge.disabled")).to_have_count(0)
    until(lambda: "disabled" not in server.blocks("passing")[2], "nothing is left of it in the draft")


def test_several_are_one_step_and_copies_keep_it(server: Server, visitor: Visitor) -> None:
    """Disable: several blocks are one step to undo; a copy is disabled too; where calls start or end it can't be."""
    page = visitor.opens_board(server.flow(shop("several")))
    page.keyboard.press("Control+a")
    choose(visitor, 3, "Disable 3 blocks")
    until(lambda: disabled(server, "several") == [2, 3, 4], "all that calls can pass by")
    page.keyboard.press("Control+z")
    until(lambda: disabled(server, "several") == [], "one step")
    page.keyboard.press("Control+y")
    until(lambda: disabled(server, "several") == [2, 3, 4], "and forth")
    page.locator(".react-flow__pane").click(position={"x": 300, "y": 700})
    choose(visitor, 3, "Duplicate")
    until(lambda: disabled(server, "several") == [2, 3, 4, 6], "the copy")
    for number in (1, 5):
        visitor.block(number).locator(".names").click(button="right")
        entry = page.get_by_role("menuitem", name="Disable")
        expect(entry).to_have_attribute("aria-disabled", "true")
        page.keyboard.press("Escape")


def test_the_panel_switches_and_tells_the_exit(server: Server, visitor: Visitor) -> None:
    """Disable: the panel's switch, and by which port calls leave."""
    page = visitor.opens_board(server.flow(shop("switched")))
    visitor.block(2).locator(".names").click()
    panel = page.get_by_role("complementary", name="Configuration")
    panel.get_by_role("button", name="Disable").click()
    expect(panel.get_by_role("button", name="Enable")).to_be_focused()
    expect(panel.get_by_label("On Success", exact=True)).to_have_accessible_description("Calls leave by this port.")
    expect(panel.get_by_label("On Failure", exact=True)).to_have_accessible_description("")
    expect(panel).to_contain_text("This block is disabled: calls pass by, through “On Success”.")
    until(lambda: disabled(server, "switched") == [2], "the draft has it")
    panel.get_by_role("button", name="Enable").click()
    until(lambda: disabled(server, "switched") == [], "and has it no more")
    page.keyboard.press("Escape")
    expect(panel.get_by_text("This block is disabled")).to_have_count(0)


def test_a_disabled_block_can_be_read(visits: Visits, server: Server) -> None:
    """Disable: axe finds nothing on the board, beside the panel, and on a phone."""
    flow = shop("greyed")
    for number in (2, 3):
        flow["blocks"][number - 1]["disabled"] = True
    path = server.flow(flow)
    visitor = visits(server)
    page = visitor.opens_board(path)
    expect(page.locator(".badge.disabled")).to_have_count(2)
    dashed = visitor.block(2).locator(".block").evaluate("(block) => getComputedStyle(block).borderTopStyle")
    assert dashed == "dashed"
    assert faults(page) == []
    visitor.block(2).locator(".names").click()
    page.get_by_text("Calls leave by this port.").wait_for()
    assert faults(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    line = page.get_by_role("button", name="2. Look up the order").first
    expect(line).to_contain_text("Disabled")
    assert faults(page) == []
