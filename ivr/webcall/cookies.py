"""Cookies that an API sets while it redirects: they go along within its origin, and are then forgotten."""

import re
from typing import Self

import aiohttp
from yarl import URL

from ivr.webcall.outgoing import Line, Outgoing

MOST = 50
"""Cookies that are kept."""
LONGEST = 4_096
"""Characters of one of them."""
_EPOCH = re.compile(r"(;\s*)expires=[^;]*\b1970\b[^;]*", re.IGNORECASE)
"""How most APIs take a cookie back. The jar takes a time of 0 for none."""


class Cookies:
    """What one origin has set on the way of one request. There is a jar only once there is something to keep."""

    def __init__(self) -> None:
        self._jar: aiohttp.CookieJar | None = None

    def after(self, lines: list[str], url: URL) -> Self:
        """With what an answer from this address sets. Lines that are no cookies are passed over."""
        good = [_EPOCH.sub(r"\1Max-Age=0", line) for line in lines[:MOST] if len(line) <= LONGEST]
        if good:
            self._jar = self._jar or aiohttp.CookieJar(unsafe=True)
            self._jar.update_cookies_from_headers(good, url)
        return self

    def put_into(self, outgoing: Outgoing) -> Outgoing:
        """The request with the cookies that belong to its address, besides those that its author wrote."""
        if self._jar is None:
            return outgoing
        found = self._jar.filter_cookies(outgoing.url)
        own = outgoing.header("Cookie")
        written = {part.partition("=")[0].strip() for part in own.split(";")}
        kept = [
            f"{name}={each.coded_value if each.value else ''}"
            for name, each in list(found.items())[:MOST]
            if name not in written
        ]
        if not kept:
            return outgoing
        return outgoing.with_lines(Line("Cookie", "; ".join([own, *kept] if own else kept), secret=True))
