"""An answer's body as it streams in: unpacked by what it is, capped, and shown as far as it came."""

import re

import aiohttp

from ivr.webcall.errors import Unreadable
from ivr.webcall.inflate import GZIP, Inflater, inflater

SLACK = 65_536
"""Bytes by which a compressed answer may be larger than what it holds."""
_no_text = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")


async def read_body(content: aiohttp.StreamReader, coding: str, most: int) -> tuple[bytes | None, Unreadable | None]:
    """The body after decompression by its Content-Encoding, or None when it is larger than `most` bytes; and why it is
    not whole, if so. What says that it is compressed, and is plain text, is that text."""
    chunk = await content.readany()
    if content.at_eof() and not coding and len(chunk) <= most and not chunk.startswith(GZIP):
        return chunk, None  # as nearly every answer comes: all at once, and as it is
    packed = _Packed(inflater(coding), most)
    while chunk:
        packed.add(chunk)
        if packed.too_large:
            return None, None
        chunk = await content.readany()
    return packed.ended()


class _Packed:
    """A body as it came, and as far as it could be unpacked."""

    def __init__(self, undo: Inflater, most: int) -> None:
        self._undo, self._most = undo, most
        self._raw, self._body = bytearray(), bytearray()
        self._broken: Unreadable | None = None

    @property
    def too_large(self) -> bool:
        """Whether there is too much of it, or it is compressed and yet nothing comes of it."""
        return len(self._body) > self._most or len(self._raw) > self._most + SLACK

    def add(self, chunk: bytes) -> None:
        self._raw += chunk
        try:
            for piece in () if self._broken else self._undo.feed(chunk):
                self._body += piece
                if self.too_large:
                    return
        except Unreadable as error:
            self._broken = error

    def ended(self) -> tuple[bytes | None, Unreadable | None]:
        try:
            if self._broken is None:
                self._undo.finish()
        except Unreadable as error:
            self._broken = error
        if self._broken is None or not _is_text(self._raw):
            return bytes(self._body), self._broken
        return (bytes(self._raw) if len(self._raw) <= self._most else None), None


def _is_text(body: bytearray) -> bool:
    if _no_text.search(body):
        return False
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True
