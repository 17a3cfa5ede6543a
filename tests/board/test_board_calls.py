"""Calls on a real line: the list while they last, what happened in them, and figures, in a real browser."""

from pathlib import Path
from threading import Event
from typing import Any
from urllib.parse import quote_plus
from zipfile import ZipFile

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.board.axe import faults
from tests.board.browser import Api, Server, Visitor, block, document, until
from tests.board.caller import NUMBER, Caller


def orders(flow_id: str, api: str) -> dict[str, Any]:
    return document(
        flow_id,
        block(1, (80, 240), {"next": 2}, type="inbound_call", title="Main number"),
        block(
            2,
            (400, 200),
            {"key_1": 3},
            type="menu",
            title="Welcome menu",
            prompt="For your order, press 1.",
            choices=[{"key": "1", "label": "Order status"}],
        ),
        block(
            3,
            (720, 112),
            {"success": 4, "failure": 5},
            type="external_web_call",
            title="Look up the order",
            url=f"{api}/orders",
            response_variables=[{"name": "orderStatus", "query": "order.status"}],
        ),
        block(4, (1040, 64), {"next": 6}, type="play_message", title="Read the status", message="It is $orderStatus."),
        block(5, (1040, 288), {"next": 6}, type="play_message", title="Excuse", message="That did not work."),
        block(6, (1360, 140), type="end_call", title="Goodbye"),
    )


def published(server: Server, flow: dict[str, Any]) -> str:
    """The path of its board. The number leads to it from now on."""
    path = server.flow(flow)
    server.ask("POST", f"/api/flows/{flow['id']}/publish", {"note": ""}, **{"If-Match": "*"})
    server.ask("PUT", f"/api/numbers/{NUMBER}", {"flow": flow["id"]})
    return path


def row(page: Page, number: str) -> Any:
    return page.get_by_role("region", name="List of calls").get_by_role("row").filter(has_text=number)


def answered(api: Api) -> None:
    api.json({"order": {"status": "out for delivery", "eta": "before 6 pm"}})


def test_two_browsers(visits: Any, server: Server, api: Api) -> None:
    """A call on a real line shows in both, while it lasts and when it is over."""
    answered(api)
    published(server, orders("two", api.url))
    pages = [visits(server).opens("/calls?flow=two") for _ in range(2)]
    for page in pages:
        expect(page.get_by_text("No call is like this.")).to_be_visible()
    caller = Caller(server, "+15550001001", sid="CAtwo").rings()
    for page in pages:
        expect(row(page, "+15550001001")).to_contain_text("Live")
        expect(row(page, "+15550001001")).to_contain_text("Welcome menu")
    caller.presses("1").waits_for("It is out for delivery.").hangs_up()
    for page in pages:
        expect(row(page, "+15550001001")).to_contain_text("Completed")
        expect(row(page, "+15550001001")).to_contain_text("Goodbye")


def test_watching(visits: Any, server: Server, api: Api) -> None:
    """Whoever opens a live call sees it go on."""
    answered(api)
    published(server, orders("watch", api.url))
    caller = Caller(server, "+15550001002", sid="CAwatch").rings()
    visitor: Visitor = visits(server)
    page = visitor.opens_board("/calls/CAwatch")
    expect(visitor.block(2).locator(".badge.here")).to_be_visible()
    caller.presses("1").waits_for("It is out for delivery.")
    expect(page.get_by_role("list", name="Timeline")).to_contain_text("It is out for delivery.")
    expect(visitor.wire(3, "success").locator(".travelled")).to_have_count(1)
    caller.hangs_up()
    expect(page.get_by_role("region", name="What happened").get_by_text("Completed")).to_be_visible()


