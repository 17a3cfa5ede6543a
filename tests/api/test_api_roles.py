"""What each role may do, route by route: by default nothing new is for anyone but admins, and nothing slips through."""

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from ivr.store.users import ROLES, Role, may
from ivr.web import api
from ivr.web.api.described import NOTHING
from ivr.web.private import Board, private
from ivr.web.route import Route, done
from tests.api.board import Served, asking, flow, lock, served

LEAST: dict[str, Role] = {
    "GET /api/bootstrap": "viewer",
    "GET /api/flows": "viewer",
    "POST /api/flows": "editor",
    "DELETE /api/flows/{id}": "publisher",
    "GET /api/flows/{id}/draft": "viewer",
    "PUT /api/flows/{id}/draft": "editor",
    "POST /api/check": "viewer",
    "POST /api/flows/{id}/publish": "publisher",
    "GET /api/flows/{id}/revisions": "viewer",
    "GET /api/flows/{id}/revisions/{number}": "viewer",
    "GET /api/flows/{id}/diff": "viewer",
    "POST /api/flows/{id}/revisions/{number}/restore": "editor",
    "POST /api/flows/{id}/revisions/{number}/roll-back": "publisher",
    "GET /api/numbers": "viewer",
    "PUT /api/numbers/{number}": "publisher",
    "DELETE /api/numbers/{number}": "publisher",
    "GET /api/audio": "viewer",
    "POST /api/audio": "editor",
    "DELETE /api/audio/{name}": "editor",
    "GET /api/audio/{name}/content": "viewer",
    "GET /api/secrets": "viewer",
    "PUT /api/secrets/{name}": "admin",
    "DELETE /api/secrets/{name}": "admin",
    "POST /api/flows/{id}/test-request": "editor",
    "POST /api/curl": "viewer",
    "POST /api/operations": "editor",
    "POST /api/operations/fields": "editor",
    "POST /api/flows/{id}/curl": "viewer",
    "POST /api/test-calls": "viewer",
    "GET /api/test-calls/{id}/events": "viewer",
    "POST /api/test-calls/{id}/keys": "viewer",
    "POST /api/test-calls/{id}/speech": "viewer",
    "POST /api/test-calls/{id}/text": "viewer",
    "POST /api/test-calls/{id}/hang-up": "viewer",
    "GET /api/calls": "viewer",
    "GET /api/calls/{id}": "viewer",
    "GET /api/calls/{id}/trace": "viewer",
    "GET /api/calls/{id}/export": "viewer",
    "GET /api/live": "viewer",
    "GET /api/stats": "viewer",
    "GET /api/alerts": "viewer",
    "GET /api/call-totals": "viewer",
    "GET /api/opt-outs": "admin",
    "POST /api/opt-outs": "admin",
    "POST /api/opt-outs/remove": "admin",
    "GET /api/calls.csv": "viewer",
    "GET /api/voices": "viewer",
    "GET /api/calls.xlsx": "viewer",
    "GET /metrics": "viewer",
    "GET /api/help": "viewer",
    "GET /api/help/{page}": "viewer",
    "GET /api/users": "admin",
    "POST /api/users/{name}": "admin",
    "PUT /api/users/{name}/role": "admin",
    "PUT /api/users/{name}/password": "admin",
    "DELETE /api/users/{name}": "admin",
    "POST /api/callers/erase": "admin",
    "GET /api/audit": "viewer",
    "GET /api/openapi.json": "viewer",
}
"""The least role of every route that takes a session. A new route belongs here."""
READS = {
    "POST /api/session",
    "DELETE /api/session",
    "POST /api/check",
    "POST /api/curl",
    "POST /api/flows/{id}/curl",
    "POST /api/test-calls",
    "POST /api/test-calls/{id}/keys",
    "POST /api/test-calls/{id}/text",
    "POST /api/test-calls/{id}/speech",
    "POST /api/test-calls/{id}/hang-up",
}
"""What changes and sends nothing, although its method says otherwise. A test call of viewers asks no API."""


def declared() -> dict[str, Route]:
    return {f"{route.method} {route.path}": route for route in api.routes(NOTHING)}


def concrete(route: Route) -> str:
    return re.sub(r"\{\w+\}", "1", route.path)


def test_every_route_says_who_may() -> None:
    assert {name: route.role for name, route in declared().items() if route.door == "session"} == LEAST
    others = {name: route.door for name, route in declared().items() if route.door != "session"}
    assert others == {
        "GET /api/session": "anyone",
        "POST /api/session": "anyone",
        "DELETE /api/session": "anyone",
        "GET /healthz": "open",
        "GET /readyz": "open",
        "GET /open": "open",
    }


async def _nothing(_: web.Request) -> web.Response:
    return done()


def test_a_route_that_says_nothing_is_for_admins_and_changes_something() -> None:
    route = Route(method="POST", path="/api/new", summary="New", handle=_nothing)
    assert (route.gate.door, route.gate.role, route.gate.scope, route.changes) == ("session", "admin", None, True)


