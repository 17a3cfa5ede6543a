"""An API that behaves as badly as a test wants it, and somebody to ask it."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp.abc import AbstractResolver
from msgspec.structs import replace

from ivr.app import WallClock
from ivr.core.credentials import AnyAuth, Exchange, OAuth2
from ivr.core.effects import Fetch
from ivr.core.events import Fetched
from ivr.core.fields import Secret
from ivr.core.hosts import hosts_allow
from ivr.core.origin import Origin, written_origin
from ivr.runtime.ports import Clock, RunningJob
from ivr.webcall.breaker import Rules
from ivr.webcall.client import WebCalls
from ivr.webcall.connections import open_client
from ivr.webcall.guard import Guard
from ivr.webcall.limits import USUAL, Limits
from ivr.webcall.request import Secrets

PATIENCE = 30.0
"""Seconds after which a test gives up: nothing here takes that long unless it hangs."""
LOOPBACK = "127.0.0.0/8, [::1], localhost"
HERE = ("127.0.0.1",)


@dataclass
class Talk:
    """One connection, from the API's side. `asked` is the request."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    asked: bytes = b""

    @property
    def path(self) -> str:
        return self.asked.split(b" ", 2)[1].decode()

    async def send(self, raw: bytes) -> None:
        self.writer.write(raw)
        await self.writer.drain()

    async def gone(self) -> None:
        """Wait until the other side has closed, and pass it on."""
        while await self.reader.read(65_536):
            pass
        raise ConnectionResetError


Behaviour = Callable[[Talk], Awaitable[None]]


@dataclass
class Peer:
    """`asked` holds every request as it came over the wire, and `arrived` something for each to wait for.

    `left` is set when somebody closed before we did.
    """

    port: int = 0
    scheme: str = "http"
    address: str = "127.0.0.1"
    asked: list[bytes] = field(default_factory=list)
    arrived: asyncio.Queue[None] = field(default_factory=asyncio.Queue)
    left: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def url(self) -> str:
        return self.at(self.address)

    @property
    def paths(self) -> list[str]:
        return [asked.split(b" ", 2)[1].decode() for asked in self.asked]

    def at(self, host: str) -> str:
        """Its address under another name."""
        return f"{self.scheme}://{host}:{self.port}/"

    def body(self, nth: int = -1) -> bytes:
        return self.asked[nth].partition(b"\r\n\r\n")[2]

    def header(self, name: str, nth: int = -1) -> str | None:
        """A header of a request."""
        head = self.asked[nth].partition(b"\r\n\r\n")[0].decode("utf-8").split("\r\n")[1:]
        found = [line.partition(":")[2].strip() for line in head if line.lower().startswith(f"{name.lower()}:")]
        return found[0] if found else None


