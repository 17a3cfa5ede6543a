"""The private listener, up on loopback with a store behind it, and a browser's hands to ask it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
from argon2 import PasswordHasher
from yarl import URL

from ivr.app import serve
from ivr.settings import Settings, load
from ivr.store import Store
from ivr.store.users import Role
from ivr.web.server import bind, port_of

ACCOUNT, TOKEN = "AC" + "0" * 32, "not-a-secret"
NOWHERE = "http://127.0.0.1:9"
"""Where nobody listens."""
PASSWORD = "correct horse battery"
ADMIN = "admin"
HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
"""What is stored of it. To compare a password with it costs next to nothing: how dear that is stands in the hash."""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Any
    body: bytes

    @property
    def json(self) -> Any:
        return msgspec.json.decode(self.body)

    @property
    def problem(self) -> dict[str, Any]:
        """The error, which says in a sentence what is wrong, and nothing of our insides."""
        assert self.headers["Content-Type"].startswith("application/problem+json")
        told: dict[str, Any] = self.json
        assert told["status"] == self.status
        assert told["title"]
        assert told["detail"].endswith((".", "?", "--role admin", "ivr board open"))
        assert "Traceback" not in self.body.decode()
        return told


@dataclass
class Browser:
    """Asks like the board's page does; remembers cookies, and every answer."""

    session: aiohttp.ClientSession
    url: str
    csrf: str = ""
    seen: list[Answer] = field(default_factory=list)

    async def ask(self, method: str, path: str, **more: Any) -> Answer:
        """Any request; the path goes over the wire as it is."""
        headers = {"X-CSRF-Token": self.csrf} if self.csrf and method != "GET" else {}
        headers |= more.pop("headers", {})
        url = URL(self.url + path, encoded=True)
        async with self.session.request(method, url, headers=headers, allow_redirects=False, **more) as answer:
            self.seen.append(Answer(answer.status, answer.headers, await answer.read()))
        return self.seen[-1]

    async def get(self, path: str, **more: Any) -> Answer:
        return await self.ask("GET", path, **more)

    async def post(self, path: str, body: Any = None, **more: Any) -> Answer:
        return await self.ask("POST", path, json={} if body is None else body, **more)

    async def put(self, path: str, body: Any, **more: Any) -> Answer:
        return await self.ask("PUT", path, json=body, **more)

    async def delete(self, path: str, **more: Any) -> Answer:
        return await self.ask("DELETE", path, **more)

    async def arrive(self) -> Answer:
        """As the page does first."""
        answer = await self.get("/api/session")
        self.csrf = answer.json["csrf"]
        return answer

    async def sign_in(self, password: str = PASSWORD, user: str = ADMIN) -> Answer:
        if not self.csrf:
            await self.arrive()
        answer = await self.post("/api/session", {"user": user, "password": password})
        if answer.status == 200:
            self.csrf = answer.json["csrf"]
        return answer

    async def enter(self, store: Store) -> Answer:
        """Open the board by a one-time link, as the server prints one."""
        answer = await self.get(f"/open?link={await store.access.new_link()}")
        await self.arrive()
        return answer

    def cookie(self) -> str:
        """The session's cookie as it is kept."""
        return next((each.value for each in self.session.cookie_jar if each.key.startswith("ivr_session")), "")


@dataclass(frozen=True)
class Served:
    """The listener, `url` is where."""

    url: str
    store: Store
    stack: AsyncExitStack
    settings: Settings

    async def browser(self) -> Browser:
        """Another browser, with no cookies yet."""
        jar = aiohttp.CookieJar(unsafe=True)
        return Browser(await self.stack.enter_async_context(aiohttp.ClientSession(cookie_jar=jar)), self.url)

    async def board(self) -> Browser:
        """A browser in which the board is open: by a link or, where there are users, as one of its own."""
        browser = await self.browser()
        if not await self.store.users.any():
            await browser.enter(self.store)
            return browser
        return await self.signed_in("admin")

    async def signed_in(self, role: Role) -> Browser:
        """A browser in which a user of this role has signed in. The first of them may be made for it."""
        browser = await self.browser()
        await lock(self.store)
        if role != "admin" and await self.store.users.find(role) is None:
            await self.store.users.add(role, role, HASH)
        answer = await browser.sign_in(user=ADMIN if role == "admin" else role)
        assert answer.status == 200, answer.body
        return browser


def settings_for(folder: Path, public: int, **more: str) -> Settings:
    environ = {
        "IVR_PUBLIC_URL": f"http://127.0.0.1:{public}",
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_API_URL": NOWHERE,
        "IVR_DATA": str(folder),
        "IVR_EGRESS_ALLOW": "127.0.0.0/8",
        **more,
    }
    return load(env_file=None, environ=environ)


@asynccontextmanager
async def served(folder: Path, host: str = "127.0.0.1", **more: str) -> AsyncIterator[Served]:
    """The whole server on free ports, the board's listener bound to `host`."""
    async with AsyncExitStack() as stack:
        public, private = (stack.enter_context(closing(bind(each, 0))) for each in ("127.0.0.1", host))
        settings = settings_for(folder, port_of(public), **more)
        server = await stack.enter_async_context(serve(settings, public, private))
        yield Served(f"http://127.0.0.1:{port_of(private)}", server.store, stack, settings)
        await asyncio.sleep(0)


async def lock(store: Store) -> None:
    """From now on the board is for users: there is one."""
    if await store.users.find(ADMIN) is None:
        await store.users.add(ADMIN, "admin", HASH)


class Hands:
    """A clock that moves when it is told to."""

    def __init__(self, now: int = 1_700_000_000_000) -> None:
        self.time = now

    def now(self) -> int:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.time += round(seconds * 1000)


def flow(**more: Any) -> dict[str, Any]:
    """A flow without a mistake: greet and hang up."""
    return {
        "id": "line",
        "name": "Line",
        "blocks": [
            {"number": 1, "action": {"type": "inbound_call"}, "exits": {"next": 2}},
            {"number": 2, "action": {"type": "play_message", "message": "Hello $ANI."}, "exits": {"next": 3}},
            {"number": 3, "action": {"type": "end_call"}},
        ],
        **more,
    }


def asking(url: str, **fields: Any) -> dict[str, Any]:
    """A flow without a mistake that asks an API in block 2."""
    ask = {"type": "external_web_call", "url": url, **fields}
    return flow(
        blocks=[
            {"number": 1, "action": {"type": "inbound_call"}, "exits": {"next": 2}},
            {"number": 2, "title": "Look up", "action": ask, "exits": {"success": 3, "failure": 3}},
            {"number": 3, "action": {"type": "end_call"}},
        ]
    )
