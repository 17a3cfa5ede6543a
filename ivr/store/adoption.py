"""What a database of an earlier version lets in goes on: its one password as the user `admin`, its tokens as they are.

It happens in the transaction of the migration, and so only once: a password written there later counts for nothing.
What was not vouched for is left behind.
"""

from collections.abc import Sequence

from ivr.store.database import Database, Params, Statement
from ivr.store.sql import core, people
from ivr.store.tokens import STARTS, seal_token
from ivr.store.users import seal_user
from ivr.store.vault import Vault
from ivr.store.vouching import SETTING, TOKEN, Vouching

ADMIN = "admin"
_PASSWORD = "board password hash"  # noqa: S105 - the name of a setting


async def adopted(database: Database, vault: Vault, now: int) -> Sequence[Statement]:
    """The changes, for the tables as the migration leaves them."""
    vouching, changes = Vouching(vault), []
    for row in await database.fetch(core.SETTING, {"name": _PASSWORD}):
        gone: Params = {"name": _PASSWORD, "value": row["value"]}
        changes.append(Statement(core.REMOVE_SETTING, gone, must_change=True))
        if vouching.holds(SETTING, row):
            body = seal_user(vault, ADMIN, "admin", row["value"])
            user: Params = {"name": ADMIN, "now": now, "body": body}
            changes.append(Statement(people.INSERT_USER, user, must_change=True))
    for row in await database.fetch(people.OLD_KEYS, {}):
        if vouching.holds(TOKEN, row):
            body = seal_token(vault, row["name"], row["hash"], (row["flow"], list(STARTS), None))
            key: Params = {"name": row["name"], "hash": row["hash"], "flow": row["flow"], "body": body}
            changes.append(Statement(people.SEAL_KEY, key, must_change=True))
    return changes
