"""curl commands by the board's API: pasted into fields, and copied from a block without its secrets."""

from typing import Any

from tests.api.board import Browser

CANARY = "canary-77a1"


def document(**fields: Any) -> dict[str, Any]:
    call = {"type": "external_web_call", "url": "https://a.test/x?phone=$ANI", **fields}
    blocks = [
        {"number": 1, "action": {"type": "inbound_call"}, "exits": {"next": 2}},
        {"number": 2, "action": call, "exits": {}},
    ]
    return {"id": "line", "name": "line", "blocks": blocks}


async def test_a_pasted_command_becomes_fields_and_notes(board: Browser) -> None:
    command = "curl -k -u ada:pw https://a.test/x -d a=1 --cert me.pem"
    answer = await board.post("/api/curl", {"command": command})
    assert answer.status == 200
    assert answer.json["fields"]["authentication"] == {"type": "basic", "user": "ada", "password": "pw"}
    assert answer.json["notes"] == [
        "-k was left out: certificates are always checked.",
        "--cert can't be taken over, and was left out.",
    ]
    assert answer.headers["Cache-Control"] == "no-store"


async def test_what_is_no_command_is_refused_with_a_sentence(board: Browser) -> None:
    answer = await board.post("/api/curl", {"command": "curl https://a.test https://b.test"})
    assert answer.status == 422
    assert "2 addresses" in answer.problem["detail"]


async def test_a_block_is_copied_with_sample_values_and_dots(board: Browser) -> None:
    body = {
        "document": document(
            authentication={"type": "bearer", "token": CANARY}, headers=[{"name": "X", "value": "$Y"}]
        ),
        "block": 2,
        "values": {"ANI": "+1 5"},
    }
    answer = await board.post("/api/flows/line/curl", body)
    assert answer.status == 200, answer.json
    assert "'https://a.test/x?phone=%2B1%205'" in answer.json["command"]
    assert "'Authorization: Bearer •••'" in answer.json["command"]
    assert answer.json["unset"] == ["Y"]
    assert CANARY not in str(answer.json)


async def test_only_a_web_call_can_be_copied(board: Browser) -> None:
    answer = await board.post("/api/flows/line/curl", {"document": document(), "block": 1})
    assert answer.status == 422
    assert "only an External Web Call" in answer.problem["detail"]
