"""Decompressing an answer as it streams in, in small pieces: a compression bomb never gets further than the cap."""

import zlib
from collections.abc import Callable, Iterator
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


class Not:
    """A compression that is not undone."""

    def __init__(self, why: str) -> None:
        self._why = why

    def feed(self, data: bytes) -> Iterator[bytes]:
        raise Unreadable(self._why)

    def finish(self) -> None:
        return


class InTurn:
    """Several compressions, one over the other; the last is undone first."""

    def __init__(self, layers: list[Inflater]) -> None:
        self._layers = layers

    def feed(self, data: bytes) -> Iterator[bytes]:
        pieces: Iterator[bytes] = iter((data,))
        for layer in self._layers:
            pieces = _through(layer, pieces)
        yield from pieces

    def finish(self) -> None:
        for layer in self._layers:
            layer.finish()


class ByLook:
    """What an answer says of its compression is often wrong: the first bytes tell whether it is gzip at all."""

    def __init__(self, inner: Inflater) -> None:
        self._packed: Inflater = inner
        self._inner: Inflater | None = None
        self._first = b""

    def feed(self, data: bytes) -> Iterator[bytes]:
        if self._inner is None:
            self._first += data
            if len(self._first) < len(GZIP) and GZIP.startswith(self._first):
                return
            data = self._first
            self._inner = self._packed if data.startswith(GZIP) else Plain()
        yield from self._inner.feed(data)

    def finish(self) -> None:
        if self._inner is not None:
            self._inner.finish()


def _through(layer: Inflater, pieces: Iterator[bytes]) -> Iterator[bytes]:
    for piece in pieces:
        yield from layer.feed(piece)


GZIP = b"\x1f\x8b"
_KNOWN: dict[str, Callable[[], Inflater]] = {
    "gzip": lambda: ByLook(Zlib("gzip")),
    "x-gzip": lambda: ByLook(Zlib("gzip")),
    "deflate": lambda: Zlib("deflate"),
    "br": Brotli,
}
MOST_LAYERS = 3


def inflater(content_encoding: str) -> Inflater:
    """What undoes a Content-Encoding. A name that is no compression, such as `none` or `UTF-8`, changes nothing; what
    does not say that it is gzip may be so all the same."""
    names = [name.strip().lower() for name in content_encoding.split(",")]
    if foreign := [name for name in names if name in _FOREIGN]:
        return Not(f"The answer is compressed in a way we did not ask for: {foreign[0]}.")
    layers = [_KNOWN[name]() for name in reversed(names) if name in _KNOWN]
    if len(layers) > MOST_LAYERS:
        return Not("The answer is compressed more than three times over.")
    return InTurn(layers) if len(layers) > 1 else layers[0] if layers else _KNOWN["gzip"]()


_FOREIGN = frozenset({"compress", "x-compress", "zstd", "dcb", "dcz", "pack200-gzip", "exi", "bzip2", "lzma", "xz"})
