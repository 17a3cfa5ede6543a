"""A transfer, as a caller meets it."""

import pytest

from ivr.core.effects import Dial, Play, Say
from ivr.core.events import DialStatus
from ivr.flow.check import check
from tests.story.asking import transfers
from tests.story.flows import drawn, ends, says, starts
from tests.story.line import HANGS_UP, Line

EXITS = {"answered": 3, "no_answer": 4, "busy": 5, "failed": 6}


def line(**fields: object) -> Line:
    return Line(
        drawn(
            starts(2),
            transfers(EXITS, **fields),
            says("Was that all? You talked $TRANSFER_2.seconds s.", 7),
            says("Nobody answers.", 7),
            says("They are talking.", 7),
            says("That did not work: $TRANSFER_2.error", 7),
            ends(),
        )
    )


def dial(caller: Line) -> Dial:
    """The question the caller is at."""
    last = caller.mailbox.current[-1]
    assert isinstance(last, Dial)
    return last


def test_the_flow_goes_on_when_the_other_side_hangs_up() -> None:
    caller = line(message="One moment.").rings()
    assert caller.heard == ["One moment.", "(rings +15550100200)"]
    caller.callee("answered", 42)
    assert caller.heard[2:] == ["Was that all? You talked 42 s.", HANGS_UP]
    talked = {"status": "answered", "seconds": 42, "sid": "CAother", "error": "", "cause": ""}
    assert caller.variable("TRANSFER_2") == talked


WORDS: list[tuple[DialStatus, str]] = [
    ("no_answer", "Nobody answers."),
    ("busy", "They are talking."),
    ("failed", "That did not work: The carrier could not place the call."),
]


@pytest.mark.parametrize(("status", "words"), WORDS)
def test_each_ending_has_its_way_out(status: DialStatus, words: str) -> None:
    caller = line().rings().callee(status)
    assert caller.heard == ["(rings +15550100200)", words, HANGS_UP]
    assert caller.variable("TRANSFER_2.status") == status


def test_numbers_come_from_variables_and_doubtful_ones_are_left_out() -> None:
    caller = line(numbers=["$ANI", "$DNIS", "+1 555-010 0200"], in_turn=True).rings(
        caller="anonymous", dialled="+15550100200"
    )
    assert dial(caller).numbers == ("+15550100200",)
    assert not dial(caller).in_turn


def test_without_any_number_nobody_is_called() -> None:
    caller = line(numbers=["$ANI", "$unset"], message="One moment.").rings(caller="</Number>")
    assert caller.heard == ["That did not work: None of the numbers to call is a phone number.", HANGS_UP]
    assert caller.variable("TRANSFER_2.status") == "failed"


def test_all_that_the_carrier_is_told() -> None:
    caller = line(
        numbers=["+15550100200", "+15550100201"],
        in_turn=True,
        timeout=20,
        caller_id="$DNIS",
        keys=",w12#",
        whisper="A call from $ANI.",
        whisper_clip="ding.wav",
        longest=60,
        voice="Polly.Amy",
    ).rings(caller="+15551230001", dialled="+15559990000")
    asked = dial(caller)
    assert (asked.numbers, asked.in_turn, asked.timeout, asked.longest) == (
        ("+15550100200", "+15550100201"),
        True,
        20,
        60,
    )
    assert (asked.caller_id, asked.keys) == ("+15559990000", "www12#")
    assert asked.whisper == (Play("ding.wav"), Say("A call from +15551230001.", "Polly.Amy", "en-US"))


def test_a_long_whisper_is_cut_since_the_caller_waits() -> None:
    caller = line(whisper="$ANI").rings(caller="Long. " * 5000)
    assert sum(len(say.text) for say in dial(caller).whisper if isinstance(say, Say)) <= 6000


def test_a_caller_who_hangs_up_meanwhile_ends_the_call() -> None:
    caller = line().rings().hangs_up()
    assert caller.call.status == "ended"


PROBLEMS = [
    ({"numbers": []}, ["no_number"]),
    ({"numbers": ["Ann", "$agent", "+15550100200"]}, ["not_a_number"]),
    ({"caller_id": "me"}, ["not_a_number"]),
    ({"caller_id": "$DNIS"}, []),
    ({"keys": "12 x"}, ["not_keys"]),
    ({"keys": "1" * 33}, ["not_keys"]),
    ({"keys": ",,12#"}, []),
    ({"in_turn": True}, ["one_number"]),
]


@pytest.mark.parametrize(("fields", "codes"), PROBLEMS)
def test_what_is_wrong_is_told(fields: dict[str, object], codes: list[str]) -> None:
    found = [each for each in check(drawn(starts(2), transfers({}, **fields))) if each.block == 2]
    told = [each for each in found if each.code not in {"unwired", "unknown_variable"}]
    assert [problem.code for problem in told] == codes
    assert all(problem.hint and problem.path.startswith("action.") for problem in told)


def test_how_long_it_rings_is_known() -> None:
    def rings(**fields: object) -> float:
        return (
            drawn(transfers({}, timeout=20, numbers=["+15550100200", "+15550100201"], **fields))
            .blocks[0]
            .action.stay()
            .wait
        )

    assert (rings(), rings(in_turn=True)) == (20, 40)
