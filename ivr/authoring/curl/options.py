"""The options of curl: which take a value, and what becomes of each."""

from msgspec import Struct

from ivr.authoring.curl.errors import NotCurl

SHORT = {
    "a": "append", "b": "cookie", "c": "cookie-jar", "d": "data", "e": "referer", "f": "fail", "g": "globoff",
    "h": "help", "i": "include", "j": "junk-session-cookies", "k": "insecure", "l": "list-only", "m": "max-time",
    "n": "netrc", "o": "output", "p": "proxytunnel", "q": "disable", "r": "range", "s": "silent", "t": "telnet-option",
    "u": "user", "v": "verbose", "w": "write-out", "x": "proxy", "y": "speed-time", "z": "time-cond", "A": "user-agent",
    "B": "use-ascii", "C": "continue-at", "D": "dump-header", "E": "cert", "F": "form", "G": "get", "H": "header",
    "I": "head", "J": "remote-header-name", "K": "config", "L": "location", "M": "manual", "N": "no-buffer",
    "O": "remote-name", "P": "ftp-port", "Q": "quote", "R": "remote-time", "S": "show-error", "T": "upload-file",
    "U": "proxy-user", "V": "version", "X": "request", "Y": "speed-limit", "Z": "parallel", "0": "http1.0",
    "1": "tlsv1", "2": "sslv2", "3": "sslv3", "4": "ipv4", "6": "ipv6", "#": "progress-bar", ":": "next",
}  # fmt: skip
DATA = ("data", "data-ascii", "data-binary", "data-raw", "data-urlencode", "json")
"""Options that make the body."""
_USED = {
    *DATA, "request", "header", "form", "form-string", "user", "cookie", "user-agent", "referer", "max-time",
    "connect-timeout", "retry", "retry-delay", "url", "url-query", "oauth2-bearer", "max-filesize", "aws-sigv4",
}  # fmt: skip
_SAID = {
    "cert", "key", "cacert", "capath", "proxy", "proxy-user", "preproxy", "socks5", "socks5-hostname", "socks4",
    "socks4a", "noproxy", "resolve", "connect-to", "interface", "unix-socket", "abstract-unix-socket", "cookie-jar",
    "range", "request-target", "max-redirs", "retry-max-time", "proxy-header", "pinnedpubkey", "ciphers",
    "tls-max", "time-cond", "netrc-file", "pass", "doh-url", "hsts", "alt-svc", "tls13-ciphers", "curves", "key-type",
    "cert-type", "proto", "proto-default", "proto-redir", "local-port", "dns-servers", "etag-compare",
    "haproxy-clientip",
    "variable",
    "expand-url", "expand-data", "expand-header", "ech", "ipfs-gateway", "sasl-authzid", "service-name",
}  # fmt: skip
_SILENT = {
    "output", "output-dir", "write-out", "dump-header", "stderr", "trace", "trace-ascii", "keepalive-time",
    "expect100-timeout", "happy-eyeballs-timeout-ms", "limit-rate", "speed-limit", "speed-time", "rate", "parallel-max",
    "create-file-mode", "etag-save", "libcurl", "continue-at", "trace-config", "keepalive-cnt",
}  # fmt: skip
_REFUSED = {"config", "upload-file", "quote", "telnet-option", "mail-from", "mail-rcpt"}
WITH_VALUE = _USED | _SAID | _SILENT | _REFUSED
TAKEN = _USED | _SILENT
"""Options with a value that is taken over, or that is of no use here."""
FLAGS = {"get", "head", "insecure", "location", "location-trusted", "basic", "globoff", "path-as-is", "digest"}
"""Flags that change the request."""
SAID_FLAGS = {
    "ntlm", "negotiate", "anyauth", "netrc", "netrc-optional", "post301", "post302", "post303",
    "proxytunnel", "retry-all-errors", "retry-connrefused", "http0.9", "haproxy-protocol", "raw", "tr-encoding",
    "proxy-insecure", "junk-session-cookies", "append", "list-only",
}  # fmt: skip
SILENT_FLAGS = {
    "silent", "show-error", "verbose", "include", "show-headers", "compressed", "fail", "fail-with-body", "fail-early",
    "no-buffer", "progress-bar", "remote-name", "remote-name-all", "remote-header-name", "remote-time", "create-dirs",
    "http1.0", "http1.1", "http2", "http2-prior-knowledge", "http3", "http3-only", "tlsv1", "tlsv1.0", "tlsv1.1",
    "tlsv1.2", "tlsv1.3", "sslv2", "sslv3", "ssl-reqd", "ssl", "ssl-no-revoke", "ssl-revoke-best-effort", "ipv4",
    "ipv6", "tcp-nodelay", "tcp-fastopen", "disable", "styled-output", "trace-time", "parallel", "parallel-immediate",
    "no-progress-meter", "remove-on-error", "xattr", "no-clobber", "clobber", "no-keepalive", "no-sessionid", "no-alpn",
    "no-npn", "alpn", "npn", "keepalive", "sessionid", "buffer", "progress-meter", "suppress-connect-headers",
    "disallow-username-in-url", "form-escape", "use-ascii", "crlf", "false-start", "cert-status",
}  # fmt: skip


