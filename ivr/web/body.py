"""Reading the body of a request: as it came, and no more than a route takes."""

from aiohttp import web

from ivr.web.problem import Refused
from ivr.webcall.charset import LONGEST_KIND


async def read_bytes(request: web.Request, largest: int) -> bytes:
    """The body of a request. Raises Refused: 415 for a packed one, 413 for one of more bytes than `largest`, and 400
    for one that breaks off.
    """
    refuse_packed(request)
    if (request.content_length or 0) > largest:
        raise _too_large(largest)
    body = bytearray()
    try:
        async for piece in request.content.iter_chunked(64 * 1024):
            body += piece
            if len(body) > largest:
                raise _too_large(largest)
    except web.RequestPayloadError:
        raise Refused(400, "The body of the request can't be read.") from None
    return bytes(body)


def kind_of(request: web.Request) -> str:
    """What a body is, by the header Content-Type, without its parameters. The framework reads them with the parser
    for e-mail, which takes more than a second of all calls for some headers of 8 KiB.
    """
    return request.headers.get("Content-Type", "")[:LONGEST_KIND].partition(";")[0].strip().lower()


def refuse_packed(request: web.Request) -> None:
    """Raises Refused for a body that would have to be decompressed: there is no telling how large it becomes."""
    codings = ",".join(request.headers.getall("Content-Encoding", ())).split(",")
    if any(coding.strip().lower() not in {"", "identity"} for coding in codings):
        raise Refused(415, "Send the body as it is, without Content-Encoding.")


def _too_large(largest: int) -> Refused:
    return Refused(413, f"The request has more than {largest} bytes, which is the most here.")
