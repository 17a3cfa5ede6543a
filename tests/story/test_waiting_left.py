"""The answer finds the caller who left: by hanging up or by a key, with everything in every order."""

from typing import Any

import pytest

from ivr.flow.model import Flow
from tests.rows import every_row
from tests.story.asking import collects, menu
from tests.story.flows import asks, drawn, ends, says, starts, texts
from tests.story.orders import Wait, orders

EVENTS = ("hang-up", "key 1", "answer", "timeout", "kill")
TEXT, SORRY = "Here it is.", "It did not work."


def flow(**fields: Any) -> Flow:
    keys = [{"key": "1", "label": "Text me", "then": "go on", "says": "We text you."}]
    settings = {"play_hold_music": True, "timeout": 120, "when_caller_hangs_up": "go on", "while_waiting": keys}
    web_call = asks(4, 5, **{**settings, **fields})
    web_call["exits"]["key_1"] = 8
    return drawn(
        starts(),
        says("One moment.", 3),
        web_call,
        says("Found.", 6),
        says("Not found.", 7),
        texts(TEXT, 8, 8),
        texts(SORRY, 8, 8),
        says("Goodbye.", 9),
        ends(),
    )


def test_the_answer_is_texted_once_whatever_the_caller_does() -> None:
    with every_row() as row:
        for events in orders(EVENTS):
            with row("-".join(events) or "nothing"):
                wait = Wait(flow()).plays(events)
                ended = next((event for event in events if event in {"answer", "timeout"}), "timeout")
                assert wait.texts == [TEXT if ended == "answer" else SORRY]
                ports = [port for port in wait.ports if port != "key_1"]
                assert ports == ["success" if ended == "answer" else "failure"]
                assert len(wait.words) == len(set(wait.words))
                assert wait.silence <= 5
                assert not any(entry.kind == "problem" for entry in wait.trace)
                assert len(wait.asked) == 1 + (("kill" in events) and events.index("kill") < _at(events, ended))


def _at(events: tuple[str, ...], ended: str) -> int:
    return events.index(ended) if ended in events else len(events)


def test_the_caller_who_asks_to_be_texted_may_go_elsewhere() -> None:
    wait = Wait(flow()).plays(("key 1", "answer"))
    assert wait.words == ["One moment.", "We text you.", "Goodbye."]
    assert wait.traced("parted", 3) == [{"token": "1.3"}, {"token": "1.3", "of": wait.call_id}]
    run, call = wait.calls.records[f"{wait.call_id}.1.3"].call, wait.calls.records[wait.call_id].call
    assert (run.status, run.on_phone, call.apart) == ("ended", False, ())


def test_a_question_ends_the_run_that_has_no_caller() -> None:
    row = asks(4, 4, timeout=20, play_hold_music=True, when_caller_hangs_up="go on")
    wait = Wait(drawn(starts(), says("One moment.", 3), row, menu({"key_1": 5}), texts("Never."), ends()))
    assert wait.plays(("hang-up", "answer")).texts == []
    assert [data.get("why") for data in wait.traced("ended", 4)] == ["There is no caller on the phone to ask."]


def test_a_run_without_its_caller_asks_and_texts_on() -> None:
    first, second = (asks(to, to, timeout=20, method="POST", when_caller_hangs_up="go on") for to in (3, 4))
    wait = Wait(drawn(starts(), first, second, texts(TEXT, 5, 5), ends())).plays(("hang-up", "answer", "answer"))
    assert wait.texts == [TEXT]


def test_what_is_hidden_is_gone_when_the_run_is_over() -> None:
    asked = collects({"success": 3, "no_input": 3, "invalid": 3}, length=4, timeout=20, sensitive=True)
    row = asks(4, 4, url="http://api.test/$COLLECT_2.digits", timeout=20, when_caller_hangs_up="go on")
    wait = Wait(drawn(starts(), asked, row, texts(TEXT, 5, 5), ends())).plays(("key 8362", "hang-up", "answer"))
    call = wait.calls.records[wait.call_id].call
    assert (wait.texts, wait.asked[0].url[-4:], call.status) == ([TEXT], "8362", "ended")
    assert "8362" not in str(call.variables)


@pytest.mark.parametrize("rule", ["cancel", "finish"])
def test_otherwise_nothing_is_texted(rule: str) -> None:
    wait = Wait(flow(when_caller_hangs_up=rule)).plays(("hang-up", "answer"))
    assert (wait.texts, wait.cancelled) == ([], rule == "cancel")
