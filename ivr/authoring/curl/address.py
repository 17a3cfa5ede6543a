"""The address of a curl command, as curl sends it."""

import re
from typing import NamedTuple
from urllib.parse import quote, unquote

from ivr.authoring.curl.body import Note
from ivr.authoring.curl.errors import NotCurl
from ivr.authoring.curl.options import Given

_parts = re.compile(r"(?:([A-Za-z][A-Za-z0-9+.-]*)://)?([^/?#]*)([^?#]*)(\?[^#]*)?(?:#.*)?", re.DOTALL)
_ipv6 = re.compile(r"\[[0-9A-Fa-f:.]+\](:\d+)?")
_globs = re.compile(r"\[[^\[\]-]*-[^\[\]]*\]|\{[^{}]*\}")
_outside = re.compile(r"[^\x21-\x7e]+")
_keys = re.compile(r"[?&](api[_-]?key|apikey|access[_-]?token|token|key|appid|secret|sig|signature)=", re.IGNORECASE)


class Address(NamedTuple):
    """An address, without what stood in it of user and password (None when nothing did), and those two."""

    url: str
    user: str | None


def address(given: Given, query: str, note: Note) -> Address:
    """The one address of a command, with `query` added to what it asks for. Raises NotCurl."""
    text = _only(given)
    if re.search(r"[\x00-\x20\x7f]", text):
        raise NotCurl("The address has a blank or a line break in it: put it in quotes, or copy it anew.")
    scheme, netloc, path, asked = _parts.fullmatch(text).groups()  # type: ignore[union-attr] # it matches any text
    if scheme is None:
        scheme = "http"
        note("The address has no https:// or http://; curl takes http://, and so it was taken.")
    userinfo, at, host = netloc.rpartition("@")
    if scheme.lower() not in {"http", "https"} or not host:
        raise NotCurl(f"“{text[:100]}” is not a web address.")
    _check_globs(given, f"{'' if _ipv6.fullmatch(host) else host}{path}{asked or ''}")
    path = path or "/"
    if not given.has("path-as-is"):
        path = without_dots(path)
    asked = _joined(asked or "", query)
    if match := _keys.search(asked):
        note(f"The address holds what may be a key ({match[1]}): move it to Authentication, type API key, to hide it.")
    asked_for = _outside.sub(lambda odd: quote(odd[0], safe=""), f"{path}{asked}")
    return Address(f"{scheme.lower()}://{host}{asked_for}", unquote(userinfo) if at else None)


def _only(given: Given) -> str:
    """The address. What an option that curl does not have stands before may be its value: it is only taken as an
    address when nothing else looks like one."""
    urls = given.urls
    if given.unknown and len(urls) > 1:
        urls = tuple(each for each in urls if "://" in each)
    if not urls:
        raise NotCurl("The command has no address: copy the whole of it, with https://…")
    if len(urls) > 1:
        named = ", ".join(each[:60] for each in urls[:3])
        raise NotCurl(f"The command has {len(urls)} addresses ({named}): a block sends one request.")
    return urls[0]


def _check_globs(given: Given, text: str) -> None:
    """Raise NotCurl for an address in which curl sees several."""
    if not given.has("globoff") and _globs.search(text):
        raise NotCurl(
            "The address has brackets or braces, which curl takes for several addresses: replace what stands "
            "in them by a value or, once the block is filled in, by a variable."
        )


def _joined(asked: str, query: str) -> str:
    if not query:
        return asked
    if not asked:
        return f"?{query}"
    return asked + ("" if asked.endswith(("?", "&")) else "&") + query


def without_dots(path: str) -> str:
    """A path without `.` and `..`, as RFC 3986, 5.2.4 has it."""
    kept: list[str] = []
    segments = path.split("/")
    for segment in segments:
        if segment == "..":
            del kept[max(1, len(kept) - 1) :]
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in {".", ".."}:
        kept.append("")
    return "/".join(kept) or "/"
