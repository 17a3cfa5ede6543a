"""The panel of an External Web Call: Test HTTP Request, what it would take, hold audio."""

import io
import json
import math
import re
import struct
import threading
import wave
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, expect

from tests.board.axe import barriers, faults
from tests.board.browser import Api, Server, Visitor, block, document, until

ORDER = {
    "order": {
        "status": "out for delivery",
        "DateText": "March 3",
        "total": 41.5,
        "items": [{"title": "The Old Man and the Sea"}, {"title": "Emma"}],
    },
    "paid": True,
    "note": None,
}
LEVEL = """async (audio) => {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  const stream = audio.captureStream();
  if (!stream.getAudioTracks().length) await new Promise((there) => stream.addEventListener("addtrack", there));
  context.createMediaStreamSource(stream).connect(analyser);
  await context.resume();
  const samples = new Float32Array(analyser.fftSize);
  let peak = 0;
  for (let turn = 0; turn < 60 && peak <= 0.01; turn++) {
    await new Promise(requestAnimationFrame);
    await new Promise((done) => setTimeout(done, 50));
    analyser.getFloatTimeDomainData(samples);
    peak = Math.max(peak, ...samples.map(Math.abs));
  }
  await context.close();
  return peak;
}"""
"""The loudest sample of what an audio element plays, within three seconds."""


SECTIONS = [
    "Available Variables",
    "Inputs",
    "Authentication",
    "Body",
    "Response Variables",
    "Play Hold Music",
    "While Waiting",
    "Advanced",
    "Ports",
]
"""Of an External Web Call with a body, in the product's order."""


def orders(flow_id: str, url: str, **fields: Any) -> dict[str, Any]:
    """A caller's order is looked up and told."""
    return document(
        flow_id,
        block(1, (0, 0), {"next": 2}, type="inbound_call"),
        block(2, (320, 0), {"success": 3, "failure": 4}, type="external_web_call", title="Ask", url=url, **fields),
        block(3, (640, 0), {"next": 4}, type="play_message", message="Hello"),
        block(4, (960, 0), type="end_call"),
    )


def opened(visitor: Visitor, flow: dict[str, Any]) -> Locator:
    """The panel of block 2."""
    visitor.opens_board(visitor.server.flow(flow))
    return visitor.selects(2)


def cell(found: Locator, path: str) -> Locator:
    return found.locator(f"[data-path='{path}']")


def sends(found: Locator) -> Locator:
    """Sends the request, with the values that stand there; returns what is shown of the answer."""
    found.get_by_role("button", name="Test HTTP Request").click()
    return found.locator(".reply")


