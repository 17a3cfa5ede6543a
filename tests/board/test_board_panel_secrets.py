"""Secrets in the configuration panel: typed in, or chosen by name, and never seen again."""

from playwright.sync_api import expect

from tests.board.browser import Visitor, books, until
from tests.board.test_board_panel import cell, config


def test_a_secret_is_set_and_never_seen_again(visitor: Visitor) -> None:
    """Secrets: a password that was typed says that it is set, and is in no answer, export or page."""
    server, page = visitor.server, visitor.opens_board(visitor.server.flow(books("secret")))
    told: list[str] = []
    page.on("response", lambda answer: told.append(answer.url) if "/api/" in answer.url else None)
    found = visitor.selects(3)
    found.locator("summary").filter(has_text="Authentication").click()
    cell(found, "authentication").locator("select").select_option("basic")
    cell(found, "authentication.user").locator("textarea").fill("shop")
    secret = cell(found, "authentication.password")
    secret.locator("input").fill("hunter2-horse")
    secret.locator("input").press("Enter")
    expect(secret.locator(".chip")).to_have_text("Set")
    until(
        lambda: config(server, "secret", 3).get("authentication", {}).get("password") == {"set": True}, "it is sealed"
    )
    page.wait_for_function("!document.documentElement.outerHTML.includes('hunter2')")
    visitor.in_view(3).locator(".tile").first.click()
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+Shift+z")
    visitor.saved()
    page.reload()
    found = visitor.selects(3)
    expect(cell(found, "authentication.password").locator(".chip")).to_have_text("Set")
    assert "hunter2" not in page.content()
    assert "hunter2" not in str(server.draft("secret"))
    found.get_by_role("button", name="Clear").click()
    expect(cell(found, "authentication.password").locator("input")).to_be_visible()
    expect(cell(found, "authentication.password").locator(".error")).to_be_visible()


def test_a_named_secret_is_chosen(visitor: Visitor) -> None:
    """Secrets: one that is kept beside the flows is chosen by its name."""
    visitor.server.ask("PUT", "/api/secrets/crm_token", {"value": "tok", "hosts": ["127.0.0.1"]})
    visitor.opens_board(visitor.server.flow(books("named-secret")))
    found = visitor.selects(3)
    found.locator("summary").filter(has_text="Authentication").click()
    cell(found, "authentication").locator("select").select_option("bearer")
    found.get_by_label("Token: a stored secret").select_option("crm_token")
    expect(cell(found, "authentication.token").locator(".chip")).to_have_text("crm_token")
    until(
        lambda: config(visitor.server, "named-secret", 3).get("authentication", {}).get("token") == "$SECRET.crm_token",
        "the name is saved",
    )
