"""Copying, finding, tidying up, large flows, small screens."""

import json
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.board.axe import faults
from tests.board.browser import Server, Visitor, block, books, document, until

SMALL = {"viewport": {"width": 390, "height": 844}, "has_touch": True}


def numbers(server: Server, flow_id: str) -> list[int]:
    return sorted(server.blocks(flow_id))


def test_blocks_go_to_another_flow(server: Server, visitor: Visitor) -> None:
    """Copy and paste: new numbers, wires and references among the copies kept, others dropped or flagged, no secret."""
    source = books("copied-from")
    source["blocks"][2]["action"]["auth"] = {"type": "basic", "username": "ann", "password": "hunter2hunter2"}
    source["blocks"][3]["action"]["message"] = "Status $EXTCALL_3.statuscode, menu $MENU_2.digit"
    page = visitor.opens_board(server.flow(source))
    page.evaluate(
        "document.addEventListener('copy', event => { window.copied = event.clipboardData.getData('text/plain') })"
    )
    visitor.block(3).click()
    visitor.block(4).click(modifiers=["Shift"])
    visitor.in_view(5).click(modifiers=["Shift"])
    page.keyboard.press("Control+c")
    text = page.evaluate("window.copied")
    assert sorted(each["number"] for each in json.loads(text)["blocks"]) == [3, 4, 5]
    assert "hunter2" not in text
    target = server.flow(document("copied-to", block(1, (80, 80), type="inbound_call"), last_number=6))
    page = visitor.opens_board(target)
    page.locator("#main").focus()
    page.mouse.move(700, 500)
    page.evaluate(
        """text => {
            const data = new DataTransfer();
            data.setData("text/plain", text);
            const paste = new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true});
            document.body.dispatchEvent(paste);
        }""",
        text,
    )
    until(lambda: numbers(server, "copied-to") == [1, 7, 8, 9], "they are there")
    made = server.blocks("copied-to")
    assert made[7]["exits"] == {"success": 8}
    assert made[8]["exits"] == {"next": 9}
    assert made[9]["exits"] == {}
    assert made[8]["action"]["message"] == "Status $EXTCALL_7.statuscode, menu $MENU_2.digit"
    expect(visitor.block(8).locator(".badge")).to_be_visible()
    assert made[8]["place"][0] - made[7]["place"][0] == 320


def test_find_goes_there(server: Server, visitor: Visitor) -> None:
    """Find: a block by a text in it, who uses a variable, an action to add; Enter goes there."""
    page = visitor.opens_board(server.flow(books("found")))
    page.keyboard.press("Control+k")
    box = page.get_by_role("combobox", name="Find")
    expect(box).to_be_focused()
    box.fill("harbor books. for your order")
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(visitor.block(2)).to_be_focused()
    page.keyboard.press("Control+k")
    page.keyboard.type("$orderstatus")
    expect(page.get_by_role("option").filter(has_text="set by 3. Look up the order")).to_have_count(1)
    expect(page.get_by_role("option").filter(has_text="used by 4. Read the status")).to_have_count(1)
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.keyboard.type("schedule")
    page.get_by_role("option", name="Add Schedule").click()
    until(lambda: server.blocks("found").get(9, {}).get("action", {}).get("type") == "schedule", "it is added")
    page.keyboard.press("Control+k")
    page.keyboard.type("zzzz")
    expect(page.get_by_text("Nothing here has “zzzz” in it.")).to_be_visible()


def test_problems_lead_to_their_blocks(server: Server, visitor: Visitor) -> None:
    """Problems: the list names each, and a press selects the block."""
    flow = books("checked")
    flow["blocks"][2]["action"]["url"] = ""
    page = visitor.opens_board(server.flow(flow))
    page.get_by_role("button", name="to check").click()
    page.locator(".problems button", has_text="3. Look up the order").first.click()
    expect(page.get_by_role("complementary", name="Configuration")).to_be_visible()
    expect(visitor.block(3).locator(".block.selected")).to_be_attached()


def boxes(visitor: Visitor) -> list[dict[str, float]]:
    found = [each.bounding_box() for each in visitor.page.locator(".react-flow__node-block").all()]
    return [dict(each) for each in found if each]


def test_tidy_up(server: Server, visitor: Visitor) -> None:
    """Tidy up: nothing lies over anything, targets lie in the order of their exits, and it is one step."""
    flow = books("tidied")
    for each in flow["blocks"]:
        each["place"] = [400, 300]
    page = visitor.opens_board(server.flow(flow))
    page.keyboard.press("Shift+T")
    until(lambda: server.blocks("tidied")[7]["place"][0] > 1000, "it is tidied up")
    for one in (found := boxes(visitor)):
        for other in found:
            apart = (
                one["x"] + one["width"] <= other["x"]
                or other["x"] + other["width"] <= one["x"]
                or one["y"] + one["height"] <= other["y"]
                or other["y"] + other["height"] <= one["y"]
            )
            assert one == other or apart
    place = {number: each["place"] for number, each in server.blocks("tidied").items()}
    assert place[3][1] < place[6][1], "key 1 is above key 0"
    assert place[4][1] < place[6][1], "success is above failure"
    assert place[1][0] < place[2][0] < place[3][0] < place[4][0] < place[5][0] < place[7][0]
    page.keyboard.press("Control+z")
    until(lambda: server.blocks("tidied")[7]["place"] == [400, 300], "one undo")


