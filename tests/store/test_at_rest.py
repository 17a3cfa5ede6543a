"""A stolen database tells nothing: not its files, not its rows."""

import asyncio
from decimal import Decimal

import pytest

from ivr.core.call import Call, Entry, Waiting
from ivr.core.credentials import Basic
from ivr.core.effects import Fetch, Hold, Say, Text
from ivr.core.mailbox import Mailbox
from ivr.runtime.ports import CallRecord, Change, RunningJob
from ivr.store import Clip, KeyMissing, Store, key_id

from .conftest import Place
from .making import KEY, NOW, OTHER_KEY, a_flow, password_of

CALLER = "+15551234567"
SAID = [
    *(CALLER, CALLER[1:], CALLER[2:], "4155550199"),  # numbers of callers
    *("api.example.com", "slots", "https:", "example", "crm.example.org"),  # where is asked
    *("s3cret", "hush-token", "anna"),  # passwords, named secrets, users
    *("Thursday", "12.50", "patient", "Your appointment", "X-Key", "k-123"),  # bodies, headers, texts
    *("ANI", "EXTCALL", "basic_auth", "external_web_call", "price", "Polly"),  # what flows and calls are made of
]


async def a_whole_story(store: Store) -> None:
    """A flow is drafted, published and called; it asks an API with a password and texts the answer."""
    await store.secrets.set("crm", "hush-token", ["crm.example.org", "*.example.com:8443"])
    await store.flows.save_draft(a_flow())
    await store.flows.publish("appointments")
    await store.flows.assign("+15550001", "appointments")
    password = password_of(await store.flows.revision("appointments", 1))

    asked = Fetch(
        method="POST",
        url=f"https://api.example.com/slots?caller={CALLER}",
        headers=(("X-Key", "k-123"),),
        auth=Basic("anna", password),
        body=f'{{"patient": "{CALLER}"}}',
    )
    variables = {"ANI": CALLER, "EXTCALL_3": {"response": {"day": "Thursday", "price": Decimal("12.50")}}}
    call = Call(id="CA1", flow="appointments", revision=1, block=3, waiting=Waiting("1.3", NOW, Hold("hold.wav")))
    heard = Mailbox(1, (Say("Your appointment is on Thursday", "Polly.Joanna"),))
    trace = (Entry(NOW, "entered", 3, {"caller": CALLER}), Entry(NOW, "job", 3, asked.summary))
    assert await store.calls.save(Change(CallRecord(call), trace, start=RunningJob("CA1", "1.3", asked, NOW)), NOW)

    text = Text(to="+14155550199", body="Your appointment is on Thursday", sender="+15550001")
    later = CallRecord(Call(id="CA1", flow="appointments", revision=1, variables=variables), heard, version=1)
    sent = Change(later, (Entry(NOW, "job", 4, text.summary),), start=RunningJob("CA1", "2.4", text, NOW), done="1.3")
    assert await store.calls.save(sent, NOW)
    assert len(await store.calls.trace("CA1")) == 3


def found_in(raw: bytes) -> list[str]:
    return [word for word in SAID if word.encode() in raw or word.encode().hex().encode() in raw.lower()]


async def test_nothing_that_was_said_can_be_read(place: Place) -> None:
    store = await place.open()
    await a_whole_story(store)
    raw = await dump(place, store)
    assert b"appointments" in raw, "this is where things are"
    assert found_in(raw) == []
    await store.close()
    if place.url is None:
        assert found_in(files(place)) == [], "nor when the write-ahead log was folded in"


async def test_nor_after_secrets_were_removed_and_keys_changed(place: Place) -> None:
    store = await place.open()
    await a_whole_story(store)
    await store.secrets.remove("crm")
    await store.flows.save_draft(a_flow(name="Renamed"))
    assert found_in(await dump(place, store)) == []


async def test_the_audio_library_is_in_clear(place: Place) -> None:
    """Whoever calls hears it."""
    store = await place.open()
    await store.audio.add(Clip("hold.wav", 1, "hold.wav", b"RIFF music WAVE"))
    assert b"RIFF music WAVE" in await dump(place, store)


async def test_who_lost_the_key_is_told_which(place: Place) -> None:
    await a_whole_story(await place.open())
    missing, here = key_id(KEY).hex(), key_id(OTHER_KEY).hex()
    with pytest.raises(KeyMissing, match=f"sealed with key {missing}, which is not here; here: {here}"):
        await place.open([OTHER_KEY])


def files(place: Place) -> bytes:
    """The database, its write-ahead log and its index of that."""
    return b"".join(file.read_bytes() for file in sorted(place.folder.iterdir()))


async def dump(place: Place, store: Store) -> bytes:
    """The raw bytes of the files, or of every row where there are none."""
    if place.url is None:
        assert {file.name for file in place.folder.iterdir()} >= {"ivr.sqlite", "ivr.sqlite-wal", "ivr.sqlite-shm"}
        return await asyncio.to_thread(files, place)
    tables = await store.database.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'", {})
    assert {row["tablename"] for row in tables} >= {"calls", "jobs", "trace", "flows", "revisions", "secrets"}
    raw = b""
    for table in tables:
        for row in await store.database.fetch(f"SELECT * FROM {table['tablename']}", {}):
            raw += b"\0".join(value if isinstance(value, bytes) else str(value).encode() for value in row.values())
    return raw
