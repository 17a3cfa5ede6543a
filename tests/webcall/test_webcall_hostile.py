"""Whatever the far side does, a reply comes back: in time, with its cause, and without eating the memory."""

import asyncio
import gzip
import socket
import ssl
import tracemalloc
import zlib
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.webcall.peer import Asker, Behaviour, Talk, answer, peer, says

MEBIBYTE = 1024 * 1024
ZEROS = bytes(MEBIBYTE)


async def nothing(talk: Talk) -> None:
    """Keep the line open and stay silent."""
    await talk.gone()


async def drip(talk: Talk) -> None:
    """One byte at a time, each in time for any limit between two reads."""
    await talk.send(answer(length=10_000))
    while True:
        await talk.send(b"x")
        await asyncio.sleep(0.02)


async def drip_headers(talk: Talk) -> None:
    """A head that never ends, but never stands still either."""
    await talk.send(b"HTTP/1.1 200 OK\r\n")
    while True:
        await talk.send(b"X: y\r\n")
        await asyncio.sleep(0.02)


async def endless(talk: Talk) -> None:
    """As much as is taken of the ten gigabytes it claims to have."""
    await talk.send(answer(length=10_000_000_000))
    while True:
        await talk.send(ZEROS)


async def endless_chunks(talk: Talk) -> None:
    await talk.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        await talk.send(b"100000\r\n" + ZEROS + b"\r\n")


async def reset(talk: Talk) -> None:
    """Hang up as rudely as TCP knows how."""
    sock = talk.writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
    talk.writer.transport.abort()


def broken_off(body: bytes, *headers: str) -> Behaviour:
    return says(answer(body, *headers, length=len(body) + 100))


def zipped(megabytes: int, layers: int = 1) -> bytes:
    """So many megabytes of zeros, made small again and again."""
    packer = zlib.compressobj(9, wbits=31)
    packed = b"".join([*(packer.compress(ZEROS) for _ in range(megabytes)), packer.flush()])
    for _ in range(layers - 1):
        packed = gzip.compress(packed)
    return packed