@asynccontextmanager
async def peer(behave: Behaviour, tls: ssl.SSLContext | None = None, address: str = "127.0.0.1") -> AsyncIterator[Peer]:
    """A server on loopback that reads a request and then does what `behave` says; in the end it hangs up."""
    made = Peer(scheme="https" if tls else "http", address=address)
    tasks: set[asyncio.Task[Any]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            asked = await _request(reader)
            made.asked.append(asked)
            made.arrived.put_nowait(None)
            await behave(Talk(reader, writer, asked))
        except (ConnectionError, asyncio.IncompleteReadError):
            made.left.set()
        except asyncio.CancelledError:
            writer.transport.abort()  # the test is over, and nobody takes what is still to be sent
        finally:
            writer.close()
            with suppress(ConnectionError, ssl.SSLError, asyncio.CancelledError):
                await writer.wait_closed()
            tasks.discard(task)

    server = await asyncio.start_server(serve, address, 0, ssl=tls)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        await asyncio.sleep(0.01)  # who knocked just now is let in, and has a task from then on
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _request(reader: asyncio.StreamReader) -> bytes:
    """A request, head and body."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = next((int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if b"content-length" in line), 0)
    return head + await reader.readexactly(length)


def says(raw: bytes) -> Behaviour:
    """Answer with these bytes and hang up."""

    async def behave(talk: Talk) -> None:
        await talk.send(raw)

    return behave


def in_turn(*behaviours: Behaviour) -> Behaviour:
    """Treat the first request in the first way, and so on; the last way is for all that follow."""
    left = list(behaviours)

    async def behave(talk: Talk) -> None:
        await (left.pop(0) if len(left) > 1 else left[0])(talk)

    return behave


def by_path(**behaviours: Behaviour) -> Behaviour:
    """Treat a request by the first word of its path; `root` is for all others."""

    async def behave(talk: Talk) -> None:
        word = talk.path.strip("/").partition("?")[0]
        await behaviours.get(word, behaviours["root"])(talk)

    return behave


def redirect(location: str, status: int = 302, *headers: str) -> Behaviour:
    return says(answer(b"", f"Location: {location}", *headers, status=f"{status} Elsewhere"))


async def echo(talk: Talk) -> None:
    """Answer with what was asked, as JSON would never be."""
    await talk.send(answer(talk.asked, "Content-Type: text/plain; charset=utf-8"))


async def nothing(talk: Talk) -> None:
    """Keep the line open and stay silent."""
    await talk.gone()


def answer(body: bytes = b"", *headers: str, status: str = "200 OK", length: int | None = None) -> bytes:
    """An answer as bytes; `length` is what it claims to be long."""
    claimed = len(body) if length is None else length
    lines = [f"HTTP/1.1 {status}", "Connection: close", *headers, f"Content-Length: {claimed}", "", ""]
    return "\r\n".join(lines).encode() + body


def as_json(body: str | bytes, kind: str = "application/json") -> bytes:
    return answer(body.encode() if isinstance(body, str) else body, f"Content-Type: {kind}")


@dataclass(frozen=True)
class Named:
    """A named secret, opened."""

    value: str
    hosts: tuple[str, ...] = HERE

    def allows(self, to: Origin) -> bool:
        return hosts_allow(self.hosts, to.host, to.port, openly=not to.private)


class Unknown(Exception):
    """Nobody has a secret of this name."""


@dataclass
class Naps(WallClock):
    """Never really sleeps; `slept` has the seconds of each time. Real time goes on, `ahead` milliseconds too early."""

    slept: list[float] = field(default_factory=list)
    ahead: int = 0

    def __post_init__(self) -> None:
        WallClock.__init__(self)

    def now(self) -> int:
        return super().now() + self.ahead

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await asyncio.sleep(0)


@dataclass
class Asker:
    """Asks over the process's own client."""

    web_calls: WebCalls
    clock: Clock

    def running_job(self, url: str, *, waited: float = 0.0, **fields: Any) -> RunningJob:
        bound = {"auth": typed_for(fields["auth"], url)} if fields.get("auth") is not None else {}
        job = Fetch(**{"method": "GET", "timeout": 8, **fields, **bound}, url=url)
        return RunningJob("CA1", "1.3", job, self.clock.now() - round(waited * 1000))

    async def __call__(self, url: str, *, waited: float = 0.0, **fields: Any) -> Fetched:
        """The reply to a request that was decided upon `waited` seconds ago."""
        async with asyncio.timeout(PATIENCE):
            return await self.web_calls(self.running_job(url, waited=waited, **fields))


def typed_for(auth: AnyAuth, url: str) -> AnyAuth:
    """Credentials whose secrets were typed for just this address, unless they say for which."""
    urls = [auth.token_url, url] if isinstance(auth, OAuth2) else [url]
    origins = tuple(str(written_origin(each)) for each in urls)

    def bound(name: str, secret: Secret) -> Secret:
        if secret.sealed is None or secret.origins:
            return secret
        return replace(secret, at=f"a/3/authentication.{name}", origins=origins)

    if isinstance(auth, Exchange):
        return replace(auth, fields=tuple((name, bound(name, secret)) for name, secret in auth.fields))
    values = {name: getattr(auth, name) for name in auth.__struct_fields__}
    return replace(auth, **{name: bound(name, each) for name, each in values.items() if isinstance(each, Secret)})


@dataclass(frozen=True, kw_only=True)
class World:
    """What an executor is plugged into. `secrets` are named ones; `open_text` opens typed-in ones."""

    allow: str = LOOPBACK
    open_text: Callable[[str], str] = str.upper
    secrets: Mapping[str, Named] = field(default_factory=dict)
    resolver: AbstractResolver | None = None
    ca_file: Path | None = None
    clock: Clock = field(default_factory=WallClock)
    rules: Rules = USUAL
    most: int = 0

    async def open_named(self, name: str) -> Named:
        if name not in self.secrets:
            raise Unknown(f"There is no secret “{name}”.")
        return self.secrets[name]


@asynccontextmanager
async def asker(world: World | None = None) -> AsyncIterator[Asker]:
    """For as long as the context lasts."""
    world = world or World()
    async with open_client(Guard.parse(world.allow), world.ca_file, world.resolver, most=world.most) as client:
        secrets = Secrets(lambda secret: world.open_text(secret.sealed or ""), world.open_named)
        web_calls = WebCalls(client, secrets, Limits(world.clock, world.rules), world.clock)
        try:
            yield Asker(web_calls, world.clock)
        finally:
            await web_calls.close()
