"""Through the whole board: keys alone up to a live flow, a call that is followed, versions under a call, secrets."""

import base64
import json
import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from tests.board.browser import Api, Server, Visitor, block, books, document, until
from tests.board.caller import NUMBER, Caller

ANY = {"If-Match": "*"}
COUNT_POINTING = """window.pointed = 0;
for (const name of ['pointerdown', 'mousedown', 'wheel']) addEventListener(name, () => window.pointed++, true);"""


def published(server: Server, flow: dict[str, Any]) -> str:
    """The path of its board. The number leads to it from now on."""
    path = server.flow(flow)
    server.ask("POST", f"/api/flows/{flow['id']}/publish", {"note": ""}, **ANY)
    server.ask("PUT", f"/api/numbers/{NUMBER}", {"flow": flow["id"]})
    return path


def tabs_to(page: Page, there: str) -> None:
    """Press Tab until the focus is at what a selector says."""
    for _ in range(60):
        if page.evaluate("selector => document.activeElement.matches(selector)", there):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never came to {there}")


def test_a_flow_is_built_and_published_by_keys_alone(server: Server, visitor: Visitor) -> None:
    """Keyboard only: an action, its wire, its address, and out to callers; nothing was pointed at."""
    visitor.page.add_init_script(COUNT_POINTING)
    flow = document(
        "keys-to-live",
        block(1, (80, 160), type="inbound_call", title="Main number"),
        block(2, (720, 160), type="end_call", title="Goodbye"),
    )
    page = visitor.opens_board(server.flow(flow))
    press = page.keyboard.press
    tabs_to(page, ".react-flow__node-block[data-id='1']")
    press("Space")
    expect(visitor.block(1)).to_have_class(re.compile(r"\bselected\b"))
    press("a")
    expect(page.get_by_label("Find an action")).to_be_focused()
    page.keyboard.type("web")
    expect(page.locator(".action.active")).to_have_text("External Web Call")
    press("Enter")
    expect(visitor.block(3)).to_be_focused()
    press("c")
    picker = page.get_by_role("dialog")
    expect(picker.get_by_role("option").first).to_contain_text("On Success")
    press("Enter")
    expect(picker.get_by_role("combobox")).to_have_attribute("placeholder", "On Success leads to …")
    page.keyboard.type("good")
    press("Enter")
    expect(visitor.block(3)).to_be_focused()
    press("Enter")
    expect(page.locator(".side :focus")).to_be_attached()
    tabs_to(page, "[data-path='url'] textarea, [data-path='url'] input")
    page.keyboard.type("http://127.0.0.1:9/orders")
    press("Control+Enter")
    dialog = page.get_by_role("dialog", name="Publish")
    expect(dialog.get_by_role("button", name="Publish", exact=True)).to_be_enabled()
    tabs_to(page, "dialog .button.primary, [role=dialog] .primary")
    press("Enter")
    expect(page.get_by_role("dialog", name="Version 1 is live")).to_be_visible()
    press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    live = server.ask("GET", "/api/flows/keys-to-live/revisions/1")
    blocks = {each["number"]: each for each in live["blocks"]}
    assert blocks[1]["exits"] == {"next": 3}
    assert blocks[3]["exits"] == {"success": 2}
    assert blocks[3]["action"]["url"] == "http://127.0.0.1:9/orders"
    assert page.evaluate("window.pointed") == 0


