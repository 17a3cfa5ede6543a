"""The egress guard: a web call reaches the public internet, and else only what `IVR_EGRESS_ALLOW` names.

Every socket is made by the guard, for the very address that it is then connected to. So nothing gets past it, however
the address came about: by name, by a name that changes its address, by a redirect, or by an odd spelling.
Where a proxy connects in our place, all addresses that the host has here are judged before it is asked. A name that has
none here is only asked for where `IVR_EGRESS_ALLOW` names it.
Ports are not judged: what may be reached may be reached at every port. But our own listeners are never reached,
whatever is allowed: a web call comes from this machine, and is not a signed-in user.
"""

import errno
import socket
from asyncio import AbstractEventLoop
from collections.abc import Iterable
from contextvars import ContextVar
from functools import partial
from ipaddress import ip_address
from ssl import SSLContext
from typing import Any, Self

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.client_proto import ResponseHandler
from aiohttp.client_reqrep import ConnectionKey
from aiohttp.connector import Connection
from aiohttp.tracing import Trace
from msgspec import Struct

from ivr.webcall.allow import Entry, parse_allow
from ivr.webcall.listeners import Listener
from ivr.webcall.registry import plain, special
from ivr.webcall.talker import Talker
from ivr.webcall.timings import note

AddressInfo = tuple[int | socket.AddressFamily, int | socket.SocketKind, int, str, tuple[object, ...]]
"""As of `socket.getaddrinfo`: family, type, protocol, canonical name, (address, port, ...)."""

ODD = "not a plain IP address"
"""The rule that refuses what can't be judged."""
NOWHERE = ip_address("0.0.0.0")  # noqa: S104 - no listener: an address that is asked for nothing
OWN = "this server itself"
"""The rule that refuses our own listeners."""

_asked: ContextVar[str] = ContextVar("asked", default="")
"""The host that the connection now being made is for. Where it got lost, only permissions by network count."""
_to_proxy: ContextVar[bool] = ContextVar("to_proxy", default=False)
"""Whether the connection now being made leads to the proxy, which its owner has named."""


class Blocked(PermissionError):
    """A connection that was refused: by which rule, to which host, at which address of it."""

    def __init__(self, rule: str, host: str, address: str) -> None:
        self.rule = rule
        self.host = host
        self.address = address
        what = address if host in {"", address} else f"{host} has the address {address}, which"
        hint = "" if rule in {ODD, OWN} else " (set IVR_EGRESS_ALLOW to permit it)"
        super().__init__(errno.EACCES, f"refused: {what} is {rule}{hint}")

    def __str__(self) -> str:
        return str(self.strerror)


def blocked_in(error: BaseException | None) -> Blocked | None:
    """The refusal at the root of an error of aiohttp, if that is what it comes from."""
    for _ in range(10):  # what wraps it is two deep
        if error is None or isinstance(error, Blocked):
            return error
        error = error.__cause__
    return None


class Guard(Struct, frozen=True):
    """Says where connections may go. `allow`: permissions besides the public internet; `own`: our own listeners."""

    allow: tuple[Entry, ...] = ()
    own: tuple[Listener, ...] = ()

    @classmethod
    def parse(cls, allow: str, own: Iterable[Listener] = ()) -> Self:
        """From the text of IVR_EGRESS_ALLOW. Raises ValueError, which names every bad entry."""
        return cls(parse_allow(allow), tuple(own))

    def check(self, host: str, address: str, port: int) -> None:
        """Raises Blocked unless a request for `host` may connect to `address` at `port`."""
        try:
            rule = special(address)
        except ValueError:
            raise Blocked(ODD, host, address) from None
        self.check_own(host, address, port)
        if rule is not None and not self._permits(host, address, port):
            raise Blocked(rule, host, address)

    def check_own(self, host: str, address: str, port: int) -> None:
        """Raises Blocked where one of our own listeners is."""
        if any(listener.is_at(address, port) for listener in self.own):
            raise Blocked(OWN, host, address)

    def names(self, host: str, port: int) -> bool:
        """Whether a permission names this host, whatever its address."""
        name = host.lower().rstrip(".")
        return any(entry.network is None and entry.covers(name, NOWHERE, port) for entry in self.allow)

    def _permits(self, host: str, address: str, port: int) -> bool:
        name = host.lower().rstrip(".")
        number = plain(address)
        return any(entry.covers(name, number, port) for entry in self.allow)


