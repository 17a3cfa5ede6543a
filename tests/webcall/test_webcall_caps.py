"""How much of an answer is read: so many bytes as its author allows, counted as they come out of any compression."""

import gzip
import zlib
from collections.abc import Callable

import brotli
import pytest

from tests.webcall.peer import Asker, answer, peer, says

MOST = 5_000
PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "identity": bytes,
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
}


@pytest.mark.parametrize("encoding", PACKERS)
@pytest.mark.parametrize(("size", "cause"), [(MOST, "ok"), (MOST + 1, "too_large")])
async def test_the_last_byte_counts(ask: Asker, encoding: str, size: int, cause: str) -> None:
    packed = PACKERS[encoding](b"x" * size)
    async with peer(says(answer(packed, f"Content-Encoding: {encoding}"))) as api:
        reply = await ask(api.url, max_bytes=MOST)
    assert (reply.cause, reply.status, len(reply.body)) == (cause, 200, MOST if cause == "ok" else 0)
    assert reply.error == ("" if cause == "ok" else "The answer is larger than 5000 bytes.")


async def test_what_is_smaller_unpacked_may_be_larger_packed(ask: Asker) -> None:
    """The cap is about what an answer holds, whatever its packing weighs."""
    members = b"".join(gzip.compress(bytes([65 + number % 26])) for number in range(400))
    assert len(members) > MOST
    async with peer(says(answer(members, "Content-Encoding: gzip"))) as api:
        reply = await ask(api.url, max_bytes=MOST)
    assert (reply.cause, len(reply.body)) == ("ok", 400)


async def test_packing_without_end_and_with_nothing_in_it(ask: Asker) -> None:
    async with peer(says(answer(gzip.compress(b"") * 5_000, "Content-Encoding: gzip"))) as api:
        reply = await ask(api.url, max_bytes=MOST)
    assert (reply.cause, reply.status, reply.body) == ("too_large", 200, "")