def test_exits_of_the_panel_replace_and_refuse(server: Server, visitor: Visitor) -> None:
    """Connect, through Ports: an occupied port is rewired, undo gives it back, no block is offered to itself."""
    page = visitor.opens_board(server.flow(books("through-exits")))
    exits = lambda: server.blocks("through-exits")[6]["exits"]  # noqa: E731
    visitor.in_view(6).locator(".tile").first.click()
    rows = page.locator("aside.side .exits")
    answered = rows.get_by_label("Answered", exact=True)
    expect(answered).to_have_value("7")
    offered = answered.locator("option").all_inner_texts()
    assert "7. Goodbye" in offered
    assert not [each for each in offered if each.startswith(("6.", "1."))]
    answered.select_option(label="8. Leave a message")
    until(lambda: exits().get("answered") == 8, "the other wire takes its place")
    expect(page.locator(".react-flow__edge[data-id='6:answered']")).to_have_count(1)
    visitor.block(6).focus()
    page.keyboard.press("Control+z")
    until(lambda: exits().get("answered") == 7, "the wire that was there is back")
    answered.select_option(label="Not connected")
    expect(visitor.wire(6, "answered")).to_have_count(0)
    until(lambda: "answered" not in exits(), "the wire is gone")
    assert exits() == {"no_answer": 8}


def far_apart(flow_id: str) -> dict[str, Any]:
    """Two menus that lead to each other, far from one another."""
    choices = [{"key": "1", "label": "There"}]
    menu = {"type": "menu", "prompt": "Press 1.", "choices": choices, "timeout": 60}
    return document(
        flow_id,
        block(1, (80, 160), {"next": 2}, type="inbound_call", title="Main number"),
        block(2, (400, 160), {"key_1": 3}, title="Here", **menu),
        block(3, (6400, 2400), {"key_1": 2}, title="Far away", **menu),
    )


def test_the_view_follows_the_call(server: Server, visitor: Visitor) -> None:
    """Follow: a block out of view comes into it; whoever moves the board stays there until Follow is pressed."""
    page = visitor.opens_board(server.flow(far_apart("followed")))
    at = lambda number: expect(visitor.block(number).locator(".badge.here")).to_be_attached()  # noqa: E731
    page.get_by_role("button", name="Test call", exact=True).click()
    page.get_by_role("button", name="Call", exact=True).click()
    at(2)
    follow = page.get_by_role("button", name="Follow", exact=True)
    expect(visitor.block(2)).to_be_in_viewport(ratio=0.9)
    expect(visitor.block(3)).not_to_be_in_viewport()
    page.keyboard.press("1")
    expect(visitor.block(3)).to_be_in_viewport(ratio=0.9)
    at(3)
    expect(follow).to_have_count(0)

    pane = page.locator(".react-flow__pane").bounding_box()
    assert pane
    x, y = pane["x"] + 60, pane["y"] + pane["height"] - 200
    visitor.drags((x, y), (x + 40, y - 60))
    expect(follow).to_be_visible()
    page.keyboard.press("1")
    at(2)
    expect(visitor.block(2)).not_to_be_in_viewport()
    expect(visitor.block(3)).to_be_in_viewport()

    follow.click()
    expect(visitor.block(2)).to_be_in_viewport(ratio=0.9)
    expect(follow).to_have_count(0)
    page.get_by_role("heading", name="Test call").click()
    page.keyboard.press("1")
    expect(visitor.block(3)).to_be_in_viewport(ratio=0.9)
    page.get_by_role("button", name="Hang up", exact=True).click()


def greets(flow_id: str, words: str) -> dict[str, Any]:
    choices = [{"key": "1", "label": "Hours"}]
    return document(
        flow_id,
        block(1, (80, 160), {"next": 2}, type="inbound_call", title="Main number"),
        block(2, (400, 160), {"key_1": 3}, type="menu", title="Menu", prompt="Press 1.", choices=choices),
        block(3, (720, 160), {"next": 4}, type="play_message", title="Hours", message=words),
        block(4, (1040, 160), type="end_call", title="Goodbye"),
    )


