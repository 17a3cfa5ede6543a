"""Digits, as a caller enters them: whole, short, wrong, read back, and private."""

import pytest

from ivr.flow.check import check
from tests.story.asking import collects
from tests.story.flows import drawn, ends, says, starts, texts
from tests.story.line import HANGS_UP, Line

ASKED = "Enter your number. (listens)"
CONFIRM = "If that is right, press 1. To enter it again, press 2. (listens)"
EXITS = {"success": 3, "no_input": 4, "invalid": 5}


def line(**fields: object) -> Line:
    return Line(
        drawn(
            starts(2),
            collects(EXITS, **fields),
            says("Thank you, $COLLECT_2.spoken.", 6),
            says("You entered nothing.", 6),
            says("That is not valid: $COLLECT_2.digits.", 6),
            ends(),
        )
    )


def test_a_whole_entry_goes_on() -> None:
    caller = line(length=4, variable="order").rings().presses("4711")
    assert caller.heard == [ASKED, "Thank you, 4, 7, 1, 1.", HANGS_UP]
    assert caller.variable("COLLECT_2") == {"digits": "4711", "spoken": "4, 7, 1, 1", "attempts": 1}
    assert caller.variable("order") == "4711"


def test_a_partial_entry_never_goes_on() -> None:
    caller = line(length=4, attempts=2, invalid_words="That was too short.").rings().presses("47").presses("471")
    assert caller.heard == [ASKED, f"That was too short. {ASKED}", "That is not valid: 471.", HANGS_UP]
    assert caller.variable("COLLECT_2.attempts") == 2


def test_silence_has_its_own_words_and_way_out() -> None:
    caller = line(attempts=2, no_input_words="I did not hear you.", prompts_again=[{"text": "Your number?"}])
    caller.rings().is_silent().is_silent()
    assert caller.heard == [ASKED, "I did not hear you. Your number? (listens)", "You entered nothing.", HANGS_UP]


def test_the_last_attempt_decides_the_way_out() -> None:
    assert line(attempts=2, length=4).rings().presses("1").is_silent().heard[-2] == "You entered nothing."
    assert line(attempts=2, length=4).rings().is_silent().presses("1").heard[-2] == "That is not valid: 1."


def test_an_entry_of_any_length_ends_with_the_key_or_the_time() -> None:
    for finished_by in ("#", ""):
        assert line(shortest=2).rings().presses("123", finished_by).heard[-2] == "Thank you, 1, 2, 3."


def test_the_digits_are_read_back_and_confirmed() -> None:
    caller = line(length=3, confirm=True).rings().presses("123")
    assert caller.heard == [ASKED, f"You have entered 1, 2, 3 {CONFIRM}"]
    caller.presses("2").presses("124").presses("1")
    assert caller.heard[2:] == [ASKED, f"You have entered 1, 2, 4 {CONFIRM}", "Thank you, 1, 2, 4.", HANGS_UP]
    assert caller.variable("COLLECT_2") == {"digits": "124", "spoken": "1, 2, 4", "attempts": 2}


def test_who_neither_confirms_nor_denies_is_asked_again_but_not_for_ever() -> None:
    caller = line(length=3, confirm=True, attempts=2).rings().presses("123").presses("9").is_silent()
    assert caller.heard == [ASKED, *[f"You have entered 1, 2, 3 {CONFIRM}"] * 2, "You entered nothing.", HANGS_UP]
    caller = line(length=3, confirm=True, attempts=1).rings().presses("123").presses("9")
    assert caller.heard[-2] == "That is not valid: 123."


def test_entering_it_again_uses_up_an_attempt() -> None:
    caller = line(length=3, confirm=True, attempts=2).rings().presses("123").presses("2").presses("12")
    assert caller.heard[-2] == "That is not valid: 12."


def test_a_second_visit_begins_anew() -> None:
    flow = drawn(
        starts(2), collects({"success": 2, "no_input": 3, "invalid": 3}, length=1, confirm=True, attempts=2), ends()
    )
    caller = Line(flow).rings().presses("5").presses("1")
    assert caller.heard[-1] == ASKED
    assert caller.presses("6").heard[-1] == f"You have entered 6 {CONFIRM}"


def test_a_variable_of_the_same_name_does_no_harm() -> None:
    """Somebody may name a shared variable like a block's object."""
    flow = drawn(
        {"action": {"type": "inbound_api", "expected_inputs": [{"name": "COLLECT_2"}]}, "exits": {"next": 2}},
        collects(EXITS, length=1, attempts=2),
        *(says(words, 6) for words in ("Good.", "Nothing.", "Bad.")),
        ends(),
    )
    caller = Line(flow).is_started(COLLECT_2={"repeats": 1, "attempts": "many", "digits": "666"})
    assert caller.presses("5").heard[-2:] == ["Good.", HANGS_UP]


