"""Rows that we have written, put back after they were changed or removed: they count no more, on both databases."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import NamedTuple

import pytest

from ivr.store import Damaged, Store
from ivr.store.database import Statement
from ivr.store.migrations import STANDING

from .conftest import Place
from .making import NOW, a_flow

NUMBER = "+15550001111"
HOSTS = ("api.example.com",)
TRAIL = "audit_trail"


async def kept(store: Store, table: str) -> list[dict[str, str | int | bytes | None]]:
    return [dict(row) for row in await store.database.fetch(f"SELECT * FROM {table}", {})]  # type: ignore[call-overload]


async def put_back(store: Store, table: str, rows: list[dict[str, str | int | bytes | None]]) -> None:
    changes = [] if table == "flows" else [Statement(f"DELETE FROM {table}")]
    for row in rows:
        values, sets = (", ".join(form.format(name) for name in row) for form in (":{0}", "{0} = :{0}"))
        insert = f"INSERT INTO {table} ({', '.join(row)}) VALUES ({values})"
        changes.append(Statement(f"UPDATE flows SET {sets} WHERE id = :id" if table == "flows" else insert, row))
    await store.database.write(changes)


class Case(NamedTuple):
    """What is put back: the table, what is done before and after it is kept, and what there is then."""

    table: str
    before: Callable[[Store], Awaitable[object]]
    after: Callable[[Store], Awaitable[object]]
    found: Callable[[Store], Awaitable[object]]


async def two_admins(store: Store) -> None:
    await store.users.add("anna", "admin", "old")
    await store.users.add("ben", "admin", "b")


async def named(store: Store) -> object:
    return [(user.name, user.role, user.password_hash) for user in await store.users.list()]


async def one_flow(store: Store) -> None:
    await store.flows.save_draft(a_flow())
    await store.flows.publish("appointments")
    await store.flows.save_draft({**a_flow(), "id": "theirs"})
    await store.flows.publish("theirs")
    await store.flows.assign(NUMBER, "appointments")


async def answers(store: Store) -> object:
    return await store.flows.of_number(NUMBER)


async def published_again(store: Store) -> None:
    await store.flows.save_draft(a_flow(name="Renamed"))
    await store.flows.publish("appointments")


async def draft(store: Store) -> object:
    try:
        return (await store.flows.draft("appointments")).document
    except Damaged:
        return None


async def signed_in(store: Store) -> None:
    await store.users.add("anna", "admin", "old")
    await store.access.open_session("a token", NOW + 1000, await store.users.find("anna"))


TOKENS: dict[str, str] = {}


async def a_token(store: Store) -> None:
    TOKENS["crm"] = await store.tokens.new("crm")


async def a_link(store: Store) -> None:
    await store.secrets.set("crm", "something that was done", HOSTS)
    TOKENS["link"] = await store.access.new_link()


CASES: dict[str, Case] = {
    "a password": Case("users", two_admins, lambda store: store.users.set_password("anna", "new"), named),
    "a role": Case("users", two_admins, lambda store: store.users.set_role("anna", "viewer"), named),
    "a user": Case("users", two_admins, lambda store: store.users.remove("anna"), named),
    "a session": Case(
        "sessions",
        signed_in,
        lambda store: store.access.close_session("a token"),
        lambda store: store.access.session("a token"),
    ),
    "a link": Case(
        "links",
        a_link,
        lambda store: store.access.use_link(TOKENS["link"]),
        lambda store: store.access.use_link(TOKENS["link"]),
    ),
    "a token": Case(
        "api_tokens",
        a_token,
        lambda store: store.tokens.remove("crm"),
        lambda store: store.tokens.find(TOKENS["crm"]),
    ),
    "a number": Case("numbers", one_flow, lambda store: store.flows.assign(NUMBER, "theirs"), answers),
    "a number of none": Case("numbers", one_flow, lambda store: store.flows.unassign(NUMBER), answers),
    "a live revision": Case("flows", one_flow, published_again, answers),
    "a draft": Case("flows", one_flow, lambda store: store.flows.save_draft(a_flow(password="new")), draft),
    "a secret": Case(
        "secrets",
        lambda store: store.secrets.set("crm", "old", HOSTS),
        lambda store: store.secrets.set("crm", "new", HOSTS),
        lambda store: store.secrets.hosts(),
    ),
}
NOTHING = ([], None, False, {"crm": ()})


@pytest.mark.parametrize("name", CASES)
async def test_a_row_that_was_put_back_counts_no_more(place: Place, name: str) -> None:
    case, store = CASES[name], await place.open()
    await case.before(store)
    rows = await kept(store, case.table)
    await case.after(store)
    await put_back(store, case.table, rows)
    for each in (store, await place.open()):
        found = await case.found(each)
        assert found in NOTHING or found == [("ben", "admin", "b")]


@pytest.mark.parametrize("name", [each for each in CASES if CASES[each].found != answers])
async def test_nor_does_one_with_the_head_of_the_trail(place: Place, name: str) -> None:
    """Entries behind the head show that it is not the last one."""
    case, store = CASES[name], await place.open()
    await case.before(store)
    rows, (head, *_) = await kept(store, case.table), await kept(store, f"{TRAIL} WHERE n = 0")
    await case.after(store)
    trail = [row for row in await kept(store, TRAIL) if row["n"]]
    await put_back(store, case.table, rows)
    await put_back(store, TRAIL, [head, *trail])
    for each in (store, await place.open()):
        with suppress(Damaged):
            assert await case.found(each) in NOTHING
    with pytest.raises(Damaged):
        await (await place.open()).users.add("mallory", "admin", "x")


async def test_a_role_that_was_put_back_is_not_that_of_a_session(place: Place) -> None:
    store = await place.open()
    await two_admins(store)
    await store.access.open_session("a token", NOW + 1000, await store.users.find("anna"))
    rows = await kept(store, "users")
    await store.users.set_role("anna", "viewer")
    found = await store.access.session("a token")
    assert found
    assert found.role == "viewer"
    await put_back(store, "users", rows)
    assert await store.access.session("a token") is None


async def test_a_revision_that_was_made_live_by_hand_is_no_flow_to_go_on_with(place: Place) -> None:
    store = await place.open()
    await one_flow(store)
    await published_again(store)
    await store.database.write([Statement("UPDATE flows SET revision = 1 WHERE id = 'appointments'")])
    assert await store.flows.live("appointments") is None
    with pytest.raises(Damaged, match="not as it was stored last"):
        await store.flows.draft("appointments")


async def test_a_trail_that_is_put_back_is_found_while_a_server_runs_and_by_a_mark(place: Place) -> None:
    running, noting = await place.open(), await place.open()
    await two_admins(running)
    tables = {table: await kept(running, table) for table in ("users", TRAIL)}
    await running.users.set_password("anna", "new")
    assert await named(running)
    mark = (await noting.audit_trail.verify()).mark
    for table, rows in tables.items():
        await put_back(running, table, rows)
    with pytest.raises(Damaged):
        await running.users.find("anna")
    fresh = await place.open()
    assert await fresh.users.find("anna"), "a server that was started since can't know: this is the limit"
    assert (await fresh.audit_trail.verify(mark)).faults


async def test_a_change_counts_in_every_process_at_once(place: Place) -> None:
    one, other = await place.open(), await place.open()
    await two_admins(one)
    for number in range(3):
        await one.users.set_password("anna", f"password {number}")
        user = await other.users.find("anna")
        assert user
        assert user.password_hash == f"password {number}"


async def test_what_stands_is_noted_once(place: Place) -> None:
    """Whoever takes the step out of the record of steps does not get what was put back noted as standing."""
    store = await place.open()
    await two_admins(store)
    rows = await kept(store, "users")
    await store.users.set_password("anna", "new")
    await put_back(store, "users", rows)
    await store.database.write([Statement("DELETE FROM migrations WHERE name = :name", {"name": STANDING})])
    assert await (await place.open()).users.find("anna") is None


async def test_users_that_were_deleted_by_hand_do_not_open_the_board(place: Place) -> None:
    store = await place.open()
    link = await store.access.new_link()
    await store.access.open_session("of the link", NOW + 1000)
    await two_admins(store)
    await store.database.write([Statement("DELETE FROM users")])
    assert await store.users.any()
    assert await store.access.session("of the link") is None
    assert await store.users.list() == []
    await store.users.add("anna", "admin", "new")
    assert await store.users.find("anna")
    assert link


async def test_sessions_that_are_over_are_forgotten_when_they_would_have_ended(place: Place) -> None:
    store = await place.open()
    await store.users.add("anna", "admin", "old")
    user = await store.users.find("anna")
    for number in range(3):
        await store.access.open_session(f"token {number}", NOW + 1000, user)
        await store.access.close_session(f"token {number}")
    assert sum(name.startswith("over ") for name in (await store.audit_trail.head()).standing) == 3
    place.time = NOW + 3 * 86_400_000
    await store.tokens.new("crm")
    assert not any(name.startswith("over ") for name in (await store.audit_trail.head()).standing)
