"""Every way in which an API can be hostile, each with what must become of it."""

import asyncio
import gzip
import socket
import struct
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from typing import NamedTuple

import brotli

from tests.webcall.peer import Behaviour, Talk, answer, nothing, redirect, says

MEBIBYTE = 1024 * 1024
ZEROS = bytes(MEBIBYTE)
HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
ODD_XML = "<a>" * 300_000
LIMIT = 1


class Row(NamedTuple):
    """`causes`: those that will do. `limit`: the deadline in seconds. `most`: KiB of memory at the highest."""

    name: str
    behave: Behaviour
    causes: tuple[str, ...]
    limit: int = 10
    most: int = 24 * 1024
    tls: str = ""


def stall(raw: bytes) -> Behaviour:
    """Say this much, and then nothing more."""

    async def behave(talk: Talk) -> None:
        await talk.send(raw)
        await talk.gone()

    return behave


def forever(raw: bytes, again: bytes, pause: float = 0.0) -> Behaviour:
    """Begin like this, and go on like that for as long as anybody listens."""

    async def behave(talk: Talk) -> None:
        await talk.send(raw)
        while True:
            await talk.send(again)
            await asyncio.sleep(pause)

    return behave


def reset(raw: bytes) -> Behaviour:
    """Say this much, and hang up as rudely as TCP knows how."""

    async def behave(talk: Talk) -> None:
        await talk.send(raw)
        await asyncio.sleep(0.05)
        sock = talk.writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        talk.writer.transport.abort()

    return behave


@cache
def zipped(megabytes: int, layers: int = 1) -> bytes:
    """So many megabytes of zeros, made small again and again."""
    sizes = struct.pack("<II", _checksum(megabytes, zlib.crc32), megabytes * MEBIBYTE)
    packed = gzip.compress(b"", mtime=0)[:10] + _blocks(megabytes) + sizes
    for _ in range(layers - 1):
        packed = gzip.compress(packed)
    return packed


@cache
def deflated(megabytes: int) -> bytes:
    return b"\x78\xda" + _blocks(megabytes) + struct.pack(">I", _checksum(megabytes, zlib.adler32))


def _blocks(megabytes: int) -> bytes:
    """Zeros as deflate writes them: one megabyte again and again, since each may stand for itself."""
    packer = zlib.compressobj(9, wbits=-15)
    block = packer.compress(ZEROS) + packer.flush(zlib.Z_FULL_FLUSH)
    return block * megabytes + packer.flush()


def _checksum(megabytes: int, of: Callable[[bytes, int], int]) -> int:
    value = of(b"", 1 if of is zlib.adler32 else 0)
    for _ in range(megabytes):
        value = of(ZEROS, value)
    return value


@cache
def browned(megabytes: int) -> bytes:
    packer = brotli.Compressor(quality=1)
    return b"".join([*(packer.process(ZEROS) for _ in range(megabytes)), packer.finish()])


def encoded(body: bytes, how: str) -> Behaviour:
    return says(answer(body, f"Content-Encoding: {how}"))


def typed(body: bytes, kind: str) -> Behaviour:
    return says(answer(body, f"Content-Type: {kind}"))


def chunks(raw: bytes) -> Behaviour:
    return says(CHUNKED + raw)


def stalls() -> Iterator[Row]:
    timeout = ("timeout",)
    yield Row("silent after the request", nothing, timeout, LIMIT)
    yield Row("silent in the status line", stall(b"HTTP/1."), timeout, LIMIT)
    yield Row("silent after the status line", stall(HEAD), timeout, LIMIT)
    yield Row("silent in a header", stall(HEAD + b"X-Na"), timeout, LIMIT)
    yield Row("silent before the body", stall(answer(length=10)), timeout, LIMIT)
    yield Row("silent in the body", stall(answer(b"half", length=10)), timeout, LIMIT)
    yield Row("silent in a chunk's size", stall(CHUNKED + b"5"), timeout, LIMIT)
    yield Row("silent in a chunk", stall(CHUNKED + b"5\r\nab"), timeout, LIMIT)
    yield Row("silent before the last chunk", stall(CHUNKED + b"2\r\nab\r\n"), timeout, LIMIT)
    yield Row("silent after a 100", stall(b"HTTP/1.1 100 Continue\r\n\r\n"), timeout, LIMIT)
    yield Row(
        "silent in a redirect's body",
        stall(b"HTTP/1.1 302 F\r\nLocation: /\r\nContent-Length: 9\r\n\r\n"),
        timeout,
        LIMIT,
    )
    yield Row("drips its head", forever(HEAD, b"X: y\r\n", 0.05), timeout, LIMIT)
    yield Row("drips its body", forever(answer(length=10_000), b"x", 0.05), timeout, LIMIT)
    yield Row("drips chunks", forever(CHUNKED, b"1\r\nx\r\n", 0.05), timeout, LIMIT)
    yield Row(
        "drips gzip",
        forever(answer(b"\x1f\x8b", "Content-Encoding: gzip", length=10_000), b"\x00", 0.05),
        (*timeout, "unreadable"),
        LIMIT,
    )