RULES = [
    ({"accepts": "card"}, "4242424242424242", True),
    ({"accepts": "card"}, "378282246310005", True),
    ({"accepts": "card"}, "4242424242424243", False),
    ({"accepts": "card"}, "0", False),
    ({"accepts": "date"}, "12312025", True),
    ({"accepts": "date"}, "13012025", False),
    ({"accepts": "date"}, "02302024", False),
    ({"accepts": "date"}, "02291900", False),
    ({"accepts": "date"}, "02292000", True),
    ({"accepts": "date"}, "00012025", False),
    ({"accepts": "date"}, "01000000", False),
    ({"accepts": "date", "date_order": "day_month_year"}, "31122025", True),
    ({"accepts": "date", "date_order": "year_month_day"}, "20251231", True),
    ({"accepts": "date", "date_order": "year_month_day"}, "12312025", False),
    ({"accepts": "pattern", "pattern": "##-####"}, "123456", True),
    ({"accepts": "pattern", "pattern": "##-####"}, "12345", False),
    ({"accepts": "pattern", "pattern": "(49) ##"}, "4900", True),
    ({"accepts": "pattern", "pattern": "(49) ##"}, "4800", False),
    ({"shortest": 2, "longest": 3}, "1", False),
    ({"shortest": 2, "longest": 3}, "123", True),
    ({"shortest": 2, "longest": 3}, "1*3", False),
    ({}, "1; DROP", False),
    ({}, "１２", False),
    ({}, "1" * 10_000, False),
]


@pytest.mark.parametrize(("fields", "digits", "valid"), RULES)
def test_what_is_valid(fields: dict[str, object], digits: str, valid: bool) -> None:
    caller = line(**fields, attempts=1).rings().presses(digits)
    assert {"port": "success" if valid else "invalid"} in caller.traced("left")


PIN = "8362"


def test_what_is_private_is_used_but_never_seen_or_kept() -> None:
    flow = drawn(
        starts(2),
        collects(EXITS, length=4, sensitive=True, confirm=True, variable="pin"),
        texts("$pin and $COLLECT_2.digits", 6, 6),
        says("Nothing.", 6),
        says("Bad.", 6),
        ends(),
    )
    caller = Line(flow).rings().presses(PIN).presses("1")
    assert caller.heard[1].startswith("You have entered 8, 3, 6, 2")
    assert caller.texts[0][2] == f"{PIN} and {PIN}"
    caller.text_is_taken()
    told = str(caller.trace)
    assert PIN not in told
    assert "8, 3, 6, 2" not in told
    assert caller.traced("replied")[0] == {"token": "1.2", "hidden": True}


def test_what_is_private_is_gone_when_the_caller_hangs_up_before_confirming() -> None:
    caller = line(length=4, sensitive=True, confirm=True).rings().presses(PIN).hangs_up()
    assert PIN not in str(caller.call)
    assert PIN not in str(caller.trace)


def test_an_invalid_private_entry_is_not_seen_either() -> None:
    caller = line(length=6, attempts=1, sensitive=True).rings().presses(PIN)
    assert caller.heard[-2] == f"That is not valid: {PIN}."
    assert PIN not in str(caller.trace)


@pytest.mark.parametrize("before", range(1980, 2002, 4))
def test_where_a_long_text_is_cut_nothing_private_is_left_over(before: int) -> None:
    digits = "59273648165"
    asked = collects({"success": 3}, length=len(digits), sensitive=True)
    flow = drawn(starts(2), asked, says(f"{'x' * before}${{COLLECT_2.digits}}{'x' * 100}", 4), ends())
    caller = Line(flow).rings().presses(digits)
    assert digits in "".join(caller.heard)
    assert digits[:3] not in str(caller.trace)


PROBLEMS = [
    ({"prompt": ""}, ["no_prompt"]),
    ({"shortest": 5, "longest": 4}, ["never_valid"]),
    ({"shortest": 5, "longest": 4, "length": 4}, []),
    ({"accepts": "card", "length": 4}, ["length_unused"]),
    ({"finish_key": ""}, ["slow_end"]),
    ({"finish_key": "", "length": 4}, []),
    ({"accepts": "pattern"}, ["no_pattern"]),
    ({"pattern": "##"}, ["pattern_unused"]),
    ({"sensitive": True, "confirm": True}, ["read_aloud"]),
    ({"attempts": 1, "invalid_words": "Bad."}, ["never_said"]),
]


@pytest.mark.parametrize(("fields", "codes"), PROBLEMS)
def test_what_is_wrong_is_told(fields: dict[str, object], codes: list[str]) -> None:
    found = [
        each for each in check(drawn(starts(2), collects({}, **fields))) if each.block == 2 and each.code != "unwired"
    ]
    assert [problem.code for problem in found] == codes
    assert all(problem.hint and problem.path.startswith("action.") for problem in found)


@pytest.mark.parametrize("pattern", ["##a", "[0-9]+", "12-34", "(((", "##*"])
def test_only_patterns_that_can_be_entered_are_taken(pattern: str) -> None:
    with pytest.raises(ValueError, match="pattern"):
        drawn(collects({}, accepts="pattern", pattern=pattern))
