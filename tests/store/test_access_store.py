"""Sessions and links, and the figures, on both databases."""

import asyncio
import hashlib
from contextlib import suppress

import pytest

from ivr.store import Damaged, Store
from ivr.store.access import LINK_LASTS, Session
from ivr.store.database import Statement
from ivr.store.figures import figures
from ivr.store.users import OWNER

from .conftest import Place

INTO_SESSIONS = "INSERT INTO sessions (id, user_name, opened_at, expires_at, body) SELECT"
INTO_LINKS = "INSERT INTO links (id, expires_at, body) SELECT"


async def test_sessions_hold_for_every_process_until_they_are_over(place: Place) -> None:
    one, other = (await place.open()).access, (await place.open()).access
    await one.open_session("a", place.time + 1000)
    await other.open_session("b", place.time + 2000)
    assert await other.session("a") == Session(OWNER, "admin", place.time, place.time + 1000)
    assert await one.session("c") is None
    await other.close_session("a")
    assert await one.session("a") is None
    place.time += 2000
    assert await one.session("b") is None


async def test_a_session_is_of_a_user_their_role_and_their_password(place: Place) -> None:
    store = await place.open()
    access, users = store.access, store.users
    await users.add("anna", "admin", "one")
    await users.add("ben", "editor", "two")
    ben = await users.find("ben")
    await access.open_session("b", place.time + 1000, ben)
    assert await access.session("b") == Session("ben", "editor", place.time, place.time + 1000)
    await users.set_role("ben", "viewer")
    assert await access.session("b") == Session("ben", "viewer", place.time, place.time + 1000)
    await users.set_password("ben", "three")
    assert await access.session("b") is None
    await access.open_session("late", place.time + 1000, ben)  # compared with the password that was changed meanwhile
    assert await access.session("late") is None
    await access.open_session("c", place.time + 1000, await users.find("ben"))
    await users.remove("ben")
    assert await access.session("c") is None


async def test_nobody_comes_in_by_writing_rows(place: Place) -> None:
    """Whoever can write to the database, but has no key."""
    store = await place.open()
    await store.users.add("anna", "admin", "one")
    await store.users.add("vera", "viewer", "two")
    await store.access.open_session("v", place.time + 500, await store.users.find("vera"))
    await store.access.extend_session("v", place.time + 1000)
    for sql in (
        "UPDATE sessions SET user_name = 'anna'",
        "UPDATE sessions SET expires_at = expires_at + 1",
        "UPDATE users SET body = (SELECT body FROM users WHERE name = 'anna') WHERE name = 'vera'",
    ):
        assert (await store.access.session("v")) is not None
        await store.database.write([Statement(sql)])
        with suppress(Damaged):
            assert await store.access.session("v") is None
        mended = "UPDATE sessions SET user_name = 'vera', expires_at = :until"
        await store.database.write([Statement(mended, {"until": place.time + 1000})])
    with pytest.raises(Damaged):
        await store.users.find("vera")
    made_up = hashlib.sha256(b"mine").hexdigest()
    await store.database.write(
        [
            Statement("UPDATE sessions SET id = :id", {"id": made_up}),
            Statement("INSERT INTO links (id, expires_at, body) SELECT id, expires_at, body FROM sessions"),
        ]
    )
    assert await store.access.session("mine") is None
    assert not await store.access.use_link("mine")


async def test_a_session_opens_under_its_own_token_alone(place: Place) -> None:
    store = await place.open()
    await store.access.open_session("theirs", place.time + 1000)
    copy = f"{INTO_SESSIONS} :id, user_name, opened_at, expires_at, body FROM sessions"
    await store.database.write([Statement(copy, {"id": hashlib.sha256(b"mine").hexdigest()})])
    assert await store.access.session("mine") is None
    assert await store.access.session("theirs")


async def test_a_link_opens_under_its_own_token_alone(place: Place) -> None:
    store = await place.open()
    link = await store.access.new_link()
    copy = f"{INTO_LINKS} :id, expires_at, body FROM links"
    await store.database.write([Statement(copy, {"id": hashlib.sha256(b"mine").hexdigest()})])
    assert not await store.access.use_link("mine")
    assert await store.access.use_link(link)


async def test_a_session_is_no_link_and_a_link_is_no_session(place: Place) -> None:
    store = await place.open()
    link = await store.access.new_link()
    as_session = f"{INTO_SESSIONS} id, :owner, 0, expires_at, body FROM links"
    await store.database.write([Statement(as_session, {"owner": OWNER})])
    assert await store.access.session(link) is None
    await store.access.open_session("open", place.time + 1000)
    as_link = f"{INTO_LINKS} id, expires_at, body FROM sessions WHERE id = :id"
    await store.database.write([Statement(as_link, {"id": hashlib.sha256(b"open").hexdigest()})])
    assert not await store.access.use_link("open")


async def test_a_link_is_used_once_and_not_late(place: Place) -> None:
    one, other = (await place.open()).access, (await place.open()).access
    link, late = await one.new_link(), await one.new_link()
    used = await asyncio.gather(one.use_link(link), other.use_link(link), one.use_link(link))
    assert sorted(used) == [False, False, True]
    assert not await one.use_link("made up")
    place.time += LINK_LASTS
    assert not await one.use_link(late)


async def test_sessions_that_are_over_are_forgotten(place: Place) -> None:
    store = await place.open()
    await store.access.open_session("a", place.time + 1000)
    place.time += 1001
    await store.access.open_session("b", place.time + 1000)
    (row,) = await store.database.fetch("SELECT COUNT(*) AS sessions FROM sessions", {})
    assert row["sessions"] == 1


async def test_an_empty_store_has_figures(store: Store) -> None:
    found = await figures(store.database)
    assert (found.under_way, set(found.over.values()), set(found.jobs.values())) == (0, {0}, {0})
