"""What went wrong on the way to an API, as a cause and a sentence."""

import errno

import aiohttp

from ivr.core.cutting import cut
from ivr.core.events import Cause
from ivr.core.query import TooMuchWork
from ivr.webcall.errors import Unreadable, Unsendable
from ivr.webcall.guard import blocked_in
from ivr.webcall.limits import Skipped
from ivr.webcall.oauth import NoToken
from ivr.webcall.outgoing import LeaksSecret

_kinds: tuple[tuple[type[Exception], Cause, str], ...] = (
    (aiohttp.ClientHttpProxyError, "connect", "The proxy does not let the request through"),
    (aiohttp.ClientProxyConnectionError, "connect", "The proxy could not be reached"),
    (aiohttp.ClientConnectorDNSError, "dns", "The API's host name could not be found"),
    (aiohttp.ClientConnectorCertificateError, "tls", "The API's certificate is not valid"),
    (aiohttp.ClientSSLError, "tls", "No secure connection to the API could be made"),
    (aiohttp.ClientConnectorError, "connect", "The API could not be reached"),
    (aiohttp.ConnectionTimeoutError, "connect", "No connection to the API could be made in time"),
    (aiohttp.ServerDisconnectedError, "connect", "The API closed the connection without an answer"),
    (aiohttp.ClientOSError, "connect", "The connection to the API broke"),
    (aiohttp.ClientPayloadError, "unreadable", "The answer broke off or was garbled"),
    (aiohttp.ClientResponseError, "unreadable", "What came back is not HTTP"),
    (aiohttp.InvalidURL, "unsendable", "The address can't be used"),
    (TimeoutError, "timeout", "The API did not answer in time"),
    (aiohttp.ClientError, "connect", "The connection to the API broke"),
    (OSError, "connect", "The API could not be reached"),
    (ValueError, "unsendable", "The request can't be sent as it is"),
)

_own: tuple[tuple[type[Exception], Cause], ...] = (
    (Unreadable, "unreadable"),
    (TooMuchWork, "too_large"),
    (Skipped, "skipped"),
    (LeaksSecret, "blocked"),
)


def explain(error: Exception) -> tuple[Cause, str]:
    """Cause and sentence for an exception on the way to an API. One that is not of the far side is raised again."""
    for own, cause in _own:
        if isinstance(error, own):
            return cause, str(error)
    if isinstance(error, Unsendable | NoToken):
        return error.cause, str(error)
    if (refusal := blocked_in(error)) is not None:
        return "blocked", f"The API's address is {refusal}."
    for kind, cause, sentence in _kinds:
        if isinstance(error, kind):
            return cause, f"{sentence}: {_detail(error)}."
    raise error


def is_ours(error: Exception) -> bool:
    """Whether no connection was made because we, or this machine, may open no more files: the API has no part in it."""
    return isinstance(error, OSError) and error.errno in {errno.EMFILE, errno.ENFILE}


def is_closed(error: Exception) -> bool:
    """Whether the other side closed the connection, or the connection broke."""
    return isinstance(error, aiohttp.ServerDisconnectedError | aiohttp.ClientOSError | ConnectionError)


def _detail(error: BaseException) -> str:
    if isinstance(error, aiohttp.ClientHttpProxyError):
        return f"status {error.status}"  # the rest of it tells the whole address
    detail = cut(" ".join(str(error).split()).rstrip("."), 200)
    return detail or type(error).__name__
