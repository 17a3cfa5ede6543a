"""Opens the store: SQLite in the data folder, or PostgreSQL where a URL says so."""

import os
import secrets
import socket
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from msgspec import Struct

from ivr.runtime.clock import WallClock
from ivr.settings import Settings
from ivr.store.access import AccessStore
from ivr.store.alerts import AlertStore
from ivr.store.audio import AudioStore
from ivr.store.audit_trail import AuditTrail
from ivr.store.calls import CallStore
from ivr.store.counting import CallCounts
from ivr.store.database import Database, Statement
from ivr.store.erasure import ErasureStore
from ivr.store.errors import KeyMissing, StoreError
from ivr.store.flows import FlowStore
from ivr.store.folder import DATABASE, tighten
from ivr.store.guesses import GuessStore
from ivr.store.history import CallHistory
from ivr.store.keys import KEY_FILE, has_key, load_keys
from ivr.store.migrations import migrate
from ivr.store.opt_outs import OptOutStore
from ivr.store.postgres import Postgres
from ivr.store.recordings import RecordedCalls
from ivr.store.secrets import SecretStore
from ivr.store.spending import SpendingStore
from ivr.store.sql import core as statements
from ivr.store.sql.core import ANY_SEALED
from ivr.store.sql.processes import TIME
from ivr.store.sqlite import Sqlite
from ivr.store.starts import StartStore
from ivr.store.tokens import TokenStore
from ivr.store.users import UserStore
from ivr.store.usual import UsualTimes
from ivr.store.vault import Vault
from ivr.store.vouching import check_macs
from ivr.store.word_index import WordIndex
from ivr.store.words import CallWords


class Store(Struct, frozen=True):
    """An open store. Close it in the event loop it was opened in."""

    database: Database
    vault: Vault
    calls: CallStore
    history: CallHistory
    counts: CallCounts
    words: CallWords
    word_index: WordIndex
    recorded: RecordedCalls
    flows: FlowStore
    secrets: SecretStore
    audio: AudioStore
    starts: StartStore
    tokens: TokenStore
    users: UserStore
    access: AccessStore
    spending: SpendingStore
    guesses: GuessStore
    opt_outs: OptOutStore
    erasure: ErasureStore
    audit_trail: AuditTrail
    alerts: AlertStore
    usual: UsualTimes

    async def check(self, now: int) -> None:
        """Raise StoreError unless the database can be written, and KeyMissing unless what is stored can be opened."""
        await self.database.write([Statement(statements.WRITE_SOMETHING, {"now": now})])
        await self.flows.check_keys()

    @property
    def kept(self) -> tuple[CallHistory, StartStore]:
        """What goes with old calls."""
        return self.history, self.starts

    async def time(self) -> int:
        """What the clock of the database shows, in milliseconds since 1970. For a database that is shared."""
        rows = await self.database.fetch(TIME, {})
        return int(rows[0]["now"])

    async def close(self) -> None:
        """Finish what was asked for, then let go of the database."""
        await self.database.close()


@asynccontextmanager
async def stored(settings: Settings, clock: WallClock | None = None) -> AsyncIterator[Store]:
    """The store that the settings name, until the end of the context. Raises what `open_store` does.

    Where servers share a database, the clock follows that from now on.
    """
    clock = clock or WallClock()
    tighten(settings.data)
    url = settings.database_url.get_secret_value()
    keys = await find_keys(settings.key.get_secret_value(), settings.data, url)
    store = await open_store(settings.data, url, keys, clock.now)
    try:
        if store.database.shared:
            clock.follow(await store.time())
        yield store
    finally:
        await store.close()


async def open_store(
    data_folder: Path, database_url: str | None, keys: Sequence[bytes], now: Callable[[], int]
) -> Store:
    """The store, its tables up to date. `now` gives milliseconds since 1970.

    Raises StoreError, BadKey, and KeyMissing where flows or named secrets were sealed with a key that is not here.
    """
    return await store_on(await _connect(data_folder, database_url), keys, now)


async def store_on(database: Database, keys: Sequence[bytes], now: Callable[[], int]) -> Store:
    """The store on an open database, which it closes. Raises what `open_store` does."""
    vault = Vault(keys)
    owner = _owner()
    flows = FlowStore(database, vault, now)
    calls = CallStore(database, vault, owner, time.monotonic)
    starts, trail = StartStore(database, vault, now), AuditTrail(database, vault, now)
    store = Store(
        database=database,
        vault=vault,
        calls=calls,
        history=CallHistory(database, vault),
        counts=CallCounts(database, vault),
        words=CallWords(database, vault),
        word_index=WordIndex(database, vault),
        recorded=RecordedCalls(database, calls),
        flows=flows,
        secrets=SecretStore(database, vault, flows, now),
        audio=AudioStore(database, vault, flows, now),
        starts=starts,
        tokens=TokenStore(database, vault, flows, now),
        users=UserStore(database, vault, now),
        access=AccessStore(database, vault, now),
        spending=SpendingStore(database, vault),
        guesses=GuessStore(database, now),
        opt_outs=OptOutStore(database, vault, now),
        erasure=ErasureStore(database, vault, trail, calls, starts),
        audit_trail=trail,
        alerts=AlertStore(database),
        usual=UsualTimes(database, time.monotonic),
    )
    try:
        await migrate(database, vault, now())
        await store.flows.check_keys()
        await check_macs(database, vault)
    except BaseException:
        await store.close()
        raise
    return store


async def find_keys(ivr_key: str | None, data_folder: Path, database_url: str | None) -> list[bytes]:
    """The keys, the sealing one first. A new one is made only where nothing is stored yet that another has sealed.

    Raises KeyMissing, BadKey, StoreError, and OSError where the key file can't be read or made.
    """
    if not has_key(ivr_key, data_folder) and (database_url or (data_folder / DATABASE).exists()):
        database = await _connect(data_folder, database_url)
        try:
            heads = {head for sql in ANY_SEALED for head in await _heads(database, sql)}
        finally:
            await database.close()
        if ids := ", ".join(sorted(head[1:].hex() for head in heads)):
            raise KeyMissing(
                f"What is stored is sealed with key {ids}, but there is no key here: neither IVR_KEY is set, nor is "
                f"there a file {data_folder / KEY_FILE}. Bring that key back. A new one could not open what is stored."
            )
    return load_keys(ivr_key, data_folder)


async def _heads(database: Database, sql: str) -> set[bytes]:
    """Heads of sealed values; none where the table is not there yet."""
    with suppress(StoreError):
        return {bytes(row["head"]) for row in await database.fetch(sql, {})}
    return set()


async def _connect(data_folder: Path, database_url: str | None) -> Database:
    if not database_url:
        return Sqlite(data_folder / DATABASE)
    if not database_url.startswith(("postgresql://", "postgres://")):
        raise StoreError(
            "IVR_DATABASE_URL must begin with postgresql://, or be empty for the database in the data folder."
        )
    return await Postgres.connect(database_url)


def _owner() -> str:
    """A name for this process that no other has, nor this one after a restart."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