def test_what_was_heard_in_a_wait(visits: Any, server: Server, api: Api) -> None:
    """The timeline tells what was said and played, and where it stopped."""
    free = Event()
    answered(api)
    answer = api.answer
    api.answer = lambda method, path: answer(method, path) if free.wait(60) else (500, "text/plain", b"")
    flow = orders("heard", api.url)
    flow["blocks"][2]["action"] |= {"play_hold_music": True, "opening_line": "Let me look.", "timeout": 60}
    published(server, flow)
    caller = Caller(server, "+15550001006", sid="CAheard").rings().presses("1").waits_for("Let me look.")
    free.set()
    caller.waits_for("It is out for delivery.").hangs_up()
    timeline = visits(server).opens_board("/calls/CAheard").get_by_role("list", name="Timeline")
    rows = timeline.get_by_role("listitem")
    expect(rows.last).to_contain_text("The flow has ended the call.")
    told = [text for text in rows.all_inner_texts() if "Let me" in text or "old music" in text]
    assert ["Let me look." in told[0], "Hold music: hold.wav" in told[1]] == [True, True]
    assert [" s into hold.wav" in each for each in told] == [False, False, True]


@pytest.fixture(scope="module")
def past(server: Server) -> str:
    """Three calls of a flow whose draft has changed since: one went well, one did not, one was hung up."""
    with Api().up() as api:
        flow = orders("past", api.url)
        published(server, flow)
        answered(api)
        Caller(server, "+15550001003", sid="CApast1").rings().presses("1").waits_for("It is").hangs_up()
        api.json({"oops": True}, status=500)
        Caller(server, "+15550001004", sid="CApast2").rings().presses("1").waits_for("That did not work.").hangs_up()
        Caller(server, "+15550001005", sid="CApast3").rings().hangs_up()
        flow["blocks"][2]["title"] = "Quite another look-up"
        server.ask("PUT", "/api/flows/past/draft", flow, **{"If-Match": "*"})
    return "past"


def filtered(field: Locator, typed: str, rows: tuple[str, str], wrong: dict[str, str]) -> None:
    """What is typed leaves the second of two rows. What can't be searched says so, and is not asked for."""
    page, (gone, left) = field.page, rows
    field.fill(typed)
    expect(row(page, gone)).to_have_count(0)
    expect(row(page, left)).to_be_visible()
    for each, sentence in wrong.items():
        field.fill(each)
        expect(page.get_by_text(sentence)).to_be_visible()
    assert f"={quote_plus(typed)}" in page.url
    field.fill("")
    expect(row(page, gone)).to_be_visible()


def by_numbers(page: Page) -> None:
    """By the last digits, and by the number that was called."""
    wrong = {"100": "Type at least 4 of the last digits.", "the order": "Only numbers can be searched."}
    filtered(page.get_by_label("Caller’s number"), "1004", ("+15550001003", "+15550001004"), wrong)
    page.get_by_label("Number called").select_option(index=1)
    expect(row(page, "+15550001003")).to_be_visible()
    assert "dialled=%2B" in page.url
    page.get_by_label("Number called").select_option("")


def by_words(page: Page, server: Server) -> None:
    """By what a variable was set to, once the calls are read."""
    until(lambda: server.ask("GET", "/api/calls?words=capast1")["calls"], "the calls are read")
    wrong = {
        "one two three four five six": "Type up to 5 words, each of up to 40 letters.",
        "?": "Type a whole word of two letters or more.",
    }
    filtered(page.get_by_label("Words"), "DELIVERY out", ("+15550001004", "+15550001003"), wrong)


def takes_files(page: Page) -> None:
    """One call is listed: it is in both files for spreadsheets."""
    with page.expect_download() as download:
        page.get_by_role("link", name="Export CSV").click()
    lines = Path(download.value.path()).read_bytes().split(b"\r\n")
    assert lines[0].startswith(b"\xef\xbb\xbfCall,Began")
    assert (len(lines), b'"=""+15550001005"""' in lines[1]) == (3, True)
    with page.expect_download() as download:
        page.get_by_role("link", name="Export XLSX").click()
    assert ZipFile(download.value.path()).testzip() is None


