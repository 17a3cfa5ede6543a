"""Requests that run beside the line: when their answers count, and what becomes of them otherwise."""

from typing import Any, Self

import pytest
from msgspec.structs import replace

from ivr.core.call import MOST_STARTED, Call
from ivr.core.effects import Alarm, Expect
from ivr.core.events import Answered, Elapsed, Fetched, Pressed
from ivr.core.resolving import resolve
from ivr.core.template import UNSET
from ivr.flow.check import check
from ivr.flow.engine import advance, jump_failed, onward
from ivr.flow.model import Flow
from ivr.flow.narration import Narrator, narrated
from ivr.flow.scope import Scope
from tests.story.asking import collects, menu
from tests.story.flows import asks, awaits, begins, drawn, ends, says, starts, takes
from tests.story.line import Line, stored

CITY = {"city": "Ulm"}


class Beside(Line):
    """A line whose requests are answered by the number of their block."""

    def answers(self, block: int, json: Any = None, status: int = 200, **fields: Any) -> Self:
        (token,) = [each.token for each in self.call.started if each.block == block]
        self.happens(Fetched(at=self.at, token=token, cause="ok", status=status, body="{}", value=json or {}, **fields))
        return self

    def time_is_up(self) -> Self:
        self.happens(Elapsed(at=self.at, token=self.token, waited=30))
        return self

    def known(self, reference: str) -> Any:
        return resolve(self.call.variables, reference)

    @property
    def open(self) -> list[int]:
        return [each.block for each in self.call.started if not each.came]


def asked_meanwhile(**fields: Any) -> Flow:
    """Two look-ups, a question while they run, and the answers."""
    return drawn(
        starts(),
        begins(3, 8, response_variables=takes(City="city")),
        begins(4, 8, url="http://api.test/2"),
        menu({"key_1": 5}),
        awaits(6, 7, 8, **fields),
        says("It is $City.", 9),
        says("Not $City, $EXTCALL_3.cause.", 9),
        says("Too slow: $City.", 9),
        ends(),
    )


def test_what_came_during_a_question_counts_when_it_is_taken() -> None:
    line = Beside(asked_meanwhile()).rings()
    assert (line.open, line.heard) == ([2, 3], ["For orders, press 1. (listens)"])
    line.answers(2, CITY)
    assert (line.known("City"), line.known("EXTCALL_2")) == (UNSET, UNSET)
    line.presses("1")
    assert isinstance(line.job, Alarm)
    line.answers(3)
    assert line.heard[1:] == ["It is Ulm.", "(hangs up)"]
    assert (line.known("AWAIT_5.first"), line.known("AWAIT_5.answered"), line.call.started) == (2, 2, ())
    told = [f"{each.title}: {each.sentence}" for each in narrated(line.trace) if each.kind in {"response", "silence"}]
    answers = [f"External Web Call {number}: 200 OK after 0.00 s" for number in (2, 3)]
    assert told == [answers[0], ": Waits for the answer of External Web Call 3", answers[1]]
    assert titles(line) == [
        "Inbound Call",
        "External Web Call 2",
        "External Web Call 3",
        "Menu",
        "Await",
        "Play Message",
        "End Call",
    ]


def titles(line: Line) -> list[str]:
    return [each.title for each in narrated(line.trace) if each.kind == "enter"]


def test_blocks_of_the_same_name_are_told_by_their_numbers() -> None:
    flow = drawn(
        starts(),
        begins(3) | {"title": "Look up"},
        begins(4) | {"title": "Look up"},
        awaits(5) | {"title": "Both"},
        says("Well.", 6),
        says("Well.", 7),
        ends(),
    )
    line = Beside(flow).rings()
    (waits,) = [each.sentence for each in narrated(line.trace) if each.kind == "silence"]
    assert waits == "Waits for the answers of Look up 2 and Look up 3"
    line.answers(2).answers(3)
    assert titles(line)[1:] == ["Look up 2", "Look up 3", "Both", "Play Message 5", "Play Message 6", "End Call"]
    narrator = Narrator(0)
    told = [each.title for entry in line.trace for each in narrator.tell([entry]) if each.kind == "enter"]
    assert told[1:3] == ["Look up", "Look up 3"], (
        "of a call that goes on, the first is named before the second is known"
    )


@pytest.mark.parametrize("status", [200, 404])
def test_answers_that_are_there_are_taken_without_a_wait(status: int) -> None:
    line = Beside(asked_meanwhile()).rings().answers(2, CITY).answers(3, status=status).presses("1")
    assert line.heard[1] == ("It is Ulm." if status == 200 else "Not Ulm, status.")
    assert [job for job in line.jobs if isinstance(job, Alarm)] == []