def guarded_connector(
    guard: Guard, ssl: SSLContext | bool, resolver: AbstractResolver | None = None, most: int = 0
) -> aiohttp.TCPConnector:
    """Connections for a client session: guarded, up to `most` at once, or as many as needed; whoever finds none waits
    for one, first come, first served. Needs a running loop.

    `resolver` turns names into addresses; the system's, unless given. A refusal comes out as aiohttp's and httpx's
    error for a failed connection, with Blocked at its root: see `blocked_in`.
    """
    names = resolver or aiohttp.ThreadedResolver()
    return _Connector(
        guard,
        names,
        limit=most,
        ssl=ssl,
        resolver=_Resolver(guard, names),
        socket_factory=lambda info: _socket(guard, info),
    )


class _Connector(aiohttp.TCPConnector):
    """Knows which host a connection is for, goes there directly or lets a proxy do so, and tells when the socket is
    connected."""

    allowed_protocol_schema_set = frozenset({"http", "https"})

    def __init__(self, guard: Guard, names: AbstractResolver, **options: Any) -> None:
        super().__init__(**options)
        self._guard = guard
        self._names = names
        self._factory = partial(_talker, self._loop)

    async def connect(
        self,
        req: aiohttp.ClientRequest,
        traces: list[Trace],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 - aiohttp's own signature
    ) -> Connection:
        if req.proxy:
            await self._judge(req)
        asked, to_proxy = _asked.set(req.url.raw_host or ""), _to_proxy.set(bool(req.proxy))
        try:
            connection = await super().connect(req, traces, timeout)
            note("given")
            return connection
        finally:
            _asked.reset(asked)
            _to_proxy.reset(to_proxy)

    async def _create_connection(
        self,
        req: aiohttp.ClientRequest,
        traces: list[Trace],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 - aiohttp's own signature
    ) -> ResponseHandler:
        note("connect_began")
        made = await super()._create_connection(req, traces, timeout)
        note("ready")
        return made

    async def _wait_for_available_connection(self, key: ConnectionKey, traces: list[Trace]) -> None:
        note("queued")
        await super()._wait_for_available_connection(key, traces)

    async def _judge(self, req: aiohttp.ClientRequest) -> None:
        """Judge where a proxy is to connect: every address of the host, since it may choose any. Raises Blocked, and
        ClientConnectorDNSError."""
        host, port = req.url.raw_host or "", req.url.port or 0
        try:
            ip_address(host)
        except ValueError:
            try:
                found = [each["host"] for each in await self._names.resolve(host, port, socket.AF_UNSPEC)]
            except OSError as error:
                if self._guard.names(host, port):
                    return
                raise aiohttp.ClientConnectorDNSError(req.connection_key, error) from error
        else:
            found = [host]
        for address in found:
            self._guard.check(host, address, port)


def _talker(loop: AbstractEventLoop) -> ResponseHandler:
    """What speaks HTTP over a connection. The loop has it made between connecting the socket and TLS."""
    note("connected")
    return Talker(loop)


def _socket(guard: Guard, info: AddressInfo) -> socket.socket:
    """The socket to connect to an address. Raises Blocked."""
    family, kind, protocol, _, place = info
    check = guard.check_own if _to_proxy.get() else guard.check
    check(_asked.get(), str(place[0]), int(str(place[1])))
    return socket.socket(family, kind, protocol)


class _Resolver(AbstractResolver):
    """Leaves out what the guard would refuse, so that a name's other addresses are tried first and the refusal is
    told when there are none. The guard itself is at the socket: addresses that are written out don't come here."""

    def __init__(self, guard: Guard, inner: AbstractResolver) -> None:
        self._guard = guard
        self._inner = inner

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        refusals: list[Blocked] = []
        good: list[ResolveResult] = []
        check = self._guard.check_own if _to_proxy.get() else self._guard.check
        note("dns_began")
        known = await self._inner.resolve(host, port, family)
        note("dns_ended")
        for found in known:
            try:
                check(host, found["host"], found["port"])
                good.append(found)
            except Blocked as error:
                refusals.append(error)
        if not good:
            raise refusals[0] if refusals else OSError(errno.EADDRNOTAVAIL, f"{host} has no address")
        return good

    async def close(self) -> None:
        await self._inner.close()