def test_no_route_of_the_api_is_mounted_beside_its_declaration() -> None:
    """Whoever is let in is decided in one place for all of them: WebSockets too."""
    app = private(Board(api.routes(NOTHING), ()), NOTHING)
    mounted = [route for route in app.router.routes() if route.method != "HEAD"]
    assert len(mounted) == len(declared())
    assert {route.handler.__qualname__ for route in mounted} == {"mounted.<locals>.handle"}


@pytest.mark.parametrize("role", ROLES)
async def test_each_role_gets_where_it_may_and_nowhere_else(server: Served, role: Role) -> None:
    await server.store.flows.save_draft(flow())
    browser = await server.signed_in(role)
    for name, route in declared().items():
        if route.door != "session" or route.status == 101:
            continue
        least = LEAST[name]
        answer = await browser.ask(route.method, concrete(route), json={})
        if may(role, least):
            assert answer.status not in {401, 403}, name
        else:
            assert answer.status == 403, name
            assert f"takes the role {least}" in answer.problem["detail"]


@pytest.mark.parametrize("path", ["/api/live", "/api/test-calls/1/events"])
async def test_a_socket_takes_the_same_door(server: Served, path: str) -> None:
    await lock(server.store)
    stranger = await server.browser()
    upgrade = {"Upgrade": "websocket", "Connection": "Upgrade"}
    assert (await stranger.get(path, headers=upgrade)).status == 401


async def test_a_role_counts_at_once(server: Served) -> None:
    editor = await server.signed_in("editor")
    assert (await editor.post("/api/flows", {"name": "One"})).status == 201
    await server.store.users.set_role("editor", "viewer")
    assert (await editor.post("/api/flows", {"name": "Two"})).status == 403
    assert (await editor.arrive()).json["role"] == "viewer"


async def test_on_a_board_to_look_at_nothing_is_changed_or_sent(tmp_path: Path) -> None:
    """Every route, those for tokens too: found by its method, not by a flag."""
    async with served(tmp_path) as server:
        await server.store.flows.save_draft(flow())
        await lock(server.store)
        token = await server.store.tokens.new("crm")
    async with served(tmp_path, IVR_READ_ONLY="true") as server:
        board = await server.board()
        head = await server.store.audit_trail.head()
        assert {name for name, route in declared().items() if route.method != "GET" and route.reads} == READS
        for name, route in declared().items():
            if route.method != "GET" and name not in READS:
                answer = await board.ask(route.method, concrete(route), json={})
                assert (answer.status, "IVR_READ_ONLY" in answer.problem["detail"]) == (403, True), name
        stranger = await server.browser()
        answer = await stranger.post("/api/flows/line/start", {}, headers={"Authorization": f"Bearer {token}"})
        assert (answer.status, "IVR_READ_ONLY" in answer.problem["detail"]) == (403, True)
        assert await server.store.audit_trail.head() == head
        answer = await board.post("/api/test-calls", {"document": flow()})
        assert answer.status == 403


async def test_a_viewer_calls_published_revisions_and_no_api_is_asked(server: Served) -> None:
    asked: list[bytes] = []

    async def canary(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readline())
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Type: application/json\r\n\r\n{}")
        writer.close()

    api_server = await asyncio.start_server(canary, "127.0.0.1", 0)
    async with api_server:
        url = f"http://127.0.0.1:{api_server.sockets[0].getsockname()[1]}/"
        wanted = {"name": "Day", "query": "DateText", "required": True}
        await server.store.flows.save_draft(asking(url, response_variables=[wanted]))
        await server.store.flows.publish("line")
        viewer, editor = await server.signed_in("viewer"), await server.signed_in("editor")
        stored = {"revision": {"flow": "line", "number": 1}}
        assert (await viewer.post("/api/test-calls", {"document": asking(url)})).status == 403
        assert (await viewer.post("/api/test-calls", {})).status == 422
        assert (await viewer.post("/api/test-calls", {"revision": {"flow": "line", "number": 9}})).status == 404
        told = await followed(viewer, await viewer.post("/api/test-calls", stored))
        assert "200 OK after 0.20 s" in told
        assert "example Day" in told, "made up, so that the call goes on"
        assert asked == []
        await followed(editor, await editor.post("/api/test-calls", stored))
        assert asked == [b"GET / HTTP/1.1\r\n"]


async def followed(browser: Any, begun: Any) -> str:
    """All that happens in a test call, to its end."""
    assert begun.status == 201, begun.body
    async with browser.session.ws_connect(browser.url + begun.headers["Location"]) as socket:
        return "\n".join([message.data async for message in socket if isinstance(message.data, str)])