def test_what_has_no_answer_in_time_runs_on() -> None:
    line = Beside(asked_meanwhile()).rings().presses("1").answers(2, CITY).time_is_up()
    assert line.heard[1] == "Too slow: Ulm."
    assert (line.known("AWAIT_5.open"), line.call.status) == (1, "ended")


def test_a_late_or_repeated_answer_changes_nothing() -> None:
    line = Beside(asked_meanwhile()).rings()
    reply = Fetched(at=1, token="1.2", cause="ok", status=200, value=CITY)
    line.happens(reply)
    for stray in (reply, replace(reply, token="1.9"), Elapsed(at=1, token="1.2", waited=1)):
        assert advance(line.flow, line.call, stray).call is line.call


def test_a_key_leaves_with_what_is_there() -> None:
    keys = [
        {"key": "1", "label": "Enough", "says": "Well."},
        {"key": "2", "label": "How long", "then": "wait", "says": "Soon."},
    ]
    drawn_flow = drawn(
        starts(),
        begins(3),
        begins(4),
        awaits(while_waiting=keys, play_hold_music=True) | {"exits": {"key_1": 5}},
        ends(),
    )
    line = Beside(drawn_flow).rings().answers(2)
    for key in "2", "1":
        asked = line.call.waiting
        assert asked is not None
        turn = advance(line.flow, line.call, Pressed(at=1, token=asked.keys_token, digits=key))
        line._take(turn)
    assert line.heard == ["Soon.", "Well.", "(hangs up)"]
    assert turn.drop == ("1.4",)
    assert (line.known("AWAIT_4.pressed"), line.known("AWAIT_4.open")) == ("1", 1)


def again(**fields: Any) -> Flow:
    return drawn(starts(), begins(3, **fields), menu({"key_1": 2, "key_0": 4}), awaits(5, 5, 5), ends())


@pytest.mark.parametrize(("method", "drop"), [("GET", ("1.2",)), ("POST", ())])
def test_a_block_that_is_entered_again_has_one_request(method: str, drop: tuple[str, ...]) -> None:
    line = Beside(again(method=method)).rings()
    turn = advance(line.flow, line.call, Pressed(at=1, token=line.token, digits="1"))
    assert (turn.drop, [token for token, _ in turn.beside], len(turn.call.started)) == (drop, ["2.2"], 1)
    line._take(turn)
    late = advance(line.flow, line.call, Fetched(at=1, token="1.2", cause="ok", status=200, value=CITY))
    assert [entry.kind for entry in late.trace] == ["late"]
    assert late.call.started == line.call.started
    told = [each.sentence for each in narrated([*line.trace, *late.trace])]
    assert told[-1] == "The answer came when nothing would take it any more, and changes nothing"
    assert any("entered again" in each for each in told) == (method == "GET")


def test_an_answer_from_before_is_gone_when_its_block_is_entered_again() -> None:
    line = Beside(again(response_variables=takes(City="city"))).rings().answers(2, CITY).presses("0")
    assert line.known("City") == "Ulm"
    around = drawn(starts(), begins(3, response_variables=takes(City="city")), awaits(4), menu({"key_1": 2}), ends())
    line = Beside(around).rings().answers(2, CITY)
    assert line.known("City") == "Ulm"
    line.presses("1")
    assert (line.known("City"), line.known("EXTCALL_2")) == (UNSET, UNSET)
    assert not {each.name for each in Scope(around).at(3) if not each.maybe} & {"City", "EXTCALL_2.cause"}


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_another_flow_awaits_nothing_of_this_one(method: str) -> None:
    jump = {"action": {"type": "jump_to", "flow": "other"}}
    line = Beside(drawn(starts(), begins(3, method=method), jump))
    turn = advance(line.flow, line.call, rung := Answered(at=1, caller="", dialled=""))
    other = drawn({"action": {"type": "jump_from"}, "exits": {"next": 2}}, awaits(3, 3, 3), ends(), id="other")
    assert turn.jump is not None
    after = onward(turn, other, 1, rung.at)
    assert after.call.status == "ended"
    # What was never sent is not sent either, unless it is to be finished whatever becomes of the call.
    assert [token for token, _ in after.beside] == (["1.2"] if method == "POST" else [])
    assert jump_failed(line.flow, turn, 1).beside == after.beside
    assert (after.drop, after.call.started) == ((), ())


def test_ten_requests_and_no_more() -> None:
    rows = [begins(number + 1, 14) for number in range(2, MOST_STARTED + 3)]
    line = Beside(drawn(starts(), *rows, ends(), says("$EXTCALL_12.error", 13)))
    line.rings()
    assert len(line.beside) == MOST_STARTED
    assert line.known("EXTCALL_12.cause") == "too_many"
    assert line.heard == ["10 requests of this call are out already, so this one was not started.", "(hangs up)"]


