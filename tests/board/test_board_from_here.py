"""Test calls that start in the middle of a flow, and those that outlive a reload of the page, in a real browser."""

from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.board.axe import barriers, faults
from tests.board.browser import Api, Server, Visitor, block, document, until
from tests.board.test_board_testcall import Slow, at, calls, is_still, plays, shop, timeline

WANTS_A_CLICK = """
  const play = HTMLMediaElement.prototype.play;
  let clicked = false;
  addEventListener("pointerdown", () => (clicked = true), true);
  HTMLMediaElement.prototype.play = function () {
    return clicked ? play.call(this) : Promise.reject(new DOMException("a click first", "NotAllowedError"));
  };
"""


def phone(page: Page) -> Locator:
    return page.get_by_role("complementary", name="Test call")


def offers(visitor: Visitor, number: int) -> Locator:
    """What a right click on a block offers."""
    visitor.in_view(number).locator(".block").click(button="right")
    return visitor.page.get_by_role("menu", name="What to do")


def starts_from(visitor: Visitor, number: int) -> Page:
    offers(visitor, number).get_by_role("menuitem", name="Test from here").click()
    expect(phone(visitor.page)).to_be_visible()
    return visitor.page


def field(page: Page, name: str) -> Locator:
    return phone(page).get_by_label(name, exact=True)


def press_call(page: Page) -> None:
    phone(page).get_by_role("button", name="Call", exact=True).click()


def test_answers_pinned_for_test_calls(visitor: Visitor, server: Server, api: Api) -> None:
    """An API is not asked where an answer, or a failure, is pinned to its block, and is again once it is taken off."""
    visitor.opens_board(server.flow(shop("pinned", api.url)))
    page = starts_from(visitor, 3)
    phone(page).get_by_text("Answers of APIs").click()
    does = phone(page).get_by_label("What the API does")
    does.select_option(label="Answers this")
    phone(page).get_by_label("Body").fill('{"order": {"status": "made up here"}}')
    assert barriers(page) == []
    press_call(page)
    expect(timeline(page, "made up here").first).to_be_visible()
    expect(page.locator(".screen")).to_contain_text("Completed")
    again = phone(page).get_by_role("button", name="Call again")
    does.select_option("timeout")
    again.click()
    expect(visitor.wire(3, "failure").locator(".travelled")).to_have_count(1)
    expect(page.locator(".screen")).to_contain_text("Completed")
    assert api.asked == []
    does.select_option(label="It is asked")
    again.click()
    until(lambda: api.asked, "the API is asked")


def test_from_the_middle(visitor: Visitor, server: Server, api: Api) -> None:
    """A call starts at the text, which uses a value that was typed in; then again where calls start."""
    visitor.opens_board(server.flow(shop("from-middle", api.url)))
    page = starts_from(visitor, 5)
    expect(phone(page)).to_contain_text("Starts at 5. Text the link")
    expect(field(page, "$orderStatus")).to_be_focused()
    expect(phone(page).locator(".starts-at input")).to_have_count(1)
    page.keyboard.type("lost at sea")
    press_call(page)
    expect(page.locator(".sms")).to_have_text("SMS to +15550123456Harbor Books: lost at sea")
    expect(page.locator(".screen")).to_contain_text("Completed")
    expect(timeline(page, "The test starts at “Text the link”.")).to_be_visible()
    expect(visitor.wire(5, "success").locator(".travelled")).to_have_count(1)
    for number, port in ((1, "next"), (4, "next")):
        expect(visitor.wire(number, port).locator(".travelled")).to_have_count(0)
    assert api.asked == []

    phone(page).get_by_role("button", name="Start at the beginning").click()
    expect(phone(page).locator(".starts-at")).to_have_count(0)
    phone(page).get_by_role("button", name="Call again").click()
    at(visitor, 2)
    expect(timeline(page, "Main number")).to_be_visible()

    page.reload()
    at(visitor, 2)
    phone(page).get_by_role("button", name="Hang up", exact=True).click()
    phone(page).get_by_role("button", name="Close the test call").click()
    starts_from(visitor, 5)
    expect(field(page, "$orderStatus")).to_have_value("lost at sea")


