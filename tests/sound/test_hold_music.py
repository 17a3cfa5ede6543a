"""The hold music, as a telephone needs it."""

import math
import subprocess
import sys
import wave
from array import array
from collections.abc import Sequence
from itertools import pairwise
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


def test_it_is_as_loud_as_speech_and_never_clips(clip: "array[int]") -> None:
    assert integrated(clip, RATE) == pytest.approx(-16, abs=1)
    assert max(map(abs, clip)) <= 32768 * 10 ** (-1 / 20)


def test_it_never_swells_or_dies_away(clip: "array[int]") -> None:
    assert short_term_range(clip, RATE) < 6
    seconds = [rms(clip[start : start + RATE]) for start in range(0, len(clip) - RATE, RATE)]
    assert min(seconds) > 2_000


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


@pytest.mark.process
@pytest.mark.slow  # only who changes the music can break it
def test_it_can_be_made_again_byte_for_byte(tmp_path: Path) -> None:
    again = tmp_path / "again.wav"
    done = subprocess.run(
        [sys.executable, "-m", "audio.compose_hold", str(again)],
        cwd=CHECKOUT, capture_output=True, text=True, check=True, timeout=100,
    )  # fmt: skip
    assert again.read_bytes() == (CHECKOUT / "audio" / "hold.wav").read_bytes()
    assert "LUFS" in done.stdout
