"""Rows that decide who gets in and who answers: written by hand they are not there, on both databases."""

import hashlib

import pytest

from ivr.store import KeyMissing, Rotation, Store, Vault, key_id
from ivr.store.database import Statement
from ivr.store.vouching import NUMBER, Vouching

from .conftest import Place
from .making import KEY, NOW, OTHER_KEY, a_flow

KEY_ID = key_id(KEY).hex()
NUMBER_OF_OURS, ANOTHER = "+15550001111", "+15550002222"


async def by_hand(store: Store, sql: str, **params: str | int | bytes) -> None:
    await store.database.write([Statement(sql, params, must_change=True)])


def hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


async def published(store: Store, flow_id: str) -> None:
    await store.flows.save_draft({**a_flow(), "id": flow_id})
    await store.flows.publish(flow_id)


async def test_a_token_written_by_hand_lets_nobody_in(place: Place) -> None:
    store = await place.open()
    token = await store.tokens.new("crm")
    insert = "INSERT INTO api_tokens (name, hash, flow, created_at, body) VALUES ('mine', :hash, '', :now, :body)"
    (row,) = await store.database.fetch("SELECT body FROM api_tokens", {})
    await by_hand(store, insert, hash=hashed("ivr_mine"), now=NOW, body=row["body"])
    assert await store.tokens.find("ivr_mine") is None
    assert [each.name for each in await store.tokens.list()] == ["crm"]
    assert await store.tokens.find(token)


async def test_a_token_for_one_flow_can_t_be_made_one_for_all(place: Place) -> None:
    store = await place.open()
    await published(store, "appointments")
    token = await store.tokens.new("crm", "appointments")
    await by_hand(store, "UPDATE api_tokens SET flow = ''")
    found = await store.tokens.find(token)
    assert found
    assert found.flow == "appointments"


async def test_a_number_can_t_be_led_to_another_flow_by_hand(place: Place) -> None:
    store = await place.open()
    for flow_id in ("appointments", "theirs"):
        await published(store, flow_id)
    await store.flows.assign(NUMBER_OF_OURS, "appointments")
    (ours,) = await store.database.fetch("SELECT mac FROM numbers", {})
    assert await store.flows.of_number(NUMBER_OF_OURS) == ("appointments", 1)
    await by_hand(store, "UPDATE numbers SET flow = 'theirs'")
    await by_hand(store, f"INSERT INTO numbers VALUES ('{ANOTHER}', 'appointments', :mac)", mac=ours["mac"])
    assert await store.flows.of_number(NUMBER_OF_OURS) is None
    assert await store.flows.of_number(ANOTHER) is None
    assert await store.flows.numbers() == []
    assert all(not row.numbers for row in await store.flows.list())
    await store.flows.assign(NUMBER_OF_OURS, "appointments")
    assert await store.flows.of_number(NUMBER_OF_OURS) == ("appointments", 1)


async def test_a_new_key_vouches_for_what_an_old_one_did_and_for_nothing_else(place: Place) -> None:
    store = await place.open([KEY])
    await published(store, "appointments")
    token = await store.tokens.new("crm")
    await store.users.add("anna", "admin", "hash")
    await store.flows.assign(NUMBER_OF_OURS, "appointments")
    await by_hand(store, f"INSERT INTO numbers VALUES ('{ANOTHER}', 'appointments', '')")
    both = await place.open([OTHER_KEY, KEY])
    rotation = Rotation(both.database, both.vault)
    assert (await rotation.usage())[KEY_ID] == 2 + 1 + 1 + 6 + 1
    assert (await rotation.run(lambda looked, resealed: None)).resealed == 2 + 1 + 1 + 6 + 1
    assert KEY_ID not in await rotation.usage()
    fresh = await place.open([OTHER_KEY])
    assert await fresh.tokens.find(token)
    anna = await fresh.users.find("anna")
    assert anna
    assert anna.password_hash == "hash"
    assert (await fresh.audit_trail.verify()).faults == ()
    assert await fresh.flows.of_number(NUMBER_OF_OURS) == ("appointments", 1)
    assert await fresh.flows.of_number(ANOTHER) is None


async def test_without_its_key_users_are_not_taken_for_none(place: Place) -> None:
    await (await place.open([KEY])).users.add("anna", "admin", "hash")
    with pytest.raises(KeyMissing, match="Bring back the old key"):
        await place.open([OTHER_KEY])


@pytest.mark.parametrize("meaning", [("a", "b", 1), ("ab", "", 1), ("a", "b", "1"), ("a", "b", None), ("a",)])
def test_a_mac_is_of_one_meaning_and_one_kind(meaning: tuple[str | int | None, ...]) -> None:
    vault = Vault([OTHER_KEY, KEY])
    mac = vault.mac("number", "a", "b", 1)
    assert vault.vouches(mac, "number", *meaning) == (meaning == ("a", "b", 1))
    assert not vault.vouches(mac, "token", *meaning)
    assert not Vault([KEY]).vouches(mac, "number", *meaning)


@pytest.mark.parametrize(
    "written", [{"flow": "theirs"}, {"number": ANOTHER}, {"mac": ""}, {"mac": key_id(KEY).hex() + 64 * "0"}]
)
def test_a_row_in_the_open_holds_only_as_we_wrote_it(written: dict[str, str]) -> None:
    vouching = Vouching(Vault([KEY]))
    row = vouching.signed(NUMBER, {"number": NUMBER_OF_OURS, "flow": "appointments"})
    assert vouching.holds(NUMBER, row)
    assert not vouching.holds(NUMBER, {**row, **written})