def test_filters(visits: Any, server: Server, past: str) -> None:
    """Filters by result and by block stand in the address, and lead to a call."""
    page = visits(server).opens(f"/calls?flow={past}")
    for number in ("+15550001003", "+15550001004", "+15550001005"):
        expect(row(page, number)).to_be_visible()
    expect(row(page, "+15550001004").locator(".chip.bad")).to_have_text("1 failed")
    expect(row(page, "+15550001003").locator(".chip.bad")).to_have_count(0)
    expect(page.locator(".totals")).to_contain_text("3 calls · 1 with a failed web call (33 %)")
    page.get_by_label("Result").select_option(label="Caller hung up")
    expect(page.locator(".totals")).to_contain_text("1 call")
    takes_files(page)
    expect(row(page, "+15550001003")).to_have_count(0)
    expect(row(page, "+15550001005")).to_be_visible()
    page.get_by_label("Result").select_option(label="All results")
    by_words(page, server)
    page.get_by_label("Caller’s number").fill("+1 555 000 1003")
    expect(row(page, "+15550001005")).to_have_count(0)
    expect(row(page, "+15550001003")).to_be_visible()
    by_numbers(page)
    page.get_by_label("Reached block").select_option("5")
    expect(row(page, "+15550001003")).to_have_count(0)
    expect(row(page, "+15550001004")).to_be_visible()
    assert "block=5" in page.url
    page.reload()
    expect(row(page, "+15550001004")).to_be_visible()
    expect(row(page, "+15550001003")).to_have_count(0)
    row(page, "+15550001004").get_by_role("link").click()
    expect(page.get_by_role("list", name="Timeline")).to_contain_text("500 Internal Server Error")


def test_trace(visits: Any, server: Server, past: str) -> None:
    """The path stands on the version that ran; one can go along it, look into a block, and take all of it away."""
    visitor: Visitor = visits(server)
    page = visitor.opens_board("/calls/CApast2")
    expect(visitor.block(3)).to_contain_text("Look up the order")
    expect(visitor.wire(3, "failure").locator(".travelled")).to_have_count(1)
    expect(visitor.wire(3, "success").locator(".travelled")).to_have_count(0)

    page.get_by_role("list", name="Timeline").get_by_role("button", name="Look up the order").click()
    expect(page.get_by_role("tabpanel")).to_contain_text("$EXTCALL_3.statuscode")
    page.get_by_role("slider", name="Moment of the call").fill("1")
    expect(visitor.wire(3, "failure").locator(".travelled")).to_have_count(0)
    page.get_by_role("button", name="Play the call").click()
    expect(visitor.wire(3, "failure").locator(".travelled")).to_have_count(1)

    with page.expect_download() as download:
        page.get_by_role("link", name="Export JSON").click()
    assert "CApast2" in Path(download.value.path()).read_text()


def test_call_again(visits: Any, server: Server, past: str) -> None:
    """A test call with who called and what was known in an earlier call."""
    visitor: Visitor = visits(server)
    page = visitor.opens("/calls/CApast2")
    page.get_by_role("button", name="Call again with these values").click()
    expect(page.get_by_label("As caller")).to_have_value("+15550001004")
    expect(page.get_by_text("of an earlier call")).to_be_visible()
    page.get_by_role("button", name="Call", exact=True).click()
    page.get_by_role("tab", name="Variables").click()
    expect(page.locator(".variables-now > div").filter(has_text="$ANI").first).to_contain_text("+15550001004")
    page.get_by_role("button", name="Hang up", exact=True).click()
    expect(page.locator(".screen")).to_contain_text("Call ended")


def test_block_in_the_draft(visits: Any, server: Server, api: Api) -> None:
    """From a block of the trace to the same block of the draft."""
    published(server, orders("draft", api.url))
    Caller(server, "+15550001006", sid="CAdraft").rings().hangs_up()
    visitor: Visitor = visits(server)
    page = visitor.opens_board("/calls/CAdraft")
    visitor.block(2).click()
    page.get_by_role("button", name="Open this block in the draft").click()
    expect(page.get_by_role("complementary", name="Configuration")).to_be_visible()
    expect(visitor.block(2).locator(".block.selected")).to_be_visible()


def figures_by_words(page: Page, server: Server) -> None:
    """Of three calls, those whose variable was set to these words, once the calls are read."""
    until(lambda: server.ask("GET", "/api/calls?flow=figures&words=delivery")["calls"], "the calls are read")
    lived = page.locator(".lived")
    page.get_by_label("Words").fill("out for delivery")
    expect(lived).to_contain_text("0 of 1 call")
    assert "words=out" in page.url
    page.get_by_label("Words").fill("")
    expect(lived).to_contain_text("1 of 3 calls")