async def test_an_admin_manages_users_and_all_of_it_is_in_the_audit_trail(server: Served) -> None:
    admin = await server.signed_in("admin")
    assert (await admin.post("/api/users/ben", {"role": "editor", "password": "long enough"})).status == 204
    assert (await admin.put("/api/users/ben/role", {"role": "publisher"})).status == 204
    ben = await server.browser()
    assert (await ben.sign_in("long enough", "ben")).json["role"] == "publisher"
    await ben.post("/api/flows", {"document": flow()})
    assert (await ben.post("/api/flows/line/publish", {"note": "x"}, headers={"If-Match": "*"})).status == 200
    assert (await ben.put("/api/numbers/+15550100100", {"flow": "line"})).status == 204
    assert (await admin.put("/api/users/ben/password", {"password": "another one"})).status == 204
    assert (await ben.get("/api/flows")).status == 401
    assert (await admin.delete("/api/users/ben")).status == 204
    assert (await admin.delete("/api/users/admin")).status == 409
    assert (await admin.put("/api/users/admin/role", {"role": "viewer"})).status == 409
    assert (await admin.delete("/api/users/nobody")).status == 404
    assert (await admin.post("/api/users/ben", {"role": "editor", "password": "short"})).status == 422
    assert [row["author"] for row in (await admin.get("/api/flows/line/revisions")).json] == ["ben"]
    told = (await admin.get("/api/audit")).json
    assert [(entry["author"], entry["words"]) for entry in reversed(told["entries"])][1:] == [
        ("admin", "admin signed in."),
        ("admin", "Added the user ben as editor."),
        ("admin", "Made the user ben a publisher, who was an editor before."),
        ("ben", "ben signed in."),
        ("ben", "Made the flow line."),
        ("ben", "Published line as revision 1."),
        ("ben", "Let line answer +15550100100."),
        ("admin", "Set another password for the user ben."),
        ("admin", "Removed the user ben."),
    ]
    assert {entry["via"] for entry in told["entries"][:-1]} == {"the board"}
    assert told["people"] == ["", "admin", "ben"]
    ours = (await admin.get("/api/audit?author=ben&kind=number")).json["entries"]
    assert [entry["subject"] for entry in ours] == ["+15550100100"]
    older = (await admin.get(f"/api/audit?before={told['entries'][1]['n']}")).json["entries"]
    assert older == told["entries"][2:]
    assert (await admin.get("/api/audit?before=x")).status == 422
    for method in ("POST", "PUT", "DELETE"):
        assert (await admin.ask(method, "/api/audit", json={})).status == 405
    assert "long enough" not in str(told)
    assert "argon2" not in str(told)


async def test_tokens_are_for_what_they_are_for(server: Served) -> None:
    await lock(server.store)
    for each in ("line", "other"):
        await server.store.flows.save_draft(flow(id=each))
    tokens, stranger = server.store.tokens, await server.browser()
    start, metrics = await tokens.new("crm"), await tokens.new("prometheus", "", ["metrics"])
    calls, own = await tokens.new("reports", "", ["calls"]), await tokens.new("own", "line", ["calls"])

    async def status(path: str, token: str) -> int:
        return (await stranger.get(path, headers={"Authorization": f"Bearer {token}"})).status

    assert [await status("/metrics", token) for token in (metrics, start, calls, "ivr_x")] == [200, 403, 403, 401]
    assert [await status("/api/calls", token) for token in (calls, own, metrics, start)] == [200, 200, 403, 403]
    assert [await status(f"/api/calls?flow={flow}", own) for flow in ("line", "other")] == [200, 403]
    assert [await status("/api/runs/1", token) for token in (start, metrics)] == [404, 403]
    for path in ("/api/flows", "/api/users", "/api/audit", "/api/bootstrap"):
        assert await status(path, calls) == 401
    assert {row.name: bool(row.used_at) for row in await tokens.list()} == dict.fromkeys(
        ("crm", "prometheus", "reports", "own"), True
    )
    assert (await stranger.get("/metrics", headers={"Authorization": "Basic eDp5"})).status == 401


async def test_wrong_tokens_count_with_wrong_passwords(server: Served) -> None:
    await lock(server.store)
    right = await server.store.tokens.new("prometheus", "", ["metrics"])
    stranger = await server.browser()
    await stranger.arrive()
    guesses = [(await stranger.get("/metrics", headers={"Authorization": f"Bearer x{n}"})).status for n in range(6)]
    assert guesses == [401] * 5 + [429]
    assert (await stranger.post("/api/session", {"user": "admin", "password": "guess"})).status == 429
    # What nobody can guess always gets in.
    assert (await stranger.get("/metrics", headers={"Authorization": f"Bearer {right}"})).status == 200


async def test_wrong_links_count_too(server: Served) -> None:
    link, stranger = await server.store.access.new_link(), await server.browser()
    guesses = [(await stranger.get(f"/open?link=x{number}")).status for number in range(6)]
    assert guesses == [401] * 5 + [429]
    assert (await stranger.get(f"/open?link={link}")).status == 303
