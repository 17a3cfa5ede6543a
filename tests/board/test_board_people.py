"""A walk as each role: what it finds on the board, and what the audit trail has of it afterwards."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.board.axe import faults
from tests.board.browser import Server, Visitor, Visits, books
from tests.board.caller import Caller
from tests.board.test_board_calls import published

PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def server(desk: Server) -> Server:
    return desk


def ivr(server: Server, *words: str, typed: str = "") -> str:
    """A command on the server's data."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("IVR_", "TWILIO_"))}
    command = [str(Path(sys.executable).with_name("ivr")), *words]
    settings = env | {"IVR_DATA": str(server.data)}
    done = subprocess.run(
        command, input=typed, env=settings, cwd=server.data, text=True, check=True, stdout=subprocess.PIPE
    )
    return done.stdout


def clean(page: Page) -> None:
    """axe finds nothing, in either theme."""
    assert faults(page) == []


def signs_in(visitor: Visitor, name: str) -> Page:
    """In the window of whoever was there before."""
    visitor.context.clear_cookies()
    page = visitor.opens("/")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Flows")).to_be_visible()
    return page


def an_admin_adds_users(window: Visitor) -> None:
    """Three users; and the last admin stays."""
    admin = signs_in(window, "anna")
    admin.get_by_role("link", name="People").click()
    for name, role in (("vera", "viewer"), ("edda", "editor"), ("pia", "publisher")):
        admin.get_by_role("button", name="Add user").click()
        dialog = admin.get_by_role("dialog")
        dialog.get_by_label("Name").fill(name)
        dialog.get_by_label("Role").select_option(role)
        dialog.get_by_label("Password").fill(PASSWORD)
        dialog.get_by_role("button", name="Add user").click()
        expect(admin.get_by_role("row", name=name).first).to_contain_text(role)
    admin.get_by_role("button", name="More for anna").click()
    admin.get_by_role("menuitem", name="Remove").click()
    admin.get_by_role("button", name="Remove user").click()
    expect(admin.get_by_role("alert")).to_contain_text("the last admin")
    admin.keyboard.press("Escape")


def a_viewer_looks(window: Visitor) -> None:
    """And calls what is live."""
    viewer = signs_in(window, "vera")
    expect(viewer.get_by_role("button", name="New flow")).to_have_count(0)
    window.opens_board("/flows/harbor-books")
    expect(viewer.get_by_text("Read-only")).to_be_visible()
    expect(viewer.get_by_role("button", name="Publish…")).to_have_count(0)
    viewer.get_by_role("button", name="Test call").click()
    expect(viewer.get_by_role("button", name="Draft")).to_have_count(0)
    clean(viewer)
    viewer.get_by_role("complementary", name="Test call").get_by_role("button", name="Call", exact=True).click()
    expect(viewer.get_by_role("complementary", name="Test call")).to_contain_text("Thanks for calling Harbor Books")
    window.opens("/people")
    expect(viewer.get_by_role("heading", name="Users")).to_have_count(0)
    expect(viewer.get_by_role("heading", name="Audit trail")).to_be_visible()


def an_editor_draws(window: Visitor) -> None:
    """But does not publish, nor change secrets."""
    editor = signs_in(window, "edda")
    window.opens_board("/flows/harbor-books")
    expect(editor.get_by_role("button", name="Test call")).to_be_visible()
    expect(editor.get_by_role("complementary", name="Test call")).to_have_count(0)  # that of whoever was here before
    expect(editor.get_by_role("button", name="Publish…")).to_have_count(0)
    window.block(7).focus()
    with editor.expect_response(lambda answer: answer.url.endswith("/draft") and answer.request.method == "PUT"):
        editor.keyboard.press("ArrowDown")
    window.saved()
    window.opens("/secrets")
    expect(editor.get_by_role("row", name="token")).to_be_visible()
    expect(editor.get_by_role("button", name="Add secret")).to_have_count(0)
    expect(editor.get_by_role("button", name="More for token")).to_have_count(0)


def a_publisher_publishes(window: Visitor) -> None:
    """What the editor drew."""
    publisher = signs_in(window, "pia")
    window.opens_board("/flows/harbor-books")
    publisher.get_by_role("button", name="Publish…").click()
    publisher.get_by_role("dialog").get_by_role("button", name="Publish").click()
    expect(publisher.get_by_role("heading", name="Version 2 is live")).to_be_visible()
    clean(publisher)


