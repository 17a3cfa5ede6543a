"""Recordings for these tests, made as they are needed."""

import io
import math
import random
import struct
from array import array
from collections.abc import Sequence
from fractions import Fraction
from typing import TypeAlias

import av
from av.audio.frame import AudioFrame

Samples: TypeAlias = "array[int]"

KINDS = {
    "wav": ("wav", "pcm_s16le", {}),
    "wav, 24 bits": ("wav", "pcm_s24le", {}),
    "wav, 8 bits": ("wav", "pcm_u8", {}),
    "wav, floating point": ("wav", "pcm_f32le", {}),
    "wav, mu-law": ("wav", "pcm_mulaw", {}),
    "wav, A-law": ("wav", "pcm_alaw", {}),
    "wav, ADPCM": ("wav", "adpcm_ima_wav", {}),
    "aiff": ("aiff", "pcm_s16be", {}),
    "au": ("au", "pcm_mulaw", {}),
    "mp3": ("mp3", "libmp3lame", {}),
    "ogg vorbis": ("ogg", "vorbis", {"strict": "experimental"}),
    "ogg opus": ("ogg", "libopus", {}),
    "flac": ("flac", "flac", {}),
    "m4a": ("ipod", "aac", {}),
    "m4a, lossless": ("ipod", "alac", {}),
    "aac": ("adts", "aac", {}),
    "webm": ("webm", "libopus", {}),
    "w64": ("w64", "pcm_s16le", {}),
    "caf": ("caf", "pcm_s16be", {}),
    "wavpack": ("wv", "wavpack", {}),
    "mov": ("mov", "pcm_s16be", {}),
    "matroska": ("matroska", "flac", {}),
    "mp2": ("mp2", "mp2", {}),
    "wma": ("asf", "wmav2", {"b": "128000"}),
}
"""Container, encoder, and what the encoder is told."""


def sine(hertz: float, seconds: float, rate: int = 8_000, level: float = -10.0) -> Samples:
    """A sine of a level in dBFS."""
    peak = 32767 * 10 ** (level / 20)
    return array("h", (round(peak * math.sin(2 * math.pi * hertz * i / rate)) for i in range(round(seconds * rate))))


def chirp(seconds: float, rate: int = 8_000, level: float = -10.0) -> Samples:
    """A tone that climbs from 300 Hz to 3 kHz, so that its end fits its beginning nowhere."""
    peak, steepness = 32767 * 10 ** (level / 20), 2_700 / seconds
    times = (i / rate for i in range(round(seconds * rate)))
    return array("h", (round(peak * math.sin(2 * math.pi * (300 + steepness * t / 2) * t)) for t in times))


def noise(seconds: float, rate: int = 8_000, level: float = -10.0) -> Samples:
    peak = 32767 * 10 ** (level / 20)
    source = random.Random(20)
    return array("h", (round(source.uniform(-peak, peak)) for _ in range(round(seconds * rate))))


def silence(seconds: float, rate: int = 8_000) -> Samples:
    return array("h", bytes(2 * round(seconds * rate)))


def interleaved(*channels: Samples) -> Samples:
    return array("h", (sample for moment in zip(*channels, strict=True) for sample in moment))


def encoded(kind: str, samples: Samples, rate: int, layout: str = "mono") -> bytes:
    """A file of this kind; of several channels, the samples are interleaved."""
    container, encoder, options = KINDS[kind]
    file = io.BytesIO()
    with av.open(file, "w", format=container) as output:
        stream = output.add_stream(encoder, rate=rate, layout=layout, options=options)
        for frame in frames(samples, rate, layout):
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return file.getvalue()


def frames(samples: Samples, rate: int, layout: str = "mono") -> list[AudioFrame]:
    """Pieces of a tenth of a second."""
    channels = av.AudioLayout(layout).nb_channels
    size = rate // 10 * channels
    found = []
    for start in range(0, len(samples), size):
        piece = samples[start : start + size]
        frame = AudioFrame(format="s16", layout=layout, samples=len(piece) // channels)
        frame.sample_rate, frame.time_base, frame.pts = rate, Fraction(1, rate), start // channels
        frame.planes[0].update(piece.tobytes())
        found.append(frame)
    return found


def film(samples: "array[int] | None", rate: int) -> bytes:
    """Two seconds of grey pictures, perhaps with sound."""
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as output:
        pictures = output.add_stream("mpeg4", rate=10)
        pictures.width, pictures.height, pictures.pix_fmt = 64, 64, "yuv420p"
        sound = output.add_stream("aac", rate=rate, layout="mono") if samples is not None else None
        for i in range(20):
            picture = av.VideoFrame(64, 64, "yuv420p")
            picture.pts = i
            output.mux(pictures.encode(picture))
        output.mux(pictures.encode(None))
        if sound is not None and samples is not None:
            for frame in frames(samples, rate):
                output.mux(sound.encode(frame))
            output.mux(sound.encode(None))
    return file.getvalue()


def wav_header(rate: int, channels: int, claimed: int) -> bytes:
    """The beginning of a 16-bit WAV file that claims so many bytes of samples."""
    block = 2 * channels
    form = struct.pack("<HHIIHH", 1, channels, rate, rate * block & 0xFFFFFFFF, block & 0xFFFF, 16)
    size = min(claimed + 36, 0xFFFFFFFF)
    return b"RIFF" + struct.pack("<I", size) + b"WAVEfmt " + struct.pack("<I", 16) + form + b"data" + struct.pack(
        "<I", claimed
    )  # fmt: skip


def power_at(samples: Sequence[int], hertz: float, rate: int = 8_000) -> float:
    """Mean power of one frequency, by Goertzel's algorithm; a sine of amplitude a has a² / 2."""
    turn = 2 * math.cos(2 * math.pi * hertz / rate)
    before = last = 0.0
    for sample in samples:
        before, last = last, sample + turn * last - before
    return 2 * (before * before + last * last - turn * before * last) / len(samples) ** 2
