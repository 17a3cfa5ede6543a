"""Which URLs a carrier can be given, and what relative ones mean."""

import string
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from ivr.emulator.errors.carrier_error import CarrierError


def usable(url: str) -> bool:
    """Whether this is an absolute http(s) URL with a host name that can exist."""
    parts = _split(url)
    if parts is None or parts.scheme not in {"http", "https"} or not url.isprintable() or " " in url:
        return False
    return bool(parts.hostname) and "_" not in (parts.hostname or "")


def absolute(base: str, url: str) -> str:
    """`url` seen from the document at `base`; empty means that document itself.

    Raises CarrierError 15004 when there is no base to start from and 11100 when the result is no usable URL.
    """
    wanted = url.strip()
    if not base and not usable(wanted):
        raise CarrierError(15004, f"{wanted!r} is relative, and the document has no URL of its own")
    try:
        found = urljoin(base, wanted) if wanted else base
    except ValueError:
        found = wanted
    if not usable(found):
        raise CarrierError(11100, f"{found!r} is not a valid URL", found)
    return found


def as_sent(url: str) -> str:
    """The URL in the form that goes over the wire, and is therefore signed: with a path, and in ASCII.

    What is percent-encoded already stays as it is written.
    """
    parts = urlsplit(url)
    origin = len(parts.scheme) + len("://") + len(parts.netloc)
    rest = quote(url[origin:], safe=string.punctuation)
    return url[:origin] + (rest if rest.startswith("/") else f"/{rest}")


def without_user(url: str) -> tuple[str, str]:
    """The URL without its `user:password@`, and that user part (empty when there is none)."""
    parts = urlsplit(url)
    user, _, host = parts.netloc.rpartition("@")
    return (parts._replace(netloc=host).geturl(), user) if user else (url, "")


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - reading it is what checks it
    except ValueError:
        return None
    return parts
