"""The clock: a time of day that never goes back, and by which every duration is about right."""

import logging

import pytest

from ivr.runtime.clock import MILLISECOND, SLEW, WallClock

START = 1_700_000_000_000


class Machine:
    """The two clocks of a machine, in milliseconds; `passes` moves both, `is_set` only that on the wall."""

    def __init__(self) -> None:
        self.wall, self.monotonic = START, 5
        self.clock = WallClock(lambda: self.wall * MILLISECOND, lambda: self.monotonic * MILLISECOND)

    def passes(self, milliseconds: int) -> int:
        self.wall += milliseconds
        self.monotonic += milliseconds
        return self.clock.now()

    def is_set(self, milliseconds: int) -> None:
        self.wall += milliseconds


@pytest.fixture
def machine() -> Machine:
    return Machine()


def test_it_shows_the_time_of_day(machine: Machine) -> None:
    assert machine.clock.now() == START
    assert machine.passes(1234) == START + 1234


@pytest.mark.parametrize("by", [20_000, -20_000, 1, -1])
def test_durations_hold_while_the_clock_is_set_and_the_time_of_day_comes_back(machine: Machine, by: int) -> None:
    machine.is_set(by)
    assert abs(machine.passes(1000) - START - 1000) <= 1000 * SLEW
    shown = [machine.passes(10) for _ in range(1000)]
    assert shown == sorted(shown)
    assert abs(shown[-1] - shown[0] - 9990) <= 9990 * SLEW + 1
    machine.passes(round(abs(by) / SLEW))
    assert abs(machine.clock.now() - machine.wall) <= 1


def test_a_machine_that_slept_for_hours_has_the_right_time_at_once(
    machine: Machine, caplog: pytest.LogCaptureFixture
) -> None:
    machine.is_set(3_600_000)
    assert machine.clock.now() == machine.wall
    assert "was set by 3600 s" in caplog.text


@pytest.mark.parametrize(("off", "said"), [(2_000, ""), (-2_000, ""), (2_001, "-2.0 s off"), (-20_000, "20.0 s off")])
def test_it_follows_the_database_and_says_when_that_is_far_off(
    machine: Machine, caplog: pytest.LogCaptureFixture, off: int, said: str
) -> None:
    with caplog.at_level(logging.WARNING):
        machine.clock.follow(START + off)
    assert machine.clock.now() == START + off
    assert (said in caplog.text) if said else caplog.text == ""
    machine.clock.correct(START)
    machine.passes(round(abs(off) / SLEW))
    assert abs(machine.clock.now() - machine.wall) <= 1


def test_servers_whose_clocks_differ_agree_once_they_follow_the_same(machine: Machine) -> None:
    other = Machine()
    other.is_set(20_000)
    for each in (machine, other):
        each.clock.follow(START + 7)
    assert machine.passes(500) == other.passes(500) == START + 507
