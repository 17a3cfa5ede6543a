"""A voicemail, as a caller leaves it: by a key, by silence, or by hanging up."""

import pytest

from ivr.core.events import HungUp, Recorded
from ivr.flow.check import check
from tests.story.asking import records
from tests.story.flows import drawn, ends, says, starts, texts
from tests.story.line import HANGS_UP, Line

URL = "https://api.test/RE1"
ASKED = ["Leave a message.", "(records)"]
SENT = f"Message of 7 s: {URL} (hangup)"


def line(**fields: object) -> Line:
    """What is recorded is sent to somebody; what is not, is told of."""
    return Line(
        drawn(
            starts(2),
            records({"recorded": 3, "nothing": 4}, **fields),
            texts("Message of $RECORD_2.seconds s: $RECORD_2.url ($RECORD_2.finished_by)", 5, 5, to="+15550100200"),
            texts("$ANI left no message.", 6, 6, to="+15550100200"),
            says("Thank you.", 6),
            ends(),
        )
    )


def test_a_message_is_left_and_sent() -> None:
    caller = line().rings().records(URL).text_is_taken()
    assert caller.heard == [*ASKED, "Thank you.", HANGS_UP]
    assert caller.texts[0][2] == f"Message of 7 s: {URL} (silence)"
    assert caller.variable("RECORD_2") == {"url": URL, "seconds": 7, "finished_by": "silence"}


def test_who_hangs_up_to_finish_has_left_a_message() -> None:
    caller = line().rings().records(URL, hangs_up=True)
    assert [text[2] for text in caller.texts] == [SENT]
    caller.hangs_up().text_is_taken()
    assert caller.call.status == "ended"
    assert caller.heard == ASKED, "nobody is there to be thanked"


def test_the_news_of_the_hang_up_may_come_first() -> None:
    caller = line().rings()
    token = caller.token
    caller.hangs_up()
    assert (caller.call.status, caller.texts) == ("active", [])
    caller.happens(Recorded(at=0, token=token, url=URL, seconds=7, hung_up=True))
    assert [text[2] for text in caller.texts] == [SENT]
    assert caller.text_is_taken().call.status == "ended"


def test_news_of_the_hang_up_that_comes_twice_changes_nothing() -> None:
    caller = line().rings().hangs_up().happens(HungUp(at=0)).records(URL, hangs_up=True)
    assert len(caller.texts) == 1


def test_a_recording_that_is_never_told_of_is_nothing() -> None:
    caller = line().rings().hangs_up().records("", 0, hangs_up=True)
    assert [text[2] for text in caller.texts] == ["+15551230001 left no message."]


def test_a_recording_that_is_told_of_twice_is_sent_once() -> None:
    caller = line().rings()
    said = Recorded(at=0, token=caller.token, url=URL, seconds=7, hung_up=True)
    caller.happens(said).happens(said)
    assert len(caller.texts) == 1


@pytest.mark.parametrize(("url", "seconds"), [("", 0), (URL, 0), (URL, 2)])
def test_what_is_too_short_is_nothing(url: str, seconds: int) -> None:
    caller = line(shortest=3).rings().records(url, seconds)
    assert {"port": "nothing"} in caller.traced("left")


def test_nobody_is_asked_for_more_who_has_hung_up() -> None:
    flow = drawn(starts(2), records({"recorded": 3, "nothing": 3}), records({"recorded": 4, "nothing": 4}), ends())
    caller = Line(flow).rings().records(URL, hangs_up=True)
    assert (caller.call.status, caller.heard) == ("ended", ASKED)


PROBLEMS = [
    ({"message": "", "beep": False}, ["no_prompt"]),
    ({"message": ""}, []),
    ({"message": "", "beep": False, "clip": "a.wav"}, []),
    ({"longest": 5, "shortest": 6}, ["never_valid"]),
]


@pytest.mark.parametrize(("fields", "codes"), PROBLEMS)
def test_what_is_wrong_is_told(fields: dict[str, object], codes: list[str]) -> None:
    found = [
        each for each in check(drawn(starts(2), records({}, **fields))) if each.block == 2 and each.code != "unwired"
    ]
    assert [problem.code for problem in found] == codes