def variables(server: Server, flow: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = server.blocks(flow)[2]["action"].get("response_variables", [])
    return rows


def test_a_value_of_the_answer_becomes_a_response_variable(visitor: Visitor, api: Api) -> None:
    """Test HTTP Request: sample values are asked for and kept; a click on a value makes a response variable, which is
    there in the next block."""
    api.json(ORDER)
    found = opened(visitor, orders("pick", f"{api.url}/orders?phone=$ANI"))
    found.get_by_role("button", name="Test HTTP Request").click()
    sample = found.locator(".samples").get_by_label("$ANI")
    expect(sample).to_be_focused()
    sample.fill("+15550123")
    sample.press("Enter")
    reply = found.locator(".reply")
    expect(reply.locator(".reply-head")).to_contain_text("200 OK")
    expect(reply.locator(".reply-head")).to_contain_text(re.compile(r"\d+ ms"))
    assert api.asked[-1][1] == "/orders?phone=%2B15550123"
    reply.get_by_role("button", name="Keep order DateText").click()
    reply.get_by_role("button", name="Keep order items 1 title").click()
    expect(cell(found, "response_variables[0].name").locator("input")).to_have_value("DateText")
    expect(found.locator(".taken.ok").first).to_contain_text("March 3")
    expect(found.locator(".taken.ok").last).to_contain_text("Emma")
    rows = [{"name": "DateText", "query": "order.DateText"}, {"name": "items_title", "query": "order.items[1].title"}]
    until(lambda: variables(visitor.server, "pick") == rows, "the response variables are saved")
    expect(reply.locator(".kept")).to_have_text(["$DateText", "$items_title"])
    old = reply.get_by_text("The block was changed since")
    expect(old).to_have_count(0)
    found.get_by_label("URL of service").press_sequentially("&full=1")
    expect(old).to_be_visible()
    reply.get_by_role("tab", name="Resolved request").click()
    expect(reply).to_contain_text("/orders?phone=%2B15550123")
    reply.get_by_role("tab", name=re.compile("Headers")).click()
    expect(reply).to_contain_text("application/json")
    assert barriers(visitor.page, ".panel") == []
    found = visitor.selects(3)
    expect(found.locator(".variables .variable").filter(has_text="$DateText")).to_be_visible()
    found = visitor.selects(2)
    found.get_by_role("button", name="Test HTTP Request").click()
    expect(found.locator(".samples").get_by_label("$ANI")).to_have_value("+15550123")


def pastes(found: Locator, label: str, text: str) -> None:
    """Pastes a text into a field."""
    found.page.evaluate("text => navigator.clipboard.writeText(text)", text)
    found.get_by_label(label).press("Control+V")


def test_a_curl_command_that_is_pasted_as_the_address_fills_the_block(visitor: Visitor, api: Api) -> None:
    """Paste cURL: a dialog asks, the block gets all of the request, the password is sealed, and what was left out is
    said. Copy as cURL: the same request, without the password."""
    api.json(ORDER)
    found = opened(visitor, orders("curl", "https://old.test/", timeout=20))
    visitor.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    pastes(
        found, "URL of service", f"curl -k -u ada:hunter2 {api.url}/orders -H 'X-Shop: 7' --json '{{\"id\": \"$7\"}}'"
    )
    dialog = visitor.page.get_by_role("dialog", name="Paste cURL")
    assert barriers(visitor.page, "dialog[open]") == []
    dialog.get_by_role("button", name="Fill the block").click()
    said = visitor.page.get_by_role("dialog", name="The block is filled in")
    expect(said).to_contain_text("certificates are always checked")
    said.get_by_role("button", name="Close").last.click()
    expect(found.get_by_label("URL of service")).to_have_value(f"{api.url}/orders")
    authentication = {"type": "basic", "user": "ada", "password": {"set": True}}

    def saved() -> bool:
        action = visitor.server.blocks("curl")[2]["action"]
        return action.get("authentication") == authentication and action["timeout"] == 20

    until(saved, "the password is sealed")
    expect(sends(found).locator(".reply-head")).to_contain_text("200 OK")
    assert api.asked[-1][:2] == ("POST", "/orders")
    found.get_by_role("button", name="Copy as cURL").click()
    expect(visitor.page.locator(".toast")).to_contain_text("Copied")
    copied = visitor.page.evaluate("navigator.clipboard.readText()")
    assert f"{api.url}/orders" in copied
    assert "--user 'ada:•••'" in copied
    assert "$7" in copied
    assert "hunter2" not in copied


def test_what_is_hidden_is_masked_and_stays_nowhere(visitor: Visitor, api: Api) -> None:
    """Test HTTP Request with sensitive digits: dots in the field, nothing in the browser or on the clipboard."""
    api.json(ORDER)
    flow = orders("hidden", f"{api.url}/orders?pin=$COLLECT_8.digits&phone=$ANI")
    pin = {"type": "collect_digits", "prompt": "Your PIN?", "length": 4, "sensitive": True}
    flow["blocks"].append(block(8, (80, 480), {"success": 2, "no_input": 2, "invalid": 2}, **pin))
    found = opened(visitor, {**flow, "last_number": 8})
    visitor.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    found.get_by_role("button", name="Test HTTP Request").click()
    samples = found.locator(".samples")
    samples.get_by_label("$ANI").fill("+15550123")
    digits = samples.get_by_label("$COLLECT_8.digits")
    digits.fill("4711")
    expect(digits).to_have_css("-webkit-text-security", "disc")
    expect(samples.get_by_label("$ANI")).to_have_css("-webkit-text-security", "none")
    digits.press("Enter")
    expect(found.locator(".reply .reply-head")).to_contain_text("200 OK")
    assert api.asked[-1][1] == "/orders?pin=4711&phone=%2B15550123"
    found.get_by_role("button", name="Copy as cURL").click()
    expect(visitor.page.locator(".toast")).to_contain_text("$COLLECT_8.digits")
    kept = visitor.page.evaluate("JSON.stringify([localStorage, sessionStorage])")
    copied = visitor.page.evaluate("navigator.clipboard.readText()")
    assert "15550123" in kept
    assert "15550123" in copied
    assert "4711" not in kept + copied


STATES = [
    ("not found", 404, b'{"error": "no such order"}', "404 Not found", "leave by On Failure"),
    ("server error", 500, b"oops", "500 Internal server error", "leave by On Failure"),
    ("not JSON", 200, b"just words", "200 OK", "neither JSON nor XML"),
    ("empty", 204, b"", "204 No content", "no body"),
    ("1 MB", 200, json.dumps({"rows": ["x" * 100] * 9000}).encode(), "200 OK", "longer than 256 kB"),
]


def test_every_kind_of_answer_has_its_state(visitor: Visitor, api: Api) -> None:
    """Test HTTP Request: statuses, answers that are no JSON or too long, each in words; the body is there."""
    found = opened(visitor, orders("states", f"{api.url}/", response_variables=[{"name": "a", "query": "b"}]))
    for name, status, body, head, said in STATES:
        kind = "application/json" if body[:1] == b"{" else "text/plain"
        api.answer = lambda method, path, what=(status, kind, body): what
        reply = sends(found)
        expect(reply.locator(".reply-head"), name).to_contain_text(head)
        expect(reply, name).to_contain_text(said)
        if status == 404:
            expect(reply.get_by_role("button", name="Keep error")).to_be_visible()
        if name == "not JSON":
            expect(reply.locator("pre")).to_have_text("just words")
            expect(found.locator(".taken")).to_contain_text("Not in this reply")
        assert barriers(visitor.page, ".panel") == [], name


def test_no_answer_is_told_in_plain_words(visitor: Visitor, api: Api) -> None:
    """Test HTTP Request: nobody listens; and an API that takes longer than the timeout. Sending can be cancelled."""
    found = opened(visitor, orders("no-answer", "http://127.0.0.1:9/", timeout=1))
    reply = sends(found)
    expect(reply.locator(".reply-head")).to_contain_text("Not reached")
    expect(reply).to_contain_text("leave by On Failure")
    gate = threading.Event()

    def slow(method: str, path: str) -> tuple[int, str, bytes]:
        gate.wait(20)
        return 200, "application/json", b"{}"

    api.answer = slow
    cell(found, "url").locator("textarea").fill(f"{api.url}/slow")
    sends(found)
    expect(found.get_by_text("Sending…")).to_be_visible()
    expect(reply.locator(".reply-head")).to_contain_text("No answer in time")
    cell(found, "timeout").locator("input").fill("20")
    sends(found)
    found.get_by_role("button", name="Cancel").click()
    expect(found.get_by_role("button", name="Test HTTP Request")).to_be_visible()
    gate.set()


def test_a_block_with_a_mistake_says_why_it_is_not_sent(visitor: Visitor) -> None:
    """Test HTTP Request: what stands in the way is told, and nothing is sent."""
    visitor.expected = ["status of 422"]
    found = opened(visitor, orders("mistake", "http://127.0.0.1:9/", timeout=0))
    found.get_by_role("button", name="Test HTTP Request").click()
    expect(found.locator(".test-request .strip")).to_contain_text("can't be tried yet")


def test_another_case_is_told_with_the_label_that_is_there(visitor: Visitor, api: Api) -> None:
    """Case mistake: "datetext" is not in the reply, but DateText is; once it is corrected the value is shown."""
    api.json({"DateText": "March 3"})
    found = opened(visitor, orders("case", api.url, response_variables=[{"name": "when", "query": "datetext"}]))
    sends(found)
    expect(found.locator(".taken.warning")).to_contain_text("Not in this reply. There is DateText.")
    cell(found, "response_variables[0].query").locator("input").fill("DateText")
    expect(found.locator(".taken.ok")).to_contain_text("March 3")


def test_the_request_shows_secrets_as_dots(visitor: Visitor, api: Api) -> None:
    """Secrets: the resolved request of a test has dots, the API the real thing."""
    api.json({})
    auth = {"type": "basic", "user": "shop", "password": "hunter2-horse"}
    found = opened(visitor, orders("dotted", api.url, authentication=auth))
    reply = sends(found)
    expect(reply.locator(".reply-head")).to_contain_text("200 OK")
    reply.get_by_role("tab", name="Resolved request").click()
    expect(reply).to_contain_text("•••")
    assert "hunter2" not in visitor.page.content()
    headers = {header.lower(): value for header, value in api.asked[-1][2].items()}
    assert headers["authorization"].startswith("Basic ")


def test_a_body_is_put_in_order(visitor: Visitor) -> None:
    """Body: shown for methods that send one; JSON is put in order with its variables as they were."""
    found = opened(visitor, orders("body", "http://127.0.0.1:9/"))
    expect(cell(found, "body")).to_have_count(0)
    cell(found, "method").locator("select").select_option(label="PUT")
    expect(found.locator(".variables h3, .group h3")).to_have_text(SECTIONS)
    field = cell(found, "body").locator("textarea")
    field.fill('{"phone":"$ANI","n":1.0}')
    found.get_by_role("button", name="Format JSON").click()
    expect(field).to_have_value('{\n  "phone": "$ANI",\n  "n": 1.0\n}')
    expect(cell(found, "body").locator("mark")).to_have_text("$ANI")
    field.fill('{"phone": "$ANI"')
    found.get_by_role("button", name="Format JSON").click()
    expect(cell(found, "body")).to_contain_text("This is not JSON yet")


def tone(folder: Path, name: str) -> Path:
    """Two seconds of a note, as a WAV file."""
    path = folder / name
    samples = [round(9000 * math.sin(2 * math.pi * 440 * step / 8000)) for step in range(16_000)]
    content = io.BytesIO()
    with wave.open(content, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(struct.pack(f"<{len(samples)}h", *samples))
    path.write_bytes(content.getvalue())
    return path


def opens_audio(visitor: Visitor, name: str) -> tuple[Locator, Locator]:
    """The button of hold audio, and the dialog that it opened."""
    found = opened(visitor, orders(name, "http://127.0.0.1:9/"))
    cell(found, "play_hold_music").locator("input").check()
    button = found.get_by_role("button", name="Configure Audio")
    expect(button).to_contain_text("Default audio")
    button.click()
    return button, visitor.page.get_by_role("dialog", name="Configure Audio")


def is_heard(dialog: Locator) -> None:
    """Plays what is chosen: it really sounds, and the meter shows it."""
    dialog.get_by_role("button", name="Play", exact=True).click()
    assert dialog.locator("audio").evaluate(LEVEL) > 0.01
    meter = dialog.get_by_role("meter")
    until(lambda: float(meter.get_attribute("aria-valuenow") or 0) > 0.01, "the meter shows the level")


def has_no_barrier(visitor: Visitor) -> None:
    assert faults(visitor.page, ".audio-dialog") == []


def test_hold_audio_is_heard_and_left_as_it_was(visitor: Visitor) -> None:
    """Audio dialog: the default music is really heard; Esc keeps the old choice, and the focus goes back."""
    button, dialog = opens_audio(visitor, "audio")
    is_heard(dialog)
    has_no_barrier(visitor)
    dialog.get_by_role("radio", name="Text to speech").check()
    dialog.get_by_role("textbox", name="Text", exact=True).fill("One moment, $ANI")
    expect(dialog.locator("mark")).to_have_text("$ANI")
    has_no_barrier(visitor)
    visitor.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(button).to_be_focused()
    expect(button).to_contain_text("Default audio")
    button.click()
    dialog.get_by_role("radio", name="Text to speech").check()
    dialog.get_by_role("textbox", name="Text", exact=True).fill("One moment please")
    dialog.get_by_role("button", name="Use this audio").click()
    expect(button).to_contain_text("One moment please")


def test_a_file_is_brought_in_as_hold_audio(visitor: Visitor, tmp_path: Path) -> None:
    """Audio dialog: the tunes that come with us are there; what is no sound is refused in words; a WAV file is brought
    in, heard, and used."""
    visitor.expected = ["status of 422"]
    button, dialog = opens_audio(visitor, "audio-file")
    dialog.get_by_role("radio", name="Audio file").check()
    ours = ["hold.wav0:48", "hold-slow.wav1:52", "hold-waltz.wav1:41"]
    expect(dialog.locator(".clip-row")).to_have_text(ours)
    (tmp_path / "words.txt").write_text("no sound")
    dialog.locator("input[type=file]").set_input_files(tmp_path / "words.txt")
    expect(dialog.locator(".drop .error")).to_be_visible()
    dialog.locator("input[type=file]").set_input_files(tone(tmp_path, "our tone.wav"))
    row = dialog.locator(".clip-row").filter(has_text="our tone")
    expect(row.locator("input")).to_be_checked()
    expect(row).to_contain_text("0:02")
    expect(dialog.locator(".drop .error")).to_have_count(0)
    is_heard(dialog)
    has_no_barrier(visitor)
    dialog.get_by_role("button", name="Use this audio").click()
    expect(button).to_contain_text("our tone")
    chosen = {"type": "file", "file": "our tone"}
    until(lambda: visitor.server.blocks("audio-file")[2]["action"].get("hold_audio") == chosen, "the choice is saved")
