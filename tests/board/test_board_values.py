"""Values as APIs mean them: digits as sent, dollar signs of the API's own, filters behind a bar."""

from typing import Any

from playwright.sync_api import expect

from tests.board.axe import barriers
from tests.board.browser import Api, Visitor, until
from tests.board.test_board_web_call import cell, opened, orders, sends

PASTE = """(field, text) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


def saved(visitor: Visitor, flow: str) -> dict[str, Any]:
    action: dict[str, Any] = visitor.server.blocks(flow)[2]["action"]
    return action


def test_digits_are_shown_as_they_were_sent(visitor: Visitor, api: Api) -> None:
    body = b'{"id": 12345678901234567890, "price": 1.10, "huge": 1e400, "n": 5,}'
    api.answer = lambda method, path: (200, "application/json", body)
    rows = [{"name": "id", "query": "id"}, {"name": "price", "query": "$.price"}]
    found = opened(visitor, orders("digits", f"{api.url}/", response_variables=rows))
    reply = sends(found)
    expect(reply.locator(".leaf.number")).to_have_text(["12345678901234567890", "1.10", "1e400", "5"])
    expect(found.locator(".taken.ok")).to_have_text(["Takes 12345678901234567890", "Takes 1.10"])
    expect(reply.locator(".reply-why")).to_contain_text("it has a comma too many")


def test_a_dollar_sign_of_the_api_s_own_is_put_right_by_a_click(visitor: Visitor) -> None:
    found = opened(visitor, orders("odata", "https://api.example.com/x?$filter=a&$top=5"))
    address = cell(found, "url")
    expect(address.locator(".warning")).to_contain_text("$$filter")
    assert barriers(visitor.page, ".panel") == []
    address.get_by_role("button", name="Correct it").click()
    expect(address.locator("textarea")).to_have_value("https://api.example.com/x?$$filter=a&$$top=5")
    expect(address.get_by_role("button", name="Correct it")).to_have_count(0)
    until(lambda: "$$filter" in saved(visitor, "odata")["url"], "the address is saved")


def test_what_is_pasted_with_dollar_signs_is_asked_about(visitor: Visitor) -> None:
    found = opened(visitor, orders("pasted", "https://api.example.com/", method="POST"))
    address = cell(found, "url").locator("textarea")
    address.press("Control+a")
    address.evaluate(PASTE, "https://api.example.com/x?$filter=a&phone=$ANI")
    ask = visitor.page.get_by_role("dialog")
    expect(ask).to_contain_text("Is $filter a name of the API?")
    assert barriers(visitor.page, "dialog") == []
    ask.get_by_role("button", name="Send it as written").click()
    expect(address).to_have_value("https://api.example.com/x?$$filter=a&phone=$ANI")
    body = cell(found, "body").locator("textarea")
    body.focus()
    body.evaluate(PASTE, '{"query": "query($id: ID!) { a(id: $id) }"}')
    ask.get_by_role("button", name="They are variables").click()
    expect(body).to_have_value('{"query": "query($id: ID!) { a(id: $id) }"}')
    address.press("Control+a")
    address.evaluate(PASTE, "https://api.example.com/$ANI\n")
    expect(address).to_have_value("https://api.example.com/$ANI")


def test_filters_are_offered_behind_a_bar(visitor: Visitor, api: Api) -> None:
    found = opened(visitor, orders("filters", f"{api.url}/"))
    address = cell(found, "url").locator("textarea")
    address.press("End")
    visitor.page.keyboard.type("?a=$ANI|")
    offered = visitor.page.get_by_role("listbox")
    expect(offered.get_by_role("option").first).to_contain_text("as date")
    visitor.page.keyboard.type("as dig")
    expect(offered.get_by_role("option")).to_have_count(1)
    visitor.page.keyboard.press("Enter")
    expect(address).to_have_value(f"{api.url}/?a=${{ANI|as digits}}")
    expect(offered).to_have_count(0)


def test_a_condition_on_the_body_is_judged_in_the_test_request(visitor: Visitor, api: Api) -> None:
    api.json({"status": "error", "message": "No such order"})
    rule = {"query": "status", "operator": "equals", "value": "ok"}
    found = opened(visitor, orders("rule", f"{api.url}/", success_conditions=[rule]))
    reply = sends(found)
    expect(reply.locator(".reply-why")).to_contain_text("The answer has “error” as “status”")
    expect(reply.locator(".reply-why")).to_contain_text("On Failure")
    expect(cell(found, "success_conditions[0].query")).to_be_attached()
