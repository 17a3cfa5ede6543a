"""Who may come in at the private listener.

Without a password the board is open, but only to this machine, asked under a name of this machine: a page elsewhere
that points its own name here (DNS rebinding) is turned away. With a password there is a session in a cookie. What
changes something also takes a token that only our own page can read, and comes from no other origin.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Awaitable, Callable
from functools import partial
from http.cookies import SimpleCookie
from typing import Literal

from aiohttp import web
from msgspec import Struct
from yarl import URL

from ivr.runtime.ports import Clock
from ivr.store.access import AccessStore, Session
from ivr.web.connection import vouch
from ivr.web.peer import Proxies, is_loopback
from ivr.web.problem import Refused

Door = Literal["session", "anyone", "own"]
"""Who gets to a route: whoever has a session; anyone who comes from our own page; or whoever the route lets in."""
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
TOKEN = "X-CSRF-Token"  # noqa: S105 - the name of a header
COOKIE = web.RequestKey("session cookie", str)
"""Under this key a request keeps the cookie that its answer sets; empty: the one that goes."""
PROXIED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via")
HOUR = 3_600_000


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
    """Whoever asks. `needed`: there is a password; `signed_in`: it was given, or there is none."""

    needed: bool
    signed_in: bool
    token: str

    @property
    def csrf(self) -> str:
        """What requests that change something carry."""
        return csrf_of(self.token) if self.token else ""


class Pass(Struct, frozen=True):
    """With what somebody came in: what they have open is counted by it, and it can be asked whether it still lasts."""

    holder: str
    lasts: Callable[[], Awaitable[bool]]


PASS = web.RequestKey("pass", Pass)
"""Under this key a request keeps what let it in."""


class Doors:
    """Lets requests in, or raises Refused."""

    def __init__(self, access: AccessStore, clock: Clock, place: Place) -> None:
        self._access = access
        self._clock = clock
        self._place = place
        self._cookie = re.compile(rf"(?:^|;)[ ]*{self.cookie_name}=([^;]*)")

    async def admit(self, request: web.Request, door: Door) -> None:
        """Raises Refused unless the request may pass by this door."""
        if door == "own":
            return
        visitor = await self.visitor(request)
        if door == "session" and not visitor.signed_in:
            raise Refused(401, "Sign in first: this board has a password.")
        if visitor.signed_in:
            vouch(request)
        request[PASS] = Pass(visitor.token or self.address(request), partial(self._still, visitor.token))
        if request.method not in SAFE:
            given = request.headers.get(TOKEN, "").encode("utf-8", "replace")
            if not visitor.csrf or not hmac.compare_digest(given, visitor.csrf.encode()):
                raise Refused(403, f"The header {TOKEN} is missing or old: take it from GET /api/session.")

    async def visitor(self, request: web.Request) -> Visitor:
        """Who asks. Raises Refused for whoever comes by another name or from another page."""
        needed = await self._access.password_hash() is not None
        if not needed:
            self._only_here(request)
        self._only_from_us(request)
        token = self._token(request)
        if not needed:
            return Visitor(needed=False, signed_in=True, token=token)
        return Visitor(needed=True, signed_in=bool(token) and await self._lasts(request, token), token=token)

    def address(self, request: web.Request) -> str:
        """Where a request comes from: what guesses are counted by."""
        return self._place.proxies.address(request)

    async def open(self, request: web.Request) -> Visitor:
        """A new session, whose cookie the answer sets; the one there was is closed."""
        former = self._token(request)
        if former:
            await self._access.close_session(former)
        token = secrets.token_urlsafe(32)
        await self._access.open_session(token, self._clock.now() + self._place.hours * HOUR)
        request[COOKIE] = token
        return Visitor(needed=True, signed_in=True, token=token)

    async def close(self, request: web.Request) -> None:
        """End the session; its cookie goes."""
        token = self._token(request)
        if token:
            await self._access.close_session(token)
        request[COOKIE] = ""

    def introduced(self, request: web.Request, visitor: Visitor) -> Visitor:
        """The visitor with a token of their own, which the answer sets where there was none."""
        if visitor.token:
            return visitor
        request[COOKIE] = secrets.token_urlsafe(32)
        return Visitor(visitor.needed, visitor.signed_in, request[COOKIE])

    async def set_cookie(self, request: web.Request, response: web.StreamResponse) -> None:
        """For every answer before it leaves, when its own cookies are written already."""
        if COOKIE not in request:
            return
        token = request[COOKIE]
        cookie = SimpleCookie({self.cookie_name: token})[self.cookie_name]
        cookie["path"], cookie["samesite"] = "/", "Strict"
        cookie["max-age"] = str(self._place.hours * HOUR // 1000 if token else 0)
        cookie["httponly"] = True
        cookie["secure"] = self._place.url.startswith("https:") or request.secure
        response.headers.add("Set-Cookie", cookie.OutputString())

    @property
    def cookie_name(self) -> str:
        """With the port, since browsers send the cookies of a host to all its ports."""
        return f"ivr_session_{self._place.port}"

    def _token(self, request: web.Request) -> str:
        """The session's token out of the cookies that were sent; the framework would parse all of them by their rules,
        which takes far longer for a long header of very short ones.
        """
        found = self._cookie.search(request.headers.get("Cookie", ""))
        return found[1].strip() if found else ""

    async def _lasts(self, request: web.Request, token: str) -> bool:
        """Whether the session goes on. One that is used is made to last, an hour at a time."""
        session = await self._session(token)
        if session is None:
            return False
        fresh = min(self._clock.now() + self._place.hours * HOUR, self._end_of(session))
        if fresh - session.expires_at > min(HOUR, self._place.hours * HOUR // 4):
            await self._access.extend_session(token, fresh)
            request[COOKIE] = token
        return True

    async def _still(self, token: str) -> bool:
        """Whether somebody who came in with this token may stay. It is no click, so the session gets no longer."""
        if await self._access.password_hash() is None:
            return self._place.loopback
        return bool(token) and await self._session(token) is not None

    async def _session(self, token: str) -> Session | None:
        session = await self._access.session(token)
        return session if session is not None and self._clock.now() < self._end_of(session) else None

    def _end_of(self, session: Session) -> int:
        return session.opened_at + self._place.days * 24 * HOUR

    def _only_here(self, request: web.Request) -> None:
        if not self._place.loopback:
            raise Refused(403, "This board has no password, so nobody gets in. Set one with: ivr password set")
        if any(name in request.headers for name in PROXIED):
            raise Refused(403, "Through a proxy the board opens with a password only. Set one with: ivr password set")
        if not is_loopback(_host(request.headers.get("Host", ""))):
            raise Refused(403, f"Without a password the board opens at http://127.0.0.1:{self._place.port}/ only.")

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
