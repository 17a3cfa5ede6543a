"""Clips: fetched like a caching proxy does, and measured."""

from dataclasses import dataclass, replace
from urllib.parse import urldefrag

from ivr.emulator.errors.carrier_error import CarrierError
from ivr.emulator.wire.client import Answer, HttpClient, OutgoingRequest
from ivr.emulator.wire.http import Pairs, Request

AUDIO_TYPES = frozenset(
    f"audio/{kind}"
    for kind in "mpeg wav wave x-wav aiff x-aifc x-aiff x-gsm gsm ulaw".split()  # noqa: SIM905
)
MOST_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Clip:
    """Something to play: its length in seconds (None when the header does not say) and its ETag, if any."""

    seconds: float | None
    etag: str = ""


class Media:
    """Fetches clips by GET, without the parameters of the call, and remembers them by ETag."""

    def __init__(self, client: HttpClient) -> None:
        self._client = client
        self._kept: dict[str, Clip] = {}

    async def get(self, url: str) -> Clip:
        """The clip at `url`. Raises CarrierError 11200 when it cannot be had and 13420 when it is no sound."""
        known = self._kept.get(url)
        condition: Pairs = (("If-None-Match", known.etag),) if known else ()
        headers: Pairs = (("User-Agent", "TwilioMediaProxy/1.0"), ("Accept", "audio/*"), *condition)
        answer = await self._client.send(OutgoingRequest(Request("GET", url, headers, max_bytes=MOST_BYTES)))
        if known and answer.response.status == 304:
            return known
        clip = clip_of(answer, urldefrag(url).url)
        self._kept.pop(url, None)
        if clip.etag:
            self._kept[url] = clip
        return clip


def clip_of(answer: Answer, url: str) -> Clip:
    """The clip in an answer, checked."""
    response = answer.response
    if not 200 <= response.status < 300:
        raise CarrierError(11200, f"the media file was answered with HTTP {response.status}", url)
    kind = response.header("Content-Type").partition(";")[0].strip().lower()
    if kind not in AUDIO_TYPES:
        raise CarrierError(13420, f"content type {kind or '(none)'} cannot be played", url)
    is_wav = kind in {"audio/wav", "audio/wave", "audio/x-wav"}
    if is_wav and response.body[:4] != b"RIFF":
        raise CarrierError(11200, "called a WAV file, but is none", url)
    clip = Clip(_wav_seconds(response.body) if is_wav else None)
    return replace(clip, etag=response.header("ETag"))


def _wav_seconds(body: bytes) -> float | None:
    """Length of a WAV in any encoding, µ-law included: size of its data over its bytes per second."""
    at, per_second = 12, 0
    while at + 8 <= len(body):
        name, size = body[at : at + 4], int.from_bytes(body[at + 4 : at + 8], "little")
        if name == b"fmt " and at + 20 <= len(body):
            per_second = int.from_bytes(body[at + 16 : at + 20], "little")
        if name == b"data" and per_second:
            known = size if size <= MOST_BYTES else len(body) - at - 8  # a streamed file does not know its size
            return known / per_second
        at += 8 + size + size % 2
    return None
