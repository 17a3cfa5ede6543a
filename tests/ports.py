"""Ports for servers that must know theirs before they start, or keep it when they start again."""

import atexit
import fcntl
import itertools
import os
import socket
import tempfile
from pathlib import Path

FIRST, LAST = 10_000, 30_000
"""Below what systems give to connections and to whoever asks for any port, so none of those can take it meanwhile."""
_candidates = itertools.chain(range(FIRST + os.getpid() * 61 % (LAST - FIRST), LAST), range(FIRST, LAST))
_claims = (Path(tempfile.gettempdir()) / f"ivr-test-ports-{os.getuid()}").open("ab")
"""Byte n is locked by the process whose tests have port n; the system unlocks it when that process ends."""
atexit.register(_claims.close)  # else the interpreter tells of an open file as it ends


def free_port() -> int:
    """A port of loopback that nothing listens on, and that no other test gets while this process lives."""
    for port in _candidates:
        try:
            fcntl.lockf(_claims, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, port)
            with socket.create_server(("127.0.0.1", port)):
                return port
        except OSError:
            continue
    raise AssertionError("no port is free")
