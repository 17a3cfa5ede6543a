"""A far side that nobody should ever ask."""

import socket
import threading
from collections.abc import Iterator

import pytest


@pytest.fixture
def far() -> Iterator[tuple[str, list[bytes]]]:
    """The address of a server on this machine, and all that it was sent."""
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def listen() -> None:
            while True:
                try:
                    peer, _ = server.accept()
                except OSError:
                    return
                with peer:
                    peer.settimeout(1)
                    asked.append(peer.recv(1_000))

        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", asked
        server.shutdown(socket.SHUT_RDWR)
    thread.join(5)
