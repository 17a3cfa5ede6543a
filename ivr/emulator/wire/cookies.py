"""The cookies of one call: kept from answer to answer per host, as a browser would."""

from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlsplit

from ivr.emulator.wire.http import Pairs


class CookieJar:
    """Names and values per host. Paths and lifetimes are not looked at: a call is short."""

    def __init__(self) -> None:
        self._hosts: dict[str, dict[str, str]] = {}

    def keep(self, url: str, headers: Pairs) -> None:
        """Remember what the answer from `url` sets; an empty value or Max-Age=0 forgets it."""
        jar = self._hosts.setdefault(urlsplit(url).hostname or "", {})
        for line in (value for name, value in headers if name.lower() == "set-cookie"):
            for name, morsel in _parse(line).items():
                if morsel.value and morsel["max-age"] != "0":
                    jar[name] = morsel.coded_value
                else:
                    jar.pop(name, None)

    def header(self, url: str) -> Pairs:
        """The Cookie header for a request to `url`, or nothing."""
        jar = self._hosts.get(urlsplit(url).hostname or "")
        return (("Cookie", "; ".join(f"{name}={value}" for name, value in jar.items())),) if jar else ()


def _parse(line: str) -> SimpleCookie:
    try:
        return SimpleCookie(line)
    except CookieError:
        return SimpleCookie()
