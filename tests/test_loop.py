"""The event loop of the server."""

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor
from threading import Event

from ivr.loop import ServerLoop


def test_names_are_looked_up_beside_all_other_threads() -> None:
    """And the other way round: look-ups that hang keep nothing else waiting."""
    free = Event()

    async def look() -> list[str]:
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(1))
        busy = asyncio.create_task(asyncio.to_thread(free.wait))
        try:
            found = await loop.getaddrinfo("127.0.0.1", 80, type=socket.SOCK_STREAM)
            host, _ = await loop.getnameinfo(("127.0.0.1", 80), socket.NI_NUMERICHOST)
            assert not busy.done()
            return [found[0][4][0], host]
        finally:
            free.set()
            await busy

    with asyncio.Runner(loop_factory=ServerLoop) as runner:
        assert runner.run(look()) == ["127.0.0.1", "127.0.0.1"]
