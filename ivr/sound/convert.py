"""Sound files into clips, once, when they come in: as loud as speech, without silence around, ready to loop."""

import hashlib
import io
import math
import sys
import warnings
import wave
from array import array
from collections.abc import Iterator

import av
from av.audio.frame import AudioFrame
from av.filter import Graph
from msgspec import Struct

from ivr.sound.decode import RATE, SAMPLE, SHORTEST, Tell, Unfit, decode
from ivr.sound.loudness import SILENCE, k_weighting

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it misses programs that it never needs here
    from pydub import AudioSegment
    from pydub.silence import detect_leading_silence

LOUDNESS = -16.0
"""LUFS that a clip is brought to, as far as its peaks allow."""
PEAK = -1.0
"""dBFS that no sample exceeds."""
FAINTEST = -60.0
"""LUFS below which a recording counts as silence: louder, there would be nothing but hiss."""
QUIET = 50.0
"""dB below the highest peak at which a beginning or an end counts as silence."""
KEPT = 50
"""Milliseconds of that silence that stay."""
LOOPS_FROM = 3.0
"""Seconds from which on a clip is made to loop; shorter ones are sounds and words, and only get fades."""
CROSSFADE, FADE = 20, 5
"""Milliseconds."""
_ROUNDING = 0.001
"""dB that keep rounding from going over the peak."""


class Converted(Struct, frozen=True):
    """A clip: a WAV file of one channel, 8 kHz, 16 bits; its loudness in LUFS; the hash of the file in hex."""

    content: bytes
    seconds: float
    lufs: float
    sha256: str

    @property
    def softer(self) -> bool:
        """Whether its peaks kept it from becoming as loud as the others."""
        return self.lufs < LOUDNESS - 0.5


def convert(content: bytes, tell: Tell = lambda _: None) -> Converted:
    """Make a clip of a sound file. Raises Unfit. Takes seconds for a long one: call it in a thread.

    `tell` receives, now and then, how many seconds are decoded.
    """
    recorded = _segment(decode(content, tell))
    if recorded.max_dBFS < FAINTEST:
        raise Unfit("The recording is silent.")
    sound = smoothed(trimmed(recorded))
    lufs = loudness(sound.raw_data)
    if lufs < FAINTEST:
        raise Unfit("The recording is all but silent.")
    gain = min(LOUDNESS - lufs, PEAK - _ROUNDING - sound.max_dBFS)
    finished = wav(sound.apply_gain(gain).raw_data)
    return Converted(finished, sound.frame_count() / RATE, lufs + gain, hashlib.sha256(finished).hexdigest())


def trimmed(sound: AudioSegment) -> AudioSegment:
    """Without the silence before and after, but for a moment of it. Raises Unfit when nearly nothing is left."""
    threshold = sound.max_dBFS - QUIET
    first = detect_leading_silence(sound, threshold)
    last = len(sound) - detect_leading_silence(sound.reverse(), threshold)
    if (last - first) / 1000 < SHORTEST:
        raise Unfit(
            f"Without the silence around, {(last - first) / 1000:.2f} s are left; a clip needs at least {SHORTEST:g} s."
        )
    return sound[max(0, first - KEPT) : last + KEPT]


def smoothed(sound: AudioSegment) -> AudioSegment:
    """Without a click where it begins anew: the end goes over into the beginning, at equal power."""
    if sound.duration_seconds < LOOPS_FROM:
        return sound.fade_in(FADE).fade_out(FADE)
    samples = array("h", sound.raw_data)
    length = CROSSFADE * RATE // 1000
    body, end = samples[:-length], samples[-length:]
    for i, (leaving, coming) in enumerate(zip(end, body[:length], strict=True)):
        turn = math.pi / 2 * i / length
        body[i] = _fitted(math.cos(turn) * leaving + math.sin(turn) * coming)
    return _segment(body.tobytes())


def _segment(samples: bytes) -> AudioSegment:
    return AudioSegment(samples, sample_width=SAMPLE, frame_rate=RATE, channels=1)


def _fitted(value: float) -> int:
    return max(-32768, min(32767, round(value)))


def loudness(samples: bytes) -> float:
    """Gated loudness in LUFS of telephone samples, as `ivr.sound.integrated` measures it, a hundred times as fast.

    The meter's own high-pass passes a little more at low rates than the standard's, which is taken off again.
    """
    _, high_pass = k_weighting(RATE)
    shown = SILENCE
    for frame in _measured(samples):
        shown = float(frame.metadata.get("lavfi.r128.I", shown))
    return shown + 20 * math.log10(high_pass.b0)


def _measured(samples: bytes) -> Iterator[AudioFrame]:
    """The samples again, each tenth of a second with what the meter shows by then."""
    graph = Graph()
    entrance = graph.add_abuffer(sample_rate=RATE, format="s16", layout="mono")
    meter = graph.add("ebur128", "metadata=1:framelog=quiet")
    graph.link_nodes(entrance, meter, graph.add("abuffersink")).configure()
    for frame in [*_framed(samples), None]:
        graph.push(frame)
        yield from _pulled(graph)


def _framed(samples: bytes) -> Iterator[AudioFrame]:
    size = RATE * SAMPLE
    for start in range(0, len(samples), size):
        piece = samples[start : start + size]
        frame = AudioFrame(format="s16", layout="mono", samples=len(piece) // SAMPLE)
        frame.sample_rate = RATE
        frame.planes[0].update(piece)
        yield frame


def _pulled(graph: Graph) -> Iterator[AudioFrame]:
    while True:
        try:
            frame = graph.pull()
        except (av.BlockingIOError, av.EOFError):
            return
        if isinstance(frame, AudioFrame):
            yield frame


def wav(samples: bytes) -> bytes:
    """Samples in this machine's byte order as a WAV file."""
    little = array("h", samples)
    if sys.byteorder == "big":
        little.byteswap()
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setparams((1, SAMPLE, RATE, 0, "NONE", ""))
        writer.writeframes(little.tobytes())
    return file.getvalue()
