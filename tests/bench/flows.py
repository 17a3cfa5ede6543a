"""What the measured server runs: two flows, and calls that have their next words waiting. Made through the store."""

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ivr.core.call import Call
from ivr.core.effects import Say
from ivr.core.mailbox import Mailbox
from ivr.core.values import to_json
from ivr.flow.model import Flow
from ivr.runtime.ports import CallRecord, Change
from ivr.store import Store, load_keys, open_store
from tests.bench.account import CALLER, NUMBER

WORD = b"benchmark"
"""Said by every page that is measured, and by no apology."""

MESSAGES = (
    "Thank you for calling the benchmark clinic. This call may be recorded.",
    "You are calling from $ANI, and you have reached $DNIS.",
    "Our office is open from nine to five, Monday to Friday. Please stay on the line.",
)


def talking() -> Flow:
    """Three Play Message blocks: a call that is one page."""
    messages = [_block(2 + place, {"type": "play_message", "message": text}) for place, text in enumerate(MESSAGES)]
    return _flow("talking", [_block(1, {"type": "inbound_call"}), *messages, _end(5)])


def asking(api_port: int) -> Flow:
    """A web call with hold music; what it finds is read out."""
    web_call = {
        "type": "external_web_call",
        "url": f"http://127.0.0.1:{api_port}/api/$CallSid",
        "timeout": 60,
        "response_variables": [{"name": "Date", "query": "DateText"}, {"name": "Doctor", "query": "doctor.name"}],
        "play_hold_music": True,
    }
    found = {"type": "play_message", "message": "The benchmark says: you see $Doctor on $Date."}
    lost = {"type": "play_message", "message": "The API could not be asked."}
    return _flow(
        "asking",
        [
            _block(1, {"type": "inbound_call"}),
            _block(2, {"type": "play_message", "message": "One moment, please."}),
            {"number": 3, "action": web_call, "exits": {"success": 4, "failure": 6}},
            _block(4, found),
            _end(5),
            {"number": 6, "action": lost, "exits": {"next": 5}},
        ],
    )


def parallel(api_port: int) -> Flow:
    """Two web calls at once, and a hold page that listens for a key meanwhile; what they found is read out."""
    first, second = (
        {
            "type": "external_web_call",
            "url": f"http://127.0.0.1:{api_port}/api/$CallSid?n={n}",
            "timeout": 60,
            "start": "go on",
            "response_variables": [{"name": name, "query": query}],
        }
        for n, (name, query) in enumerate((("Date", "DateText"), ("Doctor", "doctor.name")))
    )
    waits = {
        "type": "await",
        "blocks": [3, 4],
        "timeout": 60,
        "play_hold_music": True,
        "while_waiting": [{"key": "1", "label": "Text me"}],
    }
    found = {"type": "play_message", "message": "The benchmark says: you see $Doctor on $Date."}
    lost = {"type": "play_message", "message": "The API could not be asked."}
    return _flow(
        "parallel",
        [
            _block(1, {"type": "inbound_call"}),
            _block(2, {"type": "play_message", "message": "One moment, please."}),
            {"number": 3, "action": first, "exits": {"started": 4, "failure": 8}},
            {"number": 4, "action": second, "exits": {"started": 5, "failure": 8}},
            {"number": 5, "action": waits, "exits": {"success": 6, "failure": 8, "timeout": 8, "key_1": 8}},
            _block(6, found),
            _end(7),
            {"number": 8, "action": lost, "exits": {"next": 7}},
        ],
    )


def inline(api_port: int) -> Flow:
    """A web call before any word: one request of the carrier is answered with what it found."""
    web_call = {
        "type": "external_web_call",
        "url": f"http://127.0.0.1:{api_port}/api/$CallSid",
        "timeout": 60,
        "response_variables": [{"name": "Date", "query": "DateText"}, {"name": "Doctor", "query": "doctor.name"}],
    }
    found = {"type": "play_message", "message": "The benchmark says: you see $Doctor on $Date."}
    lost = {"type": "play_message", "message": "The API could not be asked."}
    return _flow(
        "inline",
        [
            _block(1, {"type": "inbound_call"}),
            {"number": 2, "action": web_call, "exits": {"success": 3, "failure": 5}},
            _block(3, found),
            _end(4),
            {"number": 5, "action": lost, "exits": {"next": 4}},
        ],
    )


def variables(sid: str) -> dict[str, Any]:
    """What a call knows after a web call: some 1.5 KB, as typical calls do."""
    answer = to_json({"DateText": "Tuesday, March 3 at 2:30 PM", "doctor": "Doctor Okafor", "notes": "note " * 200})
    return {
        "ANI": CALLER,
        "DNIS": NUMBER,
        "CallSid": sid,
        "CallerName": "A. Caller",
        "Date": "Tuesday, March 3 at 2:30 PM",
        "Doctor": "Doctor Okafor",
        "EXTCALL_3": {"statuscode": 200, "responsebody": answer, "cause": "ok", "error": ""},
    }


def words_waiting(sid: str) -> CallRecord:
    """A call on its first page, whose next page is ready."""
    words = tuple(Say(text.replace("$ANI", CALLER), "", "en-US") for text in MESSAGES)
    call = Call(sid, "talking", 1, block=4, attempt=1, turn=2, steps=3, variables=variables(sid))
    return CallRecord(call, Mailbox(1, words, words, opened=True))


async def prepare(data: Path, key: str, flow: Flow, waiting: Sequence[str] = ()) -> None:
    """Make a data folder: a published flow that answers the number, and calls with words waiting."""
    store = await open_store(data, None, load_keys(key, data), now)
    try:
        await publish(store, flow)
        for first in range(0, len(waiting), 500):
            await _seed(store, waiting[first : first + 500])
    finally:
        await store.close()


async def publish(store: Store, flow: Flow) -> None:
    """Let a flow answer the number."""
    await store.flows.save_draft(flow.model_dump(mode="json"))
    await store.flows.publish(flow.id)
    await store.flows.assign(NUMBER, flow.id)


def now() -> int:
    return time.time_ns() // 1_000_000


async def _seed(store: Store, sids: Sequence[str]) -> None:
    await asyncio.gather(*(store.calls.save(Change(words_waiting(sid)), now()) for sid in sids))


def _flow(flow_id: str, blocks: list[dict[str, Any]]) -> Flow:
    return Flow.model_validate({"id": flow_id, "name": flow_id, "blocks": blocks})


def _block(number: int, action: dict[str, Any]) -> dict[str, Any]:
    return {"number": number, "action": action, "exits": {"next": number + 1}}


def _end(number: int) -> dict[str, Any]:
    return {"number": number, "action": {"type": "end_call"}}
