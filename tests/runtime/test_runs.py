"""Runs that no ringing phone begins: texts that come in, the end of a call, receipts for texts."""

import logging

import pytest

from ivr.core.call import Call
from ivr.core.events import Recorded, Requested, Texted
from tests.runtime.imagined import CALL
from tests.runtime.started import QUIET, Stage, message, rung, trigger
from tests.story.flows import drawn, ends, texts
from tests.story.line import CALLER, DIALLED


async def test_a_text_starts_a_run_once(stage: Stage) -> None:
    for _ in range(3):
        await stage.starting.texted(message())
    await stage.clock.settle()
    assert stage.bodies == [("SM9", "You said: hello <b>")]
    await stage.text_is_sent("SM10")
    record = stage.calls.records["SM9"]
    assert (record.call.status, record.over_at) == ("ended", stage.clock.now())
    assert record.call.variables["ANI"] == CALLER


async def test_a_text_that_nothing_starts_at_is_logged(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "ivr")
    await stage.starting.texted(message(dialled="+19005550000"))
    quiet = Stage(QUIET)
    await quiet.starting.texted(message())
    await quiet.close()
    assert (stage.calls.records, quiet.calls.records) == ({}, {})
    assert "no flow is assigned to the number that was texted: '+19005550000'" in caplog.text
    assert "has no Inbound SMS block" in caplog.text


async def test_the_end_of_a_call_sets_off_a_run_that_texts(stage: Stage) -> None:
    await rung(stage)
    for _ in range(2):
        await stage.hangs_up()
    assert stage.bodies[1:] == [(f"{CALL}.ended", "The call ended: completed.")]
    run = stage.calls.records[f"{CALL}.ended"].call
    assert (run.on_phone, run.variables["ANI"], run.follows) == (False, CALLER, ("call_ended",))


async def test_a_call_that_is_lost_sets_off_its_run_too(stage: Stage) -> None:
    await rung(stage)
    await stage.runner.hang_up(CALL, "lost")
    await stage.clock.settle()
    assert stage.bodies[1:] == [(f"{CALL}.ended", "The call ended: lost.")]


@pytest.mark.parametrize("order", [("sent", "delivered"), ("delivered", "sent"), ("delivered", "delivered", "sent")])
async def test_delivery_is_traced_once_in_whatever_order(stage: Stage, order: tuple[str, ...]) -> None:
    await rung(stage)
    for state in (*order, *order):
        await stage.delivered(state)
    assert sorted(entry["state"] for entry in stage.traced("delivery")) == ["delivered", "sent"]
    assert stage.bodies[1:] == [(f"{CALL}.SM1.sms_delivered", "Sent: SM1 to +15551230001.")]


async def test_a_receipt_mends_what_was_unknown(stage: Stage) -> None:
    """The connection broke while the text was handed over; it was sent all the same, and the caller gets it."""
    stage.rings()
    await stage.clock.settle()
    stage.carrier.ends(
        lambda token: Texted(at=1, token=token, accepted=False, error="It may have been sent.", unknown=True)
    )
    await stage.clock.settle()
    assert stage.call.variables["SMS_2"]["cause"] == "unknown"
    await stage.delivered("delivered")
    assert stage.call.variables["SMS_2"] == {"sid": "SM1", "error": "", "code": "", "cause": "", "segments": 0}
    assert stage.bodies[1:] == [(f"{CALL}.SM1.sms_delivered", "Sent: SM1 to +15551230001.")]
    await stage.delivered("sent", "SM2")
    assert stage.call.variables["SMS_2"]["sid"] == "SM1"


async def test_receipts_for_two_texts_of_one_block_are_two(stage: Stage) -> None:
    await rung(stage)
    await stage.delivered("failed", "SM1", error="Filtered.")
    await stage.delivered("undelivered", "SM2", error="Out of range.")
    assert [body for _, body in stage.bodies[1:]] == ["Not sent: Filtered..", "Not sent: Out of range.."]


async def test_a_receipt_for_an_unknown_call_changes_nothing(stage: Stage) -> None:
    await stage.delivered("delivered", call="CA-unknown")
    assert stage.calls.records == {}


async def test_a_receipt_that_loses_a_race_is_kept(stage: Stage) -> None:
    await rung(stage)
    stage.calls.meanwhile.append(lambda: stage.runner.hang_up(CALL, "completed"))
    await stage.delivered("delivered")
    assert [entry["state"] for entry in stage.traced("delivery")] == ["delivered"]
    assert stage.record.over_at is not None


async def test_two_reports_of_the_same_at_once_set_off_one_run(stage: Stage) -> None:
    await rung(stage)
    stage.calls.meanwhile.append(lambda: stage.delivered("delivered"))
    await stage.delivered("delivered")
    assert len(stage.traced("delivery")) == len(stage.bodies[1:]) == 1


async def test_a_text_about_a_text_that_failed_fails_without_end(stage: Stage) -> None:
    """Each run texts, and each of these texts fails in turn: only the first of them sets something off."""
    await rung(stage)
    await stage.delivered("failed", "SM1", error="Filtered.")
    run = f"{CALL}.SM1.sms_failed"
    await stage.text_is_sent("SM2")
    await stage.delivered("failed", "SM2", call=run)
    assert [name for name, _ in stage.bodies] == [CALL, run]
    await stage.delivered("delivered", "SM2", call=run)
    last = f"{run}.SM2.sms_delivered"
    assert [name for name, _ in stage.bodies] == [CALL, run, last]
    await stage.text_is_sent("SM3")
    for state in ("delivered", "failed"):
        await stage.delivered(state, "SM3", call=last)
    assert [name for name, _ in stage.bodies] == [CALL, run, last]


async def test_without_an_event_handler_nothing_is_set_off() -> None:
    stage = Stage(QUIET)
    await rung(stage)
    await stage.delivered("failed")
    await stage.hangs_up()
    assert [name for name, _ in stage.bodies] == [CALL]
    await stage.close()


async def test_a_call_whose_recording_overtakes_its_end_has_ended_all_the_same() -> None:
    flow = drawn(
        trigger("inbound_call", 2),
        {"action": {"type": "record", "message": "Speak."}, "exits": {"recorded": 3, "nothing": 3}},
        ends(),
        trigger("event_handler", 5),
        texts("Ended.", 3, 3),
    )
    stage = Stage(flow)
    await stage.now(stage.rings())
    waiting = stage.call.waiting
    assert waiting is not None
    reply = Recorded(at=2, token=waiting.token, url="https://a/RE1", seconds=3, hung_up=True)
    await stage.runner.reply(CALL, 2, reply)
    assert stage.call.status == "ended"
    await stage.hangs_up()
    assert stage.bodies == [(f"{CALL}.ended", "Ended.")]
    await stage.close()


async def test_a_run_without_a_caller_is_no_call_that_ended(stage: Stage) -> None:
    await stage.starting.texted(message())
    await stage.runner.hang_up("SM9", "lost")
    await stage.clock.settle()
    assert [name for name, _ in stage.bodies] == ["SM9"]


async def test_a_requested_run_without_a_caller(stage: Stage) -> None:
    event = Requested(at=1, caller=CALLER, dialled=DIALLED, inputs={"Name": "Ada"})
    assert await stage.runner.run(Call("r", "a-flow", 1, on_phone=False), event)
    assert not await stage.runner.run(Call("r", "a-flow", 1, on_phone=False), event)
    assert stage.calls.records["r"].call.status == "ended"
