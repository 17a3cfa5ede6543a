"""How the tunes are composed, on pieces of a few seconds."""

import subprocess
import sys
from pathlib import Path

import pytest

from audio.compose.finish import compose
from audio.compose.hold import BELL, BROKEN, HOLD, D, G
from audio.compose.hold_slow import HORN
from audio.compose.piece import Instrument, Partial, Piece, Section
from audio.compose.room import echoes
from audio.compose.score import notes
from audio.compose.tones import cycles, strike
from ivr.sound import integrated

RATE = 8_000
CHECKOUT = Path(__file__).parents[2]


def short(melody: str = "A5:4", lead: Instrument = BELL) -> Piece:
    """A piece of a bar."""
    return HOLD._replace(sections=(Section((D,), melody, lead, BROKEN),))


def test_a_piece_is_as_long_as_its_bars_and_as_loud_as_all() -> None:
    pcm = compose(short())
    assert len(pcm) == 4 * HOLD.beat
    assert integrated(pcm + pcm, RATE) == pytest.approx(-20, abs=0.7)


def test_what_rings_past_the_end_rings_on_at_the_beginning() -> None:
    """A circle has no beginning: a piece that starts with its second bar is the same, turned."""
    first, second = (Section((chord,), "A5:2 D5:2", HORN, BROKEN) for chord in (D, G))
    begun = {note._replace(start=(note.start - HOLD.bar) % (2 * HOLD.bar)) for note in notes(short_of(first, second))}
    assert begun == set(notes(short_of(second, first)))


def short_of(*sections: Section) -> Piece:
    return HOLD._replace(sections=sections)


def test_a_room_has_no_beginning_either() -> None:
    """Echoes of a sound that is turned on the circle are the echoes of the sound, turned."""
    sound = [*strike(HOLD.loop, BELL, "A4", 0)][: 2 * RATE + 7]
    echoed, turned = echoes(sound), echoes(sound[5_000:] + sound[:5_000])
    assert turned == pytest.approx(echoed[5_000:] + echoed[:5_000], abs=1e-4)
    assert max(map(abs, echoed)) > 0.1


@pytest.mark.parametrize("melody", ["A5:3", "A5:4.5", "A5:4 | B5:4", ""])
def test_bars_that_do_not_fit_are_refused(melody: str) -> None:
    with pytest.raises(ValueError, match="hold: the bars do not fit the chords"):
        list(notes(short(melody)))


def test_a_mix_whose_peaks_do_not_fit_is_refused() -> None:
    tick = Instrument(0.001, (Partial(1, 1.0, 0.0005),))
    spiky = short(lead=tick)._replace(levels=HOLD.levels._replace(hand=0.0, bass=0.0, pad=0.0001, echo=0.0))
    with pytest.raises(ValueError, match="the mix peaks at"):
        compose(spiky)


def test_a_held_note_ends_in_silence_and_a_struck_one_rings_out() -> None:
    held = strike(HOLD.loop, HORN, "A4", 4_000)
    assert len(held) == 4_000 + round(HORN.release * RATE)
    assert abs(held[-1]) < 1e-9
    assert len(strike(HOLD.loop, BELL, "A4", 0)) == round(12 * RATE * 0.42)


def test_sharps_and_flats() -> None:
    assert cycles(HOLD.loop, "A#4") == cycles(HOLD.loop, "Bb4")
    assert cycles(HOLD.loop, "A4") * RATE / HOLD.loop == 440


@pytest.mark.process
def test_a_tune_that_is_not_there_is_told() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "audio.compose", "jazz"], cwd=CHECKOUT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "there is no jazz; there are hold, hold-slow, hold-waltz" in done.stderr
