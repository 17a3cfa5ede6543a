"""No test here reaches anything but loopback: the interpreter itself refuses to connect, send or look up elsewhere."""

import ipaddress
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

_on = False
attempts: list[str] = []
"""What was refused since the test began; empty unless something got past the guard."""


def _local(host: object) -> bool:
    if host is None or isinstance(host, bytes):
        return host is None
    try:
        address = ipaddress.ip_address(str(host))
        return (getattr(address, "ipv4_mapped", None) or address).is_loopback
    except ValueError:
        return False


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if not _on or event not in {"socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname"}:
        return
    if event in {"socket.connect", "socket.sendto"}:
        if arguments[0].family == getattr(socket, "AF_UNIX", None):
            return
        host = arguments[1][0]
    else:
        host = arguments[0]
    if not _local(host):
        attempts.append(f"{event} {host}")
        raise RuntimeError(f"a test tried to leave loopback: {event} {host}")


sys.addaudithook(_watch)


@contextmanager
def _watching() -> Iterator[None]:
    global _on  # noqa: PLW0603 - an audit hook can't be taken off again, only told to rest
    attempts.clear()
    _on = True
    try:
        yield
    finally:
        _on = False


@pytest.fixture(autouse=True)
def loopback_only() -> Iterator[list[str]]:
    """Fails the test when anything tried to leave, even where the error was swallowed on the way."""
    with _watching():
        yield attempts
    assert attempts == []