_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"


class Given(Struct, frozen=True):
    """The options of one command in their order, by their long names; those of DATA among them, flags with an empty
    value. `unknown` are not curl's."""

    options: tuple[tuple[str, str], ...]
    urls: tuple[str, ...]
    unknown: tuple[str, ...]

    def all(self, *names: str) -> list[str]:
        return [value for name, value in self.options if name in names]

    def last(self, name: str) -> str | None:
        return next(reversed(self.all(name)), None)

    def has(self, *names: str) -> bool:
        return any(name in names for name, _ in self.options)


def read_options(words: tuple[str, ...]) -> Given:
    """The options of a command, by the words after `curl`. Raises NotCurl for several requests, and for an option
    that lacks its value."""
    options: list[tuple[str, str]] = []
    urls: list[str] = []
    unknown: list[str] = []
    left = list(reversed(words))
    while left:
        word = _typed(left.pop())
        if word == "--":
            urls += reversed(left)
            break
        if word.startswith("--"):
            _long(word, left, options, unknown)
        elif word.startswith("-") and len(word) > 1:
            _short(word, left, options, unknown)
        elif word.strip():
            urls.append(word)
    given = tuple((name, value) for name, value in options if name != "url")
    return Given(given, (*(value for name, value in options if name == "url"), *urls), tuple(unknown))


def _typed(word: str) -> str:
    """A word whose dashes a word processor has made longer."""
    if word[:1] not in _DASHES:
        return word
    name = word.lstrip(f"{_DASHES}-")
    return f"--{name}" if name.partition("=")[0] in WITH_VALUE | FLAGS | SAID_FLAGS | SILENT_FLAGS else f"-{name}"


def _long(word: str, left: list[str], options: list[tuple[str, str]], unknown: list[str]) -> None:
    name = word[2:]
    named, equals, value = name.partition("=")
    if equals and named in WITH_VALUE:  # curl knows no such thing, but nothing else can be meant
        options.append((named, value))
    elif name in WITH_VALUE:
        options.append((name, _value(word, left)))
    elif name in FLAGS | SAID_FLAGS | SILENT_FLAGS:
        options.append((name, ""))
    elif name.startswith("no-"):
        options[:] = [each for each in options if each[0] != name[3:]]
    elif name == "next":
        raise NotCurl("The command sends several requests (--next): paste one of them, and use a block for each.")
    else:
        unknown.append(word)


def _short(word: str, left: list[str], options: list[tuple[str, str]], unknown: list[str]) -> None:
    """Letters behind one dash: flags, and at last perhaps one with a value."""
    for at, letter in enumerate(word[1:], 2):
        name = SHORT.get(letter, "")
        if name == "next":
            raise NotCurl("The command sends several requests (-:): paste one of them, and use a block for each.")
        if name in WITH_VALUE or name in {"ftp-port", "help"}:
            options.append((name, word[at:] or _value(f"-{letter}", left)))
            return
        if name:
            options.append((name, ""))
        else:
            unknown.append(f"-{letter}")


def _value(option: str, left: list[str]) -> str:
    if not left:
        raise NotCurl(f"The option {option} lacks its value: copy the whole command.")
    return left.pop()
