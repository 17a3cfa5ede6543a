"""Which addresses are not the public internet's.

`V4` and `V6` are the IANA IPv4 and IPv6 Special-Purpose Address Registries as last updated on 2025-10-09, row by row;
a row whose "Globally Reachable" is N/A counts as not reachable. `BEYOND` has what other registries and standards add,
and what is reachable there but is no web API. The most specific row decides.
"""

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import NamedTuple

IpAddress = IPv4Address | IPv6Address


class Row(NamedTuple):
    """A block of addresses: in CIDR form, its name, and whether it can be reached from anywhere."""

    network: str
    name: str
    reachable: bool = False


V4 = (
    Row("0.0.0.0/8", "this network"),
    Row("0.0.0.0/32", "this host"),
    Row("10.0.0.0/8", "private-use"),
    Row("100.64.0.0/10", "shared address space"),
    Row("127.0.0.0/8", "loopback"),
    Row("169.254.0.0/16", "link-local"),
    Row("172.16.0.0/12", "private-use"),
    Row("192.0.0.0/24", "IETF protocol assignments"),
    Row("192.0.0.0/29", "IPv4 service continuity"),
    Row("192.0.0.8/32", "IPv4 dummy address"),
    Row("192.0.0.9/32", "Port Control Protocol anycast", reachable=True),
    Row("192.0.0.10/32", "TURN anycast", reachable=True),
    Row("192.0.0.170/32", "NAT64/DNS64 discovery"),
    Row("192.0.0.171/32", "NAT64/DNS64 discovery"),
    Row("192.0.2.0/24", "documentation (TEST-NET-1)"),
    Row("192.31.196.0/24", "AS112", reachable=True),
    Row("192.52.193.0/24", "AMT", reachable=True),
    Row("192.88.99.0/24", "6to4 relay anycast"),
    Row("192.88.99.2/32", "6a44 relay anycast"),
    Row("192.168.0.0/16", "private-use"),
    Row("192.175.48.0/24", "direct delegation AS112 service", reachable=True),
    Row("198.18.0.0/15", "benchmarking"),
    Row("198.51.100.0/24", "documentation (TEST-NET-2)"),
    Row("203.0.113.0/24", "documentation (TEST-NET-3)"),
    Row("240.0.0.0/4", "reserved"),
    Row("255.255.255.255/32", "limited broadcast"),
)
"""IANA IPv4 Special-Purpose Address Registry, 2025-10-09."""

V6 = (
    Row("::1/128", "loopback"),
    Row("::/128", "unspecified"),
    Row("::ffff:0:0/96", "IPv4-mapped"),
    Row("64:ff9b::/96", "IPv4-IPv6 translation (NAT64)", reachable=True),
    Row("64:ff9b:1::/48", "local IPv4-IPv6 translation (NAT64)"),
    Row("100::/64", "discard-only"),
    Row("100:0:0:1::/64", "dummy prefix"),
    Row("2001::/23", "IETF protocol assignments"),
    Row("2001::/32", "Teredo"),
    Row("2001:1::1/128", "Port Control Protocol anycast", reachable=True),
    Row("2001:1::2/128", "TURN anycast", reachable=True),
    Row("2001:1::3/128", "DNS-SD registration anycast", reachable=True),
    Row("2001:2::/48", "benchmarking"),
    Row("2001:3::/32", "AMT", reachable=True),
    Row("2001:4:112::/48", "AS112", reachable=True),
    Row("2001:10::/28", "ORCHID"),
    Row("2001:20::/28", "ORCHIDv2", reachable=True),
    Row("2001:30::/28", "drone remote ID", reachable=True),
    Row("2001:db8::/32", "documentation"),
    Row("2002::/16", "6to4"),
    Row("2620:4f:8000::/48", "direct delegation AS112 service", reachable=True),
    Row("3fff::/20", "documentation"),
    Row("5f00::/16", "segment routing (SRv6)"),
    Row("fc00::/7", "unique local"),
    Row("fe80::/10", "link-local"),
)
"""IANA IPv6 Special-Purpose Address Registry, 2025-10-09."""

