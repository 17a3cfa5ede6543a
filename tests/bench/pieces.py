"""The pieces of a webhook, one by one, each beside another way to do the same.

* signature: the form of a voice webhook checked, against the vendor's validator given the same fields.
* TwiML: a page of three messages, against the vendor's VoiceResponse.
* turn: `advance` from the API's answer over two blocks to the end, against `json.loads` and `json.dumps` of the call.
* seal: a call's state written, sealed, opened and read, against json and Fernet.
* store: a call loaded and saved, durably, against plain sqlite3 in one thread (one SELECT, one UPDATE, one COMMIT, with
  the same journal and flushes); then 64 at a time, where waiting saves share a flush.
"""

import asyncio
import json
import os
import sqlite3
from base64 import urlsafe_b64encode
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from cryptography.fernet import Fernet
from twilio.request_validator import RequestValidator
from twilio.twiml.voice_response import VoiceResponse

from ivr.core.call import Call
from ivr.core.effects import Hangup, Say
from ivr.core.events import Answered, Fetched
from ivr.core.mailbox import Page
from ivr.flow.engine import advance
from ivr.runtime.ports import Change
from ivr.store import Vault, new_key, open_store, records
from ivr.store.keys import load_keys
from ivr.twilio.signature import Signature
from ivr.twilio.twiml import Addresses, document
from tests.bench.account import CALLER, NUMBER, TOKEN, fields, new_sid, signature
from tests.bench.flows import MESSAGES, asking, now, words_waiting
from tests.bench.table import number, table
from tests.bench.timing import each, times, times_async

URL = "https://ivr.example.com"
SAVES = 200
TOGETHER = 64


class Piece(NamedTuple):
    """Microseconds for one, ours and another way, and what that is."""

    name: str
    ours: float
    other: float
    other_name: str


def report(pieces: list[Piece]) -> str:
    """The table."""
    rows = [
        (
            piece.name,
            number(piece.ours, 1),
            number(piece.other, 1),
            number(piece.other / piece.ours, 1),
            piece.other_name,
        )
        for piece in pieces
    ]
    return table("Pieces", ("µs each", "here", "other way", "times", "the other way"), rows)


def measure(seconds: float, folder: Path, saves: int = SAVES) -> list[Piece]:
    """Time every piece, about so many seconds for each side of one."""
    pairs = {
        "signature checked": (_signature(), "twilio RequestValidator"),
        "TwiML written": (_twiml(), "twilio VoiceResponse"),
        "turn: API's answer to the end": (_turn(), "json loads + dumps of the call"),
        "state sealed and opened": (_seal(), "json and Fernet"),
    }
    pieces = [
        Piece(name, each(ours, seconds), each(other, seconds), told) for name, ((ours, other), told) in pairs.items()
    ]
    plain = _plain_sqlite(folder, saves)
    alone, together = asyncio.run(_store(folder, saves))
    pieces.append(Piece("store: load + save, alone", alone, plain, "plain sqlite3, one thread"))
    pieces.append(Piece(f"store: load + save, {TOGETHER} at once", together, plain, "plain sqlite3, one thread"))
    return pieces


Pair = tuple[Callable[[], object], Callable[[], object]]


def _signature() -> Pair:
    form = fields(new_sid())
    path = "/voice/answer"
    header = signature(URL + path, form)
    ours, vendor = Signature(TOKEN, URL), RequestValidator(TOKEN)
    pairs = list(form.items())
    _must(ours.genuine(path, pairs, header) and vendor.validate(URL + path, form, header))
    return lambda: ours.genuine(path, pairs, header), lambda: vendor.validate(URL + path, form, header)


def _twiml() -> Pair:
    texts = [text.replace("$ANI", CALLER).replace("$DNIS", NUMBER) for text in MESSAGES]
    page = Page((*(Say(text, "", "en-US") for text in texts), Hangup()), None)
    addresses = Addresses(URL)

    def vendor() -> str:
        response = VoiceResponse()
        for text in texts:
            response.say(text, language="en-US")
        response.hangup()
        return str(response)

    _must(document(page, addresses) == vendor().replace(" />", "/>"))
    return lambda: document(page, addresses), vendor


def _turn() -> Pair:
    flow = asking(8083)
    sid = new_sid()
    begun = advance(flow, Call(sid, "asking", 1), Answered(at=now(), caller=CALLER, dialled=NUMBER)).call
    body = {"DateText": "Tuesday, March 3 at 2:30 PM", "doctor": {"name": "Doctor Okafor"}, "id": 4711}
    _must(begun.waiting is not None)
    reply = Fetched(at=now(), token=begun.waiting.token, cause="ok", status=200, body=json.dumps(body), value=body)
    turn = advance(flow, begun, reply)
    _must(turn.call.status == "ended" and isinstance(turn.verbs[0], Say) and "Okafor" in turn.verbs[0].text)
    plain = msgspec.json.encode(turn.call)
    return lambda: advance(flow, begun, reply), lambda: json.dumps(json.loads(plain))


def _seal() -> Pair:
    record = words_waiting(new_sid())
    key = os.urandom(32)
    vault, fernet = Vault([key]), Fernet(urlsafe_b64encode(key))
    state = records.State(record.call, record.mailbox)
    plain = msgspec.to_builtins(state)

    def ours() -> object:
        return records.read_state(vault.open(vault.seal(records.write(state), b"call"), b"call"))

    def other() -> Any:
        return json.loads(fernet.decrypt(fernet.encrypt(json.dumps(plain).encode())))

    _must(ours() == state and other() == json.loads(json.dumps(plain)))
    return ours, other


async def _store(folder: Path, saves: int) -> tuple[float, float]:
    """Microseconds for a load and a save: one after the other, and many at once."""
    key = new_key()
    store = await open_store(folder / "pieces", None, load_keys(key, folder), now)
    sids = [new_sid() for _ in range(TOGETHER)]

    async def once(sid: str) -> None:
        record = await store.calls.load(sid)
        _must(record is not None and await store.calls.save(Change(record), now()))

    async def all_of_them() -> None:
        await asyncio.gather(*(once(sid) for sid in sids))

    try:
        await asyncio.gather(*(store.calls.save(Change(words_waiting(sid)), now()) for sid in sids))
        alone = await times_async(lambda: once(sids[0]), saves)
        together = await times_async(all_of_them, max(1, saves // 10)) / len(sids)
    finally:
        await store.close()
    return alone, together


def _plain_sqlite(folder: Path, saves: int) -> float:
    """Microseconds for one SELECT and one UPDATE of a row as large as a call, committed durably."""
    record = words_waiting(new_sid())
    state = records.write(records.State(record.call, record.mailbox))
    with closing(sqlite3.connect(folder / "plain.sqlite", isolation_level=None)) as database:
        for sql in (
            "PRAGMA journal_mode=WAL",
            "PRAGMA synchronous=FULL",
            "CREATE TABLE calls (id TEXT PRIMARY KEY, version BIGINT, state BLOB)",
        ):
            database.execute(sql)
        database.execute("INSERT INTO calls VALUES ('CA1', 1, ?)", (state,))
        return times(lambda: _count_up(database, state), saves)


def _count_up(database: sqlite3.Connection, state: bytes) -> None:
    (seen,) = database.execute("SELECT version FROM calls WHERE id = 'CA1'").fetchone()
    update = "UPDATE calls SET version = ?, state = ? WHERE id = 'CA1' AND version = ?"
    database.execute(update, (seen + 1, state, seen))


def _must(right: bool) -> None:
    """A piece that does something else than it should must not be timed."""
    if not right:
        raise ValueError("a piece that was to be timed does not do what it should")
