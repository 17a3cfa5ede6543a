"""A call remembers what its flow reads; of what is large and read by nobody there is only a trace."""

from typing import Any

import pytest

from ivr.core.fields import DOTS
from ivr.core.values import to_json
from ivr.flow.keeping import KEPT_CHARACTERS, TRACED_CHARACTERS
from ivr.flow.model import Flow
from tests.story.flows import asks, drawn, ends, says, starts, takes, texts
from tests.story.line import Line

BIG = "x" * (KEPT_CHARACTERS + 1)
SMALL = "x" * KEPT_CHARACTERS


def reading(*references: str, **fields: Any) -> Flow:
    """A flow whose web call is block 2, and which somewhere else, be it never reached, reads these."""
    return drawn(starts(), asks(3, 3, **fields), ends(), says(" ".join(references)))


def kept(flow: Flow, answer: Any) -> dict[str, Any]:
    line = Line(flow).rings().api_answers(answer)
    own: dict[str, Any] = line.variable("EXTCALL_2")
    return own


@pytest.mark.parametrize(
    ("references", "names"),
    [
        ([], set()),
        (["$EXTCALL_2.statuscode", "$EXTCALL_2.responsebodies", "$EXTCALL_3.response", "$response"], set()),
        (["$EXTCALL_2.response"], {"response"}),
        (["$EXTCALL_2.response.a"], {"response"}),
        (["${EXTCALL_2.response.a.b[0].c}"], {"response"}),
        (["$EXTCALL_2.response[0]"], {"response"}),
        (["$EXTCALL_2.responsebody"], {"responsebody"}),
        (["x${EXTCALL_2.responsebody}x"], {"responsebody"}),
        (["$$EXTCALL_2.responsebody"], set()),
        (["$EXTCALL_2"], {"response", "responsebody"}),
        (["$EXTCALL_2.response.a", "$EXTCALL_2.responsebody"], {"response", "responsebody"}),
    ],
)
def test_large_values_are_kept_if_some_block_reads_them(references: list[str], names: set[str]) -> None:
    own = kept(reading(*references), {"a": BIG})
    assert {"response", "responsebody"} & set(own) == names
    assert {"statuscode", "cause", "error", "headers", "duration", "attempts"} <= set(own)


@pytest.mark.parametrize(
    "row",
    [
        asks(url="http://api.test/$EXTCALL_2.response.a"),
        asks(headers=[{"name": "X", "value": "$EXTCALL_2.response.a"}]),
        asks(body="$EXTCALL_2.response"),
        asks(content_type="multipart/form-data", form=[{"name": "a", "value": "$EXTCALL_2.response.b"}]),
        asks(authentication={"type": "basic", "user": "$EXTCALL_2.response.u", "password": "x"}),
        asks(timed_lines=[{"text": "$EXTCALL_2.response.a", "after": 5}]),
        asks(opening_line="$EXTCALL_2.response.a"),
        asks(hold_audio={"type": "speech", "text": "$EXTCALL_2.response.a"}),
        texts("Hello.", to="$EXTCALL_2.response.a"),
    ],
)
def test_wherever_it_is_read(row: dict[str, Any]) -> None:
    assert "response" in kept(drawn(starts(), asks(3, 3), ends(), row), {"a": BIG})


def test_small_values_are_kept_anyway() -> None:
    own = kept(reading(), SMALL[2:])
    assert (own["response"], own["responsebody"]) == (SMALL[2:], f'"{SMALL[2:]}"')
    assert len(own["responsebody"]) == KEPT_CHARACTERS


def test_a_block_may_read_what_it_took_itself_in_the_round_before() -> None:
    flow = drawn(starts(), asks(2, 3, url="http://api.test/$EXTCALL_2.response.next"), ends())
    line = Line(flow).rings().api_answers({"next": "two", "more": BIG})
    assert line.requests[-1] == ("GET", "http://api.test/two")


def test_variables_that_an_author_named_are_kept_under_their_name() -> None:
    line = Line(reading("$Big", response_variables=takes(Big="a"))).rings().api_answers({"a": BIG})
    assert line.variable("Big") == BIG
    assert "Big" not in line.variable("EXTCALL_2"), "and only once"


def test_a_call_that_asks_for_much_and_reads_little_stays_small() -> None:
    line = Line(drawn(starts(), asks(2, 2, response_variables=takes(Id="id")), says("$Id"))).rings()
    for number in range(5):
        line.api_answers({"id": number, "rows": [BIG] * 100})
    assert line.variable("Id") == 4
    assert len(to_json(line.call.variables)) < 2_000


def test_the_trace_shows_the_beginning_of_what_is_not_kept() -> None:
    line = Line(reading()).rings().api_answers({"a": "x" * 10 * TRACED_CHARACTERS})
    (shown,) = [data for data in line.traced("set") if "EXTCALL_2.response" in data]
    for name in ("EXTCALL_2.response", "EXTCALL_2.responsebody"):
        assert shown[name].startswith('{"a":"xxx')
        assert shown[name].endswith(" characters)")
        assert len(shown[name]) < TRACED_CHARACTERS + 50


def test_the_trace_tells_how_the_request_went_and_shows_dots_for_secrets() -> None:
    flow = drawn(
        starts(),
        asks(
            url="http://api.test/$SECRET.path",
            headers=[{"name": "X-Key", "value": "$SECRET.key"}],
            authentication={"type": "bearer", "token": "correct horse"},
            method="POST",
            body="<$SECRET.key>",
        ),
    )
    line = Line(flow).rings()
    (asked,) = line.traced("asked")
    assert (asked["url"], asked["headers"], asked["body"]) == (f"http://api.test/{DOTS}", {"X-Key": DOTS}, f"<{DOTS}>")
    line.api_fails("timeout")
    told = to_json([entry.data for entry in line.trace])
    for secret in ("correct horse", "\ufdd0", "\ufdd1", "\\ufdd0"):
        assert secret not in told
    assert line.traced("unset") == [], "a secret need not be set"
