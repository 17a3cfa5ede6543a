"""Decompressing an answer as it streams in, in small pieces: a compression bomb never gets further than the cap."""

import zlib
from collections.abc import Iterator
from typing import Protocol

import brotli

from ivr.webcall.errors import Unreadable

PIECE = 64 * 1024
"""Bytes that one step of decompression gives at most."""
ACCEPTED = "gzip, deflate, br"


class Inflater(Protocol):
    """Compressed bytes in, pieces of at most PIECE bytes out. Raises Unreadable."""

    def feed(self, data: bytes) -> Iterator[bytes]: ...

    def finish(self) -> None:
        """Raises Unreadable when the end is missing."""
        ...


class Zlib:
    """gzip, and deflate in both of its forms."""

    def __init__(self, encoding: str) -> None:
        self._wbits = 16 + zlib.MAX_WBITS if encoding == "gzip" else zlib.MAX_WBITS
        self._raw_allowed = encoding == "deflate"
        self._zlib = zlib.decompressobj(self._wbits)
        self._fed = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        while data:
            piece = self._step(data)
            if piece:
                yield piece
            # At the end zlib leaves the same rest in `unconsumed_tail` for ever, so only before it that counts.
            data = self._next_member() if self._zlib.eof else self._zlib.unconsumed_tail

    def finish(self) -> None:
        if self._fed and not self._zlib.eof:
            raise Unreadable("The answer's compression breaks off.")

    def _step(self, data: bytes) -> bytes:
        try:
            piece = self._zlib.decompress(data, PIECE)
        except zlib.error as error:
            if self._fed or not self._raw_allowed:
                raise Unreadable(f"The answer's compression is damaged: {error}.") from None
            # "deflate" should come in a zlib wrapper, but some servers send it bare.
            self._zlib = zlib.decompressobj(-zlib.MAX_WBITS)
            self._raw_allowed = False
            return self._step(data)
        self._fed = True
        return piece

    def _next_member(self) -> bytes:
        """What follows the end of a gzip member is another member; anything else after the end is left alone."""
        rest = self._zlib.unused_data
        if not rest.startswith(b"\x1f\x8b"):
            return b""
        self._zlib = zlib.decompressobj(self._wbits)
        return rest


class Brotli:
    """br."""

    def __init__(self) -> None:
        self._brotli = brotli.Decompressor()
        self._fed = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        self._fed = True
        while True:
            try:
                piece = self._brotli.process(data, output_buffer_limit=PIECE)
            except brotli.error as error:
                raise Unreadable(f"The answer's compression is damaged: {error}.") from None
            if piece:
                yield piece
            if not piece or self._brotli.is_finished():
                return
            data = b""

    def finish(self) -> None:
        if self._fed and not self._brotli.is_finished():
            raise Unreadable("The answer's compression breaks off.")


class Plain:
    """No compression."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        yield data

    def finish(self) -> None:
        return


def inflater(content_encoding: str) -> Inflater:
    """What undoes a Content-Encoding. Raises Unreadable for one we did not ask for."""
    match content_encoding.strip().lower():
        case "" | "identity":
            return Plain()
        case "gzip" | "x-gzip":
            return Zlib("gzip")
        case "deflate":
            return Zlib("deflate")
        case "br":
            return Brotli()
    raise Unreadable(f"The answer is compressed in a way we did not ask for: {content_encoding[:40]}.")
