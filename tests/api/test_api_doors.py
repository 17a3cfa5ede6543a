"""Who gets in at the private listener, and who does not."""

import asyncio
from pathlib import Path

import pytest

from ivr.settings import SettingsError
from ivr.web.login import hash_password
from tests.api.board import PASSWORD, Browser, Served, flow, lock, served

CHANGES = [
    ("POST", "/api/flows"),
    ("DELETE", "/api/flows/line"),
    ("PUT", "/api/flows/line/draft"),
    ("POST", "/api/check"),
    ("POST", "/api/flows/line/publish"),
    ("PUT", "/api/numbers/+15550100100"),
    ("DELETE", "/api/secrets/crm"),
    ("POST", "/api/audio"),
]
RIGHT = {"user": "admin", "password": PASSWORD}
READS = ["/api/bootstrap", "/api/flows", "/api/numbers", "/api/secrets", "/api/audio", "/api/openapi.json"]


async def locked(server: Served) -> Browser:
    """The server gets a user; a browser that has not signed in."""
    await lock(server.store)
    return await server.browser()


async def test_without_users_a_link_opens_the_board_once(server: Served) -> None:
    browser, other = await server.browser(), await server.browser()
    link = f"/open?link={await server.store.access.new_link()}"
    answer = await browser.get(link)
    assert (answer.status, answer.headers["Location"]) == (303, "/")
    session = (await browser.arrive()).json
    assert session == {"needed": False, "user": "operator", "role": "admin", "csrf": browser.csrf}
    assert len(browser.csrf) == 64
    assert (await browser.get("/api/bootstrap")).status == 200
    assert (await other.get(link)).status == 401
    assert (await other.get("/api/bootstrap")).status == 401


async def test_without_users_nobody_gets_in_without_a_link(server: Served) -> None:
    """Another user of this machine, or a stock proxy that adds no header: what they ask looks like anyone's."""
    browser = await server.browser()
    for path in (*READS, "/metrics", "/", "/flows/line", "/assets/x.js", "/open", "/open?link=made-up"):
        answer = await browser.get(path, headers={"Accept": "text/html"})
        assert (answer.status, path) == (401, path)
    await browser.arrive()
    for method, path in CHANGES:
        assert (await browser.ask(method, path, json={})).status == 401
    assert (await browser.post("/api/session", {"user": "operator", "password": "x"})).status == 401


async def test_the_first_user_ends_what_a_link_opened(server: Served) -> None:
    browser = await server.board()
    await lock(server.store)
    assert (await browser.get("/api/flows")).status == 401
    assert (await browser.get(f"/open?link={await server.store.access.new_link()}")).status == 401
    assert (await browser.get("/api/flows")).status == 401


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8081", "localhost", "LOCALHOST:1", "[::1]:8081", "127.9.9.9"])
async def test_names_of_this_machine(board: Browser, host: str) -> None:
    assert (await board.get("/api/flows", headers={"Host": host})).status == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8081", "127.0.0.1.evil.example", "localhost.evil.example", "10.0.0.1", "", "x:y:z"],
)
async def test_a_name_from_elsewhere_is_turned_away(board: Browser, host: str) -> None:
    for path in ("/api/flows", "/api/session", "/", "/metrics", "/open?link=x"):
        answer = await board.get(path, headers={"Host": host})
        assert (answer.status, path) == (403, path)
        assert "http://127.0.0.1:" in answer.problem["detail"]


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Forwarded-Host", "Forwarded", "Via"])
async def test_without_users_nobody_comes_through_a_proxy(board: Browser, header: str) -> None:
    answer = await board.get("/api/flows", headers={header: "127.0.0.1"})
    assert answer.status == 401
    assert "ivr user add" in answer.problem["detail"]


@pytest.mark.parametrize(("method", "path"), CHANGES)
async def test_what_changes_something_takes_the_token(server: Served, method: str, path: str) -> None:
    browser = await server.board()
    for token in ("", "0" * 64, "é", browser.cookie()):
        answer = await browser.ask(method, path, json={}, headers={"X-CSRF-Token": token})
        assert answer.status == 403
        assert "X-CSRF-Token" in answer.problem["detail"]


