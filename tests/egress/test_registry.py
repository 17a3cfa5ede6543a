"""The registries, entry by entry."""

from ipaddress import IPv6Address, ip_address, ip_network

import pytest

from ivr.webcall.registry import BEYOND, METADATA, V4, V6, Row, plain, special

PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "9.255.255.255",
    "11.0.0.0",
    "100.63.255.255",
    "100.128.0.0",
    "126.255.255.255",
    "128.0.0.0",
    "169.253.255.255",
    "169.255.0.0",
    "172.15.255.255",
    "172.32.0.0",
    "191.255.255.255",
    "192.0.1.0",
    "192.0.3.0",
    "192.88.98.255",
    "192.88.100.0",
    "192.167.255.255",
    "192.169.0.0",
    "198.17.255.255",
    "198.20.0.0",
    "198.51.99.255",
    "198.51.101.0",
    "203.0.112.255",
    "203.0.114.0",
    "223.255.255.255",
    "2000::",
    "2001:200::",
    "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff",
    "2001:db9::",
    "2003::",
    "2606:4700:4700::1111",
    "3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "3fff:1000::",
    "3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "2620:4f:7fff:ffff:ffff:ffff:ffff:ffff",
]
"""Neighbours of what is special, and well-known public addresses."""


def refused(rows: tuple[Row, ...]) -> list[Row]:
    return [row for row in rows if not row.reachable]


@pytest.mark.parametrize(
    "row", [row for row in refused(V4 + V6 + BEYOND) if row.name != "IPv4-mapped"], ids=lambda row: row.network
)
def test_first_and_last_address_of_a_special_block_are_refused(row: Row) -> None:
    network = ip_network(row.network)
    for address in (network[0], network[-1], network[network.num_addresses // 2]):
        assert special(str(address)) is not None, address


@pytest.mark.parametrize("row", V4 + V6 + BEYOND, ids=lambda row: row.network)
def test_neighbours_belong_to_themselves(row: Row) -> None:
    """The address before and after a block is special only when another block says so."""
    network = ip_network(row.network)
    others = [ip_network(other.network) for other in refused(V4 + V6 + BEYOND) if other.network != row.network]
    for number in (int(network[0]) - 1, int(network[-1]) + 1):
        if not 0 <= number < 1 << network.max_prefixlen:
            continue
        address = type(network[0])(number)
        outside = address.version == 6 and address not in ip_network("2000::/3")
        expected = outside or any(address in other for other in others if other.version == address.version)
        assert (special(str(address)) is not None) is expected, address


@pytest.mark.parametrize("row", [row for row in V4 + V6 if row.reachable], ids=lambda row: row.network)
def test_reachable_blocks_are_public_unless_refused_besides(row: Row) -> None:
    network = ip_network(row.network)
    if row.network == "64:ff9b::/96":
        assert special("64:ff9b::8.8.8.8") is None
        return
    besides = row.network in {other.network for other in BEYOND}
    assert (special(str(network[0])) is not None) is besides
    assert (special(str(network[-1])) is not None) is besides


@pytest.mark.parametrize("address", PUBLIC)
def test_public(address: str) -> None:
    assert special(address) is None


def test_an_ipv4_mapped_address_is_the_ipv4_address() -> None:
    for row in V4 + BEYOND:
        for address in (ip_network(row.network)[0], ip_network(row.network)[-1]):
            if address.version == 4:
                assert plain(f"::ffff:{address}") == address
                assert special(f"::ffff:{address}") == special(str(address))


def test_rows_are_networks_and_each_stands_once() -> None:
    for rows in (V4, V6, BEYOND):
        networks = [ip_network(row.network) for row in rows]
        assert len(set(networks)) == len(rows)
    assert {ip_network(row.network).version for row in V4} == {4}
    assert {ip_network(row.network).version for row in V6} == {6}


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("169.254.169.254", "link-local (metadata)"),
        ("169.254.1.1", "link-local"),
        ("127.0.0.1", "loopback"),
        ("10.0.0.1", "private-use"),
        ("0.0.0.0", "this host"),
        ("0.1.2.3", "this network"),
        ("255.255.255.255", "limited broadcast"),
        ("::1", "loopback"),
        ("::", "unspecified"),
        ("fd00:ec2::254", "unique local (metadata)"),
        ("fe80::1%eth0", "link-local"),
        ("fec0::1", "site-local"),
        ("ff02::1", "multicast"),
        ("2001::1", "Teredo"),
        ("2001:1ff::1", "IETF protocol assignments"),
        ("4000::1", "not assigned to the public internet"),
        ("1000::1", "not assigned to the public internet"),
    ],
)
def test_the_most_specific_name_is_told(address: str, name: str) -> None:
    assert special(address) == name


INSIDE = ["127.0.0.1", "10.0.0.1", "169.254.169.254", "192.168.1.1", "100.64.0.1", "224.0.0.1", "0.0.0.0"]


def _six(prefix: str, inner: str, shift: int = 0) -> str:
    return str(IPv6Address(int(IPv6Address(prefix)) | int(ip_address(inner)) << shift))


@pytest.mark.parametrize("inner", INSIDE)
def test_what_hides_in_ipv6_is_refused(inner: str) -> None:
    assert special(_six("::ffff:0:0", inner)) == special(inner)
    for form in ("::", "64:ff9b::", "64:ff9b:1::", "::ffff:0:0:0"):
        assert special(_six(form, inner)), form
    assert special(_six("2002::", inner, 80)), "6to4"
    assert special(_six("2001::", inner, 64)), "Teredo, server"
    assert special(str(IPv6Address(int(IPv6Address("2001::")) | (int(ip_address(inner)) ^ 0xFFFF_FFFF)))), "client"
    for identifier in ("::5efe:0:0", "::200:5efe:0:0"):
        isatap = int(IPv6Address("2606:4700::")) | int(IPv6Address(identifier)) | int(ip_address(inner))
        assert special(str(IPv6Address(isatap))), identifier


def test_what_is_public_inside_stays_reachable_where_the_outside_is() -> None:
    assert special("::ffff:8.8.8.8") is None
    assert special("64:ff9b::8.8.8.8") is None
    assert special("2606:4700::5efe:808:808") is None
    assert special("2002:808:808::1") == "6to4"
    assert special("::8.8.8.8") == "IPv4-compatible"
    assert special("64:ff9b:1::8.8.8.8") == "local IPv4-IPv6 translation (NAT64)"


def test_metadata_addresses_are_all_refused_and_named() -> None:
    for address in METADATA:
        assert str(special(str(address))).endswith("(metadata)")


@pytest.mark.parametrize(
    "text",
    ["127.1", "2130706433", "0x7f.1", "0177.0.0.1", "127.0.0.1.", "127.0.0.１", "", "localhost", "[::1]", "::1/128"],
)
def test_only_the_usual_spelling_is_an_address(text: str) -> None:
    with pytest.raises(ValueError, match="does not appear"):
        plain(text)
    with pytest.raises(ValueError, match="does not appear"):
        special(text)
