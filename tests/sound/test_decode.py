"""Whatever people have recorded becomes telephone sound."""

from array import array

import pytest

from ivr.sound.decode import RATE, Unfit, decode
from tests.sound.recordings import KINDS, encoded, film, interleaved, power_at, silence, sine, wav_header

FULL = 32767**2 * 0.1 / 2
"""Power of the sine at -10 dBFS."""


def heard(file: bytes) -> "array[int]":
    return array("h", decode(file))


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_file_is_heard_as_it_was_recorded(kind: str) -> None:
    tone = sine(440, 2, 48_000)
    samples = heard(encoded(kind, interleaved(tone, tone), 48_000, "stereo"))
    assert len(samples) / RATE == pytest.approx(2, abs=0.1)
    middle = samples[RATE // 2 : RATE * 3 // 2]
    assert power_at(middle, 440) == pytest.approx(FULL, rel=0.15)
    assert power_at(middle, 1_234) < FULL / 1_000


def test_the_frames_of_a_cell_phone_are_heard() -> None:
    """Nothing here can encode AMR, so these are a hundred frames of 20 ms, written out."""
    assert len(heard(b"#!AMR\n" + (b"\x04" + bytes(12)) * 100)) / RATE == 2


@pytest.mark.parametrize("rate", [8_000, 11_025, 22_050, 44_100, 96_000])
def test_every_rate_is_brought_to_the_telephones(rate: int) -> None:
    samples = heard(encoded("wav", sine(440, 1, rate), rate))
    assert len(samples) / RATE == pytest.approx(1, abs=0.01)
    assert power_at(samples[1_000:7_000], 440) == pytest.approx(FULL, rel=0.05)


def test_what_a_telephone_cannot_carry_is_gone_and_not_folded_back() -> None:
    samples = heard(encoded("wav", sine(6_000, 1, 48_000), 48_000))
    assert max(map(abs, samples[500:-500])) < 100


def test_both_channels_are_heard() -> None:
    both = interleaved(sine(440, 1, 44_100), sine(1_000, 1, 44_100))
    samples = heard(encoded("wav", both, 44_100, "stereo"))[1_000:7_000]
    assert power_at(samples, 440) == pytest.approx(power_at(samples, 1_000), rel=0.05)
    assert power_at(samples, 440) > FULL / 10


@pytest.mark.parametrize("channels", range(1, 9))
def test_up_to_eight_channels_are_mixed(channels: int) -> None:
    tone = sine(440, 1)
    samples = heard(wav_header(RATE, channels, len(tone) * 2 * channels) + interleaved(*[tone] * channels).tobytes())
    assert power_at(samples[1_000:7_000], 440) > FULL / 20


def test_of_a_film_the_sound_is_taken() -> None:
    samples = heard(film(sine(440, 2, 44_100), 44_100))
    assert power_at(samples[RATE // 2 : RATE * 3 // 2], 440) == pytest.approx(FULL, rel=0.1)


def test_a_film_without_sound_is_unfit() -> None:
    with pytest.raises(Unfit, match="no sound in this file"):
        decode(film(None, 44_100))


def test_the_content_counts_whatever_a_header_claims_of_its_length() -> None:
    tone = sine(440, 1).tobytes()
    for claimed in (0, 2**30, 2**32 - 1):
        assert len(decode(wav_header(RATE, 1, claimed) + tone)) == len(tone)


def test_a_recording_may_end_early() -> None:
    """A player would play what is there, too."""
    whole = encoded("mp3", sine(440, 4, 44_100), 44_100)
    assert len(heard(whole[: len(whole) // 2])) / RATE == pytest.approx(2, abs=0.2)


def test_titles_in_any_alphabet_stop_nothing() -> None:
    wave = encoded("wav", sine(440, 1), RATE)
    title = b"LIST" + (20).to_bytes(4, "little") + b"INFOINAM" + (8).to_bytes(4, "little") + b"caf\xe9 \xff\xfe\x00"
    assert len(decode(wave + title)) == RATE * 2


def test_how_far_it_is_is_told_now_and_then() -> None:
    told: list[float] = []
    decode(encoded("flac", silence(35), RATE), told.append)
    assert told == sorted(told)
    assert [round(seconds, -1) for seconds in told] == [10, 20, 30]
