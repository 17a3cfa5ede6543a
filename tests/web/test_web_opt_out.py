"""Who replies STOP gets no more texts: they end by On Failure to Send, with the cause `opted_out`."""

from pathlib import Path
from typing import Any

import pytest

from ivr.core.call import Entry
from tests.story.flows import drawn, ends, starts, texts
from tests.web.listener import CALLER, LINE, Answer, Listener, listener

FLOW = drawn(
    starts(),
    texts("You have reached us.", 3, 3),
    ends(),
    {"action": {"type": "inbound_sms"}, "exits": {"next": 5}},
    texts("Thank you for your text.", 3, 3),
    id="line",
)


async def text(line: Listener, sid: str, **fields: str) -> Answer:
    form = {"MessageSid": sid, "From": CALLER, "To": LINE, "NumMedia": "0", **fields}
    return await line.carrier.form("/sms/inbound", form)


async def outcome(line: Listener, call: str) -> dict[str, Any]:
    """What Send SMS said of its text, once it has."""
    await line.carrier.post("/voice/answer", call)
    return _set(await line.store.calls.trace(call))


def _set(trace: list[Entry]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for entry in trace:
        if entry.kind == "set" and entry.block in {2, 5}:
            found |= {name.partition(".")[2]: value for name, value in entry.data.items()}
    return found


@pytest.mark.parametrize("words", [{"Body": " Stop "}, {"Body": "Arrêt", "OptOutType": "STOP"}])
async def test_after_stop_nothing_is_sent(tmp_path: Path, words: dict[str, str]) -> None:
    async with listener(tmp_path, FLOW) as line:
        await text(line, "SM1", **words)
        own = await line.store.calls.trace("SM1")
        assert _set(own).get("cause", "opted_out") == "opted_out", "not even the answer of its own run"
        told = await outcome(line, "CA1")
    assert (told["cause"], told["code"]) == ("opted_out", "")
    assert told["error"] == "The recipient has replied STOP and gets no more texts."


async def test_start_and_its_repeat_allow_texts_again_and_other_words_change_nothing(tmp_path: Path) -> None:
    async with listener(tmp_path, FLOW) as line:
        opted = line.store.opt_outs
        await text(line, "SM1", Body="STOP")
        await text(line, "SM2", Body="please start")
        assert await opted.has(CALLER)
        await text(line, "SM3", Body="start")
        await text(line, "SM4", Body="HELP")
        assert not await opted.has(CALLER)


async def test_a_text_that_is_not_signed_stops_nothing(tmp_path: Path) -> None:
    async with listener(tmp_path, FLOW) as line:
        form = {"MessageSid": "SM1", "From": CALLER, "To": LINE, "Body": "STOP", "NumMedia": "0"}
        assert (await line.carrier.form("/sms/inbound", form, "another-token")).status == 403
        assert not await line.store.opt_outs.has(CALLER)
