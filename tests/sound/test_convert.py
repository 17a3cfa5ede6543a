"""What becomes of a recording: a clip that is as loud as the others, tight, and loops."""

import hashlib
import io
import subprocess
import sys
import wave
from array import array
from itertools import pairwise

import pytest

from ivr.sound.convert import LOUDNESS, Converted, convert, loudness
from ivr.sound.decode import RATE
from ivr.sound.library import SHIPPED
from ivr.sound.loudness import integrated
from tests.sound.recordings import chirp, encoded, interleaved, noise, silence, sine

PEAK = 32768 * 10 ** (-1 / 20)


def samples(clip: Converted) -> "array[int]":
    with wave.open(io.BytesIO(clip.content)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, RATE)
        return array("h", file.readframes(file.getnframes()))


def clip_of(recorded: "array[int]") -> Converted:
    return convert(encoded("wav", recorded, RATE))


@pytest.mark.parametrize("level", [-45, -30, -18, -6])
def test_every_clip_is_as_loud_as_the_others(level: float) -> None:
    clip = clip_of(chirp(5, level=level))
    assert clip.lufs == pytest.approx(LOUDNESS)
    assert integrated(samples(clip), RATE) == pytest.approx(LOUDNESS, abs=0.1)
    assert not clip.softer


def test_peaks_keep_a_clip_softer_and_it_says_so() -> None:
    spiky = noise(4, level=-40)
    for i in range(2_000, len(spiky), 4_000):
        spiky[i] = 30_000
    clip = clip_of(spiky)
    assert max(map(abs, samples(clip))) <= PEAK
    assert max(map(abs, samples(clip))) > PEAK * 0.99
    assert clip.softer
    assert clip.lufs == pytest.approx(integrated(samples(clip), RATE), abs=0.1)


@pytest.mark.parametrize("kind", ["wav", "mp3", "flac"])
def test_no_sample_is_over_the_peak(kind: str) -> None:
    loud = interleaved(noise(3, 48_000, 0), noise(3, 48_000, 0))
    assert max(map(abs, samples(convert(encoded(kind, loud, 48_000, "stereo"))))) <= PEAK


@pytest.mark.parametrize(
    "sound",
    [
        pytest.param(sine(60, 4), id="bass"),
        pytest.param(sine(997, 4), id="middle"),
        pytest.param(sine(3_300, 4), id="high"),
        pytest.param(noise(4), id="noise"),
        pytest.param(noise(3) + noise(4, level=-40) + silence(2), id="gated"),
        pytest.param(noise(4, level=-60), id="faint"),
        pytest.param(noise(0.5), id="short"),
    ],
)
def test_the_fast_meter_shows_what_the_exact_one_shows(sound: "array[int]") -> None:
    assert loudness(sound.tobytes()) == pytest.approx(integrated(sound, RATE), abs=0.05)


def test_the_fast_meter_agrees_on_music() -> None:
    with wave.open(str(SHIPPED / "hold.wav")) as file:
        raw = file.readframes(file.getnframes())
    assert loudness(raw) == pytest.approx(integrated(array("h", raw), RATE), abs=0.02)


def test_silence_around_is_cut_off_but_for_a_moment() -> None:
    clip = clip_of(silence(3) + sine(440, 2) + silence(5))
    assert clip.seconds == pytest.approx(2.1, abs=0.03)
    begun = next(i for i, sample in enumerate(samples(clip)) if abs(sample) > 500)
    assert begun / RATE == pytest.approx(0.05, abs=0.015)


def test_silence_within_stays() -> None:
    assert clip_of(sine(440, 1) + silence(2) + sine(440, 1)).seconds == pytest.approx(4, abs=0.05)


def test_a_soft_hiss_around_counts_as_silence() -> None:
    hiss = noise(3, level=-70)
    assert clip_of(hiss + sine(440, 2) + hiss).seconds == pytest.approx(2.1, abs=0.03)


@pytest.mark.parametrize("recorded", [chirp(4), sine(441.7, 3.123), noise(5)], ids=["chirp", "sine", "noise"])
def test_a_loop_has_no_click_where_it_begins_anew(recorded: "array[int]") -> None:
    looped = samples(clip_of(recorded))
    around = looped[-200:] + looped[:200]
    bends = [abs(a - 2 * b + c) for (a, b), (_, c) in pairwise(pairwise(looped))]
    at_the_seam = [abs(a - 2 * b + c) for (a, b), (_, c) in pairwise(pairwise(around))]
    assert max(at_the_seam) <= max(bends) * 1.01
    assert max(abs(b - a) for a, b in pairwise(around)) <= max(abs(b - a) for a, b in pairwise(looped)) * 1.01


def test_the_power_stays_where_the_end_goes_over_into_the_beginning() -> None:
    looped = samples(clip_of(noise(4)))
    seam, middle = looped[:160], looped[8_000:24_000]
    power = [sum(sample * sample for sample in part) / len(part) for part in (seam, middle)]
    assert power[0] == pytest.approx(power[1], rel=0.4)


def test_a_short_clip_only_fades_in_and_out() -> None:
    short = samples(clip_of(noise(2)))
    assert len(short) == 2 * RATE
    assert abs(short[0]) < 10
    assert abs(short[-1]) < 1_000
    assert max(map(abs, short[: 5 * RATE // 1_000])) > 1_000


def test_a_clip_tells_its_length_and_its_hash() -> None:
    clip = clip_of(chirp(5))
    assert clip.seconds == len(samples(clip)) / RATE
    assert clip.sha256 == hashlib.sha256(clip.content).hexdigest()


def test_the_same_recording_always_becomes_the_same_clip() -> None:
    file = encoded("mp3", chirp(4, 44_100), 44_100)
    assert convert(file) == convert(file)


def test_ten_minutes_can_be_converted() -> None:
    clip = clip_of(noise(60) * 10)
    assert clip.seconds == pytest.approx(600, abs=0.1)
    assert clip.lufs == pytest.approx(LOUDNESS, abs=0.05)


@pytest.mark.process
def test_nothing_warns_when_it_is_imported() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", "import ivr.sound.convert"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
