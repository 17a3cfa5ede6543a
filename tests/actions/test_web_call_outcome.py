"""Everything that an External Web Call sets, on success and when it failed."""

from decimal import Decimal
from typing import Any

import pytest

from ivr.actions.external_web_call import ExternalWebCall
from ivr.core.action import Leave, Visit
from ivr.core.call import Call
from ivr.core.events import Cause, Fetched, Try
from ivr.core.values import Value

VALUE = {"customer": {"name": "Ada"}, "list": [1, Decimal("2.50")]}
TRIES = (Try("https://api.test/", "status", 503), Try("https://api.test/", "ok", 200))
ANSWERED = {
    "status": 200,
    "headers": (("content-type", "application/json"), ("x-request-id", "7")),
    "body": '{"customer": …}',
    "value": VALUE,
    "milliseconds": 345,
    "tries": TRIES,
}
TAKEN = [
    {"name": "Name", "query": "customer.name"},
    {"name": "List", "query": "list"},
    {"name": "Room", "query": "room", "default": "none"},
    {"name": "Floor", "query": "floor"},
]


def left(reply: dict[str, Any], /, **fields: Any) -> Leave:
    action = ExternalWebCall.model_validate({"url": "https://api.test/", "response_variables": TAKEN, **fields})
    given = Fetched(at=0, token="1.3", **{"cause": "ok", **reply})
    outcome = action.resume(Visit(Call("CA1", "a-flow", 1, block=3), 3, at=0), given)
    assert isinstance(outcome, Leave)
    return outcome


def test_all_that_is_set_by_an_answer() -> None:
    shared: dict[str, Value] = {"Name": "Ada", "List": [1, Decimal("2.50")], "Room": "none"}
    outcome = left(ANSWERED)
    assert (outcome.port, outcome.share) == ("success", shared)
    assert outcome.set == {
        "statuscode": 200,
        "responsebody": '{"customer": …}',
        "response": VALUE,
        "headers": {"content_type": "application/json", "x_request_id": "7"},
        "cause": "ok",
        "error": "",
        "duration": 345,
        "attempts": 2,
        **shared,
    }


def test_header_lines_of_one_name_are_one_list() -> None:
    lines = (("set-cookie", "a=1"), ("vary", "A"), ("set-cookie", "b=2; Path=/"), ("vary", "B"))
    assert left({**ANSWERED, "headers": lines}).set["headers"] == {"set_cookie": "a=1, b=2; Path=/", "vary": "A, B"}


def test_an_answer_that_is_a_failure_sets_it_all_too() -> None:
    outcome = left({**ANSWERED, "status": 404})
    assert outcome.port == "failure"
    assert {**outcome.set, "statuscode": 200, "cause": "ok", "error": ""} == left(ANSWERED).set
    assert (outcome.set["statuscode"], outcome.set["cause"]) == (404, "status")
    assert outcome.set["error"] == "The API answered with status 404."
    assert outcome.share == left(ANSWERED).share


@pytest.mark.parametrize("cause", ["timeout", "connect", "dns", "tls", "blocked", "skipped", "no_secret", "unknown"])
def test_without_an_answer_nothing_is_set_but_why_and_the_defaults(cause: str) -> None:
    outcome = left({"cause": cause, "error": "Oh.", "milliseconds": 20})
    assert (outcome.port, outcome.share) == ("failure", {"Room": "none"})
    assert outcome.set == {"Room": "none", "cause": cause, "error": "Oh.", "duration": 20, "attempts": 0}


def test_null_is_a_value_where_there_is_no_default_and_what_is_required_must_be_more() -> None:
    wanted = [{"name": "A", "query": "a", "default": "x"}, {"name": "B", "query": "b", "required": True}]
    outcome = left({"status": 200, "value": {"a": None, "b": None}}, response_variables=wanted)
    assert (outcome.port, outcome.set["cause"], outcome.share) == ("failure", "missing", {"A": "x", "B": None})


@pytest.mark.parametrize(("sent", "told"), [(0, 0), (1, 1), (6, 6)])
def test_attempts_are_the_requests_that_were_sent(sent: int, told: int) -> None:
    assert left({"status": 200, "tries": TRIES[:1] * sent}).set["attempts"] == told


@pytest.mark.parametrize("cause", ["skipped", "not_sent", "blocked", "no_secret", "unsendable"])
def test_what_was_kept_back_here_is_no_attempt(cause: Cause) -> None:
    assert left({"cause": cause, "tries": (*TRIES[:1], Try("https://api.test/", cause))}).set["attempts"] == 1


def test_what_is_posted_answers_one_attempt_at_least() -> None:
    assert left({"status": 200, "called_back": True}).set["attempts"] == 1
