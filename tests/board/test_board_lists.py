"""Numbers, secrets, the audio library, signing in, and a board that is only to look at."""

import io
import math
import os
import re
import struct
import subprocess
import sys
import wave
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.board.axe import faults
from tests.board.browser import Server, Visitor, Visits, block, document

PEAK = """async (element) => {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  const stream = element.captureStream();
  if (!stream.getAudioTracks().length) await new Promise((there) => stream.addEventListener("addtrack", there));
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  let peak = 0;
  for (let turn = 0; turn < 200 && peak < 0.01; turn += 1) {
    await new Promise(requestAnimationFrame);
    analyser.getFloatTimeDomainData(samples);
    peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), peak);
  }
  await context.close();
  return peak;
}"""


@pytest.fixture(scope="module")
def server(desk: Server) -> Server:
    return desk


def tone(seconds: float = 1.0) -> bytes:
    """A WAV file with a sound in it."""
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        wanted = range(int(seconds * 16_000))
        file.writeframes(b"".join(struct.pack("<h", int(9000 * math.sin(at / 6))) for at in wanted))
    return made.getvalue()


def file(name: str, content: bytes) -> Any:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def row(page: Page, name: str) -> Locator:
    return page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=name))


def chooses(page: Page, of: str, item: str) -> None:
    page.get_by_role("button", name=f"More for {of}", exact=True).click()
    page.get_by_role("menuitem", name=item).click()


def answers(flow_id: str) -> dict[str, Any]:
    return document(flow_id, block(1, (0, 0), {"next": 2}, type="inbound_call"), block(2, (320, 0), type="end_call"))


def assigned(server: Server) -> dict[str, str]:
    return {each["number"]: each["flow"] for each in server.ask("GET", "/api/numbers")}


def test_a_number_is_given_to_a_flow_and_to_another(server: Server, visitor: Visitor) -> None:
    """Numbers: added as people write them, moved to another flow, removed; what is wrong is said at its field."""
    server.flow(answers("numbers-day"))
    server.flow(answers("numbers-night"))
    server.ask("POST", "/api/flows/numbers-day/publish", {}, **{"If-Match": "*"})
    page = visitor.opens("/numbers")
    page.get_by_role("button", name="Add number").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Number").fill("5550100")
    dialog.get_by_role("button", name="Add number").click()
    expect(dialog.get_by_label("Number")).to_have_accessible_description(
        "Write it with a plus and its country, such as +15550100100."
    )
    expect(dialog.get_by_label("Number")).to_be_focused()
    dialog.get_by_label("Number").fill("+1 (555) 019-9100")
    dialog.get_by_label("Flow").fill("numbers day")
    expect(page.get_by_role("option", name=re.compile("^Numbers day"))).to_be_visible()
    page.keyboard.press("Enter")
    dialog.get_by_role("button", name="Add number").click()
    expect(row(page, "+15550199100")).to_contain_text("Numbers day")
    assert assigned(server)["+15550199100"] == "numbers-day"

    chooses(page, "+15550199100", "Another flow")
    dialog.get_by_label("Flow").fill("numbers night")
    page.keyboard.press("Enter")
    expect(dialog.get_by_text("Not published yet: publish it before calls come in.")).to_be_visible()
    dialog.get_by_role("button", name="Change flow").click()
    expect(row(page, "+15550199100")).to_contain_text("Numbers night")
    assert assigned(server)["+15550199100"] == "numbers-night"

    chooses(page, "+15550199100", "Remove")
    page.get_by_role("button", name="Remove number").click()
    expect(row(page, "+15550199100")).to_have_count(0)
    assert "+15550199100" not in assigned(server)


