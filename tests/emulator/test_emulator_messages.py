"""Text messages: which are refused, and how the others are delivered and reported."""

import pytest
from multidict import MultiDict

from ivr.emulator import Faults, Response, UnknownNumber
from ivr.emulator.errors.api_error import ApiError
from ivr.emulator.messages.segments import segments
from ivr.emulator.rest.messages import message_json
from ivr.emulator.webhooks.signature import sign
from tests.emulator.world import CALLER, LINE, SERVER, TOKEN, World, of_kind, say

GOOD = {"To": CALLER, "From": LINE, "Body": "hello"}
REFUSED = [
    ({"To": ""}, 21604),
    ({"From": ""}, 21603),
    ({"Body": ""}, 21602),
    ({"Body": "x" * 1601}, 21617),
    ({"To": "5551234"}, 21211),
    ({"From": "nobody"}, 21212),
    ({"From": "+15559999999"}, 21606),
    ({"StatusCallback": "/relative"}, 21609),
    ({"To": "+15005550001"}, 21211),
    ({"To": "+15005550002"}, 21612),
    ({"To": "+15005550003"}, 21408),
    ({"To": "+15005550004"}, 21610),
    ({"To": "+15005550009"}, 21614),
    ({"From": "+15005550001"}, 21212),
    ({"From": "+15005550007"}, 21606),
    ({"From": "+15005550008"}, 21611),
    ({"To": "+15550000608"}, 21608),
]


@pytest.mark.parametrize(("change", "code"), REFUSED)
async def test_refusals(world: World, change: dict[str, str], code: int) -> None:
    world.carrier.refuse_messages("+15550000608", 21608)
    with pytest.raises(ApiError) as caught:
        world.carrier.send_message(GOOD | change)
    assert (caught.value.code, caught.value.status) == (code, 400)
    assert world.carrier.messages == []


async def test_a_number_is_refused_so_many_times(world: World) -> None:
    world.carrier.refuse_messages(CALLER, 20429, times=2)
    for _ in range(2):
        with pytest.raises(ApiError) as caught:
            world.carrier.send_message(GOOD)
        assert (caught.value.code, caught.value.status) == (20429, 429)
    assert [world.carrier.send_message(GOOD).to for _ in range(2)] == [CALLER, CALLER]


@pytest.mark.parametrize("change", [{}, {"From": "+15005550006"}, {"From": "", "MessagingServiceSid": "MG1"}])
async def test_delivery(world: World, change: dict[str, str]) -> None:
    first = world.carrier.send_message(GOOD | change).status
    seen = [first]
    for _ in range(2):
        await world.clock.advance(1.1)
        seen.append(world.carrier.messages[0].status)
    assert seen == ["queued" if not change.get("MessagingServiceSid") else "accepted", "sent", "delivered"]


@pytest.mark.parametrize(("swap", "order"), [(0, ["sent", "delivered"]), (1, ["delivered", "sent"])])
async def test_receipts_come_in_order_but_for_a_fault(world: World, swap: float, order: list[str]) -> None:
    world.pages["/sms"] = Response(204)
    world.carrier.faults = Faults(swap_receipts=swap)
    for nth in range(4):
        world.carrier.send_message(GOOD | {"StatusCallback": f"{SERVER}/sms"})
        await world.clock.run_until_idle()
        assert [world.form("/sms", 2 * nth + one)["MessageStatus"] for one in range(2)] == order


async def test_a_failed_delivery_tells_why(world: World) -> None:
    world.pages["/sms"] = Response(204)
    world.carrier.fail_delivery(CALLER, 30003)
    world.carrier.send_message(GOOD | {"StatusCallback": f"{SERVER}/sms"})
    await world.clock.run_until_idle()
    forms = {world.form("/sms", nth)["MessageStatus"]: world.form("/sms", nth) for nth in range(2)}
    assert forms["undelivered"]["ErrorCode"] == "30003"
    assert "ErrorCode" not in forms["sent"]
    assert world.carrier.messages[0].error_code == 30003


async def test_a_report_that_cannot_be_delivered_is_logged(world: World) -> None:
    message = world.carrier.send_message(GOOD | {"StatusCallback": f"{SERVER}/sms#rp=wrong"})
    await world.clock.run_until_idle()
    assert [(entry.code, entry.sid) for entry in world.carrier.log] == [(11243, message.sid)] * 2


async def test_a_phone_in_a_call_sees_its_message(world: World) -> None:
    call = world.ring(say("You will get a message"))
    await world.clock.advance(1)
    world.carrier.send_message(GOOD)
    assert of_kind(call, "message")[0].detail["body"] == "hello"


SEGMENTS = [("", 1), ("a" * 160, 1), ("a" * 161, 2), ("€" * 81, 2), ("я" * 70, 1), ("я" * 71, 2), ("😀" * 36, 2)]


@pytest.mark.parametrize(("text", "parts"), SEGMENTS)
def test_segments(text: str, parts: int) -> None:
    assert segments(text) == parts


EMPTY = Response.xml("<Response/>")


def with_texts(world: World, **more: str) -> None:
    """The number's texts go to the server."""
    number = world.carrier.numbers[LINE]
    world.carrier.change_number(number, sms_url=f"{SERVER}/text", **more)


async def test_a_text_to_a_number_is_told_to_its_server(world: World) -> None:
    with_texts(world)
    world.pages["/text"] = EMPTY
    message = world.carrier.text(CALLER, LINE, "héllo & 😀", media=("https://pics.test/1.jpg",))
    await world.clock.run_until_idle()
    form = world.form("/text")
    assert (form["From"], form["To"], form["Body"]) == (CALLER, LINE, "héllo & 😀")
    assert (form["MessageSid"], form["SmsSid"], form["SmsStatus"]) == (message.sid, message.sid, "received")
    assert (form["NumMedia"], form["MediaUrl0"], form["FromCity"]) == ("1", "https://pics.test/1.jpg", "")
    (request,) = world.requests
    assert dict(request.headers)["X-Twilio-Signature"] == sign(TOKEN, request.url, tuple(form.items()))
    assert (message.direction, message.status, world.codes()) == ("inbound", "received", [])


async def test_a_text_that_the_server_does_not_take_goes_to_the_fallback(world: World) -> None:
    with_texts(world, sms_fallback_url=f"{SERVER}/again")
    world.pages |= {"/text": Response(500), "/again": EMPTY}
    world.carrier.text(CALLER, LINE, "hello")
    await world.clock.run_until_idle()
    assert (world.paths(), world.codes()) == (["/text", "/again"], [11200])
    assert (world.form("/again")["ErrorCode"], world.form("/again")["ErrorUrl"]) == ("11200", f"{SERVER}/text")


async def test_a_text_that_nobody_waits_for(world: World) -> None:
    world.carrier.text(CALLER, LINE, "hello")
    await world.clock.run_until_idle()
    assert (world.paths(), [message.direction for message in world.carrier.messages]) == ([], ["inbound"])
    with pytest.raises(UnknownNumber, match=r"\+1900 is not a number of this account"):
        world.carrier.text(CALLER, "+1900", "hello")


async def test_pictures_are_counted(world: World) -> None:
    form = MultiDict([*GOOD.items(), ("MediaUrl", "https://a"), ("MediaUrl", "https://b")])
    message = world.carrier.send_message(form)
    assert message.media == ("https://a", "https://b")
    assert message_json(message)["num_media"] == "2"
    assert world.carrier.send_message({**GOOD, "MediaUrl": "https://a"}).media == ("https://a",)
