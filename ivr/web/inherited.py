"""Sockets that a supervisor has opened and keeps open: they outlive this process, so a restart has no gap.

systemd passes them as file descriptors from 3 on and says so in the environment: `LISTEN_PID` is the process they are
meant for, `LISTEN_FDS` how many there are, `LISTEN_FDNAMES` what they are called (sd_listen_fds(3)).
"""

import os
import socket
from collections.abc import Mapping, MutableMapping
from typing import NamedTuple

FIRST = 3
PUBLIC, BOARD = "public", "board"
VARIABLES = ("LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES")


class Inherited(NamedTuple):
    """The listeners' sockets, where they were passed on."""

    public: socket.socket | None = None
    board: socket.socket | None = None


def inherited(environ: MutableMapping[str, str]) -> Inherited:
    """The sockets that were passed on to this process; by name, or else the first is the public one and the second the
    board's. The variables are taken away, so that no program we start takes them for its own. Raises OSError with a
    sentence for what can't be listened on.
    """
    given = {name: environ.pop(name, "") for name in VARIABLES}
    if given["LISTEN_PID"] != str(os.getpid()) or not given["LISTEN_FDS"].isdecimal():
        return Inherited()
    count = int(given["LISTEN_FDS"])
    found = {name: _socket(FIRST + index, name) for index, name in enumerate(_names(given, count))}
    return Inherited(found.get(PUBLIC), found.get(BOARD))


def _names(given: Mapping[str, str], count: int) -> list[str]:
    names = given["LISTEN_FDNAMES"].split(":") if given["LISTEN_FDNAMES"] else []
    if len(names) == count and PUBLIC in names:
        return names
    return [PUBLIC, BOARD, *(f"socket {index}" for index in range(3, count + 1))][:count]


def _socket(number: int, name: str) -> socket.socket:
    try:
        sock = socket.socket(fileno=number)
        if sock.type != socket.SOCK_STREAM or not sock.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
            raise OSError("it is not one to listen on")
    except OSError as error:
        raise OSError(f"The socket {name!r} that was passed on can't be used: {error}.") from None
    os.set_inheritable(number, False)
    return sock
