"""An API that takes a second for every answer: `python -m tests.bench.slow PORT SECONDS`."""

import asyncio
import sys

from tests.bench.wire import Wire

BODY = b'{"DateText": "Tuesday, March 3 at 2:30 PM", "doctor": {"name": "Doctor Okafor"}, "id": 4711}'
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(BODY), BODY)


async def serve(port: int, seconds: float) -> None:
    """Serve until cancelled."""
    loop = asyncio.get_running_loop()

    def received(wire: Wire, head: bytes, body: bytes) -> None:
        loop.call_later(seconds, wire.send, ANSWER)

    server = await loop.create_server(lambda: Wire(received), "127.0.0.1", port, backlog=8192)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    from tests.bench.servers import raise_open_files

    raise_open_files()
    asyncio.run(serve(int(sys.argv[1]), float(sys.argv[2])))