def test_by_keyboard_with_nothing_to_fill_in(visitor: Visitor, server: Server, api: Api) -> None:
    """The menu key does it too; a block that needs nothing shows no fields. Enter in a field calls."""
    page = visitor.opens_board(server.flow(shop("from-keys", api.url)))
    visitor.block(2).focus()
    page.keyboard.press("Shift+F10")
    page.get_by_role("menuitem", name="Test from here").press("Enter")
    expect(phone(page)).to_contain_text("Starts at 2. Welcome menu")
    expect(phone(page).locator(".starts-at input")).to_have_count(0)
    expect(phone(page).get_by_role("button", name="Call", exact=True)).to_be_focused()
    starts_from(visitor, 4)
    field(page, "$orderStatus").fill("on its way")
    field(page, "$orderStatus").press("Enter")
    expect(timeline(page, "It is on its way.")).to_be_visible()
    expect(page.locator(".screen")).to_contain_text("Completed")
    a_block_that_goes_takes_its_start_along(visitor)


def a_block_that_goes_takes_its_start_along(visitor: Visitor) -> None:
    page = starts_from(visitor, 6)
    expect(phone(page)).to_contain_text("Starts at 6. Excuse")
    offers(visitor, 6).get_by_role("menuitem", name="Delete").click()
    expect(phone(page).locator(".starts-at")).to_have_count(0)


def test_values_of_the_last_call(visitor: Visitor, server: Server, api: Api) -> None:
    """What a whole call came by is offered to the next one, also after the phone was put away. What is hidden: not."""
    api.json({"order": {"status": "out for delivery"}})
    flow = shop("from-last", api.url)
    pin = {"type": "collect_digits", "prompt": "Your PIN?", "length": 4, "sensitive": True, "title": "PIN"}
    flow["blocks"][3]["action"]["message"] = "$EXTCALL_3.response.order.status"
    flow["blocks"][4]["action"]["message"] = "$orderStatus $EXTCALL_3.response.order.status $COLLECT_8.digits"
    flow["blocks"].append(block(8, (80, 480), {"success": 2, "no_input": 2, "invalid": 2}, **pin))
    flow["blocks"][0]["exits"] = {"next": 8}
    page = calls(visitor, server.flow({**flow, "last_number": 8}))
    at(visitor, 8)
    page.keyboard.type("8317")
    at(visitor, 2)
    page.keyboard.press("1")
    expect(page.locator(".sms")).to_have_text("SMS to +15550123456out for delivery out for delivery •••")
    phone(page).get_by_role("button", name="Close the test call").click()
    starts_from(visitor, 5)
    expect(field(page, "$orderStatus")).to_have_value("out for delivery")
    expect(field(page, "$EXTCALL_3.response.order.status")).to_have_value("out for delivery")
    expect(field(page, "$COLLECT_8.digits")).to_be_focused()
    expect(field(page, "$COLLECT_8.digits")).to_have_value("")
    page.keyboard.type("4711")
    press_call(page)
    expect(page.locator(".sms")).to_have_text("SMS to +15550123456out for delivery out for delivery •••")
    kept = page.evaluate("JSON.stringify([localStorage, sessionStorage])")
    assert "out for delivery" in kept
    assert "4711" not in kept
    assert "4711" not in phone(page).inner_text()


def test_a_reload_on_hold(visitor: Visitor, server: Server, api: Api) -> None:
    """The page is loaded anew while music plays: the call is up, its music goes on, all that happened is there."""
    slow = Slow(api)
    page = calls(visitor, server.flow(shop("reload-hold", api.url)))
    at(visitor, 2)
    page.keyboard.press("1")
    plays(page, "hold")
    page.reload()
    expect(phone(page)).to_be_visible()
    at(visitor, 3)
    expect(page.locator(".screen")).to_contain_text("Hold music")
    expect(page.locator(".screen")).to_contain_text("Look up the order")
    expect(timeline(page, "Main number")).to_have_count(1)
    expect(timeline(page, "Pressed 1")).to_have_count(1)
    expect(timeline(page, f"GET {api.url}/orders")).to_have_count(1)
    expect(visitor.wire(2, "key_1").locator(".travelled")).to_have_count(1)
    assert plays(page, "hold")["loop"]
    slow.go.set()
    is_still(page, "hold")
    expect(page.locator(".sms")).to_have_text("SMS to +15550123456Harbor Books: out for delivery")
    expect(page.locator(".screen")).to_contain_text("Completed")
    assert len(api.asked) == 1

    page.reload()
    page.locator(".block").first.wait_for()
    expect(phone(page)).to_have_count(0)
    assert page.evaluate("sessionStorage.getItem('ivr.test-call.operator.reload-hold')") is None


