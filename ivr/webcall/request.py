"""From a filled-in Fetch to the request on the wire. The only place where a password is opened."""

from collections.abc import Callable

import httpx

from ivr import __version__
from ivr.core.effects import Fetch

OpenSecret = Callable[[str], str]
OWN_HEADERS = ((b"User-Agent", f"ivr/{__version__}".encode()), (b"Accept-Encoding", b"gzip, deflate"))


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
        request = httpx.Request(job.method, job.url, headers=headers, content=job.body)
    except (httpx.InvalidURL, ValueError) as error:
        raise Unsendable(f"The address “{job.url}” can't be used: {error}.") from None
    if request.url.scheme not in {"http", "https"} or not request.url.host:
        raise Unsendable(f"“{job.url}” is not a web address; it should begin with https://")
    if job.user or job.password is not None:
        return next(httpx.BasicAuth(job.user, _password(job, open_secret)).auth_flow(request))
    return request


def _password(job: Fetch, open_secret: OpenSecret) -> str:
    if job.password is None:
        return ""
    if job.password.sealed is None:
        raise Unsendable("The password of this web call is not set: type it in and publish again.", missing=True)
    return open_secret(job.password.sealed)


def _has(job: Fetch, header: str) -> bool:
    return any(name.lower() == header.lower() for name, _ in job.headers)