ENDS: dict[str, tuple[Behaviour, str, int | None]] = {
    "hangs up at once": (says(b""), "connect", None),
    "resets the connection": (reset, "connect", None),
    "breaks off in the status line": (says(b"HTTP/1.1 20"), "connect", None),
    "breaks off in the head": (says(b"HTTP/1.1 200 OK\r\nContent-"), "connect", None),
    "speaks something else": (says(b"220 mail.example ESMTP\r\n"), "unreadable", None),
    "speaks bytes": (says(bytes(range(256)) * 4), "unreadable", None),
    "has a status beyond all numbers": (says(b"HTTP/1.1 99999 Oh\r\n\r\n"), "unreadable", None),
    "has no number for a length": (says(b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"), "unreadable", None),
    "has a length below nothing": (says(answer(b"x", length=-1)), "unreadable", None),
    "has two lengths": (says(answer(b"ab", "Content-Length: 1")), "unreadable", None),
    "has broken chunks": (
        says(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
        "unreadable",
        None,
    ),
    "breaks off in the body": (broken_off(b"half of it"), "unreadable", None),
    "breaks off in a chunk": (
        says(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"),
        "unreadable",
        None,
    ),
    "is not as compressed as it says": (says(answer(b"plain", "Content-Encoding: gzip")), "unreadable", None),
    "has a huge header": (says(answer(b"", f"X-Big: {'x' * 100_000}")), "unreadable", None),
    "has ten thousand headers": (says(answer(b"", *(f"X-{n}: y" for n in range(10_000)))), "unreadable", None),
    "never stops": (endless, "too_large", 200),
    "never stops, in chunks": (endless_chunks, "too_large", 200),
    "is one byte too long": (says(answer(bytes(MEBIBYTE + 1))), "too_large", 200),
}


@pytest.mark.parametrize(("behave", "cause", "status"), ENDS.values(), ids=ENDS.keys())
async def test_whatever_an_api_does_has_its_cause(
    ask: Asker, behave: Behaviour, cause: str, status: int | None
) -> None:
    async with peer(behave) as api:
        reply = await ask(api.url)
    assert (reply.cause, reply.status, reply.value) == (cause, status, None)
    assert reply.error.endswith(".")
    assert "\n" not in reply.error
    assert len(reply.error) < 300


@pytest.mark.parametrize("behave", [nothing, drip, drip_headers])
async def test_nothing_takes_longer_than_the_deadline(ask: Asker, behave: Behaviour) -> None:
    async with peer(behave) as api:
        reply = await ask(api.url, timeout=1)
    assert (reply.cause, reply.status) == ("timeout", None)
    assert reply.error == "The API did not answer within 1 s."
    assert 900 < reply.milliseconds < 3_000


async def test_the_deadline_counts_from_when_the_request_was_decided_upon(ask: Asker) -> None:
    async with peer(nothing) as api:
        reply = await ask(api.url, timeout=20, waited=19.7)
    assert reply.cause == "timeout"
    assert reply.milliseconds < 3_000


async def test_a_request_whose_time_is_over_is_not_sent(ask: Asker) -> None:
    async with peer(says(answer(b"[]"))) as api:
        reply = await ask(api.url, timeout=1, waited=5)
        assert (reply.cause, api.asked) == ("timeout", [])


async def test_an_answer_of_exactly_the_largest_size_is_read(ask: Asker) -> None:
    async with peer(says(answer(b"x" * MEBIBYTE))) as api:
        reply = await ask(api.url)
    assert (reply.cause, len(reply.body)) == ("ok", MEBIBYTE)


async def test_an_answer_that_is_too_large_is_cut_off_by_hanging_up(ask: Asker) -> None:
    async with peer(endless) as api:
        await ask(api.url)
        async with asyncio.timeout(5):
            await api.left.wait()


BOMBS: dict[str, Behaviour] = {
    "endless": endless,
    "endless chunks": endless_chunks,
    "a compression bomb": says(answer(zipped(200), "Content-Encoding: gzip")),
    "a deflated bomb": says(answer(zlib.compress(bytes(200 * MEBIBYTE)), "Content-Encoding: deflate")),
    "a bomb in a bomb": says(answer(zipped(200, layers=2), "Content-Encoding: gzip, gzip")),
    "a bomb in a bomb in a bomb": says(answer(zipped(200, layers=3), "Content-Encoding: gzip, gzip, gzip")),
}


@pytest.mark.parametrize("behave", BOMBS.values(), ids=BOMBS.keys())
async def test_no_answer_takes_more_than_its_share_of_memory(ask: Asker, behave: Behaviour) -> None:
    async with peer(behave) as api:
        tracemalloc.start()
        try:
            reply = await ask(api.url)
            _, most = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert reply.cause in {"too_large", "unreadable"}
    assert most < 64 * MEBIBYTE


async def test_a_request_that_is_cancelled_hangs_up(ask: Asker) -> None:
    async with peer(nothing) as api:
        asking = asyncio.create_task(ask(api.url))
        await api.arrived.get()
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        async with asyncio.timeout(5):
            await api.left.wait()


async def test_hundreds_of_slow_requests_wait_beside_one_another(ask: Asker) -> None:
    async with peer(nothing) as api:
        asked = [asyncio.create_task(ask(api.url, timeout=3)) for _ in range(300)]
        async with asyncio.timeout(8):
            for _ in asked:
                await api.arrived.get()
        for each in asked:
            each.cancel()
        await asyncio.gather(*asked, return_exceptions=True)


async def test_a_door_that_is_closed(ask: Asker) -> None:
    async with peer(nothing) as api:
        pass
    reply = await ask(api.url)
    assert (reply.cause, reply.status) == ("connect", None)
    assert reply.error.startswith("The API could not be reached: ")


async def test_a_host_name_that_nobody_has(ask: Asker) -> None:
    reply = await ask("http://api.invalid/appointments")
    assert (reply.cause, reply.status) == ("dns", None)
    assert reply.error.startswith("The API's host name could not be found: ")


@pytest.fixture(scope="module")
def self_signed(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    """A server's context with a certificate that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "api.example")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file: Path = tmp_path_factory.mktemp("tls") / "both.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM) + secret)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


async def test_a_certificate_that_nobody_vouches_for(ask: Asker, self_signed: ssl.SSLContext) -> None:
    async with peer(says(answer(b"{}")), self_signed) as api:
        reply = await ask(api.url)
        assert (reply.cause, reply.status, api.asked) == ("tls", None, [])
    assert reply.error.startswith("The API's certificate is not valid: ")


async def test_no_secure_connection_where_there_is_none(ask: Asker) -> None:
    async with asyncio.timeout(8):
        sock = socket.create_server(("127.0.0.1", 0))
        sock.setblocking(False)
        asking = asyncio.create_task(ask(f"https://127.0.0.1:{sock.getsockname()[1]}/"))
        loop = asyncio.get_running_loop()
        with sock:
            connection, _ = await loop.sock_accept(sock)
            with connection:
                await loop.sock_sendall(connection, b"HTTP/1.1 400 Bad Request\r\n\r\n")
                reply = await asking
    assert (reply.cause, reply.status) == ("tls", None)


async def test_plain_words_to_a_secure_door(ask: Asker, self_signed: ssl.SSLContext) -> None:
    async with peer(says(answer(b"{}")), self_signed) as api:
        reply = await ask(api.url.replace("https:", "http:"))
    assert reply.cause in {"connect", "unreadable"}
    assert reply.status is None
