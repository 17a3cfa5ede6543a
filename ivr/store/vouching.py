"""Shows of rows in the open that we wrote them: of those that decide who answers. Who gets in is sealed instead.

Beside its columns such a row keeps a mac of what they mean. An intruder who writes to the database, but has no key, can
copy a row or remove it, but can neither make one nor change one: to us, such a row is not there.
"""

import logging
from collections.abc import Mapping

from msgspec import Struct

from ivr.store.database import Database, Params, Row, Statement
from ivr.store.sql import core, people
from ivr.store.vault import Vault

log = logging.getLogger(__name__)
MOST_TOLD = 1000
"""Forged rows that are remembered, so that each is logged once."""

Meaning = str | int | None


class Kind(Struct, frozen=True):
    """A table of such rows. `means` are the columns that the mac is of; the first tells the rows apart. `page` reads
    rows whose mac is not by the first key, `remac` gives one another.
    """

    name: str
    means: tuple[str, ...]
    page: str
    remac: str

    def mac(self, vault: Vault, row: Row | Mapping[str, Meaning]) -> str:
        """What vouches for a row, or for what is to become one."""
        return vault.mac(self.name, *(row[column] for column in self.means))


SETTING = Kind("setting", ("name", "value"), core.SETTING_MACS, core.REMAC_SETTING)
NUMBER = Kind("number", ("number", "flow"), core.NUMBER_MACS, core.REMAC_NUMBER)
TOKEN = Kind("token", ("name", "hash", "flow", "created_at"), people.KEY_MACS, people.REMAC_KEY)
"""As tokens were before what they may do was sealed: for going on with those of earlier versions."""
KINDS = (SETTING, NUMBER)


class Vouching:
    """Makes macs of rows, and looks at them when rows are read."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._told: dict[tuple[str, Meaning], None] = {}

    def signed(self, kind: Kind, row: Mapping[str, Meaning]) -> dict[str, Meaning]:
        """The row to be written, with its mac."""
        return {**row, "mac": kind.mac(self._vault, row)}

    def holds(self, kind: Kind, row: Row) -> bool:
        """Whether we wrote this row, as it is. Logged once where not."""
        if self._vault.vouches(row["mac"], kind.name, *(row[column] for column in kind.means)):
            return True
        which = (kind.name, row[kind.means[0]])
        if which not in self._told:
            if len(self._told) >= MOST_TOLD:
                self._told.clear()
            self._told[which] = None
            log.error("A %s in the database was not written by this system, and is ignored: %.80r", *which)
        return False


async def remacs(database: Database, vault: Vault, kind: Kind, *, old: bool = False) -> list[Statement]:
    """What brings every row of a kind under the first key. Of rows without a mac only the `old` ones get one: those
    from before there were macs. One without a valid mac stays as it is.
    """
    changes = []
    for row in await database.fetch(kind.page, {"head": vault.mac_head}):
        vouched = vault.vouches(row["mac"], kind.name, *(row[column] for column in kind.means))
        if vouched or (old and not row["mac"]):
            columns: Params = {column: row[column] for column in kind.means}
            changes.append(
                Statement(kind.remac, {**columns, "former": row["mac"], "mac": kind.mac(vault, row)}, must_change=True)
            )
    return changes


async def check_macs(database: Database, vault: Vault) -> None:
    """Raise KeyMissing where what lets people in was vouched for by a key that is not here."""
    vault.check_macs([row["mac"] for row in await database.fetch(core.MACS, {})])
