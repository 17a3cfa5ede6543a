"""Page and command line say the same of a flow."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from ivr.cli import ivr
from tests.api.board import Browser, served

from .counting import jumping

pytestmark = pytest.mark.process


def needy(flow_id: str) -> dict[str, Any]:
    """A flow that needs a clip, a secret and a flow that are not here, and goes on to a flow that has no way in."""
    flow = jumping(flow_id, "nowhere", "closed")
    asks = {
        "type": "external_web_call",
        "url": "https://api.example.com/",
        "headers": [{"name": "X", "value": "$SECRET.crm"}],
    }
    flow["blocks"][2]["action"] = {"type": "play_message", "clip": "welcome.wav"}
    flow["blocks"].append({"number": 9, "action": asks, "exits": {"success": 4, "failure": 4}})
    return flow


FLOWS = {
    "needy": needy("needy"),
    "fine": jumping("fine", "open", "draft-only"),
    "fine-with-hold-music": {**jumping("fine-with-hold-music"), "blocks": jumping("x")["blocks"]},
    "unreadable": {"id": "unreadable", "name": "U", "blocks": [{"number": 1, "action": {"type": "fly"}}]},
}
FLOWS["fine-with-hold-music"]["blocks"][2]["action"] = {"type": "play_message", "clip": "hold.wav"}


async def by_command(folder: Path, flow_id: str) -> tuple[int, list[str]]:
    """Exit code, and what the command says of the flow."""
    env = {"IVR_DATA": str(folder), "IVR_KEY": "", "IVR_DATABASE_URL": ""}
    ran = await asyncio.to_thread(CliRunner().invoke, ivr, ["flow", "publish", flow_id], env=env)
    said = [line.removeprefix(f"{flow_id}: ") for line in ran.stderr.splitlines() if line.startswith(f"{flow_id}: ")]
    return ran.exit_code, said


async def put(board: Browser, flow: dict[str, Any]) -> list[dict[str, Any]]:
    """Make a flow and save its draft; the problems that the page shows."""
    assert (await board.post("/api/flows", {"name": "X", "id": flow["id"]})).status == 201
    saved = await board.put(f"/api/flows/{flow['id']}/draft", flow, headers={"If-Match": "*"})
    assert saved.status == 200
    problems: list[dict[str, Any]] = saved.json["problems"]
    return problems


@pytest.mark.parametrize("flow_id", FLOWS)
async def test_both_say_the_same(tmp_path: Path, flow_id: str) -> None:
    async with served(tmp_path) as server:
        board = await server.board()
        for other in ("open", "closed", "draft-only"):
            flow = jumping(other)
            flow["blocks"] = [each for each in flow["blocks"] if other != "closed" or each["number"] != 2]
            assert not [each for each in await put(board, flow) if each["level"] == "error"]
        for other in ("open", "closed"):
            assert (await board.post(f"/api/flows/{other}/publish", {}, headers={"If-Match": "*"})).status == 200
        drawn = await put(board, FLOWS[flow_id])
        code, said = await by_command(tmp_path, flow_id)
        anything = {"If-Match": "*"}
        if not code:
            assert (await board.post(f"/api/flows/{flow_id}/publish", {}, headers=anything)).status == 409, "it is live"
            await board.put(f"/api/flows/{flow_id}/draft", {**FLOWS[flow_id], "name": "Again"}, headers=anything)
        answer = await board.post(f"/api/flows/{flow_id}/publish", {}, headers=anything)
        if code:
            errors = [each for each in answer.problem["problems"] if each["level"] == "error"]
            assert answer.status == 422
            assert [each for each in drawn if each["level"] == "error"] == errors
        else:
            assert answer.status == 200
            errors = answer.json["left"]
        assert said
        for line, problem in zip(said, errors, strict=True):
            assert problem["message"] in line
            assert problem["hint"] in line
            assert line.startswith(f"{problem['level']}: ")
