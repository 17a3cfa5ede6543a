"""Records over loopback by the official client: redacted, canceled, deleted, and found again by filters."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from ivr.emulator import Faults, Timing
from tests.emulator.served import QUICK, Served, refusal, served
from tests.emulator.world import CALLER, LINE

FRIEND = "+15551110000"
TIMING = Timing(message_sent_after=0, message_delivered_after=0, status_callback_after=0, answer_visible_after=0)
NOT_FOUND = (404, 20404)


@pytest.fixture
async def at() -> AsyncIterator[Served]:
    """A served carrier that delivers at once."""
    async with served(TIMING) as made:
        yield made


async def sent(at: Served, **form: object) -> str:
    """The sid of a message that has arrived."""
    message = await at.ask(
        lambda client: client.messages.create(**({"to": CALLER, "from_": LINE, "body": "hi"} | form))
    )
    await at.carrier.idle()
    return str(message.sid)


async def test_a_message_is_redacted(at: Served) -> None:
    sid = await sent(at, body="my card is 4111")
    redacted = await at.ask(lambda client: client.messages(sid).update(body=""))
    found = await at.ask(lambda client: client.messages(sid).fetch())
    listed = await at.ask(lambda client: client.messages.list())
    assert [one.body for one in (redacted, found, *listed)] == ["", "", ""]
    assert (found.status, found.to, found.num_media) == ("delivered", CALLER, "0")


async def test_a_received_message_is_redacted_and_deleted(at: Served) -> None:
    sid = at.carrier.text(CALLER, LINE, "my card is 4111").sid
    assert (await at.ask(lambda client: client.messages(sid).update(body=""))).direction == "inbound"
    assert await at.ask(lambda client: client.messages(sid).delete())
    assert await refusal(at, lambda client: client.messages(sid).fetch()) == NOT_FOUND


async def test_a_message_is_deleted(at: Served) -> None:
    sid, other = await sent(at), await sent(at)
    answer = await at.raw("DELETE", f"Messages/{sid}.json")
    assert (answer.status, "Content-Type" in answer.headers) == (204, False)
    for question in (
        lambda client: client.messages(sid).fetch(),
        lambda client: client.messages(sid).delete(),
        lambda client: client.messages(sid).update(body=""),
    ):
        assert await refusal(at, question) == NOT_FOUND
    assert [one.sid for one in await at.ask(lambda client: client.messages.list())] == [other]


async def test_a_deleted_message_is_delivered_all_the_same(at: Served) -> None:
    at.carrier.exchange.timing = Timing(message_sent_after=0.2, message_delivered_after=0)
    form = {"to": CALLER, "from_": LINE, "body": "hi", "status_callback": at.url("/sms")}
    message = await at.ask(lambda client: client.messages.create(**form))
    assert await at.ask(lambda client: client.messages(message.sid).delete())
    await at.carrier.idle()
    reports = [one for one in at.webhooks if one.path == "/sms"]
    assert {one.fields["MessageStatus"] for one in reports} == {"sent", "delivered"}
    assert all(one.signed for one in reports)
    assert at.carrier.messages == []


async def test_redacting_does_not_stop_what_is_on_its_way(at: Served) -> None:
    at.carrier.exchange.timing = Timing(message_sent_after=0.2, message_delivered_after=0)
    message = await at.ask(lambda client: client.messages.create(to=CALLER, from_=LINE, body="hi"))
    await at.ask(lambda client: client.messages(message.sid).update(body=""))
    await at.carrier.idle()
    found = await at.ask(lambda client: client.messages(message.sid).fetch())
    assert (found.status, found.body) == ("delivered", "")


async def test_a_message_on_its_way_can_be_locked(at: Served) -> None:
    at.carrier.exchange.timing = Timing(message_sent_after=3600)
    at.carrier.faults = Faults(refuse_early_deletes=1)
    message = await at.ask(lambda client: client.messages.create(to=CALLER, from_=LINE, body="hi"))
    assert await refusal(at, lambda client: client.messages(message.sid).delete()) == (409, 20009)
    assert await refusal(at, lambda client: client.messages(message.sid).update(body="")) == (409, 20009)
    at.carrier.faults = Faults()
    assert await at.ask(lambda client: client.messages(message.sid).delete())


UPDATES = [{}, {"Body": "other"}, {"Status": "sent"}, {"Body": "", "Status": "canceled"}, {"To": CALLER}]


@pytest.mark.parametrize("form", UPDATES)
async def test_updates_that_mean_nothing(at: Served, form: dict[str, str]) -> None:
    sid = await sent(at)
    answer = await at.raw("POST", f"Messages/{sid}.json", data=form)
    assert (answer.status, (await answer.json())["code"]) == (400, 30400)
    assert (await at.ask(lambda client: client.messages(sid).fetch())).body == "hi"


def scheduled(seconds: float) -> dict[str, object]:
    """The fields of a message that is sent later."""
    moment = datetime.now(UTC) + timedelta(seconds=seconds)
    return {"send_at": moment, "schedule_type": "fixed", "messaging_service_sid": "MG" + "0" * 32}


async def test_a_scheduled_message_is_canceled(at: Served) -> None:
    form = {"to": CALLER, "body": "hi", "status_callback": at.url("/sms"), **scheduled(3600)}
    message = await at.ask(lambda client: client.messages.create(**form))
    assert (message.status, message.date_sent) == ("scheduled", None)
    canceled = await at.ask(lambda client: client.messages(message.sid).update(status="canceled"))
    assert canceled.status == "canceled"
    assert await refusal(at, lambda client: client.messages(message.sid).update(status="canceled")) == (400, 30409)
    while not at.webhooks:
        await at.ask(lambda client: client.messages(message.sid).fetch())
    assert [one.fields["MessageStatus"] for one in at.webhooks] == ["canceled"]


async def test_a_message_that_was_sent_is_not_canceled(at: Served) -> None:
    sid = await sent(at)
    assert await refusal(at, lambda client: client.messages(sid).update(status="canceled")) == (400, 30409)


SCHEDULES = [
    ({"send_at": "2031-01-01T00:00:00Z"}, 35114),
    ({"send_at": "next week"}, 35114),
    (scheduled(60), 35114),
    ({"send_at": ""}, 35111),
    ({"messaging_service_sid": ""}, 35118),
]


@pytest.mark.parametrize(("change", "code"), SCHEDULES)
async def test_schedules_that_are_refused(at: Served, change: dict[str, object], code: int) -> None:
    form = {"to": CALLER, "from_": LINE, "body": "hi", **scheduled(3600), **change}
    assert await refusal(at, lambda client: client.messages.create(**form)) == (400, code)


async def test_messages_are_found_by_party_and_time(at: Served) -> None:
    """What a server asks after an accident: did my message get through?"""
    before = datetime.now(UTC) - timedelta(seconds=2)
    to_caller, to_friend = await sent(at), await sent(at, to=FRIEND)
    from_caller = at.carrier.text(CALLER, LINE, "hello").sid
    after = datetime.now(UTC) + timedelta(seconds=2)

    async def found(**filters: object) -> list[str]:
        return [str(one.sid) for one in await at.ask(lambda client: client.messages.list(page_size=1, **filters))]

    everything = [from_caller, to_friend, to_caller]
    assert await found() == everything
    assert await found(to=FRIEND) == [to_friend]
    assert await found(from_=LINE) == [to_friend, to_caller]
    assert await found(from_=LINE, to=CALLER, date_sent_after=before) == [to_caller]
    assert await found(date_sent_after=before, date_sent_before=after) == everything
    assert await found(date_sent_after=after) == await found(date_sent_before=before) == []
    assert await found(date_sent=before.date()) + await found(date_sent=after.date()) in (everything, everything * 2)
    assert await found(date_sent=before.date() - timedelta(days=1)) == []


async def test_dates_are_read_as_dates_and_as_times(at: Served) -> None:
    await sent(at)
    today, tomorrow = datetime.now(UTC).date(), datetime.now(UTC).date() + timedelta(days=1)
    counts = {}
    for query in (f"DateSent>={today}", f"DateSent>={tomorrow}", f"DateSent<={today}", f"DateSent<={tomorrow}"):
        counts[query] = len((await (await at.raw("GET", f"Messages.json?{query}")).json())["messages"])
    assert list(counts.values()) == [1, 0, 0, 1]
    answer = await at.raw("GET", "Messages.json?DateSent%3E=yesterday")
    assert (answer.status, (await answer.json())["code"]) == (400, 20001)


async def ended_call(at: Served) -> str:
    """The sid of a call that is over."""
    at.pages["/voice"] = "<Hangup/>"
    call = at.carrier.ring(CALLER, LINE)
    await call.ended()
    return call.sid


async def test_a_call_is_deleted_once_it_is_over(at: Served) -> None:
    call = at.carrier.ring(CALLER, LINE)
    assert await refusal(at, lambda client: client.calls(call.sid).delete()) == (409, 20009)
    call.hang_up()
    await call.ended()
    assert await at.ask(lambda client: client.calls(call.sid).delete())
    assert await refusal(at, lambda client: client.calls(call.sid).fetch()) == NOT_FOUND
    assert await refusal(at, lambda client: client.calls(call.sid).delete()) == NOT_FOUND
    assert await refusal(at, lambda client: client.calls(call.sid).update(status="completed")) == NOT_FOUND


async def test_calls_are_found_by_status_party_and_time(at: Served) -> None:
    before = datetime.now(UTC) - timedelta(seconds=2)
    over = await ended_call(at)
    at.pages["/voice"] = "<Play>/hold.wav</Play>"
    live = at.carrier.ring(FRIEND, LINE)
    async for happening in live.follow():
        if happening.kind == "play":
            break
    after = datetime.now(UTC) + timedelta(seconds=2)

    async def found(**filters: object) -> list[str]:
        return [str(one.sid) for one in await at.ask(lambda client: client.calls.list(page_size=1, **filters))]

    assert await found() == [live.sid, over]
    assert await found(status="completed") == await found(from_=CALLER) == [over]
    assert await found(status="in-progress", to=LINE) == [live.sid]
    assert await found(start_time_after=before, start_time_before=after) == [live.sid, over]
    assert await found(start_time_after=after) == []
    assert await found(end_time_after=before) == [over]
    assert await found(parent_call_sid="CA" + "0" * 32) == []


async def test_a_ringing_call_is_canceled(at: Served) -> None:
    at.carrier.exchange.timing = QUICK
    at.pages["/voice"] = '<Pause length="60"/>'
    call = at.carrier.ring(CALLER, LINE)
    async for happening in call.follow():
        if happening.kind == "pause":
            break
    await at.ask(lambda client: client.calls(call.sid).update(status="canceled"))
    await call.ended()
    assert (await at.ask(lambda client: client.calls(call.sid).fetch())).status == "canceled"
    assert await refusal(at, lambda client: client.calls(call.sid).update(status="canceled")) == (400, 21220)


VERBS = [
    ("PUT", "Calls.json"),
    ("DELETE", "Calls.json"),
    ("DELETE", "Messages.json"),
    ("PATCH", "Messages/SM0.json"),
    ("PUT", "Calls/CA0.json"),
    ("DELETE", "IncomingPhoneNumbers.json"),
]


@pytest.mark.parametrize(("method", "path"), VERBS)
async def test_methods_that_a_resource_does_not_have(at: Served, method: str, path: str) -> None:
    answer = await at.raw(method, path)
    assert (answer.status, (await answer.json())["code"]) == (405, 20004)
    assert "GET" in answer.headers["Allow"]