async def test_a_token_without_its_cookie_is_nothing(server: Served) -> None:
    browser, stranger = await server.board(), await server.board()
    stranger.csrf = browser.csrf
    assert (await stranger.post("/api/check", {"document": {}})).status == 403
    assert (await browser.post("/api/check", {"document": {}})).status == 200


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://127.0.0.1:1", "http://", "x" * 5000, "http://[::1"]
)
async def test_another_page_can_change_nothing(board: Browser, origin: str) -> None:
    for method, path in CHANGES:
        answer = await board.ask(method, path, json={}, headers={"Origin": origin})
        assert answer.status == 403
        assert "not the board" in answer.problem["detail"]


async def test_our_own_page_can(board: Browser) -> None:
    answer = await board.post("/api/check", {"document": flow()}, headers={"Origin": board.url})
    assert answer.status == 200


async def test_a_socket_from_another_page_is_refused(board: Browser) -> None:
    upgrade = {"Upgrade": "websocket", "Connection": "Upgrade", "Origin": "https://evil.example"}
    assert (await board.get("/api/flows", headers=upgrade)).status == 403


async def test_with_users_nothing_opens_to_others(server: Served) -> None:
    browser = await locked(server)
    assert (await browser.arrive()).json == {"needed": True, "user": None, "role": None, "csrf": browser.csrf}
    for path in READS:
        answer = await browser.get(path)
        assert (answer.status, path) == (401, path)
        assert "Sign in" in answer.problem["detail"]
    for method, path in CHANGES:
        assert (await browser.ask(method, path, json={})).status == 401


async def test_signing_in_and_out(server: Served) -> None:
    browser = await locked(server)
    await browser.arrive()
    before = browser.cookie()
    answer = await browser.sign_in()
    assert answer.json == {"needed": True, "user": "admin", "role": "admin", "csrf": browser.csrf}
    assert browser.cookie() not in {"", before}  # nobody can lay a session down for somebody else to sign in on
    assert (await browser.get("/api/flows")).status == 200
    assert (await browser.post("/api/check", {"document": flow()})).status == 200
    former = browser.cookie()
    assert (await browser.delete("/api/session")).status == 204
    assert browser.cookie() == ""
    assert (await browser.get("/api/flows")).status == 401
    cookie = f"ivr_session_{browser.url.rpartition(':')[2]}={former}"
    assert (await browser.get("/api/flows", headers={"Cookie": cookie})).status == 401


async def test_the_cookie_is_for_our_page_alone(server: Served) -> None:
    browser = await locked(server)
    answer = await browser.sign_in()
    cookie, device = answer.headers.getall("Set-Cookie")
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= {part.strip() for part in device.split(";")}
    assert {"HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=43200"} <= {part.strip() for part in cookie.split(";")}
    assert "Secure" not in cookie
    assert browser.cookie() not in answer.body.decode()


async def test_behind_a_certificate_the_cookie_is_secure(tmp_path: Path) -> None:
    async with served(tmp_path) as server:
        await lock(server.store)
    async with served(tmp_path, IVR_BOARD_URL="https://board.example.com", IVR_SESSION_HOURS="1") as server:
        browser = await server.browser()
        await browser.arrive()
        outside = {"Host": "board.example.com", "Origin": "https://board.example.com", "X-Forwarded-For": "10.0.0.9"}
        answer = await browser.post("/api/session", RIGHT, headers=outside)
        # The browser kept no cookie, since it came without https; so it has no token either.
        assert answer.status == 403
        cookie = browser.seen[0].headers["Set-Cookie"].partition(";")[0]
        assert "Secure" in browser.seen[0].headers["Set-Cookie"]
        answer = await browser.post("/api/session", RIGHT, headers={**outside, "Cookie": cookie})
        assert answer.status == 200
        cookies = answer.headers.getall("Set-Cookie")
        assert all("Path=/; SameSite=Strict; Secure" in each for each in cookies)
        assert "Max-Age=3600;" in next(each for each in cookies if each.startswith("ivr_session")), "one hour, as set"


