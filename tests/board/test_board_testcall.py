"""Test calls: a flow is called from the board, and heard, in a real browser."""

import json
import threading
from typing import Any

from playwright.sync_api import Page, WebSocketRoute, expect

from tests.board.axe import faults
from tests.board.browser import PATIENCE, Api, Server, Visitor, block, document, until

LEVEL = """async () => {
  const audio = document.querySelector('audio[data-channel=hold]');
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  const stream = audio.captureStream();
  if (!stream.getAudioTracks().length) await new Promise((there) => stream.addEventListener("addtrack", there));
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  let peak = 0;
  for (let frame = 0; frame < 120 && peak < 0.01; frame++) {
    await new Promise(requestAnimationFrame);
    analyser.getFloatTimeDomainData(samples);
    peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), peak);
  }
  await context.close();
  return peak;
}"""


class Slow:
    """An API that keeps its answer until it is let go."""

    def __init__(self, api: Api, status: int = 200, value: Any = None) -> None:
        self.go = threading.Event()
        body = json.dumps({"order": {"status": "out for delivery"}} if value is None else value).encode()

        def answer(method: str, path: str) -> tuple[int, str, bytes]:
            self.go.wait(PATIENCE)
            return status, "application/json", body

        api.answer = answer


def shop(flow_id: str, api: str, **web_call: Any) -> dict[str, Any]:
    """A clip and a menu, an order that is looked up while music plays, words and a text."""
    choices = [{"key": "1", "label": "Order status"}, {"key": "0", "label": "A person"}]
    return document(
        flow_id,
        block(1, (80, 240), {"next": 2}, type="inbound_call", title="Main number"),
        block(
            2,
            (400, 200),
            {"key_1": 3, "key_0": 6, "no_input": 6, "no_match": 6},
            type="menu",
            title="Welcome menu",
            clip="hold.wav",
            prompt="For your order, press 1.",
            choices=choices,
        ),
        block(
            3,
            (720, 112),
            {"success": 4, "failure": 6},
            **{
                "type": "external_web_call",
                "title": "Look up the order",
                "url": f"{api}/orders?phone=$ANI",
                "play_hold_music": True,
                "hold_delay": 0,
                "response_variables": [{"name": "orderStatus", "query": "order.status"}],
                **web_call,
            },
        ),
        block(4, (1040, 64), {"next": 5}, type="play_message", title="Read the status", message="It is $orderStatus."),
        block(
            5,
            (1360, 64),
            {"success": 7, "failure": 7},
            type="send_sms",
            title="Text the link",
            to="$ANI",
            message="Harbor Books: $orderStatus",
        ),
        block(6, (1040, 320), {"next": 7}, type="play_message", title="Excuse", message="That did not work."),
        block(7, (1680, 140), type="end_call", title="Goodbye"),
    )


def opens_phone(visitor: Visitor, path: str) -> Page:
    page = visitor.opens_board(path)
    page.get_by_role("button", name="Test call", exact=True).click()
    expect(page.get_by_role("complementary", name="Test call")).to_be_visible()
    return page


def calls(visitor: Visitor, path: str) -> Page:
    page = opens_phone(visitor, path)
    page.get_by_role("button", name="Call", exact=True).click()
    return page


def timeline(page: Page, text: str) -> Any:
    return page.get_by_role("list", name="Timeline").get_by_role("listitem").filter(has_text=text)


def at(visitor: Visitor, number: int) -> None:
    expect(visitor.block(number).locator(".badge.here")).to_be_visible()


def sound(page: Page, channel: str) -> Any:
    """What the element of a channel does: whether it is paused, whether it loops, how far it is."""
    return page.evaluate(
        "c => { const a = document.querySelector(`audio[data-channel=${c}]`);"
        " return {paused: a.paused, loop: a.loop, at: a.currentTime} }",
        channel,
    )


def plays(page: Page, channel: str, seconds: float = 0.05) -> Any:
    def playing() -> Any:
        now = sound(page, channel)
        return now if not now["paused"] and now["at"] > seconds else None

    return until(playing, f"{channel} plays {seconds} s")


def is_still(page: Page, channel: str) -> None:
    until(lambda: sound(page, channel)["paused"], f"{channel} is still")


