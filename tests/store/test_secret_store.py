import asyncio
from typing import Any

import pytest

from ivr.core.origin import Origin
from ivr.store import BadSecret, Damaged, KeyMissing, OpenSecret, SecretInUse, SecretRow, Store, UnknownSecret
from ivr.store.database import Statement

from .conftest import Place
from .making import NOW, OTHER_KEY, a_flow

HOSTS = ("api.example.com",)


def asking(flow_id: str, reference: str) -> dict[str, Any]:
    """A flow that sends a reference in a header."""
    header = {"name": "Authorization", "value": f"Bearer {reference}"}
    ask = {"type": "external_web_call", "url": "https://api.example.com/slots", "headers": [header]}
    blocks = [
        {"number": 1, "action": {"type": "inbound_call"}, "exits": {"next": 3}},
        {"number": 3, "action": ask, "exits": {}},
    ]
    return {"id": flow_id, "name": flow_id.title(), "blocks": blocks}


async def test_a_secret_opens_with_its_hosts(store: Store) -> None:
    await store.secrets.set("crm_token", "s3cret-ü\n", ["API.example.com.", "*.example.org:8443", "api.example.com"])
    assert await store.secrets.open("crm_token") == OpenSecret("s3cret-ü\n", ("api.example.com", "*.example.org:8443"))


async def test_an_open_secret_says_where_it_may_go(store: Store) -> None:
    await store.secrets.set("crm", "s3cret", ["*.example.com:443"])
    secret = await store.secrets.open("crm")
    assert secret.allows(Origin("https", "api.example.com", 443))
    assert not secret.allows(Origin("https", "api.example.com", 80))
    assert not secret.allows(Origin("https", "evilexample.com", 443))


async def test_a_secret_goes_unencrypted_only_where_its_owner_says_so_or_nowhere_at_all(store: Store) -> None:
    await store.secrets.set("crm", "s3cret", ["api.example.com", "http://intranet.example.com:8080", "127.0.0.1"])
    secret = await store.secrets.open("crm")
    assert secret.hosts == ("api.example.com", "http://intranet.example.com:8080", "127.0.0.1")
    for scheme, host, port, allowed in (
        ("http", "api.example.com", 80, False),
        ("http", "api.example.com", 443, False),
        ("http", "intranet.example.com", 8080, True),
        ("http", "intranet.example.com", 80, False),
        ("https", "intranet.example.com", 8080, False),
        ("http", "127.0.0.1", 80, True),
        ("https", "127.0.0.1", 443, True),
    ):
        assert secret.allows(Origin(scheme, host, port)) is allowed, (scheme, host, port)


async def rows(store: Store, name: str) -> tuple[bytes, int]:
    (row,) = await store.database.fetch("SELECT value, version FROM secrets WHERE name = :name", {"name": name})
    return row["value"], row["version"]


async def put_back(store: Store, name: str, row: tuple[bytes, int]) -> None:
    sql = """
        INSERT INTO secrets (name, value, version, updated_at) VALUES (:name, :value, :version, 0)
        ON CONFLICT (name) DO UPDATE SET value = excluded.value, version = excluded.version
    """
    await store.database.write([Statement(sql, {"name": name, "value": row[0], "version": row[1]})])


async def test_an_old_value_can_t_be_put_back_in_the_database(place: Place) -> None:
    store = await place.open()
    await store.secrets.set("crm", "old", HOSTS)
    old = await rows(store, "crm")
    await store.secrets.set("crm", "new", HOSTS)
    new = await rows(store, "crm")
    for row in (old, (old[0], new[1]), (new[0], old[1])):
        await put_back(store, "crm", row)
        with pytest.raises(Damaged):
            await store.secrets.open("crm")
        assert [(each.name, each.hosts) for each in await store.secrets.list()] == [("crm", ())]
    await store.secrets.set("crm", "newer", HOSTS)
    assert (await store.secrets.open("crm")).value == "newer"