def ends() -> Iterator[Row]:
    connect, unreadable = ("connect",), ("unreadable",)
    yield Row("hangs up at once", says(b""), connect)
    yield Row("resets at once", reset(b""), connect)
    yield Row("resets in the head", reset(HEAD + b"X:"), connect)
    yield Row("resets in the body", reset(answer(b"half", length=10)), (*connect, *unreadable))
    yield Row("breaks off in the status line", says(b"HTTP/1.1 20"), connect)
    yield Row("breaks off in the head", says(HEAD + b"Content-"), connect)
    yield Row("breaks off in the body", says(answer(b"half", length=10)), unreadable)
    yield Row("breaks off in a chunk", chunks(b"5\r\nab"), unreadable)
    yield Row("breaks off before the last chunk", chunks(b"2\r\nab\r\n"), unreadable)
    yield Row("has a chunk without a number", chunks(b"zz\r\n"), unreadable)
    yield Row("has a chunk below nothing", chunks(b"-5\r\nabcde\r\n0\r\n\r\n"), unreadable)
    yield Row("has a chunk beyond all numbers", chunks(b"f" * 40 + b"\r\nx"), unreadable)
    yield Row("has a chunk longer than its size", chunks(b"1\r\nabc\r\n0\r\n\r\n"), unreadable)
    yield Row("has a length and chunks", says(answer(b"0\r\n\r\n", "Transfer-Encoding: chunked")), unreadable)
    yield Row("has a length that is no number", says(HEAD + b"Content-Length: x\r\n\r\n"), unreadable)
    yield Row("has a length below nothing", says(answer(b"x", length=-1)), unreadable)
    yield Row("has two lengths", says(answer(b"ab", "Content-Length: 1")), unreadable)
    yield Row("has less length than body", says(answer(b"[1]garbage", length=3)), ("ok", *unreadable))
    yield Row("has a length beyond all numbers", says(answer(b"x", length=10**30)), unreadable)
    yield Row("speaks something else", says(b"220 mail.example ESMTP\r\n"), unreadable)
    yield Row("speaks bytes", says(bytes(range(256)) * 4), unreadable)
    yield Row("speaks HTTP/2", says(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), unreadable)
    yield Row("has a status beyond all numbers", says(b"HTTP/1.1 99999 Oh\r\n\r\n"), unreadable)
    yield Row("has status 000", says(b"HTTP/1.1 000 Oh\r\nContent-Length: 0\r\n\r\n"), ("unreadable", "ok"))
    yield Row(
        "switches protocols",
        stall(b"HTTP/1.1 101 Oh\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"),
        ("timeout", "ok", "unreadable"),
        LIMIT,
    )
    yield Row("folds a header", says(HEAD + b"X: a\r\n b\r\nContent-Length: 0\r\n\r\n"), ("ok", "unreadable"))
    yield Row("has a NUL in a header", says(answer(b"", "X: a\x00b")), unreadable)
    yield Row("has a header without a name", says(answer(b"", ": x")), unreadable)


def floods() -> Iterator[Row]:
    large, unreadable = ("too_large",), ("unreadable",)
    yield Row("never stops", forever(answer(length=10**10), ZEROS), large)
    yield Row("never stops, without a length", forever(HEAD + b"\r\n", ZEROS), large)
    yield Row("never stops, in chunks", forever(CHUNKED, b"100000\r\n" + ZEROS + b"\r\n"), large)
    yield Row("never stops, in tiny chunks", forever(CHUNKED, b"1\r\nx\r\n" * 2000), (*large, "timeout"), 2)
    yield Row("never stops its chunk's size", forever(CHUNKED, b"0" * 65_536), (*unreadable, "timeout"), 2)
    yield Row("never stops a chunk's extension", forever(CHUNKED + b"1;", b"x" * 65_536), (*unreadable, "timeout"), 2)
    yield Row(
        "never stops its trailers", forever(CHUNKED + b"0\r\n", b"X: y\r\n" * 10_000), (*unreadable, "timeout"), 2
    )
    yield Row("never stops its status line", forever(b"HTTP/1.1 200 ", b"x" * 65_536), unreadable)
    yield Row("never stops its headers", forever(HEAD, b"X: y\r\n" * 10_000), unreadable)
    yield Row("never stops a header", forever(HEAD + b"X: ", b"y" * 65_536), unreadable)
    yield Row("never stops a header's name", forever(HEAD, b"y" * 65_536), unreadable)
    yield Row("has ten thousand headers", says(answer(b"", *(f"X-{n}: y" for n in range(10_000)))), unreadable)
    yield Row("has a huge header", says(answer(b"", f"X-Big: {'x' * 100_000}")), unreadable)
    yield Row(
        "never stops with 100 Continue",
        forever(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100),
        ("timeout", "unreadable"),
        2,
    )
    yield Row(
        "never stops with 103 Early Hints",
        forever(b"", b"HTTP/1.1 103 E\r\nLink: x\r\n\r\n" * 100),
        ("timeout", "unreadable"),
        2,
    )
    yield Row("answers a thousand times", says(answer(b"[1]") * 1000), ("ok", *unreadable))
    yield Row("is one byte too long", says(answer(bytes(MEBIBYTE + 1))), large)


