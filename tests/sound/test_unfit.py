"""Why a recording can't become a clip, each reason told by who finds it."""

import io

import av
import pytest

from ivr.sound.convert import convert
from ivr.sound.decode import RATE, Unfit, decode
from tests.sound.recordings import Samples, encoded, frames, silence, sine


def spoken_in(encoder: str) -> bytes:
    """A WAV file whose sound is encoded in an unusual way."""
    file = io.BytesIO()
    with av.open(file, "w", format="wav") as output:
        stream = output.add_stream(encoder, rate=RATE, layout="mono")
        for frame in [*frames(sine(440, 1), RATE), None]:
            output.mux(stream.encode(frame))
    return file.getvalue()


@pytest.mark.parametrize("encoder", ["adpcm_yamaha", "dfpwm"])
def test_a_known_file_with_an_unknown_sound_in_it(encoder: str) -> None:
    with pytest.raises(Unfit, match=f"^The sound is encoded as {encoder}, which is not supported: use WAV, "):
        decode(spoken_in(encoder))


@pytest.mark.parametrize(("seconds", "told"), [(0.05, "0.05"), (0.4, "0.40"), (0.49, "0.49")])
def test_what_is_too_short_from_the_start(seconds: float, told: str) -> None:
    with pytest.raises(Unfit, match=rf"^The recording lasts {told} s; a clip needs at least 0\.5 s\.$"):
        decode(encoded("wav", sine(440, seconds), RATE))


def test_half_a_second_is_not() -> None:
    assert len(decode(encoded("wav", sine(440, 0.5), RATE))) == RATE


@pytest.mark.parametrize("sound", [silence(2), sine(440, 2, level=-75)], ids=["nothing", "hiss"])
def test_silence(sound: Samples) -> None:
    with pytest.raises(Unfit, match=r"^The recording is silent\.$"):
        convert(encoded("wav", sound, RATE))


def test_what_has_peaks_but_is_too_soft_to_be_heard() -> None:
    with pytest.raises(Unfit, match=r"^The recording is all but silent\.$"):
        convert(encoded("wav", sine(440, 2, level=-58), RATE))
