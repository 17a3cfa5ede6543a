"""The list of permissions."""

import pytest

from ivr.webcall.guard import Blocked, Guard

ALLOW = (
    "localhost, erp:8443, *.example.internal, 10.1.2.0/24, 10.9.9.9:8443, [fd00::/8]:443, fe80::1,"
    " 172.16.0.0/12:80, [fd12::1], ::ffff:192.168.7.0/120,"
)


@pytest.mark.parametrize(
    ("host", "address", "port"),
    [
        ("localhost", "127.0.0.1", 80),
        ("LOCALHOST.", "::1", 8080),
        ("erp", "192.168.0.5", 8443),
        ("a.example.internal", "10.7.7.7", 80),
        ("a.b.Example.Internal", "169.254.169.254", 80),
        ("whatever", "10.1.2.3", 1),
        ("10.1.2.255", "10.1.2.255", 443),
        ("::ffff:10.1.2.3", "::ffff:10.1.2.3", 443),
        ("x", "10.9.9.9", 8443),
        ("x", "fd00::1", 443),
        ("x", "fe80::1%eth0", 443),
        ("x", "172.31.1.1", 80),
        ("x", "fd12::1", 9),
        ("x", "192.168.7.8", 80),
        ("anybody.example", "8.8.8.8", 25),
    ],
)
def test_permitted(host: str, address: str, port: int) -> None:
    Guard.parse(ALLOW).check(host, address, port)


@pytest.mark.parametrize(
    ("host", "address", "port"),
    [
        ("localhost.evil.example", "127.0.0.1", 80),
        ("erp", "192.168.0.5", 443),
        ("example.internal", "10.7.7.7", 80),
        ("aexample.internal", "10.7.7.7", 80),
        ("a.example.internal.evil.example", "10.7.7.7", 80),
        ("x", "10.1.3.0", 80),
        ("x", "10.9.9.9", 443),
        ("x", "10.9.9.8", 8443),
        ("x", "fd00::1", 80),
        ("x", "fe80::2", 443),
        ("x", "172.31.1.1", 81),
        ("127.0.0.1", "127.0.0.1", 80),
        ("x", "192.168.8.0", 80),
        ("", "127.0.0.1", 80),
    ],
)
def test_not_permitted(host: str, address: str, port: int) -> None:
    with pytest.raises(Blocked):
        Guard.parse(ALLOW).check(host, address, port)


def test_nothing_is_permitted_unless_said() -> None:
    for nothing in ("", " , ,"):
        with pytest.raises(Blocked):
            Guard.parse(nothing).check("localhost", "127.0.0.1", 80)


def test_a_permission_for_all_of_ipv4_is_not_one_for_ipv6() -> None:
    guard = Guard.parse("0.0.0.0/0")
    guard.check("x", "::ffff:127.0.0.1", 80)
    with pytest.raises(Blocked):
        guard.check("x", "::1", 80)


BAD = {
    "https://erp": "must be a host alone",
    "user@erp": "must be a host alone",
    "erp:0": "port from 1 to 65535",
    "erp:65536": "port from 1 to 65535",
    "erp:": "port from 1 to 65535",
    "erp:http": "port from 1 to 65535",
    "10.1.2.0/33": "is not an address or network",
    "10.1.2.3/24": "write 10.1.2.0/24, or the address alone",
    "fd00::1/8": "write fd00::/8, or the address alone",
    "127.1": "is not an address or network",
    "0x7f.0.0.1": "is not an address or network",
    "2130706433": "is not an address or network",
    "010.0.0.1": "is not an address or network",
    "*": "is neither",
    "*.": "is neither",
    "a.*.internal": "is neither",
    "**.internal": "is neither",
    "*.0.0.1": "is not an address or network",
    "erp/path": "is not an address or network",
    "-erp": "is neither",
    "a b": "is neither",
    "bücher.internal": "xn--",
    "[erp]:80": "for IPv6 addresses only",
    "[fd00::/8": "is not an address or network",
    "[fd00::/8]443": "is not an address or network",
    "[::1]:": "port from 1 to 65535",
}


@pytest.mark.parametrize("entry", BAD)
def test_a_bad_entry_is_told(entry: str) -> None:
    with pytest.raises(ValueError, match="has what can't be used") as told:
        Guard.parse(f"localhost, {entry}")
    assert f"“{entry}” " in str(told.value)
    assert BAD[entry] in str(told.value)


def test_all_bad_entries_are_told_at_once() -> None:
    with pytest.raises(ValueError, match="has what can't be used") as told:
        Guard.parse(", ".join(BAD))
    assert all(f"“{entry}” " in str(told.value) for entry in BAD)


def test_refusals_are_sentences() -> None:
    guard = Guard.parse("")
    with pytest.raises(Blocked) as literal:
        guard.check("169.254.169.254", "169.254.169.254", 80)
    assert str(literal.value) == (
        "refused: 169.254.169.254 is link-local (metadata) (set IVR_EGRESS_ALLOW to permit it)"
    )
    with pytest.raises(Blocked) as named:
        guard.check("db.example", "10.0.0.5", 80)
    assert str(named.value) == (
        "refused: db.example has the address 10.0.0.5, which is private-use (set IVR_EGRESS_ALLOW to permit it)"
    )
    assert (named.value.rule, named.value.host, named.value.address) == ("private-use", "db.example", "10.0.0.5")
    with pytest.raises(Blocked) as odd:
        Guard.parse("0.0.0.0/0").check("x", "127.1", 80)
    assert str(odd.value) == "refused: x has the address 127.1, which is not a plain IP address"