def everyone_reads_what_was_done(window: Visitor) -> None:
    """Who, what, with the differences of flows; by person and kind."""
    admin = signs_in(window, "anna")
    window.opens("/people")
    told = admin.get_by_role("region", name="Audit trail")
    for who, words in (
        ("pia", "Published harbor-books as revision 2."),
        ("edda", "Changed the draft of harbor-books."),
        ("anna", "Added the user vera as viewer."),
        ("root", "Added the user anna as admin."),
        ("operator", "Stored the secret token"),
    ):
        expect(told.get_by_role("row").filter(has_text=words).first).to_contain_text(who)
    told.get_by_text("change", exact=False).first.click()
    clean(admin)
    told.get_by_label("Person").select_option("pia")
    expect(told.get_by_role("row").filter(has_text="edda")).to_have_count(0)
    told.get_by_label("What").select_option("publication")
    expect(told.get_by_role("row")).to_have_count(2)


def test_a_walk_as_each_role(own_server: Server, visits: Visits) -> None:
    own_server.flow(books("harbor-books"))
    own_server.ask("POST", "/api/flows/harbor-books/publish", {}, **{"If-Match": "*"})
    own_server.ask("PUT", "/api/secrets/token", {"value": "otter", "hosts": ["api.example.com"]})
    window = visits(own_server, stranger=True)
    window.expected = ["401", "409"]  # the board is closed, and the last admin stays
    window.opens("/")
    expect(window.page.get_by_role("heading")).to_have_text("The board is closed")
    clean(window.page)

    ivr(own_server, "--as", "root", "user", "add", "anna", "--role", "admin", typed=PASSWORD)
    an_admin_adds_users(window)
    a_viewer_looks(window)
    an_editor_draws(window)
    a_publisher_publishes(window)
    everyone_reads_what_was_done(window)
    printed = ivr(own_server, "audit", "--by", "pia", "--kind", "publication")
    assert "Published harbor-books as revision 2." in printed
    assert "As they were written: " in ivr(own_server, "audit", "--verify")


@pytest.mark.parametrize("width", [390, pytest.param(1280, marks=pytest.mark.slow)])
def test_people_fit_every_window(visitor: Visitor, width: int) -> None:
    visitor.page.set_viewport_size({"width": width, "height": 800})
    page = visitor.opens("/people")
    page.locator("#trail").wait_for()
    page.get_by_role("row").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("button", name="Add user").click()
    page.get_by_role("button", name="Add user").last.click()
    expect(page.locator("[aria-invalid]").first).to_be_visible()
    clean(page)


def test_a_caller_is_erased_and_texted_no_more(visits: Visits, server: Server) -> None:
    """An admin erases a caller, after a question, with a receipt; and keeps the list of those who want no texts."""
    number = "+15550003001"
    published(server, books("private"))
    Caller(server, number, sid="CAprivate").rings().hangs_up()
    visitor = visits(server)
    visitor.expected = ["422"]  # “12” is no number
    page = visitor.opens("/people")
    expect(page.get_by_text("Every number may be texted.")).to_be_visible()
    field = page.get_by_label("Number of a caller")
    field.fill("12")
    page.get_by_role("button", name="No more texts").click()
    expect(page.get_by_role("alert")).to_be_visible()
    field.fill("+1 555 000 3001")
    page.get_by_role("button", name="No more texts").click()
    opted_out = page.get_by_role("table", name="Numbers that get no texts")
    expect(opted_out.get_by_role("row", name=number)).to_be_visible()
    field.fill("+1 555 000 3001")
    page.get_by_role("button", name="Erase caller…").click()
    page.get_by_role("dialog").get_by_role("button", name="Erase caller").click()
    expect(page.locator(".strip")).to_contain_text("Erased: 1 call, 0 recordings at the carrier")
    expect(page.locator("section", has=page.locator("#trail"))).to_contain_text("Erased the caller")
    assert server.ask("GET", f"/api/calls?number=%2B{number[1:]}")["calls"] == []
    clean(page)
    opted_out.get_by_role("button", name=f"Allow texts to {number}…").click()
    page.get_by_role("dialog").get_by_role("button", name="Allow texts").click()
    expect(page.get_by_text("Every number may be texted.")).to_be_visible()
