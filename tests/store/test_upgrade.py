"""A data folder of the program before secrets were bound opens, once, and with all that was in it.

`upgrade/unbound.sqlite.gz` was made with that program and the key KEY: a password, a session (which ends), an API
token, a number, a named secret, flows with typed secrets (one with a variable address, one deleted), and two calls
that wait for an API.
"""

import gzip
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from ivr.core.credentials import Basic, OAuth2
from ivr.core.effects import Fetch
from ivr.core.fields import Secret
from ivr.flow.check import check
from ivr.flow.model import Flow
from ivr.store import Damaged, KeyMissing, Rotation, Store, open_store
from ivr.store.database import Statement
from ivr.store.folder import DATABASE
from ivr.store.migrations import MIGRATIONS, migrate
from ivr.store.postgres import Postgres
from ivr.store.sql import core as statements
from ivr.store.vault import Vault

from .conftest import new_database, taken_over
from .making import KEY, NOW, OTHER_KEY

FOLDER = Path(__file__).parent / "upgrade"
TOKEN = "ivr_r6aGAvemSibqjx3UtP6yAAYKPzkduLXa57eaecxoB34"
SLOTS, LOGIN, ORDERS = "https://api.example.com", "https://login.example.com", "https://api.example.com:8443"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / DATABASE).write_bytes(gzip.decompress((FOLDER / "unbound.sqlite.gz").read_bytes()))
    return tmp_path


async def opened(folder: Path, *keys: bytes) -> Store:
    return await open_store(folder, None, keys or [KEY], lambda: NOW)


def secret_of(flow: Flow) -> Secret:
    ((_, secret),) = flow.by_number[3].action.secrets()
    return secret


async def everything_is_there(store: Store) -> None:
    (user,) = await store.users.list()
    assert (user.name, user.role) == ("admin", "admin")
    PasswordHasher().verify(user.password_hash, "correct horse battery")
    assert await store.access.session("old-session") is None  # of nobody by name: the admin signs in again
    token = await store.tokens.find(TOKEN)
    assert token is not None
    assert (token.flow, token.scopes, token.ends_at) == ("orders", ("start",), None)
    assert await store.flows.of_number("+15550001111") == ("appointments", 1)
    named = await store.secrets.open("crm")
    assert (named.value, named.hosts) == ("named-word", ("api.example.com",))
    for flow_id, word, origins in (
        ("appointments", "typed-word", (SLOTS,)),
        ("orders", "client-word", (LOGIN, ORDERS)),
        ("anywhere", "lost-word", ("",)),
    ):
        draft = Flow.model_validate((await store.flows.draft(flow_id)).document)
        for flow in (draft, await store.flows.revision(flow_id, 1)):
            secret = secret_of(flow)
            assert (store.vault.open_secret(secret), secret.origins) == (word, origins)
            codes = [problem.code for problem in check(flow) if problem.level == "error"]
            assert codes == (["secret_anywhere"] if flow_id == "anywhere" else [])
    assert await store.flows.diff("orders") == []


async def calls_go_on(store: Store) -> None:
    jobs = {running.call_id: running.job for running in await taken_over(store, 2)}
    one, two = jobs["CA1"], jobs["CA2"]
    assert isinstance(one, Fetch)
    assert isinstance(two, Fetch)
    assert isinstance(one.auth, Basic)
    assert isinstance(two.auth, OAuth2)
    assert one.body == '{"price": 1.10}'
    assert store.vault.open_secret(one.auth.password) == "typed-word"
    assert store.vault.open_secret(two.auth.client_secret) == "client-word"
    assert one.auth.password.origins == (SLOTS,)
    assert two.auth.client_secret.origins == (LOGIN, ORDERS)
    assert two.auth.client_secret.at == "orders/3/authentication.client_secret"
    for call_id in jobs:
        assert await store.calls.load(call_id) is not None


