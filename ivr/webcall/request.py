"""From a filled-in Fetch to the request on the wire. The only place where a password is opened."""

from collections.abc import Callable

import httpx

from ivr import __version__
from ivr.core.effects import Fetch
from ivr.webcall.inflate import ACCEPTED

OpenSecret = Callable[[str], str]
OWN_HEADERS = ((b"User-Agent", f"ivr/{__version__}".encode()), (b"Accept-Encoding", ACCEPTED.encode()))


class Unsendable(ValueError):
    """The request can't be sent as it is; the sentence says why. `missing`: because a secret is not there."""

    def __init__(self, sentence: str, *, missing: bool = False) -> None:
        super().__init__(sentence)
        self.missing = missing


def build(job: Fetch, open_secret: OpenSecret) -> httpx.Request:
    """The request, with its password opened. Raises Unsendable."""
    own = [(name, value) for name, value in OWN_HEADERS if not _has(job, name.decode())]
    try:
        headers = [*own, *((name.encode(), value.encode()) for name, value in job.headers)]
        content = None if job.body is None else job.body.encode(errors="replace")
        request = httpx.Request(job.method, _address(job.url), headers=headers, content=content)
    except (httpx.InvalidURL, ValueError) as error:
        raise Unsendable(f"The request can't be sent as it is: {str(error).rstrip('.')}.") from None
    if job.user or job.password is not None:
        return next(httpx.BasicAuth(job.user, _password(job, open_secret)).auth_flow(request))
    return request


def _address(url: str) -> httpx.URL:
    """The address of an API. Raises ValueError and httpx.InvalidURL."""
    address = httpx.URL(url)
    if address.scheme not in {"http", "https"} or not address.host:
        raise ValueError(f"“{url[:200]}” is not a web address; it should begin with https://")
    if address.userinfo:
        raise ValueError("the address holds a user name or password; they belong into Basic Auth")
    return address


def _password(job: Fetch, open_secret: OpenSecret) -> str:
    if job.password is None:
        return ""
    if job.password.sealed is None:
        raise Unsendable("The password of this web call is not set: type it in and publish again.", missing=True)
    try:
        return open_secret(job.password.sealed)
    except Exception as error:
        # Whatever the vault complains of, no request leaves without its password.
        raise Unsendable(f"The password of this web call can't be opened: {error}", missing=True) from error


def _has(job: Fetch, header: str) -> bool:
    return any(name.lower() == header.lower() for name, _ in job.headers)
