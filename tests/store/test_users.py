"""Users on both databases: the last admin stays, whoever asks at once; and what an earlier version let in goes on."""

import asyncio

import pytest

from ivr.store import BadUser, LastAdmin, Store, UnknownUser, UserExists
from ivr.store.database import Statement
from ivr.store.migrations import MIGRATIONS, PEOPLE, STANDING

from .conftest import Place

PASSWORD = "board password hash"
SET = "INSERT INTO settings (name, value, updated_at, mac) VALUES (:name, :value, 1, :mac)"


async def roles(store: Store) -> dict[str, str]:
    return {user.name: user.role for user in await store.users.list()}


async def test_users_come_change_and_go(place: Place) -> None:
    store = await place.open()
    assert not await store.users.any()
    await store.users.add("anna", "admin", "one")
    await store.users.add("ben", "viewer", "two")
    await store.users.set_role("ben", "publisher")
    await store.users.set_password("ben", "three")
    ben = await (await place.open()).users.find("ben")
    assert ben
    assert (ben.role, ben.password_hash, "three" in repr(ben)) == ("publisher", "three", False)
    await store.users.remove("ben")
    assert await roles(store) == {"anna": "admin"}


async def test_mistakes_are_told_in_a_sentence(store: Store) -> None:
    with pytest.raises(LastAdmin, match="first user must be an admin"):
        await store.users.add("ben", "editor", "x")
    await store.users.add("anna", "admin", "x")
    with pytest.raises(UserExists, match="“anna”"):
        await store.users.add("anna", "viewer", "x")
    for name in ("", "operator", "a b", "-a", "a-", "é", "x" * 65, "a\n"):
        with pytest.raises(BadUser, match="can't be called"):
            await store.users.add(name, "viewer", "x")
    with pytest.raises(UnknownUser, match="Did you mean “anna”"):
        await store.users.set_role("ana", "viewer")
    for change in (store.users.remove("anna"), store.users.set_role("anna", "editor")):
        with pytest.raises(LastAdmin, match="the last admin"):
            await change


async def test_of_two_admins_who_remove_each_other_at_once_one_stays(place: Place) -> None:
    stores = [await place.open() for _ in range(2)]
    await stores[0].users.add("anna", "admin", "x")
    await stores[0].users.add("ben", "admin", "x")
    done = await asyncio.gather(
        stores[0].users.remove("anna"), stores[1].users.set_role("ben", "viewer"), return_exceptions=True
    )
    assert sorted(type(each) for each in done if each) == [LastAdmin]
    assert list((await roles(stores[0])).values()).count("admin") == 1


async def test_the_one_password_goes_on_as_the_user_admin(place: Place) -> None:
    """As a database of the version before is: its password and its tokens go on, but not those that were made up."""
    store = await place.open()
    token, forged = await store.tokens.new("crm"), await store.tokens.new("mine")
    step = next(number for number, each in enumerate(MIGRATIONS, 1) if each.name == PEOPLE)
    rows = await store.database.fetch("SELECT name, hash FROM api_tokens", {})
    undone = [
        *(f"DROP TABLE {table}" for table in ("users", "sessions", "links", "guesses", "audit_trail", "api_tokens")),
        "CREATE TABLE sessions (id TEXT PRIMARY KEY, expires_at BIGINT NOT NULL, mac TEXT NOT NULL)",
        "CREATE TABLE api_tokens (name TEXT PRIMARY KEY, hash TEXT NOT NULL, flow TEXT NOT NULL, "
        "created_at BIGINT NOT NULL, mac TEXT NOT NULL)",
        f"DELETE FROM migrations WHERE number = {step} OR name = '{STANDING}'",
    ]
    insert = "INSERT INTO api_tokens (name, hash, flow, created_at, mac) VALUES (:name, :hash, '', 1, :mac)"
    macs = {"crm": store.vault.mac("token", "crm", rows[0]["hash"], "", 1), "mine": "0" * 72}
    mac = store.vault.mac("setting", PASSWORD, "a hash")
    await store.database.write(
        [
            *map(Statement, undone),
            *(Statement(insert, {"name": r["name"], "hash": r["hash"], "mac": macs[r["name"]]}) for r in rows),
            Statement(SET, {"name": PASSWORD, "value": "a hash", "mac": mac}),
        ]
    )
    store = await place.open()
    admin = await store.users.find("admin")
    assert admin
    assert (admin.role, admin.password_hash) == ("admin", "a hash")
    found = await store.tokens.find(token)
    assert found
    assert found.scopes == ("start",)
    assert await store.tokens.find(forged) is None
    # It happens once: a password that is written there later lets nobody in.
    later = Statement(SET, {"name": PASSWORD, "value": "a hash", "mac": mac})
    await store.database.write([later, Statement("DELETE FROM users")])
    assert await (await place.open()).users.list() == []
