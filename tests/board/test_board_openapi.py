"""From OpenAPI: an operation is picked from an API's own document, and fills the block."""

import json
import os
from pathlib import Path
from typing import Any

from playwright.sync_api import Route, expect

from ivr.authoring.openapi import read_document
from tests.board.axe import faults
from tests.board.browser import Api, Visitor, block, document, until

PETS = Path(__file__).parents[1] / "authoring" / "pets.yaml"
SHOTS = os.environ.get("IVR_SHOTS", "")


def asks(flow_id: str) -> dict[str, Any]:
    return document(
        flow_id,
        block(1, (0, 0), {"next": 2}, type="inbound_call"),
        block(2, (320, 0), {"success": 3, "failure": 3}, type="external_web_call", url="https://old.test/", timeout=20),
        block(3, (640, 0), type="end_call"),
    )


def clean(visitor: Visitor, name: str) -> None:
    """Nothing that axe finds wrong in the open dialog, in either theme."""
    assert faults(visitor.page, "dialog[open]") == [], name
    if SHOTS:
        visitor.page.screenshot(path=f"{SHOTS}/{name}.png")


def test_an_operation_is_picked_by_the_keyboard_and_fills_the_block(visitor: Visitor, api: Api) -> None:
    visitor.expected = ["422"]
    api.json(read_document(PETS.read_text()).tree)
    visitor.opens_board(visitor.server.flow(asks("pets")))
    visitor.in_view(2).locator(".tile").first.click()
    page = visitor.page
    page.get_by_role("button", name="From OpenAPI").click()
    first = page.get_by_role("dialog", name="Pick an operation")
    expect(first.get_by_label("Address of the document")).to_be_focused()
    clean(visitor, "openapi-1-address")
    page.keyboard.type("http://10.0.0.9/api.json")
    page.keyboard.press("Enter")
    expect(first.get_by_text("could not be had")).to_be_visible()
    first.get_by_label("Address of the document").fill(f"{api.url}/openapi.json")
    page.keyboard.press("Enter")
    second = page.get_by_role("dialog", name="Pets 1.2.0")
    expect(second.get_by_label("Search")).to_be_focused()
    expect(second.get_by_role("radio")).to_have_count(3)
    clean(visitor, "openapi-2-operations")
    page.keyboard.type("one pet")
    expect(second.get_by_text("1 of 3 operations.")).to_be_visible()
    page.keyboard.press("Enter")
    third = page.get_by_role("dialog", name="Fill the block")
    expect(third.get_by_text("need not be sent: detail")).to_be_visible()
    third.get_by_role("checkbox", name="owner.name", exact=False).first.check()
    clean(visitor, "openapi-3-answer")
    third.get_by_role("button", name="Fill the block").click()

    def saved() -> bool:
        action = visitor.server.blocks("pets")[2]["action"]
        return (
            action["url"] == "https://eu.pets.example/v1/pets/${pet_id}?lang=en&%24filter=${filter}"
            and action["response_variables"] == [{"name": "owner_name", "query": "owner.name"}]
            and action["timeout"] == 20
        )

    until(saved, "the block sends the operation")
    assert [each[:2] for each in api.asked] == [("GET", "/openapi.json")] * 2


def test_a_file_will_do_and_one_that_is_no_document_is_said(visitor: Visitor, tmp_path: Path) -> None:
    visitor.expected = ["422"]
    visitor.opens_board(visitor.server.flow(asks("pets-file")))
    visitor.in_view(2).locator(".tile").first.click()
    page = visitor.page
    page.get_by_role("button", name="From OpenAPI").click()
    odd = tmp_path / "odd.json"
    odd.write_text(json.dumps({"swagger": "2.0"}))
    page.get_by_label("Open a file").last.set_input_files(odd)
    expect(page.get_by_text("Swagger 2.0")).to_be_visible()
    page.get_by_label("Open a file").last.set_input_files(PETS)
    expect(page.get_by_role("radio")).to_have_count(3)
    page.get_by_role("radio").nth(2).check()
    page.get_by_role("button", name="Next").click()
    page.get_by_role("dialog", name="Fill the block").get_by_role("button", name="Back").click()
    expect(page.get_by_role("radio")).to_have_count(3)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_an_answer_to_a_step_that_was_left_means_nothing(visitor: Visitor) -> None:
    """Back while the next step is asked for: its late answer does not lead there after all."""
    visitor.opens_board(visitor.server.flow(asks("pets-left")))
    visitor.in_view(2).locator(".tile").first.click()
    page = visitor.page
    page.get_by_role("button", name="From OpenAPI").click()
    page.get_by_label("Open a file").last.set_input_files(PETS)
    page.get_by_role("radio").nth(2).check()
    asked: list[Route] = []
    page.route("**/api/operations/fields", lambda route: asked.insert(0, route))
    page.get_by_role("button", name="Next").click()
    until(lambda: page.title() and asked, "the next step is asked for")
    page.get_by_role("dialog").get_by_role("button", name="Back").click()
    with page.expect_response("**/api/operations/fields"):
        asked[0].continue_()
    page.get_by_label("Open a file").last.set_input_files(PETS)
    expect(page.get_by_role("radio")).to_have_count(3)


KINDS = {
    "hmac": ["What is signed", "Key format"],
    "aws": ["Access key ID", "Region"],
    "oauth2_password": ["Token URL", "Username"],
    "certificate": [],
    "digest": ["Username"],
    "twilio": [],
}


def test_each_kind_of_credentials_shows_its_own_fields(visitor: Visitor) -> None:
    visitor.opens_board(visitor.server.flow(asks("kinds")))
    panel = visitor.selects(2)
    panel.locator("summary").filter(has_text="Authentication").click()
    found = panel.locator("[data-path='authentication']")
    for kind, labels in KINDS.items():
        found.locator("select").first.select_option(kind)
        expect(found.locator("select").first).to_have_value(kind)
        for label in labels:
            expect(found.get_by_text(label, exact=False).first, f"{kind}: {label}").to_be_visible()
        if SHOTS:
            found.screenshot(path=f"{SHOTS}/kind-{kind}.png")
