"""Where a request goes: scheme, host and port. What is bound to one origin is not sent to another."""

import re
from ipaddress import ip_address
from typing import NamedTuple

from ivr.core.hosts import bind, plain

PORTS = {"http": 80, "https": 443}
_written = re.compile(r"\s*(https?)://([^/?#\\\s]*)", re.IGNORECASE)


class Origin(NamedTuple):
    """`host` as `hosts.plain` writes it. Its text is how an author would write it: without the usual port."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}" + ("" if self.port == PORTS[self.scheme] else f":{self.port}")

    @property
    def private(self) -> bool:
        """Whether what is sent there can't be read on the way: it is encrypted, or never leaves the machine."""
        return self.scheme == "https" or is_loopback(self.host)


def origin(scheme: str, host: str, port: int | None) -> Origin | None:
    """The origin of an address that was taken apart; None for what no request is sent to."""
    known = plain(host)
    return Origin(scheme, known, port or PORTS[scheme]) if known and scheme in PORTS else None


def written_origin(url: str) -> Origin | None:
    """The origin of an address as an author writes it, with `$` references; None where it is not written out, whole."""
    match = _written.match(url)
    if match is None or "$" in match[2] or "@" in match[2]:
        return None
    try:
        name = bind(match[2])
    except ValueError:
        return None
    return None if name.below else origin(match[1].lower(), name.name, name.port)


def is_variable(url: str) -> bool:
    """Whether what an author writes leaves open, until a call is there, where the request goes."""
    scheme, separator, rest = url.strip().partition("://")
    return "$" in (re.split(r"[/?#\\]", rest, maxsplit=1)[0] if separator else scheme) or "$" in scheme


def is_loopback(host: str) -> bool:
    """Whether it is this very machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
