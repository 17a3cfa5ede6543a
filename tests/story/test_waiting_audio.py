"""What a caller hears while they wait: one clip after the other, and how long they have waited already."""

from collections.abc import Callable
from typing import Any

import pytest

from ivr.flow.check import check
from ivr.flow.model import Flow
from ivr.testing import Line
from tests.story.flows import asks, drawn, ends, says, starts

LineOf = Callable[..., Line]


def flow(**fields: Any) -> Flow:
    settings = {"play_hold_music": True, "timeout": 120, "hold_audio": {"type": "file", "file": "one"}, **fields}
    return drawn(starts(), asks(3, 3, **settings), says("Here.", 4), asks(5, 5, **settings), says("Bye.", 6), ends())


def clips(line: Line) -> list[tuple[int, str]]:
    return [(round(sound.at), sound.text) for sound in line.sounds if sound.kind == "clip"]


def test_clips_come_one_after_the_other_and_then_again(line_of: LineOf) -> None:
    line = line_of(flow(more_clips=["two", "three"])).api("2", json={}, after=22).rings()
    first = [(1, "one"), (6, "two"), (11, "three"), (16, "one"), (21, "two")]
    assert clips(line)[:5] == first


def test_a_later_wait_goes_on_where_the_last_one_was(line_of: LineOf) -> None:
    line = line_of(flow(more_clips=["two", "three"], timed_lines=[{"text": "Still here.", "after": 7}]))
    line.api("2", json={}, after=9).api("4", json={}, after=3).rings()
    assert [name for _, name in clips(line)] == ["one", "two", "two", "two"]


def test_a_later_wait_does_so_whether_or_not_something_was_said_meanwhile(line_of: LineOf) -> None:
    line = line_of(flow(more_clips=["two", "three"])).api("2", json={}, after=9).api("4", json={}, after=3).rings()
    assert [name for _, name in clips(line)] == ["one", "two", "two"]


def test_each_call_has_an_order_of_its_own(line_of: LineOf) -> None:
    names = ["one", "two", "three", "four", "five"]
    line = line_of(flow(more_clips=names[1:], shuffle=True)).api("2", json={}, after=26).rings()
    heard = [name for _, name in clips(line)][:5]
    assert sorted(heard) == sorted(names)
    assert heard != names


def test_a_line_tells_how_long_it_has_been(line_of: LineOf) -> None:
    said = {"text": "You have waited $EXTCALL_2.elapsed seconds.", "after": 10, "every": 10}
    line = line_of(flow(timed_lines=[said])).api("2", json={}, after=25).rings()
    assert [words for words in line.heard if "waited" in words][:2] == [
        "You have waited 10 seconds.",
        "You have waited 20 seconds.",
    ]
    assert line.problems == []
    assert not [entry for entry in line.trace if entry.kind == "unset" and entry.block == 2]


USUAL = "This usually takes ${EXTCALL_2.usual|or a moment}."


def test_a_line_tells_how_long_it_usually_takes(line_of: LineOf) -> None:
    late = {"text": "Most callers wait $EXTCALL_2.usual, and you have waited $EXTCALL_2.elapsed.", "after": 10}
    drawn_so = flow(opening_line=USUAL, timed_lines=[late])
    line = line_of(drawn_so).usually_takes("2", 18.4).api("2", json={}, after=15).rings()
    assert [words for words in line.heard if "usually" in words or "Most" in words] == [
        "This usually takes 20 seconds.",
        "Most callers wait 20 seconds, and you have waited 10.",
    ]
    assert line.problems == []


def test_and_says_something_else_while_that_is_not_known(line_of: LineOf) -> None:
    line = line_of(flow(opening_line=USUAL)).api("2", json={}, after=5).rings()
    assert "This usually takes a moment." in line.heard
    assert not [entry for entry in line.trace if entry.kind == "unset"]


def test_what_is_usual_is_known_in_every_block(line_of: LineOf) -> None:
    rows = (
        starts(),
        says(USUAL.replace("_2", "_3"), 3),
        asks(4, 4),
        says("It took $EXTCALL_3.usual before.", 5),
        ends(),
    )
    line = line_of(drawn(*rows, language="de-DE")).usually_takes("3", 130).rings()
    assert line.heard == ["This usually takes 2 Minuten.", "It took 2 Minuten before."]
    assert [problem.code for problem in check(line.flow)] == ["long_silence"]


def test_a_response_variable_of_that_name_counts_before_it(line_of: LineOf) -> None:
    takes = [{"name": "usual", "query": "days"}]
    rows = (starts(), asks(3, 3, response_variables=takes), says("$EXTCALL_2.usual and $usual", 4), ends())
    line = line_of(drawn(*rows)).usually_takes("2", 7).api("2", json={"days": "two days"}).rings()
    assert line.heard == ["two days and two days"]


def test_the_check_knows_where_it_is_known() -> None:
    said = {"text": "$EXTCALL_2.elapsed", "after": 10}
    assert [problem.code for problem in check(flow(timed_lines=[said])) if problem.block == 2] == []
    found = check(flow(opening_line="$EXTCALL_2.elapsed"))
    assert "unknown_variable" in [problem.code for problem in found if problem.block == 2]


@pytest.mark.parametrize("fields", [{"play_hold_music": False}, {"hold_audio": {"type": "speech", "text": "Wait."}}])
def test_clips_that_nobody_hears_are_a_mistake(fields: dict[str, Any]) -> None:
    found = check(flow(more_clips=["two"], **fields))
    assert "never_played" in [problem.code for problem in found if problem.block == 2]
