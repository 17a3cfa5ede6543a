"""Tokens of other systems, on both databases."""

from ivr.store.tokens import DAY, NOTED

from .conftest import Place


async def test_a_token_opens_nothing_after_its_last_day(place: Place) -> None:
    store = await place.open()
    lasting, ending = await store.tokens.new("crm"), await store.tokens.new("prometheus", "", ["metrics"], days=2)
    begun = place.time
    place.time = begun + 2 * DAY - 1
    assert await store.tokens.find(ending)
    place.time += 1
    assert await store.tokens.find(ending) is None
    assert await store.tokens.find(lasting)
    assert {row.name: row.ends_at for row in await store.tokens.list()} == {"crm": None, "prometheus": begun + 2 * DAY}


async def test_its_use_is_noted_once_a_minute(place: Place) -> None:
    store = await place.open()
    token = await store.tokens.new("crm")
    noted = []
    for later in (0, NOTED, 1):
        place.time += later
        await store.tokens.find(token)
        noted.append([row.used_at for row in await store.tokens.list()])
    assert noted == [[place.time - NOTED - 1], [place.time - NOTED - 1], [place.time]]
