"""Which version of each named secret was set last, as databases kept it before the head of the audit trail did: one row
that the key vouches for. Upgrades read and write it.
"""

import json
from collections.abc import Mapping

from ivr.store.database import Params, Row, Statement
from ivr.store.errors import Damaged
from ivr.store.sql import core as statements
from ivr.store.vouching import SETTING, Vouching

REGISTER = "versions of named secrets"
"""The name of its row among the settings."""


def versions_in(vouching: Vouching, row: Row) -> dict[str, int]:
    """The version of each secret, from a row with `register` and `register_mac`; none where it has no register yet.
    Raises Damaged for one that we have not written."""
    text, mac = row["register"], row["register_mac"]
    if text is None:
        return {}
    if not vouching.holds(SETTING, {"name": REGISTER, "value": text, "mac": mac}):
        raise Damaged("This system did not write the register of named secrets. Set each secret again.")
    versions: dict[str, int] = json.loads(text)
    return versions


def change(vouching: Vouching, versions: Mapping[str, int], former: str | None, now: int) -> Statement:
    """Writes the register, unless it is another by now than the `former`; None where there was none."""
    signed = vouching.signed(SETTING, {"name": REGISTER, "value": json.dumps(versions)})
    row: Params = {**signed, "now": now}
    if former is None:
        return Statement(statements.INSERT_SETTING, row, must_change=True)
    return Statement(statements.CHANGE_SETTING, {**row, "former": former}, must_change=True)
