"""Our own listeners, as a web call would reach them: at every spelling of every address that leads there."""

import socket
from ipaddress import IPv4Address
from typing import Self

from msgspec import Struct

from ivr.webcall.registry import IpAddress, plain


class Listener(Struct, frozen=True):
    """Where we listen: an address of this machine, or the one that stands for all of them, and a port."""

    address: str
    port: int

    @classmethod
    def of(cls, sock: socket.socket) -> Self:
        """Where a socket is bound."""
        host, port = sock.getsockname()[:2]
        return cls(str(host), int(port))

    def is_at(self, address: str, port: int) -> bool:
        """Whether a connection to this address and port comes here. Raises ValueError for what is no plain address."""
        if port != self.port:
            return False
        asked, mine = plain(address), plain(self.address)
        if asked == mine or asked.is_unspecified:  # which leads to this machine itself
            return True
        return mine.is_unspecified and _is_ours(asked)


def _is_ours(address: IpAddress) -> bool:
    """Whether this machine has the address: only then a socket can be bound to it. Nothing is sent."""
    if address.is_loopback or address.is_link_local:  # the latter can't be told without its interface
        return True
    family = socket.AF_INET if isinstance(address, IPv4Address) else socket.AF_INET6
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((str(address), 0))
        except OSError:
            return False
    return True
