"""Who is at the other end: the address that limits, guesses and log lines count by.

Behind a proxy every connection comes from the proxy. The setting
`IVR_TRUSTED_PROXIES` says which proxies those are, because any client can write the header X-Forwarded-For.
"""

import ipaddress
from collections.abc import Sequence

from aiohttp import web

FORWARDED = "X-Forwarded-For"
HOPS = 16
"""Proxies in a row that are looked through, at most."""
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Proxies:
    """The proxies whose word is taken for the address of the client."""

    def __init__(self, networks: Sequence[Network] = ()) -> None:
        self._networks = networks

    @classmethod
    def parse(cls, text: str) -> "Proxies":
        """From addresses and networks with commas between them. Raises ValueError."""
        return cls(tuple(ipaddress.ip_network(each.strip()) for each in text.split(",") if each.strip()))

    def trusts(self, host: str) -> bool:
        """Whether a connection from there is a proxy's."""
        address = _parsed(host) if self._networks else None
        return address is not None and any(address in network for network in self._networks)

    def address(self, request: web.BaseRequest) -> str:
        """Whose request it is: the other end of the connection, or the one a trusted proxy names.

        Each proxy adds the address it was asked from at the end, so the last one that is no trusted proxy's is true,
        and what stands before it is only a claim.
        """
        peer = request.remote or ""
        if not self.trusts(peer):
            return peer
        named = ",".join(request.headers.getall(FORWARDED, ())).rsplit(",", HOPS)[-HOPS:]
        for hop in reversed(named):
            address = _parsed(_host(hop.strip()))
            if address is None:
                break
            peer = str(address)
            if not self.trusts(peer):
                break
        return peer


def neighbourhood(host: str) -> str:
    """An address as it is counted: of IPv6 the network of one subscriber, who has all the addresses in it."""
    address = _parsed(host)
    if address is None:
        return host
    return str(ipaddress.ip_network((address, 64), strict=False)) if address.version == 6 else str(address)


def is_loopback(host: str) -> bool:
    """Whether a host is this machine by its name or address."""
    address = _parsed(host)
    return host.lower() == "localhost" if address is None else address.is_loopback


def _parsed(host: str) -> Address | None:
    """An address; of one that is IPv4 inside IPv6, as listeners for both have them, the IPv4."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None
    return (address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None) or address


def _host(hop: str) -> str:
    """Some proxies add the port: `203.0.113.9:4711`, `[2001:db8::1]:4711`."""
    if hop.startswith("["):
        return hop[1:].partition("]")[0]
    return hop.rpartition(":")[0] if hop.count(":") == 1 else hop
