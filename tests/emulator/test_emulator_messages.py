"""Text messages: which are refused, and how the others are delivered and reported."""

from random import Random

import pytest

from ivr.emulator import Faults, Response
from ivr.emulator.problem import Problem
from ivr.emulator.segments import segments
from tests.emulator.world import CALLER, LINE, SERVER, World, of_kind, say

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
    with pytest.raises(Problem) as caught:
        world.carrier.send_message(GOOD | change)
    assert (caught.value.code, caught.value.status) == (code, 400)
    assert world.carrier.messages == []


@pytest.mark.parametrize("change", [{}, {"From": "+15005550006"}, {"From": "", "MessagingServiceSid": "MG1"}])
async def test_delivery(world: World, change: dict[str, str]) -> None:
    first = world.carrier.send_message(GOOD | change).status
    seen = [first]
    for _ in range(2):
        await world.clock.advance(1.1)
        seen.append(world.carrier.messages[0].status)
    assert seen == ["queued" if not change.get("MessagingServiceSid") else "accepted", "sent", "delivered"]


async def test_reports_come_in_any_order(world: World) -> None:
    world.pages["/sms"] = Response(204)
    world.carrier.faults = Faults(random=Random(1))
    orders = set()
    for nth in range(8):
        world.carrier.send_message(GOOD | {"StatusCallback": f"{SERVER}/sms"})
        await world.clock.run_until_idle()
        orders.add(tuple(world.form("/sms", 2 * nth + one)["MessageStatus"] for one in range(2)))
    assert orders == {("sent", "delivered"), ("delivered", "sent")}


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