def test_an_answer_that_is_posted_later_is_awaited_too() -> None:
    url = "http://api.test/?to=$EXTCALL_2.resume_url"
    drawn_flow = drawn(starts(), begins(3, url=url, method="POST", later={"type": "callback"}), awaits(4, 4), ends())
    line = Beside(drawn_flow)
    line.rings().answers(2)
    assert isinstance(line.beside[-1], Expect)
    assert (line.open, line.call.status) == ([2], "active")
    line.answers(2, CITY, called_back=True)
    assert (line.call.status, line.call.resumed, line.known("EXTCALL_2.cause")) == ("ended", ("1.2",), "ok")


def test_what_is_hidden_is_in_no_answer_that_is_kept() -> None:
    asked = collects({"success": 3}, length=4, sensitive=True)
    drawn_flow = drawn(
        starts(), asked, begins(4, response_variables=takes(City="city")), menu({"key_1": 5}), awaits(6), ends()
    )
    line = Beside(drawn_flow).rings().presses("8362")
    assert line.known("COLLECT_2.digits") == "8362"
    line.answers(3, {"city": "Ulm 8362"})
    assert line.call.started[0].share == {"City": "Ulm •••"}
    assert line.presses("1").known("City") == "Ulm •••"


def test_what_was_entered_before_is_hidden_too() -> None:
    """The caller enters other digits while an API is asked about the first ones, and answers with them."""
    asked = collects({"success": 3, "no_input": 5, "invalid": 5}, length=4, sensitive=True)
    drawn_flow = drawn(
        starts(),
        asked,
        begins(4, response_variables=takes(City="city")),
        menu({"key_1": 2, "key_2": 5}),
        awaits(6),
        ends(),
    )
    line = Beside(drawn_flow).rings().presses("8362").presses("1").presses("4715")
    line.answers(3, {"city": "Ulm 8362 4715"})
    assert line.call.started[0].share == {"City": "Ulm ••• •••"}
    assert not any("8362" in str(entry.data) for entry in line.trace)
    ended = line.hangs_up().call
    assert not any(digits in str(ended) for digits in ("8362", "4715"))


def test_a_run_that_waits_on_apart_hides_what_was_entered_before_too() -> None:
    asked = collects({"success": 3, "no_input": 6, "invalid": 6}, length=4, sensitive=True)
    keys = [{"key": "1", "label": "Text me", "then": "go on"}]
    row = asks(5, 5, play_hold_music=True, while_waiting=keys, response_variables=takes(A="a"))
    row["exits"]["key_1"] = 6
    line = Beside(drawn(starts(), asked, menu({"key_1": 2, "key_0": 4}), row, says("$A", 6), ends()))
    line.rings().presses("8362").presses("1").presses("4711").presses("0")
    assert line.call.waiting
    key = Pressed(at=line.at, token=line.call.waiting.keys_token, digits="1")
    run: Call = stored(advance(line.flow, line.call, key).apart, Call)  # type: ignore[assignment]
    assert run.waiting
    told = Fetched(at=line.at, token=run.waiting.token, cause="ok", status=200, value={"a": "old 8362, new 4711"})
    turn = advance(line.flow, run, told)
    assert {"A": "old •••, new •••"}.items() <= turn.call.variables.items()
    assert not any(digits in str(turn.trace) for digits in ("8362", "4711"))


def test_what_is_wrong_is_found_while_editing() -> None:
    wrong = drawn(
        starts(),
        begins(3, 5, response_variables=takes(City="city"), when_caller_hangs_up="go on"),
        menu({"key_1": 5}),
        awaits(5, 5, 5, blocks=[2, 3]),
        ends(),
    )
    codes = {(problem.code, problem.block, problem.path) for problem in check(wrong)}
    assert {
        ("not_started", 4, "action.blocks[1]"),
        ("never_taken", 2, "action.start"),
        ("goes_on_once", 2, "action.when_caller_hangs_up"),
    } <= codes
    assert "nothing_started" in {problem.code for problem in check(drawn(starts(), awaits(3, 3, 3), ends()))}


def test_variables_are_sure_where_a_named_request_has_succeeded() -> None:
    def there(**fields: Any) -> dict[str, bool]:
        return {each.name: each.maybe for each in Scope(asked_meanwhile(**fields)).at(6)}

    assert not there(blocks=[2, 3])["City"]
    assert not there(blocks=[2, 3])["EXTCALL_3.response"]
    assert not there(blocks=[2], wait_for="any")["City"]
    assert there(blocks=[2, 3], wait_for="any")["City"]
    assert there()["City"]
    assert "City" not in there(blocks=[3])
    assert "City" not in {each.name for each in Scope(asked_meanwhile()).at(5)}
