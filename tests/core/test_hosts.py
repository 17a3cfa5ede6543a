import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.hosts import bind, hosts_allow, plain


@pytest.mark.parametrize(
    ("bound", "host", "port", "allowed"),
    [
        ("api.example.com", "api.example.com", 443, True),
        ("api.example.com", "api.example.com", 8443, True),  # without a port any will do
        ("api.example.com", "API.Example.COM", 443, True),
        ("API.Example.COM", "api.example.com", 443, True),
        ("api.example.com", "api.example.com.", 443, True),
        ("api.example.com.", "api.example.com", 443, True),
        ("api.example.com", "api.example.com..", 443, False),
        ("api.example.com", "example.com", 443, False),
        ("api.example.com", "v1.api.example.com", 443, False),
        ("api.example.com", "evilapi.example.com", 443, False),
        ("api.example.com", "api.example.com.evil.net", 443, False),
        ("api.example.com", "api-example.com", 443, False),
        ("api.example.com", "apixexample.com", 443, False),
        ("api.example.com", "", 443, False),
        ("api.example.com", ".", 443, False),
        # ports
        ("api.example.com:8443", "api.example.com", 8443, True),
        ("api.example.com:8443", "api.example.com", 443, False),
        ("*.example.com:8443", "a.example.com", 8443, True),
        ("*.example.com:8443", "a.example.com", 443, False),
        # every name below
        ("*.example.com", "a.example.com", 443, True),
        ("*.example.com", "a.b.example.com", 443, True),
        ("*.example.com", "A.EXAMPLE.com.", 443, True),
        ("*.example.com", "example.com", 443, False),
        ("*.example.com", ".example.com", 443, False),
        ("*.example.com", "a..example.com", 443, False),
        ("*.example.com", "evilexample.com", 443, False),
        ("*.example.com", "example.com.evil.net", 443, False),
        ("*.example.com", "a.example.com.evil.net", 443, False),
        ("*.example.com", "*.example.com", 443, False),
        ("*.example.com", "evil.net/.example.com", 443, False),
        ("*.example.com", "evil.net\0.example.com", 443, False),
        ("*.example.com", "evil.net\n.example.com", 443, False),
        ("*.example.com", "evil.net#.example.com", 443, False),
        ("*.example.com", "evil.net?.example.com", 443, False),
        ("*.example.com", "user@evil.net:a.example.com", 443, False),
        ("*.example.com", "a.example.com\n", 443, False),
        ("*.example.com", " a.example.com", 443, False),
        # international names
        ("bücher.example", "xn--bcher-kva.example", 443, True),
        ("xn--bcher-kva.example", "bücher.example", 443, True),
        ("xn--bcher-kva.example", "BÜCHER.example.", 443, True),
        ("*.bücher.example", "api.xn--bcher-kva.example", 443, True),
        ("bücher.example", "bucher.example", 443, False),
        ("fass.example", "faß.example", 443, False),  # two rules, two names
        ("api.example.com", "api。example。com", 443, False),
        ("api.example.com", "ａｐｉ.example.com", 443, False),
        ("api.bank.com", "api.ban\u212a.com", 443, False),  # the sign for Kelvin
        ("api.example.com", "\u0430pi.example.com", 443, False),  # a Cyrillic letter
        ("api.example.com", "api.ex\u00adample.com", 443, False),  # a soft hyphen
        # addresses
        ("10.1.2.3", "10.1.2.3", 443, True),
        ("10.1.2.3", "10.1.2.30", 443, False),
        ("127.0.0.1", "0x7f.1", 443, False),
        ("[2001:db8::1]", "2001:db8::1", 443, True),
        ("[2001:DB8:0::1]:8443", "[2001:db8::1]", 8443, True),
        ("[2001:db8::1]", "2001:db8::2", 443, False),
        ("[2001:db8::1]", "2001:db8::1%eth0", 443, False),
        ("localhost:8080", "localhost", 8080, True),
    ],
)
def test_a_secret_goes_only_where_it_is_bound(bound: str, host: str, port: int, allowed: bool) -> None:
    assert hosts_allow([str(bind(bound))], host, port) is allowed
    assert hosts_allow(["other.example.net", bound], host, port) is allowed
    assert hosts_allow([], host, port) is False


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ("https://api.example.com", "no https://"),
        ("api.example.com/v1", "no path"),
        ("anna@example.com", "no user name"),
        ("", "is no host"),
        ("*", "is no host"),
        ("*.", "is no host"),
        ("a.*.com", "is no host"),
        ("*example.com", "is no host"),
        ("**.example.com", "is no host"),
        ("api example.com", "is no host"),
        ("-api.example.com", "is no host"),
        ("a" * 64 + ".com", "is no host"),
        ("faß.example", "begins with xn--"),
        ("*.com", "too wide"),
        ("*.com.", "too wide"),
        ("*.0.0.1", "too wide"),
        ("*.[2001:db8::1]", "too wide|is no host|port"),
        ("api.example.com:", "a port from 1 to 65535"),
        ("api.example.com:0", "a port from 1 to 65535"),
        ("api.example.com:65536", "a port from 1 to 65535"),
        ("api.example.com:٤٤٣", "a port from 1 to 65535"),
        ("2001:db8::1", "IPv6 addresses go in brackets"),
        ("[2001:db8::1", "is no host"),
        ("[2001:db8::1]x", "a port from 1 to 65535"),
        ("[example.com]", "is no host"),
    ],
)
def test_a_host_that_is_none_is_explained_and_covers_nothing(bad: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        bind(bad)
    assert not hosts_allow([bad], bad, 443)
    assert not hosts_allow([bad], "api.example.com", 443)


@given(st.text(max_size=30))
def test_whatever_is_asked_gets_an_answer(text: str) -> None:
    for host in (text, f"{text}.example.com", f"{text}:443", f"[{text}]"):
        hosts_allow(["*.example.com", text], host, 443)
        known = plain(host)
        assert known is None or plain(known) == known, "there is one way only to write a host"


@given(st.from_regex(r"(\*\.)?[a-z0-9-]{1,8}(\.[a-z0-9-]{1,8}){1,3}\.?(:[0-9]{1,5})?", fullmatch=True))
def test_a_host_that_is_kept_reads_the_same_again(text: str) -> None:
    try:
        binding = bind(text)
    except ValueError:
        return
    assert bind(str(binding)) == binding