DRAWN = """
() => {
    window.ever = new Set();
    new MutationObserver(() => {
        for (const node of document.querySelectorAll(".react-flow__node")) window.ever.add(node.dataset.id);
    }).observe(document, {subtree: true, childList: true});
}
"""
"""Remembers every block that was ever a part of the page."""


def large(flow_id: str, count: int) -> dict[str, Any]:
    """Menus in rows of twenty, each leading to the next and to two further on."""
    blocks = [block(1, (80, 80), {"next": 2}, type="inbound_call")]
    for number in range(2, count + 1):
        place = (80 + (number % 20) * 320, 80 + (number // 20) * 240)
        exits = {
            port: number + step
            for port, step in [("key_1", 1), ("key_2", 7), ("no_input", 20)]
            if number + step <= count
        }
        choices = [{"key": "1", "label": "On"}, {"key": "2", "label": f"Further {number}"}]
        menu = {"prompt": f"This is menu {number}, for $ANI.", "choices": choices}
        blocks.append(block(number, place, exits, type="menu", title=f"Menu {number}", **menu))
    return document(flow_id, *blocks)


@pytest.mark.parametrize("count", [300, pytest.param(1000, marks=pytest.mark.slow)])
def test_large_flows_stay_quick(server: Server, visitor: Visitor, count: int) -> None:
    """300 and 1000 blocks open, are dragged and searched, how quick is printed. What nobody sees is not drawn."""
    path = server.flow(large(f"large-{count}", count))
    page = visitor.page
    page.add_init_script(f"({DRAWN})()")
    visitor.opens_board(path)
    opened = page.evaluate("performance.now()")
    expect(visitor.block(1)).to_be_visible()
    expect(page.get_by_role("img", name="Map of the flow").locator("path")).to_have_count(3)
    ever = page.evaluate("[...window.ever]")
    assert 0 < len(ever) < 50, "blocks out of sight are drawn"
    page.evaluate(
        """() => {
            window.drawn = [];
            const tick = at => { window.drawn.push(at); window.ticking = requestAnimationFrame(tick); };
            requestAnimationFrame(tick);
        }"""
    )
    x, y = visitor.middle(visitor.block(2).locator(".names"))
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(60):
        page.mouse.move(x + step * 4, y + step * 2)
    page.mouse.up()
    frames = page.evaluate("cancelAnimationFrame(window.ticking), window.drawn")
    until(lambda: server.blocks(f"large-{count}")[2]["place"] != [720, 80], "the drag is saved")
    page.keyboard.press("Control+k")
    page.keyboard.type(f"further {count - 3}")
    expect(page.locator(".picker .option").first).to_contain_text(f"Menu {count - 3}")
    search = page.evaluate(
        """async () => {
            const input = document.activeElement, began = performance.now();
            const put = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set;
            put.call(input, "further 25");
            input.dispatchEvent(new Event("input", {bubbles: true}));
            await new Promise(done => requestAnimationFrame(done));
            return performance.now() - began;
        }"""
    )
    page.keyboard.press("Enter")
    expect(visitor.block(25)).to_be_focused()
    seconds = (frames[-1] - frames[0]) / 1000
    print(f"{count} blocks: open {opened:.0f} ms, drag {len(frames) / seconds:.0f} frames/s, find {search:.0f} ms")


def test_a_small_screen_reads_the_flow(server: Server, visits: Any) -> None:
    """Phone size: the flow as lines by its exits, details on a press, nothing to drag, no sideways scroll."""
    visitor: Visitor = visits(server, **SMALL)
    page = visitor.opens(server.flow(books("small")))
    lines = page.get_by_role("list", name="Blocks").locator(":scope > li")
    expect(lines.first).to_contain_text("1. Main number")
    expect(page.locator(".react-flow")).to_have_count(0)
    page.get_by_role("button", name="2. Welcome menu").click()
    expect(page.get_by_text("For your order, press 1")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= SMALL["viewport"]["width"]  # type: ignore[index]


def test_everyone_can_use_the_board(server: Server, visits: Any) -> None:
    """axe: the board, its lists, its table of keys, and the small screen have no violations."""
    visitor: Visitor = visits(server)
    path = server.flow(books("axe"))
    page = visitor.opens_board(path)

    def check(what: str) -> None:
        assert faults(page) == [], what

    check("board")
    page.keyboard.press("Control+k")
    check("find")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    check("keys")
    page.keyboard.press("Escape")
    visitor.block(2).locator(".names").click(button="right")
    check("menu")
    page.keyboard.press("Escape")
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_role("list", name="Blocks").wait_for()
    check("small")
