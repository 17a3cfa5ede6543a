"""Addresses of APIs, which go out letter by letter as they are built.

A URL class that tidies, by removing dot segments or by decoding what need not be encoded, changes what the author and
the escaping of values have made. What can't stand in a request line at all is encoded, the rest is left as it is.
"""

import re
from functools import lru_cache
from urllib.parse import quote

from yarl import URL

from ivr.core.letters import EDGES
from ivr.core.template import url_encoded

_whole = re.compile(r"(https?)://([^/?#\\]*)([^#]*)", re.IGNORECASE)
_authority = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^:\[\]%\s]+)(?::([0-9]{0,5}))?")
_unfit = re.compile(r"%(?![0-9A-Fa-f]{2})|[^!#-;=?-\[\]_a-z~]")
_scheme = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_user = re.compile(r"//[^/?#\\]*@")
_unseen = re.compile(r"[\x00-\x1f\x7f]")
_LAST_PORT = 65_535
LONGEST = 65_536
"""Characters of an address."""


class NoAddress(ValueError):
    """Why an address can't be used, in words."""


class HoldsUser(NoAddress):
    """It holds a user name or password, so that it is not for showing."""


def read(text: str) -> URL:
    """An address as it is written, without its fragment. Raises NoAddress."""
    match = _whole.match(_fit(text))
    if match is None or not match[2]:
        raise NoAddress("it should begin with https://")
    if "@" in match[2]:
        raise HoldsUser("the address holds a user name or password; they belong into authentication, type basic")
    return URL(f"{_origin(match[1].lower(), match[2])}{_written(match[3])}", encoded=True)


def with_parameter(url: URL, name: str, value: str) -> URL:
    """The address with one more parameter, behind those that it has."""
    joint = "&" if url.raw_query_string else "?"
    return URL(f"{url}{joint}{quote(name, safe='')}={url_encoded(value)}", encoded=True)


def joined(url: URL, location: str) -> URL:
    """Where an answer redirects to, seen from the address that was asked. Raises NoAddress."""
    place = _fit(location)
    if place.startswith("//"):
        place = f"{url.scheme}:{place}"
    if _scheme.match(place):
        return read(_user.sub("//", place, count=1))
    fit = _unfit.sub(lambda unfit: quote(unfit[0], safe="", errors="replace"), place.partition("#")[0])
    try:
        return url.join(URL(fit, encoded=True)).with_fragment(None) if fit else url
    except ValueError as error:
        raise NoAddress(str(error)) from None


def _fit(text: str) -> str:
    """Without blanks and line breaks around it. Raises NoAddress."""
    text = text.strip(EDGES)
    if len(text) > LONGEST:
        raise NoAddress(f"it has more than {LONGEST} characters")
    if _unseen.search(text):
        raise NoAddress("it holds a line break or another character that can't be seen")
    return text


@lru_cache(maxsize=256)
def _origin(scheme: str, authority: str) -> str:
    match = _authority.fullmatch(authority)
    if match is None or int(match[2] or 0) > _LAST_PORT:
        raise NoAddress("its host can't be read")
    try:
        built = URL.build(scheme=scheme, host=match[1].strip("[]"), port=int(match[2]) if match[2] else None)
    except ValueError as error:
        raise NoAddress(f"its host can't be read: {error}") from None
    if not built.host:
        raise NoAddress("its host can't be read")
    return f"{scheme}://{built.raw_authority}"


def _written(rest: str) -> str:
    """Path and query. Only what has no place in a request line is encoded."""
    if rest.startswith("\\"):
        raise NoAddress("its host can't be read")
    fit = _unfit.sub(lambda unfit: quote(unfit[0], safe="", errors="replace"), rest)
    return fit if fit.startswith("/") else f"/{fit}"
