"""Whether this server takes calls: for a load balancer, which sends them elsewhere as long as it says no.

`/healthz` says that the process lives, and nothing else: a restart because the database is away makes
things worse. `/readyz` is red while the server stops, and while the database can't be written or has a key that is not
here. Both listeners answer the same, and without details: strangers ask too. The log has them.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from aiohttp import web

log = logging.getLogger(__name__)

FRESH = 5.0
"""Seconds for which an answer holds, however often it is asked for."""
PATIENCE = 2.0
"""Seconds after which a database that does not answer is away."""


class Readiness:
    """`check` raises when calls can't be served. One check runs at a time, for all who ask."""

    def __init__(self, check: Callable[[], Awaitable[None]], patience: float = PATIENCE, fresh: float = FRESH) -> None:
        self._check = check
        self._patience = patience
        self._fresh = fresh
        self._look: asyncio.Task[bool] | None = None
        self._stale_at = 0.0
        self.stopping = False
        """Whether the server stops. Then answers also close their connections, so that others are opened elsewhere."""

    async def ready(self) -> bool:
        """Whether new calls should come here."""
        if self.stopping:
            return False
        loop = asyncio.get_running_loop()
        if self._look is None or (self._look.done() and loop.time() >= self._stale_at):
            self._look = loop.create_task(self._looked())
        await asyncio.wait((self._look,), timeout=self._patience)
        return self._look.done() and self._look.result() and not self.stopping

    async def close(self) -> None:
        if self._look is not None:
            self._look.cancel()
            await asyncio.gather(self._look, return_exceptions=True)

    async def answer(self, _: web.Request) -> web.Response:
        """The handler of `/readyz`."""
        ready = await self.ready()
        return web.Response(status=200 if ready else 503, text="ready\n" if ready else "not ready\n")

    async def part(self, _: web.Request, response: web.StreamResponse) -> None:
        """Signal of an application: while the server stops, no connection outlives its answer."""
        if self.stopping:
            response.force_close()
            response.headers["Connection"] = "close"

    async def _looked(self) -> bool:
        try:
            await self._check()
        except Exception as error:
            log.error("not ready for calls: %s", error)
            return False
        finally:
            self._stale_at = asyncio.get_running_loop().time() + self._fresh
        return True


async def healthz(_: web.Request) -> web.Response:
    """A sign of life."""
    return web.Response(text="ok\n")