async def test_everything_still_opens(folder: Path) -> None:
    store = await opened(folder)
    await everything_is_there(store)
    await calls_go_on(store)
    await store.close()


@pytest.mark.postgres
async def test_everything_still_opens_on_postgresql(folder: Path, postgres: str) -> None:
    """The same rows in the tables that PostgreSQL had at that step."""
    url = await new_database(postgres)
    await copy_into(url, folder / DATABASE)
    for keys in ([KEY], [OTHER_KEY, KEY]):
        store = await open_store(folder, url, keys, lambda: NOW)
        await store.calls.attend()
        await everything_is_there(store)
        if keys == [KEY]:
            await calls_go_on(store)
        else:
            assert (await Rotation(store.database, store.vault).run(lambda looked, resealed: None)).lost == ()
        await store.close()
    store = await open_store(folder, url, [OTHER_KEY], lambda: NOW)
    await everything_is_there(store)
    await store.close()


async def copy_into(url: str, file: Path) -> None:
    with closing(sqlite3.connect(file)) as source:
        source.row_factory = sqlite3.Row
        (steps,) = source.execute("SELECT MAX(number) FROM migrations").fetchone()
        names = [row[0] for row in source.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        database = await Postgres.connect(url)
        await migrate(database, Vault([KEY]), NOW, MIGRATIONS[:steps])
        changes = []
        for table in sorted(set(names) - {"migrations"}, key=lambda name: (name != "flows", name != "revisions", name)):
            changes.append(Statement(f"DELETE FROM {table}"))
            for row in source.execute(f"SELECT * FROM {table}"):
                values = ", ".join(f":{name}" for name in row.keys())  # noqa: SIM118 - a row is no mapping
                changes.append(Statement(f"INSERT INTO {table} ({', '.join(row.keys())}) VALUES ({values})", dict(row)))
        assert await database.write(changes)
        await database.close()


async def test_it_is_done_once(folder: Path) -> None:
    store = await opened(folder)
    await everything_is_there(store)  # the token's use is noted, which happens once a minute
    await store.close()
    before = (folder / DATABASE).read_bytes()
    store = await opened(folder)
    await everything_is_there(store)
    await store.close()
    assert (folder / DATABASE).read_bytes() == before


async def test_with_another_key_nothing_is_done_and_nothing_lost(folder: Path) -> None:
    with pytest.raises(KeyMissing):
        await opened(folder, OTHER_KEY)
    store = await opened(folder)
    await everything_is_there(store)
    await store.close()


async def test_the_key_can_be_changed_afterwards(folder: Path) -> None:
    store = await opened(folder, OTHER_KEY, KEY)
    assert (await Rotation(store.database, store.vault).run(lambda looked, resealed: None)).lost == ()
    await store.close()
    store = await opened(folder, OTHER_KEY)
    await everything_is_there(store)
    await calls_go_on(store)
    await store.close()


async def test_what_is_not_bound_is_refused_from_then_on(folder: Path, tmp_path: Path) -> None:
    store = await opened(folder)
    old = store.vault.seal(b'["their-word", ["evil.example.net"]]', b"secret:crm")
    draft = (await store.database.fetch(statements.DRAFT, {"id": "appointments"}))[0]
    unbound = store.vault.seal(store.vault.open(draft["draft"], b"draft:appointments:2"), b"draft:appointments")
    await store.database.write([Statement("UPDATE secrets SET value = :old", {"old": old})])
    await store.database.write([Statement("UPDATE flows SET draft = :old", {"old": unbound})])
    await store.database.write(
        [Statement("UPDATE numbers SET mac = ''"), Statement("UPDATE api_tokens SET body = NULL")]
    )
    await store.close()
    store = await opened(folder)
    with pytest.raises(Damaged):
        await store.secrets.open("crm")
    with pytest.raises(Damaged):
        await store.flows.draft("appointments")
    assert await store.flows.of_number("+15550001111") is None
    assert await store.tokens.find(TOKEN) is None
    await store.close()
