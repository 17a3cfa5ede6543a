"""An answer's body as it streams in: unpacked by what it is, capped, and shown as far as it came."""

import re

import httpx

from ivr.webcall.errors import Unreadable
from ivr.webcall.inflate import inflater

SLACK = 65_536
"""Bytes by which a compressed answer may be larger than what it holds."""
_no_text = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")


async def read_body(response: httpx.Response, most: int) -> tuple[bytes | None, Unreadable | None]:
    """The body after decompression, or None when it is larger than `most` bytes; and why it is not whole, if so. What
    says that it is compressed, and is plain text, is that text."""
    packed, body = bytearray(), bytearray()
    undo = inflater(response.headers.get("content-encoding", ""))
    broken: Unreadable | None = None
    async for chunk in response.aiter_raw():
        packed += chunk
        if len(packed) > most + SLACK:  # compressed, and yet nothing comes of it
            return None, None
        try:
            for piece in () if broken else undo.feed(chunk):
                body += piece
                if len(body) > most:
                    return None, None
        except Unreadable as error:
            broken = error
    try:
        if broken is None:
            undo.finish()
    except Unreadable as error:
        broken = error
    if broken is None or not _is_text(packed):
        return bytes(body), broken
    return (bytes(packed), None) if len(packed) <= most else (None, None)


def _is_text(body: bytearray) -> bool:
    if _no_text.search(body):
        return False
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True
