"""The board's password and sessions, and the figures, on both databases."""

from ivr.store import Store
from ivr.store.access import Session
from ivr.store.figures import figures

from .conftest import Place


async def test_a_password_is_set_changed_and_removed(place: Place) -> None:
    access = (await place.open()).access
    assert await access.password_hash() is None
    assert not await access.remove_password()
    await access.set_password_hash("one")
    await access.set_password_hash("two")
    assert await (await place.open()).access.password_hash() == "two"
    assert await access.remove_password()
    assert await access.password_hash() is None


async def test_sessions_hold_for_every_process_until_they_are_over(place: Place) -> None:
    one, other = (await place.open()).access, (await place.open()).access
    await one.open_session("a", place.time + 1000)
    await other.open_session("b", place.time + 2000)
    assert await other.session("a") == Session(place.time, place.time + 1000)
    assert await one.session("c") is None
    await other.close_session("a")
    assert await one.session("a") is None
    place.time += 2000
    assert await one.session("b") is None


async def test_a_new_password_closes_every_session(place: Place) -> None:
    access = (await place.open()).access
    for change in (access.set_password_hash("one"), access.remove_password()):
        await access.open_session("a", place.time + 1000)
        await change
        assert await access.session("a") is None


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
