"""The hosts that a secret may be sent to: `api.example.com`, `*.example.com`, `[2001:db8::1]`, each perhaps `:port`.

`*.` stands for every name below, not for the name itself. Without a port every port of the host will do. It is sent
encrypted, by https; to a host of this machine also by http, and to any other where its author says so, by name:
`http://intranet.example.com`.
Whatever is not plainly the same host is another host.
"""

import re
from collections.abc import Sequence
from ipaddress import IPv6Address
from typing import NamedTuple

OPENLY = "http://"
_NAME = re.compile(
    r"(?=.{1,253}\Z)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
)
_BELOW = re.compile(r".*\..*[a-z].*")
_PORT = re.compile(r"[0-9]{1,5}")


class Binding(NamedTuple):
    """A host as its author binds it; `below` are the names below it; `open`: by http, which is not encrypted."""

    name: str
    below: bool
    port: int | None
    open: bool = False

    def __str__(self) -> str:
        name = f"[{self.name}]" if ":" in self.name else self.name
        scheme = OPENLY if self.open else ""
        return f"{scheme}{'*.' if self.below else ''}{name}{'' if self.port is None else f':{self.port}'}"

    def covers(self, host: str, port: int) -> bool:
        """`host` as `plain` writes it."""
        if self.port not in {None, port}:
            return False
        return host.endswith(f".{self.name}") if self.below else host == self.name


def hosts_allow(hosts: Sequence[str], host: str, port: int, *, openly: bool = False) -> bool:
    """Whether one of the `hosts` covers this one; what can't be read covers nothing and is covered by nothing.
    `openly`: it would go there by http, over a network.
    """
    asked = plain(host)
    return asked is not None and any(_covers(text, asked, port, openly) for text in hosts)


def bind(text: str) -> Binding:
    """Read one host. Raises ValueError, which says what is wrong with it."""
    text = text.strip()
    openly = text.lower().startswith(OPENLY)
    text = text[len(OPENLY) :] if openly else text
    if "://" in text or "/" in text or "@" in text:
        raise ValueError("must be a host alone, such as api.example.com: no https://, no path, no user name")
    place, port = _split(text)
    below = place.startswith("*.")
    name = plain(place.removeprefix("*."))
    if name is None:
        raise ValueError(
            "is no host: write it like api.example.com, *.example.com or api.example.com:8443; "
            "what can't be written in plain letters, in the form that begins with xn--"
        )
    if below and not _BELOW.fullmatch(name):
        raise ValueError("is too wide: after the star there must be a whole domain, such as *.example.com")
    return Binding(name, below, port, openly)


def plain(host: str) -> str | None:
    """The one way to write a host: lower case, ASCII, no dot at the end, no brackets. None for what is no host."""
    if ":" in host:
        return _address(host)
    name = host if host.isascii() else _in_ascii(host)
    name = name.lower().removesuffix(".")
    return name if _NAME.fullmatch(name) else None


def _covers(text: str, host: str, port: int, openly: bool) -> bool:
    try:
        bound = bind(text)
        return bound.open == openly and bound.covers(host, port)
    except ValueError:
        return False


def _split(text: str) -> tuple[str, int | None]:
    """Host and port."""
    if text.startswith("["):
        place, bracket, rest = text[1:].partition("]")
        return (f"[{place}{bracket}", _port(rest)) if bracket else (text, None)
    place, colon, rest = text.partition(":")
    return place, _port(colon + rest)


def _port(text: str) -> int | None:
    if not text:
        return None
    if not _PORT.fullmatch(text[1:]) or text[0] != ":" or not 0 < int(text[1:]) < 65536:
        raise ValueError("must have a port from 1 to 65535 after the colon, or none; IPv6 addresses go in brackets")
    return int(text[1:])


def _address(host: str) -> str | None:
    inner = host[1:-1] if host.startswith("[") and host.endswith("]") else host
    try:
        return str(IPv6Address(inner)) if "%" not in inner else None
    except ValueError:
        return None


def _in_ascii(host: str) -> str:
    """The `xn--` form. Empty where old and new rules differ in it, and where letters only look like plain ones."""
    written = host.lower().removesuffix(".")
    try:
        name = written.encode("idna").decode("ascii")
        return name if name.encode("ascii").decode("idna") == written and not written.isascii() else ""
    except UnicodeError:
        return ""
