"""The guard around all tests: this machine may be reached, nothing else."""

import socket

import pytest

AWAY = ["10.0.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "8.8.8.8", "2001:db8::1", "fe80::1", "::ffff:10.0.0.1"]
HERE = ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"]


def family(address: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in address else socket.AF_INET


@pytest.mark.parametrize("address", AWAY)
def test_an_address_elsewhere_can_not_be_connected_to(address: str, stays_here: list[str]) -> None:
    with socket.socket(family(address)) as sock, pytest.raises(RuntimeError, match="tests stay on loopback"):
        sock.connect((address, 9))
    assert stays_here == [f"to send something to {address}"]
    stays_here.clear()


@pytest.mark.parametrize("address", AWAY)
def test_nothing_is_sent_there_without_a_connection_either(address: str, stays_here: list[str]) -> None:
    with socket.socket(family(address), socket.SOCK_DGRAM) as sock, pytest.raises(RuntimeError, match="loopback"):
        sock.sendto(b"hello", (address, 9))
    stays_here.clear()


@pytest.mark.parametrize("name", ["example.com", "metadata.google.internal", "localhost.example.com"])
def test_no_name_server_is_asked(name: str, stays_here: list[str]) -> None:
    with pytest.raises(RuntimeError, match=f"look up {name}"):
        socket.getaddrinfo(name, 80)
    stays_here.clear()


def test_an_invalid_name_is_known_to_be_nobodys() -> None:
    with pytest.raises(socket.gaierror):
        socket.getaddrinfo("api.invalid", 80)


@pytest.mark.parametrize("address", HERE)
def test_loopback_is_open(address: str) -> None:
    with socket.socket(family(address)) as sock:
        sock.bind(("::1" if ":" in address else "127.0.0.1", 0))
        port = sock.getsockname()[1]
        with socket.socket(family(address)) as other, pytest.raises(OSError, match="refused"):
            other.connect((address, port))
