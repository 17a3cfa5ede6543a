"""Audio for the carrier."""

from ivr.sound.library import SHIPPED
from tests.web.listener import Listener

CLIP = "/audio/hold.wav"


async def test_a_clip_is_served_whole(line: Listener) -> None:
    answer = await line.carrier.ask("GET", CLIP)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "audio/wav")
    assert answer.body == (SHIPPED / "hold.wav").read_bytes()
    assert answer.headers["Content-Length"] == str(len(answer.body))
    assert "max-age" in answer.headers["Cache-Control"]


async def test_a_clip_that_is_known_is_not_sent_again(line: Listener) -> None:
    etag = (await line.carrier.ask("HEAD", CLIP)).headers["ETag"]
    known = await line.carrier.ask("GET", CLIP, headers={"If-None-Match": etag})
    assert (known.status, known.body) == (304, b"")
    other = await line.carrier.ask("GET", CLIP, headers={"If-None-Match": '"another"'})
    assert other.status == 200


async def test_a_part_of_a_clip(line: Listener) -> None:
    part = await line.carrier.ask("GET", CLIP, headers={"Range": "bytes=0-3"})
    assert (part.status, part.body) == (206, b"RIFF")
    assert part.headers["Content-Range"].startswith("bytes 0-3/")


async def test_a_part_that_is_none(line: Listener) -> None:
    for asked in ("bytes=9999999999-", "bytes=5-1", "nonsense", "bytes=-0"):
        assert (await line.carrier.ask("GET", CLIP, headers={"Range": asked})).status in {200, 206, 416}, asked


NOWHERE = [
    "/audio/",
    "/audio",
    "/audio/none.wav",
    "/audio/compose/hold.py",
    "/audio/HOLD.WAV",
    "/audio/hold.wav/",
    "/audio/hold.wav%00",
    "/audio/../pyproject.toml",
    "/audio/..%2Fpyproject.toml",
    "/audio/%2e%2e/pyproject.toml",
    "/audio/%2e%2e%2fpyproject.toml",
    "/audio/..%5cpyproject.toml",
    "/audio/%2Fetc%2Fpasswd",
    "/audio//etc/passwd",
    "/audio/./../audio/../../etc/passwd",
]


async def test_nothing_else_is_to_be_had(line: Listener) -> None:
    for path in NOWHERE:
        answer = await line.carrier.ask("GET", path)
        assert (answer.status, b"root:" in answer.body) == (404, False), path


async def test_a_clip_can_only_be_fetched(line: Listener) -> None:
    assert (await line.carrier.ask("POST", CLIP, data={})).status == 405
