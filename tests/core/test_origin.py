"""What is the same origin, and what an author has written out."""

import pytest

from ivr.core.origin import Origin, is_variable, origin, written_origin


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://api.example.com/a?b=$x#c", "https://api.example.com"),
        (" HTTPS://API.Example.com:443/", "https://api.example.com"),
        ("http://api.example.com:80", "http://api.example.com"),
        ("https://api.example.com:8443?q", "https://api.example.com:8443"),
        ("https://api.example.com/$path", "https://api.example.com"),
        ("http://[::1]:8080/", "http://[::1]:8080"),
        ("https://[2001:DB8:0::1]/", "https://[2001:db8::1]"),
        ("https://api.example.com.", "https://api.example.com"),
        ("https://api.example.com\\@evil.example", "https://api.example.com"),
        ("https://$host/", None),
        ("https://api.example.com$path", None),
        ("https://api.example.com:$port/", None),
        ("https://api.$$.com/", None),
        ("$BASE/path", None),
        ("https://a@evil.example/", None),
        ("https://*.example.com/", None),
        ("https://a b/", "https://a"),
        ("ftp://api.example.com", None),
        ("https://", None),
        ("api.example.com", None),
        ("", None),
    ],
)
def test_the_origin_that_is_written_out(url: str, shown: str | None) -> None:
    found = written_origin(url)
    assert (None if found is None else str(found)) == shown


@pytest.mark.parametrize(
    ("url", "variable"),
    [
        ("$BASE/x", True),
        ("${BASE}", True),
        ("https://$host/x", True),
        ("https://api.example.com$x", True),
        ("https://api.example.com:${port}/", True),
        ("https://api.example.com/$x", False),
        ("https://api.example.com?x=$x", False),
        ("https://api.example.com#$x", False),
        ("", False),
        ("nonsense", False),
    ],
)
def test_whether_it_is_left_open_until_a_call_is_there(url: str, variable: bool) -> None:
    assert is_variable(url) is variable


@pytest.mark.parametrize(
    ("scheme", "host", "private"),
    [
        ("https", "api.example.com", True),
        ("http", "api.example.com", False),
        ("http", "127.0.0.1", True),
        ("http", "127.9.9.9", True),
        ("http", "::1", True),
        ("http", "localhost", True),
        ("http", "api.localhost", True),
        ("http", "localhost.example.com", False),
        ("http", "10.0.0.1", False),
    ],
)
def test_whether_nobody_can_read_along(scheme: str, host: str, private: bool) -> None:
    assert Origin(scheme, host, 80).private is private


def test_a_host_that_is_none_has_no_origin() -> None:
    assert origin("https", "a_b.example.com", None) == Origin("https", "a_b.example.com", 443)
    assert origin("https", "not a host", None) is None
    assert origin("ftp", "api.example.com", 21) is None
