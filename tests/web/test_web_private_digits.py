"""A card number that a caller keys in: said back, sent to the API that needs it, and written nowhere else."""

import json
from pathlib import Path
from typing import Any

import pytest

from ivr.flow.model import Flow
from ivr.store import Store
from tests.story.asking import block, collects
from tests.story.flows import asks, drawn, ends, says, starts, takes
from tests.web.listener import Listener, listener
from tests.webcall.peer import as_json, peer
from tests.webcall.peer import says as sends

CARD = "4111111111111111"
GROUPED = ("4111 1111 1111 1111", "4111-1111-1111-1111", "4,1,1,1 1111.1111.1111", "4111%201111%201111%201111")
OTHER = "5500 0000 0000 0004"
ECHO = {"echo": CARD, "number": int(CARD), "other": OTHER, "order": "1234567890123456", CARD: 1, "all": list(GROUPED)}


PRIVATE: dict[str, Any] = {"sensitive": True, "confirm": True, "variable": "card"}


def digits_of(text: str) -> str:
    return "".join(each for each in text.replace("%20", "") if each.isdigit() or each.isalpha())


def pays(url: str) -> Flow:
    return drawn(
        starts(2),
        collects(
            {"success": 3, "no_input": 6, "invalid": 6}, accepts="card", sensitive=True, confirm=True, variable="card"
        ),
        asks(
            4,
            5,
            method="POST",
            url=f"{url}pay?card=$card",
            content_type="application/json",
            body='{"card": "$card"}',
            response_variables=takes(Echo="echo", Order="order", Other="other"),
        ),
        says("You said $card, they say $Echo.", 6),
        says("Sorry.", 6),
        ends(),
        block("event_handler", {"next": 8}, event="call_ended"),
        block("set_variables", {"next": 6}, rows=[{"name": "Kept", "value": "$Echo $EXTCALL_3.responsebody"}]),
    )


async def everything(store: Store, line: Listener) -> str:
    """All that is kept of all calls: state, pages, traces, what the board shows."""
    found: list[Any] = []
    for call_id in ("CA1", "CA1.ended"):
        found += [await store.calls.load(call_id), await store.calls.trace(call_id), await store.history.get(call_id)]
    return str(found)


async def test_a_card_is_said_and_sent_but_kept_nowhere_else(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with peer(sends(as_json(json.dumps(ECHO)))) as api, listener(tmp_path, pays(api.url)) as line:
        await line.carrier.post("/voice/answer")
        read_back = await line.carrier.post("/voice/gather/2/1.2", Digits=CARD)
        assert ", ".join(CARD) in str([each.text for each in read_back.xml.iter("Say")])
        again = await line.carrier.post("/voice/page/2")
        assert again.body == read_back.body

        waits = await line.store.calls.load("CA1")
        assert waits is not None
        assert digits_of(CARD) not in digits_of(str((waits.mailbox, waits.call.waiting)))

        heard = await line.carrier.post("/voice/gather/3/2.2", Digits="1")
        assert heard.words == [f"You said {CARD}, they say •••."]
        assert json.loads(api.body()) == {"card": CARD}
        assert api.paths == [f"/pay?card={CARD}"]

        during = await line.store.calls.load("CA1")
        assert during is not None
        assert CARD not in digits_of(str(during.mailbox))
        assert (await line.carrier.post("/voice/page/3")).body == heard.body
        await line.carrier.post("/voice/status", CallStatus="completed")
        kept = await everything(line.store, line)
    assert CARD not in digits_of(kept)
    assert digits_of(OTHER) not in digits_of(kept)
    assert "1234567890123456" in kept
    assert "Kept" in kept
    assert CARD not in digits_of(caplog.text)


async def test_a_card_that_was_not_confirmed_leaves_nothing(tmp_path: Path) -> None:
    async with peer(sends(as_json("{}"))) as api, listener(tmp_path, pays(api.url)) as line:
        await line.carrier.post("/voice/answer")
        await line.carrier.post("/voice/gather/2/1.2", Digits=CARD)
        await line.carrier.post("/voice/status", CallStatus="completed")
        assert CARD not in digits_of(await everything(line.store, line))
        assert api.asked == []
