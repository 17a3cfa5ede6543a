"""How often a password may be guessed, on a clock that moves when it is told to."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ivr.store import Store, open_store
from ivr.store.access import Session
from ivr.web.login import FREE, LONGEST_WAIT, BadPassword, Login, TooOften, hash_password
from tests.api.board import PASSWORD, Hands

HASH = hash_password(PASSWORD)


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
async def store(tmp_path: Path, clock: Hands) -> AsyncIterator[Store]:
    store = await open_store(tmp_path, None, [bytes(32)], clock.now)
    await store.access.set_password_hash(HASH)
    yield store
    await store.close()


def files(folder: Path) -> list[Path]:
    """The database, and what belongs to it."""
    return [*folder.glob("ivr.sqlite*")]


async def wrong(login: Login, address: str, times: int) -> None:
    for _ in range(times):
        assert not await login.is_right("wrong", address)


async def test_the_wait_doubles_up_to_a_limit(store: Store, clock: Hands) -> None:
    login = Login(store.access, clock)
    await wrong(login, "10.0.0.1", FREE)
    waits = []
    for _ in range(12):
        with pytest.raises(TooOften) as caught:
            await login.is_right(PASSWORD, "10.0.0.1")
        waits.append(caught.value.seconds)
        clock.time += caught.value.seconds * 1000
        await wrong(login, "10.0.0.1", 1)
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]
    assert max(waits) * 1000 == LONGEST_WAIT


async def test_waiting_does_not_count_as_guessing(store: Store, clock: Hands) -> None:
    login = Login(store.access, clock)
    await wrong(login, "10.0.0.1", FREE)
    for _ in range(3):
        with pytest.raises(TooOften, match="in 1 s"):
            await login.is_right(PASSWORD, "10.0.0.1")
    clock.time += 1000
    assert await login.is_right(PASSWORD, "10.0.0.1")


async def test_another_address_does_not_wait(store: Store, clock: Hands) -> None:
    login = Login(store.access, clock)
    await wrong(login, "10.0.0.1", FREE)
    assert await login.is_right(PASSWORD, "10.0.0.2")


async def test_all_addresses_of_a_subscriber_wait_together(store: Store, clock: Hands) -> None:
    login = Login(store.access, clock)
    for last in range(FREE):
        await wrong(login, f"2001:db8:1:2::{last}", 1)
    with pytest.raises(TooOften):
        await login.is_right(PASSWORD, "2001:db8:1:2:ffff::1")
    assert await login.is_right(PASSWORD, "2001:db8:1:3::1")


async def test_the_right_one_begins_anew_and_so_does_an_hour(store: Store, clock: Hands) -> None:
    login = Login(store.access, clock)
    await wrong(login, "10.0.0.1", FREE - 1)
    assert await login.is_right(PASSWORD, "10.0.0.1")
    await wrong(login, "10.0.0.1", FREE)
    clock.time += 3_600_001
    await wrong(login, "10.0.0.1", FREE)


async def test_many_at_once_are_no_way_around(store: Store, clock: Hands) -> None:
    login = Login(store.access, clock)
    tries = (login.is_right("wrong", "10.0.0.1") for _ in range(FREE + 20))
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    assert outcomes.count(False) == FREE
    assert sum(isinstance(each, TooOften) for each in outcomes) == 20


@pytest.mark.parametrize("password", ["", "short12", "x" * 1001])
def test_a_password_that_is_none(password: str) -> None:
    with pytest.raises(BadPassword, match="8 to 1000 characters"):
        hash_password(password)


async def test_a_session_ends_and_one_that_is_used_lasts(store: Store, clock: Hands) -> None:
    access = store.access
    await access.open_session("one", clock.time + 1000)
    await access.open_session("two", clock.time + 1000)
    await access.extend_session("two", clock.time + 3000)
    clock.time += 2000
    assert await access.session("one") is None
    assert await access.session("two") == Session(clock.time - 2000, clock.time + 1000)
    await access.close_session("two")
    await access.extend_session("two", clock.time + 9000)
    assert await access.session("two") is None


async def test_neither_password_nor_token_is_in_the_file(store: Store, clock: Hands, tmp_path: Path) -> None:
    await store.access.open_session("a-token-of-a-session", clock.time + 1000)
    raw = b"".join(path.read_bytes() for path in files(tmp_path))
    assert b"$argon2id$" in raw
    assert PASSWORD.encode() not in raw
    assert b"a-token-of-a-session" not in raw


async def test_few_wait_for_their_turn(store: Store, clock: Hands) -> None:
    login = Login(store.access, clock, waiting=3)
    tries = (login.is_right("wrong", f"10.0.0.{number}") for number in range(20))
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    assert outcomes.count(False) == 3
    assert sum(isinstance(each, TooOften) for each in outcomes) == 17
    assert await login.is_right(PASSWORD, "10.0.0.99")
