"""Loudness against what the standard says a meter shows."""

import math
from array import array

import pytest

from ivr.sound.loudness import LOWEST_RATE, integrated, k_weighting, short_term, short_term_range


def sine(frequency: float, seconds: float, rate: int, level: float = 0.0) -> "array[int]":
    """A sine of a level in dBFS."""
    peak = 32767 * 10 ** (level / 20)
    step = 2 * math.pi * frequency / rate
    return array("h", (round(peak * math.sin(step * i)) for i in range(round(seconds * rate))))


def test_a_full_scale_sine_of_997_hz_is_3_lufs_below_full_scale() -> None:
    assert integrated(sine(997, 3, 48_000), 48_000) == pytest.approx(-3.01, abs=0.05)


@pytest.mark.parametrize("level", [-10, -23, -40])
def test_a_level_in_decibels_is_a_level_in_loudness(level: float) -> None:
    assert integrated(sine(997, 3, 8_000, level), 8_000) == pytest.approx(-3.01 + level, abs=0.4)


def test_at_48_khz_the_filters_are_those_of_the_standard() -> None:
    """The tables 1 and 2 of ITU-R BS.1770-4."""
    shelf, high_pass = k_weighting(48_000)
    assert shelf == pytest.approx(
        (1.53512485958697, -2.69169618940638, 1.19839281085285, -1.69065929318241, 0.73248077421585), abs=1e-12
    )
    assert high_pass == pytest.approx((1, -2, 1, -1.99004745483398, 0.99007225036621), abs=1e-12)


def test_the_ear_is_deaf_to_bass_and_keen_on_highs() -> None:
    low, middle, high = (integrated(sine(hertz, 2, 48_000, -20), 48_000) for hertz in (40, 997, 5_000))
    assert low < middle - 3
    assert high > middle + 2


def test_at_8_khz_speech_weighs_as_at_48_khz() -> None:
    for hertz in (200, 500, 1_000, 2_000, 3_000):
        slow, fast = (integrated(sine(hertz, 2, rate, -20), rate) for rate in (8_000, 48_000))
        assert slow == pytest.approx(fast, abs=0.4), hertz


def test_pauses_do_not_make_a_recording_softer() -> None:
    talk = sine(997, 3, 8_000, -20)
    silence = array("h", bytes(2 * 8_000 * 6))
    assert integrated(talk + silence, 8_000) == pytest.approx(integrated(talk, 8_000), abs=0.5)


def test_what_is_far_softer_than_the_rest_is_left_out() -> None:
    loud, soft = sine(997, 4, 8_000, -20), sine(997, 4, 8_000, -50)
    assert integrated(loud + soft, 8_000) == pytest.approx(integrated(loud, 8_000), abs=0.5)


def test_what_nobody_hears_has_no_loudness() -> None:
    """The absolute gate: -70 LUFS."""
    assert integrated(sine(997, 2, 48_000, -66), 48_000) == pytest.approx(-69, abs=0.3)
    assert integrated(sine(997, 2, 48_000, -68), 48_000) == -math.inf


@pytest.mark.parametrize("samples", [array("h"), array("h", [0] * 32_000), array("h", [9_000] * 100)])
def test_silence_and_next_to_nothing_have_no_loudness(samples: "array[int]") -> None:
    assert integrated(samples, 8_000) == -math.inf
    assert short_term_range(samples, 8_000) == 0


def test_the_range_is_the_distance_between_loud_and_soft() -> None:
    samples = sine(997, 4, 8_000, -30) + sine(997, 4, 8_000, -20)
    assert short_term_range(samples, 8_000) == pytest.approx(10, abs=0.3)
    assert len(short_term(samples, 8_000)) == 51


def test_rates_too_low_to_measure_are_refused() -> None:
    with pytest.raises(ValueError, match=str(LOWEST_RATE)):
        k_weighting(LOWEST_RATE - 1)
