"""The tunes that come with us, as a telephone and who waits at it need them."""

import math
import subprocess
import sys
import wave
from array import array
from collections.abc import Sequence
from itertools import accumulate, pairwise
from pathlib import Path

import pytest

from audio.compose.__main__ import PIECES
from audio.compose.score import notes
from ivr.sound.convert import loudness
from ivr.sound.library import SHIPPED, Library
from ivr.sound.loudness import short_term_range
from tests.sound.spectrum import power

RATE = 8_000
FRAME = 4_096  # samples of a spectrum
CHECKOUT = Path(__file__).parents[2]
DEFAULT = "hold.wav"
TUNES = (DEFAULT, "hold-slow.wav", "hold-waltz.wav")


@pytest.fixture(scope="module", params=TUNES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def clip(name: str) -> "array[int]":
    with wave.open(str(SHIPPED / name)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, RATE)
        return array("h", file.readframes(file.getnframes()))


def rms(samples: Sequence[int]) -> float:
    return math.sqrt(sum(sample * sample for sample in samples) / len(samples))


def test_the_default_comes_first() -> None:
    assert tuple(Library().shipped) == TUNES


def test_it_lasts_as_long_as_the_library_says(name: str, clip: "array[int]") -> None:
    shortest, longest = (30, 60) if name == DEFAULT else (90, 120)
    assert shortest <= len(clip) / RATE <= longest
    assert Library().shipped[name].seconds == pytest.approx(len(clip) / RATE)


def test_it_is_not_louder_than_speech(clip: "array[int]") -> None:
    assert loudness(clip.tobytes()) == pytest.approx(-20, abs=0.5)
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
    apart = max(FRAME, len(clip) // 48)
    frames = [power(clip[start : start + FRAME]) for start in range(0, len(clip) - FRAME, apart)]
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


def heard_again(clip: "array[int]", seconds: int) -> list[int]:
    """Where stretches begin, in samples, that sound again elsewhere on the loop, if any of this many seconds does.

    A stretch that long, wherever it begins, holds one of these blocks of half its length.
    """
    half = seconds * RATE // 2
    turn, content = 2 * len(clip), (clip + clip).tobytes()
    blocks = {start: content[2 * start : 2 * (start + half)] for start in range(0, len(clip), half)}
    return [start for start, block in blocks.items() if 0 < content.find(block, 2 * start + 2) < 2 * start + turn]


def test_no_ten_seconds_sound_again_in_the_loop(clip: "array[int]") -> None:
    assert heard_again(clip, 10) == []
    copied = clip[: 12 * RATE]
    assert heard_again(clip + copied, 10) != []


@pytest.mark.parametrize("tune", [tune for tune in TUNES if tune != DEFAULT])
def test_no_ten_seconds_of_a_long_one_have_the_notes_of_others(tune: str) -> None:
    piece = PIECES[tune.removesuffix(".wav")]
    written = sorted((note.start, note.name, note.instrument) for note in notes(piece))
    on_and_on = [*written, *((start + piece.loop, *rest) for start, *rest in written)]
    stretches = [
        tuple((start - first, *rest) for start, *rest in on_and_on if first <= start < first + 10 * RATE)
        for first in range(0, piece.loop, piece.bar)
    ]
    assert len(set(stretches)) == len(stretches) > 20


@pytest.mark.process
@pytest.mark.slow  # only who changes the music can break it
def test_it_can_be_made_again_byte_for_byte(name: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "audio.compose", name.removesuffix(".wav"), "--into", str(tmp_path)],
        cwd=CHECKOUT, capture_output=True, text=True, check=True, timeout=200,
    )  # fmt: skip
    assert (tmp_path / name).read_bytes() == (CHECKOUT / "audio" / name).read_bytes()
    assert "-20.0 LUFS" in done.stdout
