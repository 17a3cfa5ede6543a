"""How often a password may be guessed, on a clock that moves when it is told to."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from argon2 import Type, extract_parameters

from ivr.store import Store, open_store
from ivr.store.access import Session
from ivr.store.guesses import FREE, FREE_OF_USER, LONGEST_WAIT
from ivr.web.login import Attempt, BadPassword, Login, TooOften, compared_with, hash_password
from tests.api.board import HASH, PASSWORD, Hands, lock


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
async def store(tmp_path: Path, clock: Hands) -> AsyncIterator[Store]:
    store = await open_store(tmp_path, None, [bytes(32)], clock.now)
    await lock(store)
    yield store
    await store.close()


def files(folder: Path) -> list[Path]:
    """The database, and what belongs to it."""
    return [*folder.glob("ivr.sqlite*")]


async def guess(login: Login, address: str, password: str = "wrong", **more: str) -> bool:
    return await login.user(Attempt("admin", password, address, **more)) is not None


async def right(login: Login, address: str, **more: str) -> bool:
    return await guess(login, address, PASSWORD, **more)


async def wrong(login: Login, address: str, times: int) -> None:
    for _ in range(times):
        assert not await guess(login, address)


async def test_the_wait_doubles_up_to_a_limit(store: Store, clock: Hands) -> None:
    login = Login(store.users, store.access, store.guesses)
    await wrong(login, "10.0.0.1", FREE)
    waits = []
    for _ in range(12):
        with pytest.raises(TooOften) as caught:
            await right(login, "10.0.0.1")
        waits.append(caught.value.seconds)
        clock.time += caught.value.seconds * 1000
        await wrong(login, "10.0.0.1", 1)
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]
    assert max(waits) * 1000 == LONGEST_WAIT


async def test_waiting_does_not_count_as_guessing(store: Store, clock: Hands) -> None:
    login = Login(store.users, store.access, store.guesses)
    await wrong(login, "10.0.0.1", FREE)
    for _ in range(3):
        with pytest.raises(TooOften, match="in 1 s"):
            await right(login, "10.0.0.1")
    clock.time += 1000
    assert await right(login, "10.0.0.1")


async def test_another_address_does_not_wait(store: Store, clock: Hands) -> None:
    login = Login(store.users, store.access, store.guesses)
    await wrong(login, "10.0.0.1", FREE)
    assert await right(login, "10.0.0.2")


async def test_all_addresses_of_a_subscriber_wait_together(store: Store, clock: Hands) -> None:
    login = Login(store.users, store.access, store.guesses)
    for last in range(FREE):
        await wrong(login, f"2001:db8:1:2::{last}", 1)
    with pytest.raises(TooOften):
        await right(login, "2001:db8:1:2:ffff::1")
    assert await right(login, "2001:db8:1:3::1")


async def test_the_right_one_begins_anew_and_so_does_an_hour(store: Store, clock: Hands) -> None:
    login = Login(store.users, store.access, store.guesses)
    await wrong(login, "10.0.0.1", FREE - 1)
    assert await right(login, "10.0.0.1")
    await wrong(login, "10.0.0.1", FREE)
    clock.time += 3_600_001
    await wrong(login, "10.0.0.1", FREE)


async def test_many_at_once_are_no_way_around(store: Store, clock: Hands) -> None:
    login = Login(store.users, store.access, store.guesses)
    tries = (guess(login, "10.0.0.1") for _ in range(FREE + 20))
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    assert outcomes.count(False) == FREE
    assert sum(isinstance(each, TooOften) for each in outcomes) == 20


async def test_many_places_together_get_no_further_than_a_few(store: Store, clock: Hands) -> None:
    login = Login(store.users, store.access, store.guesses)
    for number in range(FREE_OF_USER):
        await wrong(login, f"10.0.{number}.1", 1)
    with pytest.raises(TooOften):
        await right(login, "10.9.9.9")
    with pytest.raises(TooOften):  # of another user's server process, too
        await right(Login(store.users, store.access, store.guesses), "10.9.9.9")


async def test_whoever_guesses_elsewhere_cannot_keep_a_user_out_of_their_own_browser(
    store: Store, clock: Hands
) -> None:
    login, user = Login(store.users, store.access, store.guesses), await store.users.find("admin")
    assert user
    device = store.access.new_device(user)
    for number in range(FREE_OF_USER):
        await wrong(login, f"10.0.{number}.1", 1)
    for _ in range(FREE):
        assert await login.user(Attempt("nobody", "wrong", "10.0.0.9")) is None
    with pytest.raises(TooOften):
        await right(login, "10.0.0.9")
    assert await right(login, "10.0.0.9", device=device)
    # It is no way to guess without end, nor for another user, nor with another password.
    for _ in range(FREE):
        assert not await guess(login, "10.0.0.9", device=device)
    with pytest.raises(TooOften):
        await right(login, "10.0.0.9", device=device)
    for made_up in (device[:-4] + "AAAA", "x", "é", "x" * 5000):
        assert store.access.device(made_up, user) is None
    await store.users.set_password("admin", HASH + "x")
    changed = await store.users.find("admin")
    assert changed
    assert store.access.device(device, changed) is None


async def test_a_name_that_is_nobodys_is_compared_too(store: Store, clock: Hands) -> None:
    login = Login(store.users, store.access, store.guesses)
    assert await login.user(Attempt("nobody", PASSWORD, "10.0.0.1")) is None


async def test_to_compare_with_nobodys_password_takes_as_much(store: Store, clock: Hands) -> None:
    admin = await store.users.find("admin")
    assert compared_with(admin) == HASH
    assert extract_parameters(compared_with(None)) == extract_parameters(hash_password(PASSWORD))


async def test_guesses_at_names_that_are_nobodys_count_for_their_address(store: Store, clock: Hands) -> None:
    login = Login(store.users, store.access, store.guesses)
    for number in range(FREE):
        assert await login.user(Attempt(f"nobody{number}", PASSWORD, "10.0.0.1")) is None
    with pytest.raises(TooOften):
        await right(login, "10.0.0.1")


@pytest.mark.parametrize("password", ["", "short12", "x" * 1001])
def test_a_password_that_is_none(password: str) -> None:
    with pytest.raises(BadPassword, match="8 to 1000 characters"):
        hash_password(password)


def test_to_try_passwords_on_what_is_stored_is_dear() -> None:
    kept = extract_parameters(hash_password(PASSWORD))
    assert (kept.type, kept.time_cost, kept.memory_cost) == (Type.ID, 3, 64 * 1024)


async def test_a_session_ends_and_one_that_is_used_lasts(store: Store, clock: Hands) -> None:
    access, user = store.access, await store.users.find("admin")
    await access.open_session("one", clock.time + 1000, user)
    await access.open_session("two", clock.time + 1000, user)
    await access.extend_session("two", clock.time + 3000)
    clock.time += 2000
    assert await access.session("one") is None
    assert await access.session("two") == Session("admin", "admin", clock.time - 2000, clock.time + 1000)
    await access.close_session("two")
    await access.extend_session("two", clock.time + 9000)
    assert await access.session("two") is None


async def test_neither_password_nor_token_is_in_the_file(store: Store, clock: Hands, tmp_path: Path) -> None:
    await store.access.open_session("a-token-of-a-session", clock.time + 1000)
    raw = b"".join(path.read_bytes() for path in files(tmp_path))
    assert b"$argon2id$" not in raw  # it is sealed
    assert PASSWORD.encode() not in raw
    assert b"a-token-of-a-session" not in raw


async def test_few_wait_for_their_turn(store: Store, clock: Hands) -> None:
    login = Login(store.users, store.access, store.guesses, waiting=3)
    tries = (guess(login, f"10.0.0.{number}") for number in range(20))
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    assert outcomes.count(False) == 3
    assert sum(isinstance(each, TooOften) for each in outcomes) == 17
    assert await right(login, "10.0.0.99")
