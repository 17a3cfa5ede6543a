"""A menu, as a caller meets it."""

import pytest

from ivr.flow.check import check
from tests.story.asking import menu
from tests.story.flows import drawn, ends, says, starts
from tests.story.line import HANGS_UP, Line

ASKED = "For orders, press 1. (listens)"
EXITS = {"key_1": 3, "key_0": 4, "no_input": 5, "no_match": 6}


def line(**fields: object) -> Line:
    """A menu whose every way out says where it goes."""
    return Line(
        drawn(
            starts(2),
            menu(EXITS, **fields),
            says("Your orders.", 7),
            says("A person.", 7),
            says("You did not choose.", 7),
            says("That is no choice.", 7),
            ends(),
        )
    )


def test_a_caller_presses_a_key() -> None:
    caller = line().rings().presses("1")
    assert caller.heard == [ASKED, "Your orders.", HANGS_UP]
    assert caller.variable("MENU_2") == {"digit": "1", "choice": "Orders", "said": "", "attempts": 1}
    assert {"port": "key_1"} in caller.traced("left")


def test_a_caller_says_it() -> None:
    caller = line(speech=True).rings().says("It is about MY ORDER.")
    assert caller.heard[-2:] == ["Your orders.", HANGS_UP]
    assert caller.variable("MENU_2.said") == "It is about MY ORDER."


def test_by_default_a_caller_is_asked_once() -> None:
    assert line().rings().is_silent().heard == [ASKED, "You did not choose.", HANGS_UP]
    assert line().rings().presses("7").heard == [ASKED, "That is no choice.", HANGS_UP]


def test_each_attempt_has_its_words() -> None:
    caller = line(
        attempts=4,
        prompts_again=[{"text": "Press 1 or 0."}, {"text": "1 or 0.", "clip": "please.wav"}],
        no_input_words="I did not hear you.",
        no_match_words="There is no $ANI.",
    )
    caller.rings(caller="7").is_silent().presses("7").says("goodbye").is_silent()
    assert caller.heard == [
        ASKED,
        "I did not hear you. Press 1 or 0. (listens)",
        "There is no 7. (please.wav) 1 or 0. (listens)",
        "There is no 7. (please.wav) 1 or 0. (listens)",
        "You did not choose.",
        HANGS_UP,
    ]
    assert caller.variable("MENU_2.attempts") == 4


def test_a_second_chance_is_taken() -> None:
    caller = line(attempts=2).rings().is_silent().presses("0")
    assert caller.heard == [ASKED, ASKED, "A person.", HANGS_UP]
    assert caller.variable("MENU_2.attempts") == 2


def test_attempts_count_anew_when_the_call_comes_back() -> None:
    caller = Line(drawn(starts(2), menu({"key_1": 2, "key_0": 3, "no_input": 3, "no_match": 3}, attempts=2), ends()))
    caller.rings().is_silent().presses("1").is_silent()
    assert caller.call.status == "active"
    assert caller.presses("9").heard[-1] == HANGS_UP


def test_the_words_come_first_when_nothing_may_interrupt() -> None:
    caller = line(interruptible=False).rings().presses("1")
    assert caller.heard == ["For orders, press 1.", "(listens)", "Your orders.", HANGS_UP]


def test_a_prompt_of_many_pages_is_heard_whole() -> None:
    caller = Line(drawn(starts(2), menu({"key_1": 3}, prompt="$ANI"), ends()))
    caller.rings(caller="A sentence. " * 2000)
    heard = " ".join(caller.heard)
    assert heard.count("A sentence.") == 2000
    assert heard.endswith("(listens)")


def test_nobody_is_asked_who_is_not_on_the_phone() -> None:
    flow = drawn({"action": {"type": "inbound_sms"}, "exits": {"next": 2}}, menu(EXITS))
    caller = Line(flow).sends_text("Hello")
    assert (caller.heard, caller.call.status) == ([], "ended")


PROBLEMS = [
    ({"choices": []}, ["no_choices"]),
    ({"prompt": " "}, ["no_prompt"]),
    ({"prompt": "", "clip": "menu.wav"}, []),
    ({"choices": [{"key": "1", "label": "A"}, {"key": "1", "label": "B"}]}, ["key_twice"]),
    (
        {"speech": True, "choices": [{"key": "1", "label": "A b"}, {"key": "2", "label": "C", "words": ["a-B"]}]},
        ["words_twice"],
    ),
    ({"choices": [{"key": "1", "label": "A"}, {"key": "2", "label": "A"}]}, []),
    ({"prompts_again": [{"text": "Again."}]}, ["never_said"]),
    ({"no_input_words": "Hm.", "no_match_words": "Hm."}, ["never_said", "never_said"]),
    ({"attempts": 3, "prompts_again": [{}, {"clip": "a.wav"}]}, ["no_prompt"]),
]


@pytest.mark.parametrize(("fields", "codes"), PROBLEMS)
def test_what_is_wrong_is_told(fields: dict[str, object], codes: list[str]) -> None:
    flow = drawn(starts(2), menu({}, **fields))
    found = [problem for problem in check(flow) if problem.block == 2 and problem.code != "unwired"]
    assert [problem.code for problem in found] == codes
    assert all(problem.hint and problem.path.startswith("action.") for problem in found)


def test_each_choice_is_a_way_out_that_keeps_its_name() -> None:
    def ports(*labels: str) -> list[tuple[str, str]]:
        choices = [{"key": key, "label": label} for key, label in zip("1*#", labels, strict=False)]
        return [(port.id, port.label) for port in drawn(menu({}, choices=choices)).blocks[0].action.ports]

    fixed = [("no_input", "No Input"), ("no_match", "No Match")]
    assert ports("A", "B", "C") == [("key_1", "1 A"), ("key_star", "* B"), ("key_pound", "# C"), *fixed]
    assert ports("Z") == [("key_1", "1 Z"), *fixed]


def test_the_clips_of_a_menu_are_known() -> None:
    action = (
        drawn(menu({}, clip="a.wav", attempts=2, prompts_again=[{"text": "Again"}, {"clip": "b.wav"}])).blocks[0].action
    )
    assert action.audio() == (("clip", "a.wav"), ("prompts_again[1].clip", "b.wav"))
