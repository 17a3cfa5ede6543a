"""Sound files of any kind into what a telephone carries: one channel, 8,000 samples a second, 16 bits each.

A file is judged by its content, never by its name, and nothing that it says is believed: it is read from memory by
demuxers that open nothing else, by decoders of sound alone, and only for as long as a clip may last. Of a film, the
first sound track is taken; its pictures are never decoded.
"""

import io
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import av
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet

RATE = 8_000
"""Samples per second of everything a caller hears."""
SAMPLE = 2
"""Bytes per sample."""
LARGEST = 20 * 1024 * 1024
"""Bytes of a file."""
LONGEST, SHORTEST = 600.0, 0.5
"""Seconds of a clip."""
RATES = range(4_000, 384_001)
"""Samples per second that a recording can have."""
MOST_CHANNELS = 8
LONGEST_FRAME = 262_144
"""Samples that a decoder may give at once: else a few bytes could ask for a gigabyte of memory."""
PARDONED = 8
"""Broken pieces that any file may have; beyond that, one in ten."""

FORMATS = "wav,w64,aiff,au,caf,mp3,flac,ogg,aac,amr,wv,mov,matroska,asf"
"""Containers that may be opened. No playlist is among them, and nothing else that names other files."""
_CODECS = (
    "aac,aac_latm,aac_fixed,ac3,eac3,alac,flac,opus,libopus,vorbis,libvorbis,wavpack,wmav1,wmav2,"
    "mp1,mp1float,mp2,mp2float,mp3,mp3float,speex,libspeex,gsm,gsm_ms,amrnb,amrwb,libopencore_amrnb,libopencore_amrwb,"
    "g722,adpcm_ms,adpcm_ima_wav,adpcm_ima_qt"
)
CODECS = frozenset(_CODECS.split(",")) | {name for name in av.codecs_available if name.startswith("pcm_")}
"""Decoders that may run."""

_OPTIONS = {"format_whitelist": FORMATS, "codec_whitelist": ",".join(sorted(CODECS)), "protocol_whitelist": "none"}
_LENIENT: dict[str, Any] = {"metadata_errors": "replace"} if int(av.__version__.split(".")[0]) < 19 else {}
"""Titles in odd alphabets stop nothing; from version 19 on that goes without saying."""

Tell = Callable[[float], None]
"""Receives, now and then, how many seconds are done."""


class Unfit(ValueError):
    """A file that can't become a clip. Says why in one sentence."""


def decode(content: bytes, tell: Tell = lambda _: None) -> bytes:
    """The sound of a file, as 16-bit samples in this machine's byte order. Raises Unfit.

    Takes seconds for a long recording: call it in a thread.
    """
    if not content:
        raise Unfit("The file is empty.")
    if len(content) > LARGEST:
        raise Unfit(f"The file has more than {LARGEST // 2**20} MB, which is the most for a clip.")
    try:
        with _opened(content) as container:
            sound = _sound(container, tell)
    except (av.FFmpegError, ValueError) as error:
        if isinstance(error, Unfit):
            raise
        raise Unfit("The file is broken: its sound can't be decoded.") from error
    if not sound:
        raise Unfit("The file is broken: nothing of its sound can be decoded.")
    seconds = len(sound) / SAMPLE / RATE
    if seconds < SHORTEST:
        raise Unfit(f"The recording lasts {seconds:.2f} s; a clip needs at least {SHORTEST:g} s.")
    return sound


def _opened(content: bytes) -> InputContainer:
    try:
        container: InputContainer = av.open(io.BytesIO(content), options=_OPTIONS, io_open=_nothing_else, **_LENIENT)
    except (av.FFmpegError, ValueError) as error:
        raise Unfit(
            "The file is no sound file of a known kind, or it is broken: use WAV, MP3, Ogg, FLAC or M4A."
        ) from error
    return container


def _nothing_else(url: str, _flags: int, _options: dict[str, str]) -> io.BytesIO:
    """What a file gets that wants another one opened."""
    raise PermissionError(f"a sound file wants {url!r} opened")


def _sound(container: InputContainer, tell: Tell) -> bytes:
    stream = _track(container)
    sound = bytearray()
    told = 0.0
    for samples in _resampled(_frames(container, stream)):
        sound += samples
        seconds = len(sound) / SAMPLE / RATE
        if seconds > LONGEST:
            raise Unfit(f"The recording lasts longer than {LONGEST / 60:g} minutes, which is the most for a clip.")
        if seconds >= told + 10:
            told = seconds
            tell(seconds)
    return bytes(sound)


def _track(container: InputContainer) -> AudioStream:
    """The first sound track."""
    if not container.streams.audio:
        raise Unfit("There is no sound in this file.")
    stream = container.streams.audio[0]
    codec: Any = stream.codec_context  # None where there is no decoder, whatever the types say
    if codec is None or codec.name not in CODECS:
        raise Unfit(
            f"The sound is encoded as {codec.name if codec else 'something unknown'}, which is not supported: "
            "use WAV, MP3, Ogg, FLAC or M4A."
        )
    _check(codec.sample_rate, codec.channels)
    codec.options = {"max_samples": str(LONGEST_FRAME)}
    return stream


def _check(rate: int, channels: int) -> None:
    if rate not in RATES:
        raise Unfit(f"The recording claims {rate:,} samples a second; {RATES[0]:,} to {RATES[-1]:,} make sense.")
    if not 1 <= channels <= MOST_CHANNELS:
        raise Unfit(f"The recording claims {channels} channels; 1 to {MOST_CHANNELS} make sense.")


def _frames(container: InputContainer, stream: AudioStream) -> Iterator[AudioFrame]:
    """What can be decoded. A few broken pieces are left out, as a player would; too many make the file unfit."""
    broken = 0
    for pieces, packet in enumerate(_packets(container, stream)):
        try:
            frames = packet.decode()
        except (av.InvalidDataError, av.PatchWelcomeError):
            broken += 1
            if broken > max(PARDONED, pieces // 10):
                raise Unfit("The file is broken: too much of its sound can't be decoded.") from None
        else:
            yield from frames


def _packets(container: InputContainer, stream: AudioStream) -> "Iterator[Packet[AudioStream]]":
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets, None)
        except av.EOFError:
            return
        if packet is None:
            return
        yield packet


def _resampled(frames: Iterator[AudioFrame]) -> Iterator[bytes]:
    """Frames as samples of a telephone. A recording may change its rate or channels on the way."""
    resampler = AudioResampler(format="s16", layout="mono", rate=RATE)
    before = None
    for frame in frames:
        kind = (frame.format.name, frame.layout.name, frame.sample_rate)
        if kind != before:
            _check(frame.sample_rate, frame.layout.nb_channels)
            yield from _samples(resampler.resample(None))
            resampler = AudioResampler(format="s16", layout="mono", rate=RATE)
            before = kind
        frame.pts = None
        yield from _samples(resampler.resample(frame))
    yield from _samples(resampler.resample(None))


def _samples(frames: Sequence[AudioFrame | None]) -> Iterator[bytes]:
    return (bytes(frame.planes[0])[: frame.samples * SAMPLE] for frame in frames if frame is not None)
