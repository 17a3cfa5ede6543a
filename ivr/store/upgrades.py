"""Steps of the tables' history that only the key can take: they read what is sealed, and bind it to where it stands."""

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ivr.core.origin import written_origin
from ivr.flow.binding import Keys, origins_at, place_at
from ivr.store.database import Database, Row, Statement
from ivr.store.errors import Damaged, KeyMissing
from ivr.store.register import change
from ivr.store.vault import Vault
from ivr.store.vouching import NUMBER, SETTING, TOKEN, Vouching, remacs

HEADS = """
    SELECT substr(draft, 1, 5) AS head FROM flows UNION SELECT substr(body, 1, 5) AS head FROM revisions
    UNION SELECT substr(value, 1, 5) AS head FROM secrets
"""
SECRETS = "SELECT name, value FROM secrets"
BIND_SECRET = "UPDATE secrets SET value = :fresh, version = :version WHERE name = :name AND value = :former"  # noqa: S105
DRAFTS = "SELECT id, version, draft FROM flows"
BIND_DRAFT = """
    UPDATE flows SET draft = :fresh WHERE id = :id AND version = :version AND draft = :former
"""
REVISIONS = "SELECT flow, number, body FROM revisions"
BIND_REVISION = "UPDATE revisions SET body = :fresh WHERE flow = :flow AND number = :number AND body = :former"
JOBS = """
    SELECT jobs.call, jobs.token, jobs.body, calls.state FROM jobs JOIN calls ON calls.id = jobs.call
    WHERE jobs.status = 'running'
"""
BIND_JOB = "UPDATE jobs SET body = :fresh WHERE call = :call AND token = :token AND body = :former"
_FIELDS = {"basic": "password", "bearer": "token", "apikey": "value", "oauth2": "client_secret"}


async def vouch_for_all(database: Database, vault: Vault, now: int) -> list[Statement]:
    """Macs of the rows that let people in, which had none. Raises KeyMissing: a key that opens nothing that is there
    must not vouch for it either."""
    vault.check([row["head"] for row in await database.fetch(HEADS, {})])
    return [change for kind in (SETTING, NUMBER, TOKEN) for change in await remacs(database, vault, kind, old=True)]


async def bind_all(database: Database, vault: Vault, now: int) -> list[Statement]:
    """Named secrets under their versions, drafts under theirs, and typed secrets under their places and the origins of
    the addresses that their blocks have now. Raises KeyMissing; what is damaged stays as it is, and is refused."""
    return [
        *await _named(database, vault, now),
        *_changed(await database.fetch(DRAFTS, {}), vault, _draft),
        *_changed(await database.fetch(REVISIONS, {}), vault, _revision),
        *_changed(await database.fetch(JOBS, {}), vault, _job),
    ]


async def _named(database: Database, vault: Vault, now: int) -> list[Statement]:
    versions: dict[str, int] = {}
    changes: list[Statement] = []
    for version, row in enumerate(await database.fetch(SECRETS, {}), now):
        name = row["name"]
        try:
            clear = vault.open(row["value"], f"secret:{name}".encode())
        except Damaged:
            continue
        versions[name] = version
        fresh = vault.seal(clear, f"secret:{name}:{version}".encode())
        changes.append(_statement(BIND_SECRET, name=name, version=version, fresh=fresh, former=row["value"]))
    return [change(Vouching(vault), versions, None, now), *changes] if versions else []


def _changed(rows: Sequence[Row], vault: Vault, bind: Callable[[Row, Vault], Statement | None]) -> Iterator[Statement]:
    for row in rows:
        try:
            found = bind(row, vault)
        except Damaged:
            continue
        if found is not None:
            yield found


def _draft(row: Row, vault: Vault) -> Statement:
    flow_id, version = row["id"], row["version"]
    document = _bound(json.loads(vault.open(row["draft"], f"draft:{flow_id}".encode())), vault)
    fresh = vault.seal(json.dumps(document).encode(), f"draft:{flow_id}:{version}".encode())
    return _statement(BIND_DRAFT, id=flow_id, version=version, fresh=fresh, former=row["draft"])


def _revision(row: Row, vault: Vault) -> Statement | None:
    about = f"revision:{row['flow']}:{row['number']}".encode()
    document = json.loads(vault.open(row["body"], about))
    bound = _bound(document, vault)
    if bound == document:
        return None
    fresh = vault.seal(json.dumps(bound).encode(), about)
    return _statement(BIND_REVISION, flow=row["flow"], number=row["number"], fresh=fresh, former=row["body"])


def _job(row: Row, vault: Vault) -> Statement | None:
    about = f"job:{row['call']}:{row['token']}".encode()
    clear = vault.open(row["body"], about)
    job = json.loads(clear)
    auth = job.get("auth")
    field = _FIELDS.get(auth.get("auth", "")) if isinstance(auth, dict) else None
    secret = auth.get(field) if field is not None else None
    if not isinstance(secret, dict) or not isinstance(secret.get("sealed"), str) or secret.get("at"):
        return None
    state = json.loads(vault.open(row["state"], f"call:{row['call']}".encode()))
    at = f"{state[0]['flow']}/{row['token'].rpartition('.')[2]}/authentication.{field}"
    urls = [auth["token_url"], job["url"]] if "token_url" in auth else [job["url"]]
    closed = _rebound(secret["sealed"], at, tuple(str(written_origin(url) or "") for url in urls), vault)
    if closed is None:
        return None
    # Every other byte stays as it is: numbers in a body must keep each digit.
    former = json.dumps(secret["sealed"])
    bound = f'{json.dumps(closed["sealed"])},"at":{json.dumps(at)},"origins":{json.dumps(closed["origins"])}'
    fresh = vault.seal(clear.replace(former.encode(), bound.encode()), about)
    return _statement(BIND_JOB, call=row["call"], token=row["token"], fresh=fresh, former=row["body"])


def _bound(document: Any, vault: Vault) -> Any:
    """A document, each of its secrets bound to where it stands."""

    def within(value: Any, keys: Keys) -> Any:
        if isinstance(value, dict):
            if set(value) == {"sealed"} and isinstance(value["sealed"], str):
                closed = _rebound(value["sealed"], place_at(document, keys), origins_at(document, keys), vault)
                return value if closed is None else closed
            return {key: within(inner, (*keys, key)) for key, inner in value.items()}
        if isinstance(value, list):
            return [within(item, (*keys, index)) for index, item in enumerate(value)]
        return value

    return within(document, ())


def _rebound(sealed: str, at: str, origins: tuple[str, ...], vault: Vault) -> dict[str, Any] | None:
    """A secret sealed for its place; None for what can't be opened."""
    try:
        clear = vault.open_unbound(sealed)
    except (Damaged, KeyMissing, UnicodeDecodeError):
        return None
    return {"sealed": vault.seal_text(clear, at, origins), "at": at, "origins": list(origins)}


def _statement(sql: str, **params: Any) -> Statement:
    return Statement(sql, params, must_change=True)