BEYOND = (
    # The anycast addresses end at the nearest gateway, which is ours; the identifiers are not addresses of hosts.
    Row("192.0.0.9/32", "Port Control Protocol anycast"),
    Row("192.0.0.10/32", "TURN anycast"),
    Row("2001:1::1/128", "Port Control Protocol anycast"),
    Row("2001:1::2/128", "TURN anycast"),
    Row("2001:1::3/128", "DNS-SD registration anycast"),
    Row("2001:20::/28", "ORCHIDv2"),
    Row("2001:30::/28", "drone remote ID"),
    Row("224.0.0.0/4", "multicast"),  # IANA IPv4 Multicast Address Space Registry, RFC 5771
    Row("168.63.129.16/32", "a cloud's own service"),  # public by its number, answered by Azure's host
    Row("::/96", "IPv4-compatible"),  # deprecated by RFC 4291, section 2.5.5.1
    Row("fec0::/10", "site-local"),  # deprecated by RFC 3879
    Row("ff00::/8", "multicast"),  # RFC 4291, section 2.7
)
"""Refused besides, each for the reason beside it."""

METADATA = frozenset(
    ip_address(text)
    for text in (
        "169.254.169.254",  # AWS, Azure, Google, Oracle, DigitalOcean, OpenStack and others
        "169.254.170.2",  # AWS, credentials of a container
        "169.254.170.23",  # AWS, credentials of a pod
        "fd00:ec2::254",  # AWS
        "fd00:ec2::23",  # AWS, credentials of a pod
        "fd20:ce::254",  # Google
        "fd00:42::42",  # Scaleway
        "100.100.100.200",  # Alibaba
        "192.0.0.192",  # Oracle, formerly
        "168.63.129.16",  # Azure
    )
)
"""Where clouds tell a machine its credentials. All are refused as what they are; the name is said along."""

GLOBAL_UNICAST = IPv6Network("2000::/3")
"""What IANA's IPv6 Address Space registry (2019-09-13) gives to the public internet; all else is reserved."""
TRANSLATED = IPv6Network("64:ff9b::/96")
"""RFC 6052: the last 32 bits are the IPv4 address that the translator connects to."""


class _Block(NamedTuple):
    first: int
    last: int
    row: Row


def _blocks(rows: tuple[Row, ...], version: int) -> list[_Block]:
    """Most specific first; of two alike, the later row."""
    networks = [(ip_network(row.network), row) for row in reversed(rows)]
    networks.sort(key=lambda pair: -pair[0].prefixlen)
    return [_Block(int(network[0]), int(network[-1]), row) for network, row in networks if network.version == version]


_table = {4: _blocks(V4 + BEYOND, 4), 6: _blocks(V6 + BEYOND, 6)}


def plain(text: str) -> IpAddress:
    """The address that a socket would connect to: without its zone, and IPv4 where it is IPv4 mapped into IPv6.

    Raises ValueError for every other spelling than the usual ones, such as 127.1, 2130706433 or 0177.0.0.1.
    """
    address = ip_address(text)
    if isinstance(address, IPv4Address):
        return address
    return address.ipv4_mapped or IPv6Address(int(address))


@lru_cache(maxsize=4096)
def special(text: str) -> str | None:
    """What makes an address one that isn't the public internet's, in words; None for a public one.

    An IPv4 address inside an IPv6 one is judged by itself where the outside is public. Raises ValueError like `plain`.
    """
    address = plain(text)
    name = _name(address)
    if name is None:
        return None
    return f"{name} (metadata)" if address in METADATA else name


def _name(address: IpAddress) -> str | None:
    value = int(address)
    row = next((block.row for block in _table[address.version] if block.first <= value <= block.last), None)
    if row is not None and not row.reachable:
        return row.name
    if isinstance(address, IPv4Address):
        return None
    if address not in GLOBAL_UNICAST and address not in TRANSLATED:
        return "not assigned to the public internet"
    inner = _inner(address)
    name = inner and special(str(inner))
    return f"{inner} inside IPv6, which is {name}" if name else None


def _inner(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address in a NAT64 address (RFC 6052) or an ISATAP one (RFC 5214, section 6.1)."""
    value = int(address)
    isatap = (value >> 32) & 0xFDFF_FFFF == 0x0000_5EFE  # whatever the bit that says "globally unique"
    return IPv4Address(value & 0xFFFF_FFFF) if isatap or address in TRANSLATED else None