def bombs() -> Iterator[Row]:
    large, unreadable = ("too_large",), ("unreadable",)
    yield Row("a gzip bomb", encoded(zipped(200), "gzip"), large)
    yield Row("a deflate bomb", encoded(deflated(200), "deflate"), large)
    yield Row("a br bomb", encoded(browned(200), "br"), large)
    yield Row("a bomb in a bomb", encoded(zipped(200, 2), "gzip, gzip"), large)
    yield Row("a bomb called by one layer", encoded(zipped(200, 2), "gzip"), ("ok",))
    yield Row(
        "gzip of nothing, for ever",
        forever(answer(b"", "Content-Encoding: gzip", length=10**9), gzip.compress(b"") * 1000),
        large,
    )
    yield Row(
        "deflate of nothing, for ever",
        forever(answer(b"\x78\x9c", "Content-Encoding: deflate", length=10**9), b"\x00\x00\x00\xff\xff" * 5000),
        large,
    )
    yield Row("gzip with zeros behind it", encoded(gzip.compress(b"x" * 200_000) + bytes(100), "gzip"), ("ok",))
    yield Row("not as compressed as it says", encoded(b"plain", "br"), ("ok",))
    yield Row("lists in lists", typed(b"[" * MEBIBYTE, "application/json"), unreadable)
    yield Row(
        "half a million lists", typed(b"[" + b"[]," * 300_000 + b"[]]", "application/json"), ("ok",), 10, 64 * 1024
    )
    yield Row("a number of a million digits", typed(b"1" * 1_000_000, "application/json"), unreadable)
    yield Row("an exponent beyond all numbers", typed(b"[1e999999999]", "application/json"), ("ok",))
    yield Row("elements in elements", typed(ODD_XML.encode(), "text/xml"), unreadable, 10, 160 * 1024)
    yield Row("a hundred thousand elements", typed(b"<a>" + b"<b/>" * 200_000 + b"</a>", "text/xml"), ("too_large",))
    yield Row("a billion laughs", typed(_laughs(), "text/xml"), unreadable)
    yield Row("default attributes", typed(_defaults(), "text/xml"), unreadable)


def _laughs() -> bytes:
    lines = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return f'<!DOCTYPE a [<!ENTITY l0 "ha">{lines}]><a>&l9;</a>'.encode()


def _defaults() -> bytes:
    return f'<!DOCTYPE a [<!ATTLIST b c CDATA "{"x" * 500_000}">]><a>{"<b/>" * 100_000}</a>'.encode()


def charsets() -> Iterator[Row]:
    text = b"a" * 160_000 + b"-" + b"b" * 160_000
    for charset in ("punycode", "idna", "unicode_escape", "utf-7", "zlib", "base64", "rot13", "x" * 5000):
        yield Row(f"the charset {charset[:20]}", typed(text, f"text/plain; charset={charset}"), ("ok",))
    yield Row("half characters", typed(b'"\\ud800"', "application/json"), ("unreadable",))
    yield Row("bytes called JSON", typed(b"\x00\xff\xfe", "application/json"), ("unreadable",))


def redirects(port: int) -> Iterator[Row]:
    """`port` is the canary's, at 127.0.0.2."""
    yield Row("redirects in a loop", redirect("/"), ("status",))
    yield Row("redirects for ever", forever_elsewhere, ("status",))
    yield Row("redirects to nowhere", redirect("http://[::1/"), ("unsendable",))
    yield Row("redirects to a script", redirect("javascript:alert(1)"), ("unsendable",))
    for place in ("127.0.0.2", "[::ffff:127.0.0.2]", "inside.example", "both.example"):
        yield Row(f"redirects to {place}", redirect(f"http://{place}:{port}/"), ("blocked",))
    for place in ("169.254.169.254", "metadata.example", "[fd00::1]", "0.0.0.0"):
        yield Row(f"redirects to {place}", redirect(f"http://{place}/latest/", 307), ("blocked",))


async def forever_elsewhere(talk: Talk) -> None:
    await redirect(f"/{talk.path.strip('/')}x")(talk)


def doors() -> Iterator[Row]:
    fine = says(answer(b"[]"))
    for kind in ("expired", "another host's", "its own", "an authority's that nobody trusts"):
        yield Row(f"a certificate: {kind}", fine, ("tls",), tls=kind)
    yield Row("no TLS where there should be", fine, ("tls",), tls="none")
    yield Row("TLS that is never finished", fine, ("connect",), 5, tls="silent")


ROWS: tuple[Callable[[], Iterator[Row]], ...] = (stalls, ends, floods, bombs, charsets, doors)
