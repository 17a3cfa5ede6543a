"""Asking again for an answer that is not there yet."""

import json
from typing import Any

import pytest

from ivr.core.events import Cause, Fetched
from ivr.core.polling import Poll, Until, is_final
from ivr.webcall.exchange import CUT_SHORT
from tests.web.steps import counted
from tests.webcall.peer import (
    Naps,
    Peer,
    World,
    answer,
    as_json,
    asker,
    by_path,
    in_turn,
    nothing,
    peer,
    redirect,
    says,
)

DONE, PENDING = as_json('{"state": "done", "x": 1}'), as_json('{"state": "running"}')
SOON = Poll(every=3, slower=1.5)
UNTIL_DONE = Poll(every=3, until=(Until("state", "equals", "done"),))


def accepted(*headers: str) -> Any:
    return says(answer(b"{}", *headers, status="202 Accepted"))


async def polled(api: Peer, poll: Poll, **fields: Any) -> tuple[Fetched, list[float]]:
    clock = Naps()
    async with asker(World(clock=clock)) as ask:
        return await ask(api.url, poll=poll, **fields), clock.slept


async def test_an_accepted_request_is_asked_for_where_its_answer_will_be() -> None:
    later = in_turn(accepted(), accepted(), says(DONE))
    async with peer(by_path(jobs=later, root=accepted("Location: /jobs"))) as api:
        reply, slept = await polled(api, SOON, method="POST", body="{}", headers=(("X-A", "1"),))
    assert (reply.status, reply.value) == (200, {"state": "done", "x": 1})
    assert [asked.split(b" ")[:2] for asked in api.asked] == [[b"POST", b"/"], *[[b"GET", b"/jobs"]] * 3]
    assert (api.body(), api.header("X-A"), slept) == (b"", "1", [3.0, 4.5, 6.75])


async def test_the_api_says_how_soon() -> None:
    async with peer(in_turn(accepted("Retry-After: 7"), accepted("Retry-After: 1"), says(DONE))) as api:
        assert (await polled(api, Poll(every=3)))[1] == [7.0, 3.0]


async def test_an_answer_is_final_once_what_the_author_says_holds() -> None:
    async with peer(in_turn(says(PENDING), says(PENDING), says(DONE))) as api:
        reply, slept = await polled(api, UNTIL_DONE)
    assert (reply.value, slept) == ({"state": "done", "x": 1}, [3.0, 3.0])


async def test_what_passes_by_itself_ends_nothing_but_at_first() -> None:
    broken = says(answer(b"", status="503 Away"))
    async with peer(in_turn(accepted(), broken, broken, says(DONE))) as api:
        assert (await polled(api, SOON))[0].status == 200
    async with peer(in_turn(broken, says(DONE))) as api:
        assert (await polled(api, SOON))[0].status == 503


async def test_a_refusal_is_final() -> None:
    async with peer(in_turn(accepted(), says(answer(b"", status="410 Gone")))) as api:
        assert (await polled(api, UNTIL_DONE))[0].status == 410


async def test_what_can_not_be_repeated_is_not() -> None:
    async with peer(accepted()) as api:
        reply, _ = await polled(api, SOON, method="POST", body="{}")
    assert (reply.cause, len(api.asked)) == ("unsendable", 1)
    assert reply.error == "The API answers later, and does not say where: its answer has no Location header."


async def test_a_location_inside_is_refused() -> None:
    async with peer(accepted("Location: http://169.254.169.254/latest")) as api:
        reply, _ = await polled(api, SOON)
    assert (reply.cause, len(api.asked)) == ("blocked", 1)


async def test_a_redirect_inside_is_refused_on_the_way() -> None:
    async with peer(by_path(jobs=redirect("http://10.0.0.1/"), root=accepted("Location: /jobs"))) as api:
        assert (await polled(api, SOON))[0].cause == "blocked"


async def test_the_deadline_ends_it_and_the_reply_tells_of_some_tries() -> None:
    async with peer(accepted()) as api:
        reply, _ = await polled(api, Poll(every=0, longest=0), timeout=1)
    assert (reply.cause, reply.error) == ("timeout", "The API did not have a final answer within 1 s.")
    assert len(reply.tries) == min(20, len(api.asked))
    assert reply.sent == 0 if len(api.asked) <= 20 else reply.sent >= len(reply.tries)


async def test_one_request_that_hangs_does_not_end_it() -> None:
    async with peer(in_turn(accepted(), nothing, says(DONE))) as api:
        reply, _ = await polled(api, Poll(every=0, each=1))
    assert (reply.status, [each.cause for each in reply.tries]) == (200, ["ok", "timeout", "ok"])


async def test_a_request_that_the_end_cuts_off_is_not_told_as_cancelled() -> None:
    async with peer(in_turn(accepted(), nothing)) as api:
        reply, _ = await polled(api, Poll(every=0, each=9), timeout=1)
    assert [(each.cause, each.error) for each in reply.tries] == [("ok", ""), ("timeout", CUT_SHORT)]
    assert reply.error == "The API did not have a final answer within 1 s."


async def test_a_first_request_that_hangs_ends_it_after_its_own_time() -> None:
    async with peer(nothing) as api:
        reply, _ = await polled(api, Poll(every=0, each=1), timeout=300)
    assert (reply.cause, reply.error) == ("timeout", "The API did not answer within 1 s.")
    assert [each.error for each in reply.tries] == [reply.error]


@pytest.mark.parametrize(
    ("until", "value", "final"),
    [
        (Until("a.b", "equals", "1"), {"a": {"b": 1}}, True),
        (Until("a.b", "equals", "$a"), {"a": {"b": "$a"}}, True),
        (Until("a", "is_set"), {}, False),
        (Until("a", "is_set"), {"a": 0}, True),
        (Until("a", "not_equals", "queued"), {"a": "queued"}, False),
        (Until("left", "less", "1"), {"left": 3}, False),
        (Until("$.rows[?(@.open == true)]", "is_not_set"), {"rows": [{"open": True}]}, False),
    ],
)
def test_conditions_look_at_the_answer(until: Until, value: Any, final: bool) -> None:
    reply = Fetched(at=0, token="1.3", cause="ok", status=200, value=value)
    assert is_final(Poll(until=(until,)), reply, first=True) is final


@pytest.mark.parametrize("cause", ["connect", "timeout", "skipped", "not_sent"])
def test_what_did_not_get_through_ends_nothing_but_at_first(cause: Cause) -> None:
    reply = Fetched(at=0, token="1.3", cause=cause)
    assert [is_final(SOON, reply, first=first) for first in (True, False)] == [True, False]


def test_pauses_grow_up_to_the_longest() -> None:
    poll = Poll(every=10, slower=1.5, longest=60)
    assert [poll.pause(asked, None) for asked in (0, 1, 2, 5, 1000)] == [10, 15, 22.5, 60, 60]
    assert Poll(every=120).pause(0, None) == 120


@pytest.mark.parametrize("then", ["$..*..*", " \u200b$..*..*"])
async def test_a_jsonpath_over_a_short_answer_takes_no_work_in_the_loop(then: str) -> None:
    short = json.dumps([[0] * 600] * 2)

    async def steps(query: str) -> int:
        async with peer(says(as_json(short))) as api:
            with counted() as steps:
                reply, _ = await polled(api, Poll(until=(Until(query, "is_set"),)), take=(("A", query),))
        assert reply.cause == "ok"
        return steps.count

    await steps("[0]")
    assert await steps(then) < 2 * await steps("[0]")