async def test_a_secret_that_was_removed_can_t_be_put_back_in_the_database(store: Store) -> None:
    await store.secrets.set("crm", "old", HOSTS)
    old = await rows(store, "crm")
    await store.secrets.remove("crm")
    await put_back(store, "crm", old)
    with pytest.raises(Damaged, match="is not the latest one"):
        await store.secrets.open("crm")


async def test_a_value_can_t_be_moved_to_another_name(store: Store) -> None:
    await store.secrets.set("crm", "ours", HOSTS)
    await store.secrets.set("theirs", "theirs", ["evil.example.net"])
    ours, theirs = await rows(store, "crm"), await rows(store, "theirs")
    await put_back(store, "theirs", (ours[0], theirs[1]))
    with pytest.raises(Damaged, match="stands in another place"):
        await store.secrets.open("theirs")


async def test_secrets_that_are_set_at_once_are_all_there(place: Place) -> None:
    stores = [await place.open() for _ in range(3)]
    await asyncio.gather(*(store.secrets.set(f"s{n}", str(n), HOSTS) for n, store in enumerate(stores * 2)))
    for number in range(6):
        assert (await stores[0].secrets.open(f"s{number}")).value == str(number)


async def test_an_open_secret_prints_as_dots(store: Store) -> None:
    await store.secrets.set("crm", "s3cret", HOSTS)
    secret = await store.secrets.open("crm")
    assert {str(secret), repr(secret), f"{secret}", f"{secret!r}"} == {"•••"}


async def test_the_list_has_no_values(place: Place) -> None:
    store = await place.open()
    assert await store.secrets.list() == []
    await store.secrets.set("crm", "s3cret", HOSTS)
    place.time = NOW + 5
    await store.secrets.set("Billing", "hush", ["*.example.org"])
    rows = await store.secrets.list()
    assert sorted(rows, key=lambda row: row.updated_at) == [
        SecretRow("crm", HOSTS, NOW),
        SecretRow("Billing", ("*.example.org",), NOW + 5),
    ]
    assert "s3cret" not in repr(rows)


async def test_a_change_is_seen_by_every_process_at_once(place: Place) -> None:
    here, there = await place.open(), await place.open()
    await here.secrets.set("crm", "old", HOSTS)
    assert (await there.secrets.open("crm")).value == "old"
    await here.secrets.set("crm", "new", ["other.example.com"])
    assert await there.secrets.open("crm") == OpenSecret("new", ("other.example.com",))
    await here.secrets.remove("crm")
    with pytest.raises(UnknownSecret):
        await there.secrets.open("crm")


async def test_of_many_changes_at_once_one_stays(place: Place) -> None:
    stores = [await place.open() for _ in range(3)]
    await asyncio.gather(*(stores[n % 3].secrets.set("crm", f"value {n}", [f"h{n}.example.com"]) for n in range(12)))
    secret = await stores[0].secrets.open("crm")
    assert secret.hosts == (f"h{secret.value.removeprefix('value ')}.example.com",)


async def test_a_misspelt_secret_is_named_with_the_right_one(store: Store) -> None:
    with pytest.raises(UnknownSecret, match=r"There is no secret “crm”\. There is: none yet\."):
        await store.secrets.open("crm")
    await store.secrets.set("crm_token", "s3cret", HOSTS)
    sentence = r"There is no secret “crm_tokn”\. Did you mean “crm_token”\?"
    with pytest.raises(UnknownSecret, match=sentence):
        await store.secrets.open("crm_tokn")
    with pytest.raises(UnknownSecret, match=sentence):
        await store.secrets.remove("crm_tokn")
    with pytest.raises(UnknownSecret, match="There is: crm_token"):
        await store.secrets.remove("zzz", force=True)


@pytest.mark.parametrize("name", ["", "a b", "crm.token", "ü", "a" * 65, "x\n", "$x", "{x}"])
async def test_a_name_that_no_flow_could_write_is_refused(store: Store, name: str) -> None:
    with pytest.raises(BadSecret, match="letters, digits and underscores"):
        await store.secrets.set(name, "s3cret", HOSTS)


