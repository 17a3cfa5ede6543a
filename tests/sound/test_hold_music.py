"""The hold music, as a telephone needs it."""

import math
import subprocess
import sys
import wave
from array import array
from collections.abc import Sequence
from itertools import accumulate, pairwise
from pathlib import Path

import pytest

from ivr.sound.library import SHIPPED, Library
from ivr.sound.loudness import integrated, short_term_range
from tests.sound.spectrum import power

RATE = 8_000
FRAME = 4_096  # samples of a spectrum
CHECKOUT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def clip() -> "array[int]":
    with wave.open(str(SHIPPED / "hold.wav")) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, RATE)
        return array("h", file.readframes(file.getnframes()))


def rms(samples: Sequence[int]) -> float:
    return math.sqrt(sum(sample * sample for sample in samples) / len(samples))


def test_it_lasts_half_a_minute_to_a_minute(clip: "array[int]") -> None:
    assert 30 <= len(clip) / RATE <= 60
    assert Library().shipped["hold.wav"].seconds == pytest.approx(len(clip) / RATE)


def test_it_is_not_louder_than_speech(clip: "array[int]") -> None:
    assert integrated(clip, RATE) == pytest.approx(-20, abs=0.5)
    assert max(map(abs, clip)) <= 32768 * 10 ** (-3 / 20)


def test_it_never_swells_or_dies_away(clip: "array[int]") -> None:
    assert short_term_range(clip, RATE) < 6
    seconds = [rms(clip[start : start + RATE]) for start in range(0, len(clip) - RATE, RATE)]
    assert min(seconds) > 1_500


def test_the_loop_has_no_seam(clip: "array[int]") -> None:
    steps = sorted(abs(after - before) for before, after in pairwise(clip))
    ordinary = steps[len(steps) // 2]
    assert abs(clip[0] - clip[-1]) <= ordinary
    assert abs((clip[1] - clip[0]) - (clip[0] - clip[-1])) <= 2 * ordinary
    assert 1 / 2 < rms(clip[:400]) / rms(clip[-400:]) < 2


def test_starting_it_makes_no_click(clip: "array[int]") -> None:
    assert abs(clip[0]) < 100


def test_it_holds_nothing_that_a_telephone_would_lose(clip: "array[int]") -> None:
    frames = [power(clip[start : start + FRAME]) for start in range(0, len(clip) - FRAME, 2 * FRAME)]
    total = [sum(powers) for powers in zip(*frames, strict=True)]
    below, above = (round(hertz * FRAME / RATE) for hertz in (190, 3_400))
    assert sum(total[:below]) < sum(total) / 1_000
    assert sum(total[above:]) < sum(total) / 1_000_000


def above_the_music(clip: "array[int]") -> float:
    """The highest level near 4 kHz, where no music is, on the whole loop: of a click of one sample, 2 % of its height.

    Every other sample is turned over, which brings 4 kHz to 0, and a mean over 5 ms is taken three times.
    """
    apart = RATE // 200
    signal: list[float] = [-value if i % 2 else value for i, value in enumerate(clip + clip[: 4 * apart])]
    for _ in range(3):
        sums = [0, *accumulate(signal)]
        signal = [(after - before) / apart for before, after in zip(sums, sums[apart:], strict=False)]
    return max(map(abs, signal))


def test_nothing_clicks(clip: "array[int]") -> None:
    assert above_the_music(clip) < 1
    clip = clip[: 4 * RATE]
    clip[RATE] += 100
    assert above_the_music(clip) > 1


@pytest.mark.process
@pytest.mark.slow  # only who changes the music can break it
def test_it_can_be_made_again_byte_for_byte(tmp_path: Path) -> None:
    again = tmp_path / "hold.wav"
    done = subprocess.run(
        [sys.executable, "-m", "audio.compose", "hold", "--into", str(tmp_path)],
        cwd=CHECKOUT, capture_output=True, text=True, check=True, timeout=100,
    )  # fmt: skip
    assert again.read_bytes() == (CHECKOUT / "audio" / "hold.wav").read_bytes()
    assert "LUFS" in done.stdout