@pytest.mark.parametrize("password", ["wrong", "", PASSWORD.upper(), f"{PASSWORD} ", "\x00"])
async def test_a_wrong_password(server: Served, password: str) -> None:
    browser = await locked(server)
    answer = await browser.sign_in(password)
    assert answer.status == 401
    assert answer.problem["detail"] == "That is not the name and password of a user."
    assert (await browser.get("/api/flows")).status == 401


async def test_a_password_is_never_sent_back(server: Served) -> None:
    browser = await locked(server)
    await browser.arrive()
    long = "canary" * 1000
    for given in ({"password": long}, {"password": ["canary"]}, {"password": {"canary": 1}}, {"canary": "canary"}):
        body = {"user": "admin", **given}
        assert (await browser.post("/api/session", body)).status == 422
    assert not [answer for answer in browser.seen if b"canarycanary" in answer.body]


async def test_guessing_gets_slow(server: Served) -> None:
    browser = await locked(server)
    await browser.arrive()
    statuses: list[int] = []
    while 429 not in statuses and len(statuses) < 12:  # waits double: a slow machine outwaits the first ones
        guess = {"user": "admin", "password": f"guess {len(statuses)}"}
        statuses.append((await browser.post("/api/session", guess)).status)
    assert statuses[:5] == [401] * 5
    assert statuses[-1] == 429
    assert int(browser.seen[-1].headers["Retry-After"]) >= 1
    assert browser.seen[-1].problem["detail"].startswith("Too many wrong guesses.")


async def test_a_new_password_sends_everybody_out(server: Served) -> None:
    browser = await locked(server)
    await browser.sign_in()
    assert (await browser.get("/api/flows")).status == 200
    await server.store.users.set_password("admin", await asyncio.to_thread(hash_password, "another password"))
    assert (await browser.get("/api/flows")).status == 401


async def test_from_outside_it_does_not_open_without_users(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"IVR_BOARD_LISTEN .* ivr user add"):
        async with served(tmp_path, host="0.0.0.0"):
            pass
    with pytest.raises(SettingsError, match=r"IVR_BOARD_URL .* ivr user add"):
        async with served(tmp_path, IVR_BOARD_URL="https://board.example.com"):
            pass


async def test_a_sign_of_life_is_for_everybody(server: Served) -> None:
    browser = await locked(server)
    answer = await browser.get("/healthz", headers={"Host": "anything"})
    assert (answer.status, answer.body) == (200, b"ok\n")


async def test_a_board_that_is_only_looked_at(tmp_path: Path) -> None:
    async with served(tmp_path) as server:
        await server.store.flows.save_draft(flow())
    async with served(tmp_path, IVR_READ_ONLY="true") as server:
        board = await server.board()
        assert (await board.get("/api/bootstrap")).json["read_only"] is True
        assert (await board.get("/api/flows/line/draft")).status == 200
        assert (await board.post("/api/check", {"document": flow()})).status == 200
        for method, path in CHANGES:
            if path != "/api/check":
                answer = await board.ask(method, path, json={})
                assert (answer.status, "IVR_READ_ONLY" in answer.problem["detail"]) == (403, True)


async def test_every_answer_is_guarded(board: Browser) -> None:
    for path in ("/", "/api/session", "/api/flows", "/api/none", "/assets/none.js", "/healthz", "/metrics"):
        answer = await board.get(path)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert "aiohttp" not in answer.headers["Server"]


@pytest.mark.parametrize("path", ["/api", "/api/none", "/api/flows/line/none", "/api/../etc/x", "/assets/../app.py"])
async def test_what_is_not_there(board: Browser, path: str) -> None:
    assert (await board.get(path)).status == 404


async def test_a_method_that_an_address_does_not_take(board: Browser) -> None:
    answer = await board.put("/api/flows", {})
    assert answer.status == 405
    assert set(answer.headers["Allow"].split(",")) >= {"GET", "POST"}
    assert "Allow" in answer.problem["detail"]
