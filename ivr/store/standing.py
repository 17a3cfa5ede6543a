"""Databases of versions in which nothing told what stands: what is there, and opens, stands from now on.

It happens once. A head that tells what stands is never begun anew, whatever the record of steps says.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress

from ivr.store.audit_trail import HEAD, Mark, print_of, seal_head
from ivr.store.database import Database, Params, Row, Statement
from ivr.store.errors import Damaged
from ivr.store.register import REGISTER, versions_in
from ivr.store.sql import core, people
from ivr.store.users import open_user
from ivr.store.vault import Vault
from ivr.store.vouching import NUMBER, Vouching

FLOWS = "SELECT id, version, revision, draft, deleted_at FROM flows"
NUMBERS = "SELECT number, flow, mac FROM numbers"
USERS = "SELECT name, body FROM users"
TOKENS = "SELECT name, hash, body FROM api_tokens"
SECRETS = "SELECT name, version FROM secrets"


async def noted(database: Database, vault: Vault, now: int) -> Sequence[Statement]:
    """The head with all that stands. Raises KeyMissing."""
    n, digest, sealed = 0, "", None
    for row in await database.fetch(people.AUDIT_HEAD, {}):
        sealed = bytes(row["body"])
        n, digest, *told = json.loads(vault.open(sealed, HEAD))
        if told:
            return ()
    standing: dict[str, Mark] = {}
    for sql, read in ((FLOWS, _flow), (NUMBERS, _number), (USERS, _user), (TOKENS, _token)):
        for row in await database.fetch(sql, {}):
            with suppress(Damaged):
                standing.update(read(vault, row))
    standing.update(await _secrets(database, vault))
    if not standing and sealed is None:
        return ()
    body = seal_head(vault, n, digest, standing)
    if sealed is not None:
        return [Statement(people.MOVE_AUDIT_HEAD, {"body": body, "seen": sealed}, must_change=True)]
    first: Params = {"n": 0, "at": now, "author": "", "kind": "", "body": body}
    return [Statement(people.INSERT_AUDIT, first, must_change=True)]


def _flow(vault: Vault, row: Row) -> Iterator[tuple[str, Mark]]:
    vault.open(row["draft"], f"draft:{row['id']}:{row['version']}".encode())
    yield f"draft {row['id']}", row["version"]
    if row["revision"] is not None:
        yield f"live {row['id']}", row["revision"]


def _number(vault: Vault, row: Row) -> Iterator[tuple[str, Mark]]:
    if Vouching(vault).holds(NUMBER, row):
        yield f"number {row['number']}", row["flow"]


def _user(vault: Vault, row: Row) -> Iterator[tuple[str, Mark]]:
    user = open_user(vault, row["name"], row["body"])
    yield f"user {user.name}", print_of(user.role, user.password_hash)


def _token(vault: Vault, row: Row) -> Iterator[tuple[str, Mark]]:
    may = json.loads(vault.open(row["body"] or b"", f"token:{row['name']}:{row['hash']}".encode()))
    yield f"token {row['name']}", print_of(row["hash"], *may)


async def _secrets(database: Database, vault: Vault) -> Iterator[tuple[str, Mark]]:
    """Those that the register of that time tells of."""
    (register,) = await database.fetch(core.VALUE_REGISTER, {"register": REGISTER})
    versions: dict[str, int] = {}
    with suppress(Damaged):
        versions = versions_in(Vouching(vault), register)
    rows = await database.fetch(SECRETS, {})
    return ((f"secret {row['name']}", row["version"]) for row in rows if versions.get(row["name"]) == row["version"])