def test_happy_path(visitor: Visitor, server: Server, api: Api) -> None:
    """A clip, a key, hold music while the API takes its time, words with its answer, a text, and the end."""
    slow = Slow(api)
    page = calls(visitor, server.flow(shop("call-happy", api.url)))

    plays(page, "prompt")
    at(visitor, 2)
    page.get_by_role("group", name="Keypad").get_by_role("button", name="1", exact=True).click()
    is_still(page, "prompt")

    at(visitor, 3)
    assert plays(page, "hold")["loop"]
    assert page.evaluate(LEVEL) > 0.01
    expect(page.locator(".screen")).to_contain_text("Hold music")
    expect(timeline(page, f"GET {api.url}/orders?phone=%2B15550123456")).to_be_visible()
    plays(page, "hold", seconds=2.9)

    slow.go.set()
    is_still(page, "hold")
    expect(timeline(page, "It is out for delivery.")).to_be_visible()
    expect(page.locator(".sms")).to_have_text("SMS to +15550123456Harbor Books: out for delivery")
    expect(page.locator(".screen")).to_contain_text("Call ended")
    expect(page.locator(".screen")).to_contain_text("Completed")
    for number, port in ((1, "next"), (2, "key_1"), (3, "success"), (4, "next"), (5, "success")):
        expect(visitor.wire(number, port).locator(".travelled")).to_have_count(1)
    expect(visitor.wire(3, "failure").locator(".travelled")).to_have_count(0)


def test_on_failure(visitor: Visitor, server: Server, api: Api) -> None:
    """The API refuses, then does not answer in time: the red exit, no music, and the timeline says why."""
    api.json({"oops": True}, status=500)
    page = calls(visitor, server.flow(shop("call-failure", api.url, timeout=1)))
    at(visitor, 2)
    page.keyboard.press("1")
    expect(timeline(page, "500 Internal Server Error")).to_be_visible()
    expect(timeline(page, "On Failure").locator(".failure")).to_be_visible()
    expect(visitor.wire(3, "failure").locator(".travelled")).to_have_count(1)
    expect(page.locator(".screen")).to_contain_text("Call ended")
    is_still(page, "hold")

    slow = Slow(api)
    page.get_by_role("button", name="Call again").click()
    at(visitor, 2)
    page.keyboard.press("1")
    plays(page, "hold")
    expect(timeline(page, "No answer in time")).to_be_visible()
    is_still(page, "hold")
    expect(timeline(page, "That did not work.")).to_be_visible()
    slow.go.set()


def test_digits_by_keyboard(visitor: Visitor, server: Server, api: Api) -> None:
    """Keys of the keyboard are keys of the call, but those typed into a field are not."""
    page = calls(visitor, server.flow(shop("call-digits", api.url)))
    at(visitor, 2)
    page.locator("#find-action").fill("")
    page.keyboard.type("1")
    expect(page.locator("#find-action")).to_have_value("1")
    page.locator("#find-action").fill("")
    page.get_by_role("heading", name="Test call").click()
    page.keyboard.press("0")
    expect(timeline(page, "Pressed 0")).to_be_visible()
    expect(timeline(page, "Pressed 1")).to_have_count(0)
    expect(timeline(page, "That did not work.")).to_be_visible()
    assert api.asked == []


def test_hang_up_on_hold(visitor: Visitor, server: Server, api: Api) -> None:
    """Who hangs up while music plays hears nothing more, and the request is cancelled."""
    slow = Slow(api)
    page = calls(visitor, server.flow(shop("call-hang-up", api.url)))
    at(visitor, 2)
    page.keyboard.press("1")
    plays(page, "hold")
    page.get_by_role("button", name="Hang up", exact=True).click()
    is_still(page, "hold")
    expect(timeline(page, "Cancelled")).to_be_visible()
    expect(timeline(page, "The caller hung up.").last).to_be_visible()
    expect(page.locator(".screen")).to_contain_text("Caller hung up")
    expect(page.get_by_role("button", name="Call again")).to_be_focused()
    slow.go.set()


def test_live_variables(visitor: Visitor, server: Server, api: Api) -> None:
    """Variables show as they are set, and the name of a block in the timeline selects it."""
    slow = Slow(api, value={"order": {"status": "on its way"}})
    page = calls(visitor, server.flow(shop("call-variables", api.url)))
    at(visitor, 2)
    page.get_by_role("tab", name="Variables").click()
    expect(page.locator(".variables-now > div").filter(has_text="$ANI").first).to_contain_text("+15550123456")
    page.keyboard.press("1")
    expect(page.locator(".variables-now > div").filter(has_text="$MENU_2.choice")).to_contain_text("Order status")
    slow.go.set()
    expect(page.locator(".variables-now > div").filter(has_text="$EXTCALL_3.statuscode")).to_contain_text("200")
    page.get_by_role("tab", name="Timeline").click()
    page.get_by_role("list", name="Timeline").get_by_role("button", name="Look up the order").click()
    expect(visitor.block(3).locator(".block.selected")).to_be_visible()
    expect(page.get_by_role("complementary", name="Configuration")).to_be_visible()