@pytest.mark.parametrize(
    ("value", "hosts", "sentence"),
    [
        ("", HOSTS, "is empty"),
        ("s3cret" * 5000, HOSTS, "too long: 30000 characters"),
        ("s3cret", [], "at least one host"),
        ("s3cret", ["api.example.com", "https://x"], "“https://x” must be a host alone"),
        ("s3cret", ["*.com"], r"“\*\.com” is too wide"),
    ],
)
async def test_what_is_wrong_is_told_without_the_value(
    store: Store, value: str, hosts: list[str], sentence: str
) -> None:
    with pytest.raises(BadSecret, match=sentence) as caught:
        await store.secrets.set("crm", value, hosts)
    assert "s3cret" not in str(caught.value)
    assert await store.secrets.list() == []


@pytest.mark.parametrize(
    "reference", ["$SECRET.crm", "${SECRET.crm}", "x$SECRET.crm.", "${SECRET.crm}5", "$SECRET.crm\n"]
)
async def test_a_secret_that_a_flow_uses_stays(store: Store, reference: str) -> None:
    await store.secrets.set("crm", "s3cret", HOSTS)
    await store.flows.save_draft(asking("orders", reference))
    with pytest.raises(SecretInUse, match=r"Secret “crm” is used by orders \(draft\)\. ") as caught:
        await store.secrets.remove("crm")
    assert caught.value.flows == ("orders (draft)",)
    await store.secrets.remove("crm", force=True)
    assert await store.secrets.list() == []


@pytest.mark.parametrize(
    "reference", ["$SECRET.crm2", "$SECRET.crm_x", "${SECRET.crmx}", "$XSECRET.crm", "SECRET.crm", "$secret.crm"]
)
async def test_a_flow_that_uses_another_secret_is_no_obstacle(store: Store, reference: str) -> None:
    await store.secrets.set("crm", "s3cret", HOSTS)
    await store.flows.save_draft(asking("orders", reference))
    await store.secrets.remove("crm")
    assert await store.secrets.list() == []


async def test_a_half_finished_draft_uses_its_secrets_too(store: Store) -> None:
    await store.secrets.set("crm", "s3cret", HOSTS)
    await store.flows.save_draft({"id": "orders", "blocks": [{"action": {"type": "?", "message": "$SECRET.crm"}}]})
    with pytest.raises(SecretInUse, match=r"orders \(draft\)"):
        await store.secrets.remove("crm")


async def test_drafts_and_live_revisions_count_and_old_revisions_do_not(store: Store) -> None:
    await store.secrets.set("crm", "s3cret", HOSTS)
    await store.flows.save_draft(asking("orders", "$SECRET.crm"))
    await store.flows.publish("orders")
    await store.flows.save_draft(asking("sales", "$SECRET.crm"))
    await store.flows.publish("sales")
    await store.flows.save_draft(asking("orders", "nothing"))
    with pytest.raises(SecretInUse) as caught:
        await store.secrets.remove("crm")
    assert caught.value.flows == ("orders (revision 1)", "sales (draft, revision 1)")
    await store.flows.publish("orders")
    await store.flows.save_draft(a_flow("sales"))
    await store.flows.publish("sales")
    await store.secrets.remove("crm")


async def test_a_row_put_under_another_name_does_not_open(store: Store) -> None:
    await store.secrets.set("crm", "s3cret", HOSTS)
    await store.secrets.set("mine", "x", ["evil.example.net"])
    swap = "UPDATE secrets SET value = (SELECT value FROM secrets WHERE name = 'mine') WHERE name = 'crm'"
    await store.database.write([Statement(swap)])
    with pytest.raises(Damaged):
        await store.secrets.open("crm")


async def test_a_store_that_lacks_the_key_of_a_secret_names_it(place: Place) -> None:
    store = await place.open()
    await store.secrets.set("crm", "s3cret", HOSTS)
    with pytest.raises(KeyMissing, match=r"sealed with key [0-9a-f]{8}, which is not here"):
        await place.open([OTHER_KEY])