def test_a_browser_that_wants_a_click_first(visitor: Visitor, server: Server, api: Api) -> None:
    """A page that was just loaded may not play: it says so, and plays on after a click."""
    visitor.page.add_init_script(WANTS_A_CLICK)
    slow = Slow(api)
    page = calls(visitor, server.flow(shop("reload-hint", api.url)))
    at(visitor, 2)
    page.keyboard.press("1")
    at(visitor, 3)
    page.reload()
    at(visitor, 3)
    hint = page.get_by_role("button", name="Sound is off – click to hear")
    expect(hint).to_be_visible()
    hint.click()
    plays(page, "hold")
    expect(hint).to_have_count(0)
    slow.go.set()
    is_still(page, "hold")


def test_a_reload_of_a_call_from_the_middle(visitor: Visitor, server: Server, api: Api) -> None:
    """It is known afterwards where it started; a hang-up after a reload is one."""
    slow = Slow(api)
    visitor.opens_board(server.flow(shop("reload-middle", api.url)))
    page = starts_from(visitor, 3)
    press_call(page)
    plays(page, "hold")
    page.reload()
    at(visitor, 3)
    phone(page).get_by_role("button", name="Hang up", exact=True).click()
    expect(page.locator(".screen")).to_contain_text("Caller hung up")
    expect(phone(page)).to_contain_text("Starts at 3. Look up the order")
    is_still(page, "hold")
    slow.go.set()


def test_who_leaves_the_board_hangs_up(visitor: Visitor, server: Server, api: Api) -> None:
    slow = Slow(api)
    page = calls(visitor, server.flow(shop("leave-board", api.url)))
    at(visitor, 2)
    page.keyboard.press("1")
    at(visitor, 3)
    with page.expect_response(lambda answer: answer.url.endswith("/hang-up")) as told:
        page.get_by_role("link", name="Flows").first.click()
    assert told.value.status == 204
    page.get_by_role("link", name="Leave board").first.click()
    page.locator(".block").first.wait_for()
    expect(phone(page)).to_have_count(0)
    slow.go.set()


def test_a_call_that_nobody_knows_is_forgotten(visitor: Visitor, server: Server, api: Api) -> None:
    path = server.flow(shop("forget-call", api.url))
    page = visitor.opens_board(path)
    kept = '{"id": "nobody-knows-this", "which": "draft", "caller": "+15550123456", "start": 0, "began": 0}'
    page.evaluate("kept => sessionStorage.setItem('ivr.test-call.operator.forget-call', kept)", kept)
    page.reload()
    page.locator(".block").first.wait_for()
    until(
        lambda: page.evaluate("sessionStorage.getItem('ivr.test-call.operator.forget-call')") is None, "it is forgotten"
    )
    expect(phone(page)).to_have_count(0)
    page.get_by_role("button", name="Test call", exact=True).click()
    press_call(page)
    at(visitor, 2)


def test_it_is_accessible(visits: Any, server: Server) -> None:
    many = " ".join(f"$EXTCALL_2.response.field{number}" for number in range(8))
    flow = document(
        "from-axe",
        block(1, (80, 240), {"next": 3}, type="inbound_call", title="Main number"),
        block(3, (400, 200), {"success": 4, "failure": 4}, type="send_sms", title="Text all of it", message=many),
        block(4, (720, 200), type="end_call", title="Goodbye"),
    )
    visitor: Visitor = visits(server)
    visitor.opens_board(server.flow(flow))
    page = starts_from(visitor, 3)
    expect(phone(page).locator(".starts-at input")).to_have_count(8)
    assert faults(page) == []
