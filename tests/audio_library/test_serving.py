"""What a carrier gets that fetches a clip, and what anybody gets who tries for more."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from yarl import URL

from ivr.sound.convert import Converted
from ivr.sound.library import SHIPPED, Library
from ivr.store import Store
from ivr.web.carrier import media
from ivr.web.server import bind, listen, port_of


@pytest.fixture
async def carrier(library: Library) -> AsyncIterator[aiohttp.ClientSession]:
    sock = bind("127.0.0.1", 0)
    base = f"http://127.0.0.1:{port_of(sock)}"
    async with listen(sock, media.routes(library)), aiohttp.ClientSession(base) as session:
        yield session


@pytest.fixture
def url(made: Converted) -> str:
    return f"/audio/{made.sha256[:16]}.wav"


async def test_a_clip_may_be_kept_for_ever(carrier: aiohttp.ClientSession, url: str, made: Converted) -> None:
    async with carrier.get(url) as answer:
        assert answer.status == 200
        assert answer.headers["Content-Type"] == "audio/wav"
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["ETag"]
        assert answer.headers["Accept-Ranges"] == "bytes"
        assert await answer.read() == made.content


async def test_the_clip_that_comes_with_us_is_served_by_its_content_and_by_its_name(
    carrier: aiohttp.ClientSession, library: Library
) -> None:
    for name, caching in ((library.shipped["hold.wav"].url_name, "immutable"), ("hold.wav", "max-age=86400")):
        async with carrier.get(f"/audio/{name}") as answer:
            assert await answer.read() == (SHIPPED / "hold.wav").read_bytes()
            assert caching in answer.headers["Cache-Control"]


async def test_whoever_has_it_is_not_sent_it_again(carrier: aiohttp.ClientSession, url: str) -> None:
    async with carrier.get(url) as first:
        tag = first.headers["ETag"]
    async with carrier.get(url, headers={"If-None-Match": tag}) as again:
        assert again.status == 304
        assert await again.read() == b""


@pytest.mark.parametrize(("wanted", "part"), [("bytes=0-43", slice(44)), ("bytes=-10", slice(-10, None))])
async def test_parts_of_it_can_be_had(
    carrier: aiohttp.ClientSession, url: str, made: Converted, wanted: str, part: slice
) -> None:
    async with carrier.get(url, headers={"Range": wanted}) as answer:
        assert answer.status == 206
        assert await answer.read() == made.content[part]


async def test_a_part_beyond_the_end_is_refused(carrier: aiohttp.ClientSession, url: str) -> None:
    async with carrier.get(url, headers={"Range": "bytes=99999999-"}) as answer:
        assert answer.status == 416


async def test_its_head_alone_can_be_asked_for(carrier: aiohttp.ClientSession, url: str, made: Converted) -> None:
    async with carrier.head(url) as answer:
        assert answer.status == 200
        assert int(answer.headers["Content-Length"]) == len(made.content)


@pytest.mark.parametrize(
    "name",
    [
        "nothing.wav",
        "0000000000000000.wav",
        "waiting",
        "",
        "..",
        "../ivr.sqlite",
        "..%2fivr.sqlite",
        "%2e%2e%2fivr.sqlite",
        "..%5civr.sqlite",
        "....//ivr.sqlite",
        "%2fetc%2fpasswd",
        "/etc/passwd",
        "ivr.key",
        "hold.wav/",
        "hold.wav%00",
        "hold.wav%00.mp3",
        "./hold.wav%2f..%2f..%2fREADME.md",
        "compose/hold.py",
        "README.md",
        "HOLD.WAV",
        "%c0%ae%c0%ae/ivr.sqlite",
        "a" * 4_000,
    ],
)
async def test_nothing_else_can_be_had(carrier: aiohttp.ClientSession, folder: Path, name: str) -> None:
    assert (folder.parent / "ivr.sqlite").exists()
    target = URL.build(path=f"/audio/{name}", encoded=True)
    async with carrier.get(target) as answer:
        assert answer.status == 404, await answer.text()


async def test_nothing_can_be_put_there(carrier: aiohttp.ClientSession, url: str) -> None:
    for method in ("POST", "PUT", "DELETE"):
        async with carrier.request(method, url) as answer:
            assert answer.status == 405


async def test_when_the_store_fails_the_carrier_may_come_again(
    carrier: aiohttp.ClientSession, store: Store, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Strangers too, who must not fill the log by that."""
    await store.close()
    for _ in range(50):
        async with carrier.get(url) as answer:
            assert answer.status == 503
            assert answer.headers["Retry-After"] == "1"
    assert 0 < len([record for record in caplog.records if "could not be read" in record.message]) < 25
    async with carrier.get("/audio/hold.wav") as answer:
        assert answer.status == 200


async def test_a_clip_whose_file_can_not_be_written_is_served_all_the_same(
    carrier: aiohttp.ClientSession, folder: Path, url: str, made: Converted
) -> None:
    await asyncio.to_thread(folder.write_bytes, b"")  # where no folder can be made any more
    async with carrier.get(url) as answer:
        assert answer.headers["Content-Type"] == "audio/wav"
        assert await answer.read() == made.content
    async with carrier.get("/audio/0000000000000000.wav") as answer:
        assert answer.status == 404
