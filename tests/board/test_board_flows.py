"""The list of flows: new ones, bringing them in, copies, files, and what puts one away."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.board.axe import faults
from tests.board.browser import Server, Visitor, Visits, block, books, document, until

PASTE = """(text) => {
  const data = new DataTransfer();
  data.setData('text/plain', text);
  document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true }));
}"""
DROP = """([name, text]) => {
  const data = new DataTransfer();
  data.items.add(new File([text], name, { type: 'application/json' }));
  const main = document.getElementById('main');
  for (const type of ['dragover', 'drop'])
    main.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
}"""


@pytest.fixture(scope="module")
def server(desk: Server) -> Server:
    return desk


def row(page: Page, name: str) -> Locator:
    """A flow's row in the list."""
    return page.get_by_role("row").filter(has=page.get_by_role("link", name=name, exact=True))


def chooses(page: Page, flow: str, item: str) -> None:
    """Something in a flow's menu."""
    page.get_by_role("button", name=f"More for {flow}", exact=True).click()
    page.get_by_role("menuitem", name=item).click()


def has(server: Server, flow_id: str) -> bool:
    return any(each["id"] == flow_id for each in server.ask("GET", "/api/flows"))


def test_the_first_flow_begins_with_a_template(own_server: Server, visits: Visits) -> None:
    """Opens: a fresh installation shows what a flow is and the templates; one of them opens on the board. axe finds
    nothing where everything is empty still."""
    visitor = visits(own_server)
    for path in ("/numbers", "/secrets"):
        page = visitor.opens(path)
        page.locator(".empty").wait_for()
        assert faults(page) == [], path
    page = visitor.opens("/")
    expect(page.get_by_role("heading", name="Flows")).to_be_visible()
    expect(page.locator(".template-cards button")).to_have_count(6)
    assert faults(page) == []
    page.get_by_role("button", name="Appointment").click()
    page.locator(".block").first.wait_for()
    expect(page).to_have_title("Appointment")
    expect(page.locator(".block")).to_have_count(len(own_server.blocks("appointment")))


def test_a_new_flow_needs_a_name(server: Server, visitor: Visitor) -> None:
    """New flow: without a name it says so where the name is missing; with one the board opens."""
    server.flow(books("there-already"))
    page = visitor.opens("/")
    page.get_by_role("button", name="New flow").click()
    dialog = page.get_by_role("dialog", name="New flow")
    dialog.get_by_role("button", name="Create flow").click()
    expect(dialog.get_by_label("Name")).to_have_accessible_description("Give it a name, such as what it is for.")
    expect(dialog.get_by_label("Name")).to_be_focused()
    page.keyboard.type("Night desk")
    dialog.get_by_role("radio", name="Menu").check()
    page.keyboard.press("Enter")
    page.locator(".block").first.wait_for()
    expect(page).to_have_title("Night desk")
    expect(page.locator(".block").filter(has_text="Menu").first).to_be_visible()


def test_flows_are_found_by_name_and_number(server: Server, visitor: Visitor) -> None:
    """Search: by every word; the address keeps it; nothing found is said."""
    server.flow(books("findable") | {"name": "Ferry office"})
    server.ask("PUT", "/api/numbers/+15550199001", {"flow": "findable"})
    page = visitor.opens("/")
    search = page.get_by_role("searchbox", name="Search flows")
    search.fill("ferry 9001")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(row(page, "Ferry office")).to_contain_text("+15550199001")
    page.reload()
    expect(search).to_have_value("ferry 9001")
    expect(page.locator("tbody tr")).to_have_count(1)
    search.fill("zeppelin")
    expect(page.get_by_text("No flow is called “zeppelin”.")).to_be_visible()


def test_a_flow_is_duplicated_and_its_copy_opens(server: Server, visitor: Visitor) -> None:
    """Row menu: a copy has the same blocks, another id and another name."""
    server.flow(books("original") | {"name": "Original"})
    page = visitor.opens("/")
    chooses(page, "Original", "Duplicate")
    page.locator(".block").first.wait_for()
    expect(page).to_have_title("Original (copy)")
    assert server.draft("original-copy")["blocks"] == server.draft("original")["blocks"]


