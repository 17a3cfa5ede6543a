"""The event loop of the server."""

import asyncio
import socket
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

LOOK_UPS = 16
"""Names that are looked up at once."""

if TYPE_CHECKING or sys.platform != "win32":
    _Usual = asyncio.SelectorEventLoop
else:
    _Usual = asyncio.ProactorEventLoop


class ServerLoop(_Usual):
    """Looks names up in threads of its own. By itself asyncio does so in those that also read the audio that callers
    hear and walk large flows: a few look-ups that hang, each for as long as the system's resolver likes, would keep all
    of that waiting."""

    def __init__(self) -> None:
        super().__init__()
        self._names = ThreadPoolExecutor(LOOK_UPS, thread_name_prefix="names")

    async def getaddrinfo(self, host: Any, port: Any, **options: int) -> Any:
        return await self.run_in_executor(self._names, lambda: socket.getaddrinfo(host, port, **options))

    async def getnameinfo(self, sockaddr: Any, flags: int = 0) -> Any:
        return await self.run_in_executor(self._names, socket.getnameinfo, sockaddr, flags)

    def close(self) -> None:
        self._names.shutdown(wait=False, cancel_futures=True)
        super().close()