def test_what_differs_is_told_before_it_is_decided(server: Server, visitor: Visitor) -> None:
    """Conflict: See changes says in words what is otherwise in theirs, changes nothing, and leaves the choice open."""
    visitor.expected.append("412")
    page = visitor.opens_board(server.flow(greets("told-apart", "At nine.")))
    server.ask("PUT", "/api/flows/told-apart/draft", greets("told-apart", "At ten."), **ANY)
    visitor.block(4).focus()
    page.keyboard.press("F2")
    page.keyboard.type("So long")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="See changes").click()
    changes = page.get_by_role("dialog").get_by_role("listitem")
    expect(changes).to_have_text(["3. Hours: message At nine. → At ten.", "4. So long: called “4. Goodbye”"])
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(visitor.block(4).locator("strong")).to_have_text("So long")
    theirs = server.blocks("told-apart")
    assert (theirs[3]["action"]["message"], theirs[4]["title"]) == ("At ten.", "Goodbye")
    expect(page.get_by_role("button", name="Take theirs")).to_be_visible()
    page.get_by_role("button", name="Keep mine").click()
    until(lambda: server.blocks("told-apart")[4]["title"] == "So long", "one's own is saved")
    assert server.blocks("told-apart")[3]["action"]["message"] == "At nine."


def test_a_call_ends_on_the_version_it_began_with(visits: Any, server: Server) -> None:
    """Publish during a call: that call goes on as it began, a new one gets what is live now; each trace says so."""
    visitor: Visitor = visits(server)
    page = visitor.opens_board(published(server, greets("under-way", "At nine.")))
    early = Caller(server, "+15550002001", sid="CAearly").rings()
    visitor.in_view(3).locator(".tile").first.click()
    page.locator("aside.side").get_by_role("textbox", name="Message").fill("At ten.")
    page.get_by_role("button", name="Publish…").click()
    dialog = page.get_by_role("dialog", name="Publish")
    expect(dialog.locator(".differences li")).to_contain_text(["Message “At nine.” → “At ten.”"])
    dialog.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_role("dialog", name="Version 2 is live")).to_be_visible()

    late = Caller(server, "+15550002002", sid="CAlate").rings().presses("1").waits_for("At ten.").hangs_up()
    early.presses("1").waits_for("At nine.").hangs_up()
    assert "At nine." not in late.heard
    assert "At ten." not in early.heard
    for sid, version, words in (("CAearly", 1, "At nine."), ("CAlate", 2, "At ten.")):
        assert server.ask("GET", f"/api/calls/{sid}")["revision"] == version
        visitor.opens_board(f"/calls/{sid}")
        expect(visitor.block(3)).to_contain_text(words)


def test_a_secret_is_in_no_export_and_no_trace(visits: Any, server: Server, api: Api) -> None:
    """Secrets: the API gets the password; the call's trace, both exports and the pages do not."""
    api.json({"hours": "At nine."})
    flow = greets("sealed", "$hours")
    auth = {"type": "basic", "user": "shop", "password": "hunter2-horse"}
    takes = [{"name": "hours", "query": "hours"}]
    web_call = {"url": f"{api.url}/hours", "authentication": auth, "response_variables": takes}
    flow["blocks"][1]["exits"] = {"key_1": 5}
    flow["blocks"].append(block(5, (560, 300), {"success": 3}, type="external_web_call", title="Ask", **web_call))
    published(server, flow | {"last_number": 5})
    Caller(server, "+15550002003", sid="CAsealed").rings().presses("1").waits_for("At nine.").hangs_up()
    encoded = base64.b64encode(b"shop:hunter2-horse").decode()
    assert {name.lower(): value for name, value in api.asked[-1][2].items()}["authorization"] == f"Basic {encoded}"

    visitor: Visitor = visits(server)
    page = visitor.opens_board("/calls/CAsealed")
    page.locator(".exchange summary").first.click()
    seen = [page.content()]
    with page.expect_download() as call:
        page.get_by_role("link", name="Export JSON").click()
    seen.append(Path(call.value.path()).read_text())
    visitor.opens("/")
    page.get_by_role("button", name=re.compile("^More for Sealed")).click()
    with page.expect_download() as exported:
        page.get_by_role("menuitem", name="Export").click()
    seen.append(Path(exported.value.path()).read_text())
    assert "/hours" in seen[1]
    assert "/hours" in seen[2]
    seen += [json.dumps(server.ask("GET", path)) for path in ("/api/calls/CAsealed/trace", "/api/flows/sealed/draft")]
    assert [each for each in seen if "hunter2" in each or encoded in each] == []
