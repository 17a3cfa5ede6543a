"""Who may come in at the private listener.

Users sign in with name and password, and have a session in a cookie. While there are no users, the board opens by a
one-time link that the server prints, on this machine only and under a name of this machine: another user of the machine
or a proxy does not have the cookie that comes of it. Other systems show a token. What changes something in a session
also takes a token that only our own page can read, and comes from no other origin.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Awaitable, Callable
from functools import partial
from http.cookies import SimpleCookie

from aiohttp import web
from msgspec import Struct
from yarl import URL

from ivr.runtime.ports import Clock
from ivr.store.access import Session
from ivr.store.audit_trail import Actor, act_as
from ivr.store.opening import Store
from ivr.store.tokens import TokenRow
from ivr.store.users import OWNER, Role, User, may
from ivr.web.connection import vouch
from ivr.web.gate import Door, Gate
from ivr.web.login import Attempt, Login, TooOften
from ivr.web.peer import Proxies, is_loopback
from ivr.web.problem import Refused

__all__ = ["COOKIE", "OWNER", "PASS", "SAFE", "SHOWN", "TOKEN", "Door", "Doors", "Gate", "Pass", "Place", "Visitor"]

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
TOKEN = "X-CSRF-Token"  # noqa: S105 - the name of a header
COOKIE = web.RequestKey("session cookie", str)
"""Under this key a request keeps the cookie that its answer sets; empty: the one that goes."""
DEVICE = web.RequestKey("device cookie", str)
"""The same for what a browser keeps when a user has signed in."""
SHOWN = web.RequestKey("token of another system", TokenRow)
"""Under this key a request keeps the token it came with."""
PROXIED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via")
HOUR = 3_600_000
YEAR = 365 * 24 * 3600
ADD_USER = "Add one with: ivr user add NAME --role admin"
OPEN = "Open the board with the link that `ivr serve` has printed; for another one: ivr board open"
_bearer = re.compile(r"Bearer +([!-~]{1,200})", re.IGNORECASE)


class Place(Struct, frozen=True):
    """Where the board is opened: the port, whether that is on this machine only, and the address of a proxy.

    A session ends after some hours without a request, and after some days however much it is used.
    """

    port: int
    loopback: bool
    url: str = ""
    hours: int = 12
    days: int = 30
    proxies: Proxies = Proxies()


class Visitor(Struct, frozen=True):
    """The client of a request. `needed`: there are users, and the visitor must be one; `user` is empty until they sign
    in."""

    needed: bool
    token: str
    user: str = ""
    role: Role | None = None

    @property
    def signed_in(self) -> bool:
        """Whether they have a session."""
        return bool(self.user)

    @property
    def csrf(self) -> str:
        """What requests that change something carry."""
        return csrf_of(self.token) if self.token else ""


class Pass(Struct, frozen=True):
    """What a visitor came in with: what they have open is counted by it, and it can say whether it still lasts."""

    holder: str
    lasts: Callable[[], Awaitable[bool]]
    role: Role | None = None


PASS = web.RequestKey("pass", Pass)
"""Under this key a request keeps what let it in."""


class Doors:
    """Lets requests in, or raises Refused."""

    def __init__(self, store: Store, clock: Clock, place: Place) -> None:
        self._users = store.users
        self._tokens = store.tokens
        self._access = store.access
        self._clock = clock
        self._place = place
        self._cookie, self._device = (
            re.compile(rf"(?:^|;)[ ]*{name}=([^;]*)") for name in (self.cookie_name, self.device_name)
        )
        self._login = Login(store.users, store.access, store.guesses)

    async def admit(self, request: web.Request, gate: Gate) -> None:
        """Raises Refused unless the request may pass by this gate."""
        act_as(Actor("", "a stranger"))
        if gate.door == "open":
            return
        if gate.scope and (gate.door == "token" or "Authorization" in request.headers):
            request[SHOWN] = await self._shown(request, gate)
            act_as(Actor(request[SHOWN].name, "a token"))
            return
        visitor = await self.visitor(request)
        if gate.door == "session":
            self._check(visitor, gate.role)
        if visitor.signed_in:
            vouch(request)
            act_as(Actor(visitor.user, "the board"))
        holder = visitor.token or self.address(request)
        request[PASS] = Pass(holder, partial(self._still, visitor.token, gate.role), visitor.role)
        if request.method not in SAFE:
            given = request.headers.get(TOKEN, "").encode("utf-8", "replace")
            if not visitor.csrf or not hmac.compare_digest(given, visitor.csrf.encode()):
                raise Refused(403, f"The header {TOKEN} is missing or old: take it from GET /api/session.")

    async def visitor(self, request: web.Request) -> Visitor:
        """Who asks. Raises Refused for a request by another host name or from another page."""
        token = self._kept(request, self._cookie)
        session = await self._lasts(request, token) if token else None
        needed = session.user != OWNER if session else await self._users.any()
        if not needed:
            self._only_here(request)
        self._only_from_us(request)
        if session is None:
            return Visitor(needed, token)
        return Visitor(needed, token, session.user, session.role)

    def address(self, request: web.Request) -> str:
        """Where a request comes from: what guesses are counted by."""
        return self._place.proxies.address(request)

    async def sign_in(self, request: web.Request, name: str, password: str) -> Visitor:
        """A new session of a user. Raises Refused."""
        attempt = Attempt(name, password, self.address(request), self._kept(request, self._device))
        try:
            user = await self._login.user(attempt)
        except TooOften as error:
            raise _too_often(error) from None
        if user is None:
            raise Refused(401, "That is not the name and password of a user.")
        request[DEVICE] = self._access.new_device(user)
        return await self._open(request, user)

    async def enter(self, request: web.Request, link: str) -> None:
        """A new session by a one-time link, while there are no users. Raises Refused."""
        self._only_here(request)
        if await self._users.any():
            raise Refused(401, "This board has users: sign in with name and password.")
        if not await self._access.use_link(link):
            await self._guessed(request)
            raise Refused(401, "This link has opened the board before, or is too old. Make another: ivr board open")
        await self._open(request, None)

    async def close(self, request: web.Request) -> None:
        """End the session; its cookie goes."""
        token = self._kept(request, self._cookie)
        if token:
            await self._access.close_session(token)
        request[COOKIE] = ""

    def introduced(self, request: web.Request, visitor: Visitor) -> Visitor:
        """The visitor with a token of their own, which the answer sets where there was none."""
        if visitor.token:
            return visitor
        request[COOKIE] = secrets.token_urlsafe(32)
        return Visitor(visitor.needed, request[COOKIE], visitor.user, visitor.role)

    async def set_cookie(self, request: web.Request, response: web.StreamResponse) -> None:
        """For every answer before it leaves, when its own cookies are written already."""
        secure = self._place.url.startswith("https:") or request.secure
        if COOKIE in request:
            token = request[COOKIE]
            seconds = self._place.hours * HOUR // 1000 if token else 0
            response.headers.add("Set-Cookie", _cookie(self.cookie_name, token, seconds, secure=secure))
        if DEVICE in request:
            response.headers.add("Set-Cookie", _cookie(self.device_name, request[DEVICE], YEAR, secure=secure))

    @property
    def cookie_name(self) -> str:
        """With the port, since browsers send the cookies of a host to all its ports."""
        return f"ivr_session_{self._place.port}"

    @property
    def device_name(self) -> str:
        """The cookie that a browser keeps after a user has signed out."""
        return f"ivr_device_{self._place.port}"

    def _kept(self, request: web.Request, cookie: re.Pattern[str]) -> str:
        """A token out of the cookies that were sent; the framework would parse all of them by their rules, which takes
        far longer for a long header of very short ones.
        """
        found = cookie.search(request.headers.get("Cookie", ""))
        return found[1].strip() if found else ""

    def _check(self, visitor: Visitor, least: Role) -> None:
        """Raises Refused unless the visitor may do what takes this role."""
        if visitor.role is None:
            raise Refused(401, "Sign in first: this board has users." if visitor.needed else f"{OPEN}.")
        if not may(visitor.role, least):
            raise Refused(403, f"This takes the role {least}, and {visitor.user} has the role {visitor.role}.")

    async def _shown(self, request: web.Request, gate: Gate) -> TokenRow:
        """The token that a request shows. Raises Refused unless it is for this."""
        given = request.headers.getall("Authorization", [])
        match = _bearer.fullmatch(given[0].strip()) if len(given) == 1 else None
        token = await self._tokens.find(match[1]) if match else None
        if token is None:
            if match:
                await self._guessed(request)
            why = "is unknown, was removed, or has ended" if match else "is missing"
            refused = Refused(401, f"The token {why}. It belongs in the header “Authorization: Bearer …”.")
            refused.headers = {"WWW-Authenticate": "Bearer"}
            raise refused
        if gate.scope not in token.scopes:
            raise Refused(403, f"This takes a token for “{gate.scope}”, and this one is for {', '.join(token.scopes)}.")
        return token

    async def _guessed(self, request: web.Request) -> None:
        try:
            await self._login.refuse_guess(self.address(request))
        except TooOften as error:
            raise _too_often(error) from None

    async def _open(self, request: web.Request, user: User | None) -> Visitor:
        """A new session, whose cookie the answer sets; the one there was is closed."""
        former = self._kept(request, self._cookie)
        if former:
            await self._access.close_session(former)
        token = secrets.token_urlsafe(32)
        act_as(Actor(user.name if user else OWNER, "the board"))
        await self._access.open_session(token, self._clock.now() + self._place.hours * HOUR, user)
        request[COOKIE] = token
        return Visitor(user is not None, token, user.name if user else OWNER, user.role if user else "admin")

    async def _lasts(self, request: web.Request, token: str) -> Session | None:
        """The session, if it goes on. One that is used is made to last, an hour at a time."""
        session = await self._session(token)
        if session is None:
            return None
        fresh = min(self._clock.now() + self._place.hours * HOUR, self._end_of(session))
        if fresh - session.expires_at > min(HOUR, self._place.hours * HOUR // 4):
            await self._access.extend_session(token, fresh)
            request[COOKIE] = token
        return session

    async def _still(self, token: str, least: Role) -> bool:
        """Whether a visitor who came in with this token may stay. It is no click, so the session gets no longer."""
        session = await self._session(token) if token else None
        return session is not None and may(session.role, least)

    async def _session(self, token: str) -> Session | None:
        session = await self._access.session(token)
        return session if session is not None and self._clock.now() < self._end_of(session) else None

    def _end_of(self, session: Session) -> int:
        return session.opened_at + self._place.days * 24 * HOUR

    def _only_here(self, request: web.Request) -> None:
        if not self._place.loopback:
            raise Refused(401, f"This board has no users yet, so it stays closed. {ADD_USER}")
        if any(name in request.headers for name in PROXIED):
            raise Refused(401, f"Through a proxy the board opens to users only. {ADD_USER}")
        if not is_loopback(_host(request.headers.get("Host", ""))):
            raise Refused(403, f"Without users the board opens at http://127.0.0.1:{self._place.port}/ only.")

    def _only_from_us(self, request: web.Request) -> None:
        """What another page sends comes with that page's origin."""
        origin = request.headers.get("Origin")
        upgrading = request.headers.get("Upgrade", "").lower() == "websocket"
        if origin is None or (request.method in SAFE and not upgrading):
            return
        if _place_of(origin) not in {request.headers.get("Host", "").lower(), _place_of(self._place.url)} - {""}:
            raise Refused(403, "This request comes from a page that is not the board.")


def csrf_of(token: str) -> str:
    """The token against forged requests that belongs to a session."""
    return hashlib.sha256(b"csrf:" + token.encode("utf-8", "replace")).hexdigest()


def _cookie(name: str, value: str, seconds: int, *, secure: bool) -> str:
    cookie = SimpleCookie({name: value})[name]
    cookie["path"], cookie["samesite"], cookie["max-age"] = "/", "Strict", str(seconds)
    cookie["httponly"], cookie["secure"] = True, secure
    return cookie.OutputString()


def _too_often(error: TooOften) -> Refused:
    refused = Refused(429, str(error))
    refused.headers = {"Retry-After": str(error.seconds)}
    return refused


def _host(netloc: str) -> str:
    """The host of a Host header, without port and brackets."""
    if netloc.startswith("["):
        return netloc[1:].partition("]")[0]
    return netloc.rpartition(":")[0] if netloc.count(":") == 1 else netloc


def _place_of(origin: str) -> str:
    """Host and port of an origin, as a Host header has them; empty for what is no origin."""
    try:
        url = URL(origin)
        return (url.host_port_subcomponent or "").lower()
    except ValueError:
        return ""