def test_statistics(visits: Any, server: Server, api: Api) -> None:
    """Calls by the hour, outcomes, how long APIs took and why they failed, as drawings with their numbers."""
    published(server, orders("figures", api.url))
    answered(api)
    Caller(server, "+15550001007", sid="CAfig1").rings().presses("1").waits_for("It is").hangs_up()
    api.json({"oops": True}, status=500)
    Caller(server, "+15550001007", sid="CAfig2").rings().presses("1").waits_for("That did not").hangs_up()
    Caller(server, "+15550001017", sid="CAfig3").rings().hangs_up()
    visitor: Visitor = visits(server, timezone_id="Asia/Tokyo")
    page = visitor.opens("/calls?view=statistics&flow=figures")
    expect(page.get_by_role("img", name="3 calls, 1 with a failed web call")).to_be_visible()
    expect(page.get_by_role("img", name="Completed 67 %, Caller hung up 33 %")).to_be_visible()
    lived = page.locator(".lived")
    expect(lived).to_contain_text("A web call failed33 %1 of 3 calls")
    expect(lived).to_contain_text("Hung up while waiting0 %0 of 3 calls")
    expect(lived).to_contain_text("half of 2 times")
    left = page.get_by_role("region", name="Where callers hang up")
    expect(left.get_by_role("row", name="Welcome menu")).to_contain_text("1100 %listening or being asked")
    called = page.get_by_role("region", name="Numbers called").get_by_role("row").filter(has_text=NUMBER)
    expect(called).to_contain_text("31 (33 %)01 (33 %)")
    called.get_by_role("button").click()
    expect(page.get_by_label("Number called")).to_have_value(NUMBER)
    expect(lived).to_contain_text("1 of 3 calls")
    web_calls = page.get_by_role("region", name="Web calls by block")
    expect(web_calls.get_by_role("row").filter(has_text="Look up the order")).to_contain_text("1 status not accepted")
    expect(page.get_by_role("img", name="1 web call failed: status not accepted")).to_be_visible()
    page.locator(".figure summary").first.click()
    expect(page.get_by_role("region", name="Numbers: Calls per hour").get_by_role("row").last).to_contain_text("31")
    page.get_by_label("Time", exact=True).select_option(label="Last 30 days")
    expect(page.get_by_role("heading", name="Calls per day", exact=True)).to_be_visible()
    figures_by_words(page, server)
    page.get_by_label("Caller’s number").fill("+1 555 000 1017")
    expect(lived).to_contain_text("0 of 1 call")
    page.get_by_label("From day").fill("2026-01-05")
    expect(page.get_by_text("No calls in this time")).to_be_visible()
    expect(page.get_by_label("Time", exact=True)).to_have_value("")
    assert "from=2026-01-05" in page.url
    with page.expect_request(lambda sent: "/api/stats" in sent.url) as asked:
        page.get_by_label("To day").fill("2026-01-06")
    assert "zone=Asia%2FTokyo" in asked.value.url


def test_no_such_call(visits: Any, server: Server) -> None:
    """A call that nobody knows: a sentence, and nothing else."""
    visitor: Visitor = visits(server)
    visitor.expected = ["Failed to load resource"]
    page = visitor.opens("/calls/CAnone")
    expect(page.get_by_role("alert")).to_contain_text("There is no such call")


def test_calls_are_accessible(visits: Any, server: Server, api: Api) -> None:
    """No findings of axe on the list, the statistics and a trace."""
    answered(api)
    published(server, orders("calls-axe", api.url))
    Caller(server, "+15550001008", sid="CAaxe").rings().presses("1").waits_for("It is").hangs_up()
    Caller(server, "+15550001009", sid="CAaxelive").rings()
    visitor: Visitor = visits(server)
    page = visitor.opens("/calls?flow=calls-axe")
    expect(row(page, "+15550001009")).to_be_visible()
    assert faults(page) == []
    page.get_by_role("tab", name="Statistics").click()
    expect(page.get_by_role("heading", name="Web calls", exact=True)).to_be_visible()
    for numbers in page.locator(".figure summary").all():
        numbers.click()
    assert faults(page) == []
    page = visitor.opens_board("/calls/CAaxe")
    page.locator(".exchange summary").first.click()
    assert faults(page) == []
    page.get_by_role("slider", name="Moment of the call").fill("5")
    visitor.block(3).click()
    page.get_by_role("tab", name="Look up the order").click()
    assert faults(page) == []
