"""The list of places that web calls may reach although they aren't on the public internet."""

import re
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import NamedTuple

from ivr.webcall.registry import IpAddress

IpNetwork = IPv4Network | IPv6Network

_NAME = re.compile(
    r"(?=.{1,253}\Z)(\*\.)?(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*"
    r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
)
_NUMERIC = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)")
_BRACKETED = re.compile(r"\[([^\[\]]*)\](?::(.*))?")


class Entry(NamedTuple):
    """One permission: a name, all names below one (`below`), or a network; at one port, or at any when it is None."""

    name: str = ""
    below: bool = False
    network: IpNetwork | None = None
    port: int | None = None

    def covers(self, host: str, address: IpAddress, port: int) -> bool:
        """Whether it permits `address` at `port` to who asked for `host` (in lower case, without a dot at the end)."""
        if self.port not in {None, port}:
            return False
        if self.network is not None:
            return address in self.network
        return host.endswith("." + self.name) if self.below else host == self.name


def parse_allow(text: str) -> tuple[Entry, ...]:
    """Read entries with a comma between them: `host`, `*.example.internal` (every name below, but not itself),
    `10.1.2.3`, `10.1.2.0/24`, `fd00::/8`, each perhaps with a port: `host:8443`, `10.1.2.0/24:8443`, `[fd00::/8]:443`.

    Raises ValueError, which names every bad entry at once.
    """
    entries: list[Entry] = []
    problems: list[str] = []
    for word in filter(None, (part.strip() for part in text.split(","))):
        try:
            entries.append(_entry(word))
        except ValueError as error:
            problems.append(f"“{word}” {error}")
    if problems:
        raise ValueError("has what can't be used: " + "; ".join(problems))
    return tuple(entries)


def _entry(word: str) -> Entry:
    if "://" in word or "@" in word:
        raise ValueError("must be a host alone, without https:// or a user name")
    place, port = _split(word)
    place = place.lower().rstrip(".")
    if ":" in place or "/" in place or _NUMERIC.fullmatch(place):
        return Entry(network=_network(place), port=port)
    if not place.isascii():
        raise ValueError("must be written in the form that begins with xn--")
    name = _NAME.fullmatch(place)
    if name is None:
        raise ValueError("is neither a host name, *.name, an address nor a network")
    return Entry(name=place.removeprefix("*."), below=name[1] is not None, port=port)


def _split(word: str) -> tuple[str, int | None]:
    """Place and port; brackets are taken off."""
    bracketed = _BRACKETED.fullmatch(word)
    if bracketed is not None:
        if ":" not in bracketed[1]:
            raise ValueError("has brackets, which are for IPv6 addresses only")
        return bracketed[1], _port(bracketed[2])
    if word.count(":") == 1:
        place, port = word.split(":")
        return place, _port(port)
    return word, None


def _port(text: str | None) -> int | None:
    if text is None:
        return None
    if not re.fullmatch(r"[0-9]{1,5}", text) or not 0 < int(text) < 65536:
        raise ValueError("must have a port from 1 to 65535 after the colon")
    return int(text)


def _network(place: str) -> IpNetwork:
    try:
        network = ip_network(place, strict=False)
    except ValueError:
        raise ValueError("is not an address or network such as 10.1.2.3, 10.1.2.0/24 or fd00::/8") from None
    if ip_address(place.partition("/")[0]) != network.network_address:
        raise ValueError(f"is not where that network begins: write {network}, or the address alone")
    if isinstance(network, IPv6Network):
        return _unmapped(network)
    return network


def _unmapped(network: IPv6Network) -> IpNetwork:
    """IPv4 mapped into IPv6 is IPv4: that is how addresses are compared."""
    inner = network.network_address.ipv4_mapped
    if inner is None or network.prefixlen < 96:
        return network
    return IPv4Network((inner, network.prefixlen - 96))
