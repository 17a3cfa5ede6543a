"""A whole session at the board: nothing that is secret comes back in any answer, by whatever address."""

import re
from typing import Any

from tests.api.board import Browser, Served, asking

PASSWORDS = {
    "basic": ("password", {"type": "basic", "user": "u"}),
    "bearer": ("token", {"type": "bearer"}),
    "api_key": ("value", {"type": "api_key", "name": "X-Key"}),
    "oauth2": ("client_secret", {"type": "oauth2", "token_url": "http://127.0.0.1:9/token", "client_id": "c"}),
    "oauth2_password": (
        "password",
        {"type": "oauth2_password", "token_url": "http://127.0.0.1:9/token", "client_id": "c", "user": "u"},
    ),
    "digest": ("password", {"type": "digest", "user": "u"}),
    "hmac": ("key", {"type": "hmac"}),
    "twilio": ("auth_token", {"type": "twilio"}),
    "aws": ("secret_key", {"type": "aws", "access_key": "AKIA", "region": "eu-west-1", "service": "s3"}),
    "aws-session": (
        "session_token",
        {"type": "aws", "access_key": "AKIA", "secret_key": "$SECRET.crm", "region": "eu-west-1", "service": "s3"},
    ),
    "certificate": ("private_key", {"type": "certificate", "certificate": "-----BEGIN CERTIFICATE-----"}),
}
CANARY = "canary-7e55"


def document(kind: str, flow_id: str) -> dict[str, Any]:
    field, rest = PASSWORDS[kind]
    scheme = "https" if kind == "certificate" else "http"
    return asking(f"{scheme}://127.0.0.1:9/", authentication={**rest, field: f"{CANARY}-{kind}"}) | {"id": flow_id}


async def test_no_secret_comes_back(server: Served, board: Browser) -> None:
    assert (await board.put("/api/secrets/crm", {"value": f"{CANARY}-named", "hosts": ["a.test"]})).status == 204
    for kind in PASSWORDS:
        flow_id = kind.replace("_", "-")
        drawn = document(kind, flow_id)
        await board.post("/api/flows", {"document": drawn})
        broken = document(kind, flow_id)
        broken["blocks"][1]["action"] |= {"timeout": "soon", "no_such_field": 1}
        broken["blocks"].append({"number": "x", "action": {"type": "nothing", "password": f"{CANARY}-unknown"}})
        for body in (broken, drawn):
            await board.put(f"/api/flows/{flow_id}/draft", body, headers={"If-Match": "*"})
            await board.put(f"/api/flows/{flow_id}/draft", body, headers={"If-Match": '"1"'})
            await board.post("/api/check", {"document": body})
            await board.post(f"/api/flows/{flow_id}/test-request", {"document": body, "block": 2})
        assert (await board.post(f"/api/flows/{flow_id}/publish", headers={"If-Match": "*"})).status == 200
        changed = document(kind, flow_id)
        changed["blocks"][1]["action"]["authentication"][PASSWORDS[kind][0]] = f"{CANARY}-another"
        await board.put(f"/api/flows/{flow_id}/draft", changed, headers={"If-Match": "*"})
        for path in ("draft", "revisions", "revisions/1", "diff", "diff?from=draft&to=1"):
            assert (await board.get(f"/api/flows/{flow_id}/{path}")).status == 200
        words = [each["words"] for each in (await board.get(f"/api/flows/{flow_id}/diff")).json["changes"]]
        assert len(words) == 1
        await board.post(f"/api/flows/{flow_id}/revisions/1/restore")
    for path in ("flows", "secrets", "audio", "numbers", "bootstrap", "openapi.json", "session"):
        assert (await board.get(f"/api/{path}")).status == 200
    await board.get("/metrics")
    assert len(board.seen) > 80
    told = [answer for answer in board.seen if CANARY.encode() in answer.body or CANARY in str(answer.headers)]
    assert told == []
    sealed = re.compile(rb'"sealed"')
    assert [answer for answer in board.seen if sealed.search(answer.body)] == []
    assert len(await server.store.flows.list()) == len(PASSWORDS)