def test_a_secret_goes_in_and_never_out(server: Server, visitor: Visitor) -> None:
    """Secrets: stored with its hosts, replaced, deleted; its value is in no answer and not on the page."""
    answers_seen: list[str] = []
    page = visitor.page
    page.on("response", lambda answer: answers_seen.append(answer.url))
    visitor.opens("/secrets")
    page.get_by_role("button", name="Add secret").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("shop token")
    dialog.get_by_role("button", name="Store secret").click()
    expect(dialog.get_by_label("Name")).to_have_accessible_description("Use up to 64 letters, digits and underscores.")
    dialog.get_by_label("Name").fill("shop_token")
    dialog.get_by_label("Value").fill("otter-9431")
    dialog.get_by_label("Hosts").fill("https://api.example.com/v1\ncrm.example.com")
    dialog.get_by_role("button", name="Store secret").click()
    expect(row(page, "shop_token")).to_contain_text("api.example.com")
    expect(row(page, "shop_token")).to_contain_text("crm.example.com")
    page.reload()
    expect(row(page, "shop_token")).to_contain_text("$SECRET.shop_token")
    assert "otter-9431" not in page.content()
    for url in {url for url in answers_seen if "/api/" in url}:
        assert "otter-9431" not in page.request.get(url).text()

    chooses(page, "shop_token", "Replace")
    expect(dialog.get_by_label("New value")).to_have_value("")
    expect(dialog.get_by_label("Hosts")).to_have_value("api.example.com\ncrm.example.com")
    dialog.get_by_label("New value").fill("heron-2207")
    dialog.get_by_label("Hosts").fill("api.example.com")
    dialog.get_by_role("button", name="Replace").click()
    expect(row(page, "shop_token")).not_to_contain_text("crm.example.com")

    chooses(page, "shop_token", "Delete")
    page.get_by_role("button", name="Delete secret").click()
    expect(row(page, "shop_token")).to_have_count(0)
    assert "shop_token" not in [secret["name"] for secret in server.ask("GET", "/api/secrets")]


def test_a_sound_is_brought_in_and_heard(server: Server, visitor: Visitor) -> None:
    """Audio: brought in, really heard, kept while a flow plays it; what is no sound is refused in words."""
    visitor.expected = ["422", "409"]
    page = visitor.opens("/audio")
    page.get_by_label("Choose files").set_input_files([file("bell.wav", tone()), file("notes.txt", b"words")])
    expect(page.get_by_role("alert")).to_contain_text("notes.txt was not taken: The file is no sound file")
    expect(row(page, "bell")).to_contain_text("0:01")
    page.get_by_role("button", name="Listen to hold.wav").click()
    page.get_by_role("button", name="Play", exact=True).click()
    assert page.locator("audio").evaluate(PEAK) > 0.01
    page.get_by_role("button", name="Close hold.wav").click()
    expect(page.locator("audio")).to_have_count(0)

    clip = {"play_hold_music": True, "hold_audio": {"type": "file", "file": "bell"}}
    web_call = block(2, (320, 0), type="external_web_call", url="http://127.0.0.1:9/", **clip)
    server.flow(document("rings-a-bell", block(1, (0, 0), {"next": 2}, type="inbound_call"), web_call))
    page.reload()
    expect(row(page, "bell")).to_contain_text("rings-a-bell")
    page.get_by_role("button", name="Delete bell").click()
    page.get_by_role("button", name="Delete sound").click()
    expect(page.get_by_role("alert")).to_contain_text("rings-a-bell")
    server.ask("DELETE", "/api/flows/rings-a-bell")
    page.get_by_role("button", name="Delete sound").click()
    expect(row(page, "bell")).to_have_count(0)
    expect(page.get_by_role("button", name="Delete hold.wav")).to_have_count(0)


def with_user(server: Server, password: str) -> None:
    env = {name: value for name, value in os.environ.items() if not name.startswith(("IVR_", "TWILIO_"))}
    ivr = str(Path(sys.executable).with_name("ivr"))
    settings = env | {"IVR_DATA": str(server.data)}
    subprocess.run(
        [ivr, "user", "add", "anna", "--role", "admin"],
        input=password,
        env=settings,
        cwd=server.data,
        text=True,
        check=True,
    )


def test_whoever_signs_in_goes_where_they_wanted_to(own_server: Server, visits: Visits) -> None:
    """Signing in: sent there from any page, told of a wrong password, then on to that page; and out again."""
    with_user(own_server, "correct horse")
    visitor = visits(own_server, stranger=True)
    visitor.expected = ["401"]
    page = visitor.opens("/numbers")
    expect(page).to_have_url(f"{own_server.url}/login?next=%2Fnumbers")
    expect(page.get_by_label("Name")).to_be_focused()
    page.keyboard.type("anna")
    page.keyboard.press("Tab")
    page.keyboard.type("wrong horse")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    assert faults(page) == []
    page.get_by_label("Password").fill("correct horse")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Numbers")).to_be_visible()
    page.get_by_role("button", name="Sign out anna").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert page.evaluate("fetch('/api/flows').then((answer) => answer.status)") == 401