def test_a_flow_goes_out_and_comes_in_again(server: Server, visitor: Visitor, tmp_path: Path) -> None:
    """Export is the flow's file; where it is there already, it is asked whether it comes in as a copy."""
    server.flow(books("travelling") | {"name": "Travelling"})
    visitor.expected = ["409"]
    page = visitor.opens("/")
    with page.expect_download() as started:
        chooses(page, "Travelling", "Export")
    assert started.value.suggested_filename == "travelling.json"
    started.value.save_as(tmp_path / "travelling.json")
    assert json.loads((tmp_path / "travelling.json").read_text()) == server.draft("travelling")
    page.get_by_label("Import").set_input_files(tmp_path / "travelling.json")
    page.get_by_role("dialog", name="This flow is here already").get_by_role("button", name="Bring in a copy").click()
    page.locator(".block").first.wait_for()
    expect(page).to_have_title("Travelling (copy)")
    assert has(server, "travelling-copy")


def test_a_flow_is_dropped_or_pasted(server: Server, visitor: Visitor) -> None:
    """Import by drop and by paste, each under its own id."""
    server.flow(books("somewhere-else"))
    page = visitor.opens("/")
    page.locator("tbody tr").first.wait_for()
    page.evaluate(DROP, ["dropped.json", json.dumps(books("dropped-in"))])
    page.locator(".block").first.wait_for()
    expect(page).to_have_url(f"{server.url}/flows/dropped-in")
    page.go_back()
    page.locator("tbody tr").first.wait_for()
    page.evaluate(PASTE, json.dumps(books("pasted-in")))
    page.locator(".block").first.wait_for()
    expect(page).to_have_url(f"{server.url}/flows/pasted-in")


def test_what_is_no_flow_is_refused_in_words(server: Server, visitor: Visitor, tmp_path: Path) -> None:
    """Import: a file that is no flow is refused with the reason, and the list stays."""
    visitor.expected.append("422")
    server.flow(books("stays"))
    page = visitor.opens("/")
    (tmp_path / "notes.json").write_text('{"title": "Notes"}')
    page.get_by_label("Import").set_input_files(tmp_path / "notes.json")
    expect(page.get_by_role("alert")).to_contain_text("This is not a flow's file: it has no blocks.")
    page.get_by_role("alert").get_by_role("button", name="Close").click()
    expect(page.get_by_role("alert")).to_have_count(0)
    page.evaluate(PASTE, "just some words")
    expect(page.get_by_role("alert")).to_contain_text("This is not JSON")
    (tmp_path / "studio.json").write_text(json.dumps({"states": [], "initial_state": "x", "flags": {}}))
    (tmp_path / "hold.wav").write_bytes(b"RIFF\x24\0\0\0WAVEfmt " + bytes(100_000))
    for file, words in ("studio.json", "This is a Twilio Studio flow"), ("hold.wav", "a sound"):
        page.get_by_label("Import").set_input_files(tmp_path / file)
        expect(page.get_by_role("alert")).to_contain_text(words)


def test_a_live_flow_is_deleted_by_typing_its_name(server: Server, visitor: Visitor) -> None:
    """Delete: a draft at a click, a live flow by typing its name, and not while it answers a number."""
    call = block(1, (0, 0), {"next": 2}, type="inbound_call"), block(2, (320, 0), type="end_call")
    server.flow(document("sketch", *call))
    server.flow(document("answering", *call))
    server.ask("POST", "/api/flows/answering/publish", {}, **{"If-Match": "*"})
    server.ask("PUT", "/api/numbers/+15550199002", {"flow": "answering"})
    visitor.expected = ["409"]
    page = visitor.opens("/")
    chooses(page, "Sketch", "Delete")
    page.get_by_role("button", name="Delete flow").click()
    expect(row(page, "Sketch")).to_have_count(0)
    assert not has(server, "sketch")

    chooses(page, "Answering", "Delete")
    delete = page.get_by_role("button", name="Delete flow")
    expect(delete).to_be_disabled()
    page.get_by_label("Type “Answering” to go on").fill("Answering")
    delete.click()
    expect(page.get_by_role("alert")).to_contain_text("+15550199002")
    assert has(server, "answering")
    server.ask("DELETE", "/api/numbers/+15550199002")
    delete.click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    until(lambda: not has(server, "answering"), "the flow is put away")
