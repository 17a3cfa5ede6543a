"""Answers that are made up where no API is asked."""

from collections.abc import Mapping

import pytest

from ivr.core.effects import Fetch
from ivr.core.events import Fetched
from ivr.flow.model import Flow
from ivr.runtime.clock import WallClock
from ivr.runtime.ports import RunningJob
from ivr.testcalls.made_up import made_up
from ivr.testing.answers import ApiAnswer, Apis
from tests.api.board import flow

FLOW = Flow.model_validate(flow())
TAKEN: Mapping[str, tuple[str, object]] = {
    "Day": ("DateText", "example Day"),
    "Doctor": ("$.doctor.name", "example Doctor"),
    "First": ("slots[0].day", "example First"),
    "Slots": ("$.slots[*].day", ["example Slots 1", "example Slots 2"]),
    "Some": ("$.slots[0:2]", ["example Some 1", "example Some 2"]),
    "Deep": ("$..day", ["example Deep 1", "example Deep 2"]),
}


async def asked(*answers: ApiAnswer) -> Fetched:
    apis = Apis(lambda _: FLOW, WallClock())
    for each in answers:
        apis.prepare("https://api.example.com/*", each)
    take = tuple((name, query) for name, (query, _) in TAKEN.items())
    job = Fetch(method="GET", url="https://api.example.com/slots", take=take)
    reply = await made_up(apis)(RunningJob("CA1", "1.3", job, 0))
    assert isinstance(reply, Fetched)
    return reply


async def test_each_response_variable_has_a_value_of_its_form() -> None:
    reply = await asked()
    assert (reply.cause, reply.status) == ("ok", 200)
    assert reply.taken == {name: value for name, (_, value) in TAKEN.items()}


@pytest.mark.parametrize("cause", ["timeout", "connect"])
async def test_an_answer_that_fails_has_none(cause: str) -> None:
    reply = await asked(ApiAnswer(after=0, fails=cause))  # type: ignore[arg-type]
    assert reply.cause == cause
    assert not reply.taken


async def test_an_odd_expression_takes_no_time() -> None:
    job = Fetch(method="GET", url="https://api.example.com/", take=(("Odd", "[" * 1_000_000),))
    reply = await made_up(Apis(lambda _: FLOW, WallClock()))(RunningJob("CA1", "1.3", job, 0))
    assert reply.taken == {"Odd": "example Odd"}  # type: ignore[union-attr]
