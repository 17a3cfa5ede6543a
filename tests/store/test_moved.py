"""A sealed value opens in its own place alone: every part of what names that place counts, on both databases."""

import pytest

from ivr.runtime.starts import Start
from ivr.store import Damaged, Store
from ivr.store.rotation import PLACES
from ivr.store.rotation import Place as Sealed

from .conftest import Place
from .making import NOW
from .test_rotation import fill

OTHER = {str: "other", int: 4711}


async def fill_all(store: Store) -> None:
    """At least one row in every place."""
    await fill(store)
    await store.users.add("anna", "admin", "hash")
    await store.tokens.new("crm")
    await store.opt_outs.add("+15550100200")
    await store.starts.add(Start(id="r1", flow="appointments", revision=1, reach_by="call", caller="", dialled=""), NOW)


@pytest.mark.parametrize("sealed", PLACES, ids=lambda sealed: sealed.about)
async def test_no_row_can_be_put_in_place_of_another(place: Place, sealed: Sealed) -> None:
    store = await place.open()
    await fill_all(store)
    rows = await store.database.fetch(sealed.page, {"head": b"", **sealed.before})
    assert rows
    for row in rows:
        names = sealed.names(row)
        about = sealed.about_of(names)
        store.vault.open(row["sealed"], about.encode())
        others = [{**names, name: OTHER[type(value)]} for name, value in names.items()]
        for elsewhere in (f"other-{about}", *map(sealed.about_of, others)):
            with pytest.raises(Damaged):
                store.vault.open(row["sealed"], elsewhere.encode())