def test_broken_line(visitor: Visitor, server: Server, api: Api) -> None:
    """A line that breaks is taken up where it broke: nothing is lost, nothing is told twice."""
    urls: list[str] = []
    lines: list[WebSocketRoute] = []

    def route(line: WebSocketRoute) -> None:
        urls.append(line.url)
        lines.append(line)
        line.connect_to_server()

    visitor.page.route_web_socket("**/api/test-calls/**", route)
    page = calls(visitor, server.flow(shop("call-line", api.url)))
    at(visitor, 2)
    expect(timeline(page, "For your order, press 1.").or_(timeline(page, "Plays hold.wav")).first).to_be_visible()
    lines[0].close(code=4000, reason="broken")
    page.keyboard.press("0")
    expect(timeline(page, "That did not work.")).to_be_visible()
    expect(page.locator(".screen")).to_contain_text("Call ended")
    assert urls[0].endswith("after=0")
    assert not urls[1].endswith("after=0")
    expect(timeline(page, "Pressed 0")).to_have_count(1)
    expect(timeline(page, "Main number")).to_have_count(1)


def test_server_gone(own_server: Server, visits: Any, api: Api) -> None:
    """A server that was started anew knows nothing of the call: the phone says so."""
    visitor: Visitor = visits(own_server)
    visitor.expected = ["WebSocket connection", "Failed to load resource", "ERR_CONNECTION_REFUSED"]
    page = calls(visitor, own_server.flow(shop("call-gone", api.url)))
    at(visitor, 2)
    own_server.stop(at_once=True)
    expect(page.locator(".screen")).to_contain_text("Connecting again")
    own_server.start()
    expect(timeline(page, "The server has lost the call.")).to_be_visible()
    expect(page.get_by_role("button", name="Call again")).to_be_visible()


def test_flow_with_errors(visitor: Visitor, server: Server) -> None:
    """A flow with a mistake can't be called; the phone says which, and leads to it."""
    flow = shop("call-errors", "http://127.0.0.1:9", url="")
    page = opens_phone(visitor, server.flow(flow))
    button = page.get_by_role("button", name="Call", exact=True)
    expect(button).to_have_attribute("aria-disabled", "true")
    expect(page.locator("#call-refused")).to_contain_text("This flow can’t be called yet")
    page.locator("#call-refused").get_by_role("button", name="Look up the order").first.click()
    expect(visitor.block(3).locator(".block.selected")).to_be_visible()


def test_live_version(visitor: Visitor, server: Server) -> None:
    """The switch in the phone's head calls what is published, though the draft has gone on."""
    flow = document(
        "call-live",
        block(1, (80, 240), {"next": 2}, type="inbound_call", title="Main number"),
        block(2, (400, 200), {"next": 3}, type="play_message", title="Greeting", message="Good old words."),
        block(3, (720, 200), type="end_call", title="Goodbye"),
    )
    path = server.flow(flow)
    server.ask("POST", "/api/flows/call-live/publish", {"note": ""}, **{"If-Match": "*"})
    flow["blocks"][1]["action"]["message"] = "Brand new words."
    server.ask("PUT", "/api/flows/call-live/draft", flow, **{"If-Match": "*"})
    page = calls(visitor, path)
    expect(timeline(page, "Brand new words.")).to_be_visible()
    expect(page.locator(".screen")).to_contain_text("Completed")
    page.get_by_role("group", name="Version to call").get_by_role("button", name="Live").click()
    page.get_by_role("button", name="Call again").click()
    expect(timeline(page, "Good old words.")).to_be_visible()


def test_phone_is_accessible(visits: Any, server: Server, api: Api) -> None:
    """No findings of axe while the phone is idle, in a call, on hold and afterwards."""
    slow = Slow(api)
    visitor: Visitor = visits(server)
    page = opens_phone(visitor, server.flow(shop("call-axe", api.url)))
    assert faults(page) == []
    page.get_by_role("button", name="Call", exact=True).click()
    at(visitor, 2)
    assert faults(page) == []
    page.keyboard.press("1")
    plays(page, "hold")
    page.get_by_role("tab", name="Variables").click()
    assert faults(page) == []
    slow.go.set()
    expect(page.locator(".screen")).to_contain_text("Call ended")
    page.get_by_role("tab", name="Timeline").click()
    page.locator(".exchange summary").first.click()
    assert faults(page) == []
