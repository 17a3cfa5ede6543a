"""Whole calls over real sockets. All stories are told at once, for they mostly wait; each test looks at one."""

import asyncio
from collections.abc import Awaitable, Callable
from math import nextafter
from random import Random
from typing import Any

import pytest

from ivr.demo.api import Api
from ivr.demo.script import Script, play
from ivr.demo.world import CALLER
from ivr.emulator import Faults, RestFault
from tests.whole.stage import (
    FOUND,
    GREETING,
    SMS,
    SORRY,
    TEXTED,
    Deeds,
    Patient,
    Stage,
    Told,
    hang_up,
    nothing,
    stage,
)

Story = Callable[[], Awaitable[Any]]
MUSIC, REQUEST = "play", "request"


async def told(api: Api, faults: Faults | None = None, deeds: Deeds = ()) -> tuple[Told, list[str]]:
    """A call, and the texts it led to."""
    async with stage(api, faults) as made:
        return await made.call(deeds=deeds), made.sms()


async def the_demo() -> tuple[dict[str, Any], list[str]]:
    lines: list[str] = []
    slow = Patient()

    def show(line: str) -> None:
        lines.append(line)
        if "♪" in line:
            slow.answers()

    return await play(Script(slow.api), show), lines


async def slow() -> tuple[Told, list[str]]:
    api = Patient()
    return await told(api.api, deeds=((MUSIC, api.answers),))


async def too_slow() -> tuple[Told, list[str]]:
    async with stage(Api(30)) as made:
        await made.publish(timeout=1)
        return await made.call(), made.sms()


async def text_refused() -> tuple[Told, list[str]]:
    async with stage(Api(0)) as made:
        made.world.carrier.refuse_messages(CALLER, 21610)
        return await made.call(), made.sms()


CHANCE = 0.5
"""Of a fault that is let happen, or is not."""
NEARLY_ONE = nextafter(1, 0)
"""The highest chance there is: 1 itself is none, and methods of Random that roll until it fits would roll for ever."""


class AtFirst(Random):
    """Chance that lets a fault strike the first `times` that it can, and never again."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self._left = times

    def random(self) -> float:
        self._left -= 1
        return 0.0 if self._left >= 0 else NEARLY_ONE


class NotForLong(Random):
    """Chance whose faults end after so many rolls, so that what is refused again and again is taken in the end."""

    def __init__(self, seed: int, rolls: int) -> None:
        super().__init__(seed)
        self._left = rolls

    def random(self) -> float:
        self._left -= 1
        return super().random() if self._left >= 0 else NEARLY_ONE


async def first_knock_lost() -> tuple[Told, list[str]]:
    api = Patient()
    async with stage(api.api, Faults(lose_updates=CHANCE, random=AtFirst(1))) as made:
        await made.publish(hold_audio={"type": "file", "file": "hold-slow.wav"})  # nobody waits for its end
        return await made.call(deeds=((MUSIC, api.answers),)), made.sms()


async def busy_carrier() -> tuple[Told, list[str]]:
    api = Patient()
    return await told(api.api, Faults(refuse_requests=CHANCE, random=AtFirst(2)), ((MUSIC, api.answers),))


async def repeated_in_a_bad_moment() -> tuple[Told, list[str]]:
    """The API answers while the request for the page behind the first words is there for the second time."""
    api = Patient()
    second_page_again = ((REQUEST, nothing),) * 3 + ((REQUEST, api.answers),)
    return await told(api.api, Faults(repeat_webhooks=1), second_page_again)


async def hung_up_while_it_is_asked() -> tuple[Told, list[str]]:
    """The news of the end overtakes the answer to the request for the page behind the first words."""
    return await told(Patient().api, Faults(early_status_callbacks=1), (("said", nothing), (REQUEST, hang_up)))


async def flow_changed_meanwhile() -> tuple[Told, Told]:
    async with stage(Api(1.5)) as made:
        calling = asyncio.create_task(made.call())
        await made.greeted()
        await made.publish(response_variables=[])
        return await calling, await made.call("+15550129999")


TWENTY = [f"+155501240{number:02}" for number in range(20)]


async def twenty(made: Stage) -> list[tuple[Told, list[str]]]:
    """Twenty callers at once; each with the texts that they got."""
    calls = await asyncio.gather(*(made.call(caller) for caller in TWENTY))
    return [(call, made.sms(caller)) for call, caller in zip(calls, TWENTY, strict=True)]


async def twenty_in_trouble() -> list[tuple[Told, list[str]]]:
    faults = Faults(
        lose_updates=0.15,
        in_progress_delay=0.5,
        lose_status_callbacks=0.2,
        repeat_status_callbacks=0.5,
        swap_receipts=0.5,
        early_status_callbacks=0.5,
        repeat_webhooks=0.5,
        random=Random(7),
    )
    async with stage(Api(2), faults) as made:
        return await twenty(made)


async def twenty_at_a_busy_carrier() -> list[tuple[Told, list[str]]]:
    """Each text is refused once, and knocks by chance, for a while."""
    chance = Faults(refuse_requests=0.3, random=NotForLong(8, 60))

    def of_knocks(method: str, path: str) -> RestFault | None:
        return chance.of_request(method, path) if "/Calls/" in path else None

    async with stage(Api(2), Faults(on_request=of_knocks, repeat_webhooks=0.3, random=Random(8))) as made:
        for caller in TWENTY:
            made.world.carrier.refuse_messages(caller, 20429, times=1)
        return await twenty(made)


STORIES: dict[str, Story] = {
    "the demo": the_demo,
    "slow": slow,
    "fast": lambda: told(Api(0)),
    "broken": lambda: told(Api(1.3, 500)),
    "too slow": too_slow,
    "hung up": lambda: told(Patient().api, deeds=((MUSIC, hang_up),)),
    "hung up at once": lambda: told(Patient().api, deeds=(("ringing", hang_up),)),
    "text refused": text_refused,
    "first knock lost": first_knock_lost,
    "busy": busy_carrier,
    "flow changed": flow_changed_meanwhile,
    "repeated": lambda: told(Api(1.3), Faults(repeat_webhooks=1, repeat_status_callbacks=1)),
    "repeated in a bad moment": repeated_in_a_bad_moment,
    "early status": hung_up_while_it_is_asked,
    "status lost": lambda: told(Api(0), Faults(lose_status_callbacks=1)),
    "twenty in trouble": twenty_in_trouble,
    "twenty, busy": twenty_at_a_busy_carrier,
}


@pytest.fixture(scope="module")
def stories() -> dict[str, Any]:
    """How each story went: what it tells, or its exception."""

    async def all_at_once() -> list[Any]:
        return await asyncio.gather(*(story() for story in STORIES.values()), return_exceptions=True)

    return dict(zip(STORIES, asyncio.run(all_at_once()), strict=True))


@pytest.fixture
def of(stories: dict[str, Any]) -> Callable[[str], Any]:
    """A story by its name."""

    def find(name: str) -> Any:
        if isinstance(stories[name], BaseException):
            raise stories[name]
        return stories[name]

    return find


Of = Callable[[str], Any]


def test_the_demo_sums_the_call_up(of: Of) -> None:
    summary, lines = of("the demo")
    assert (summary["ended"], summary["port"], summary["statuscode"]) == ("completed", "success", 200)
    assert summary["heard"] == [GREETING, "♪ hold audio", FOUND, TEXTED], "the knock comes before the music does again"
    assert summary["sms"] == [{"to": CALLER, "body": SMS}]
    assert summary["variables"]["AppointmentDate"] == "Tuesday, March 3 at 2:30 PM"
    assert summary["variables"]["Doctor"] == "Doctor Okafor"
    assert summary["request_at"] < summary["hold_started_at"] < summary["answer_at"] < summary["moved_on_at"]
    assert not summary["cancelled"]
    assert any(line.endswith("♪ Hold music: hold.wav") for line in lines)


def test_a_slow_api_is_waited_for_with_music(of: Of) -> None:
    call, sms = of("slow")
    assert (call.status, call.port, call.cause, call.over) == ("completed", "success", "ok", True)
    assert call.held
    assert call.words == [GREETING, FOUND, TEXTED]
    assert sms == [SMS]
    assert call.troubles == []


def test_a_fast_api_needs_no_music(of: Of) -> None:
    call, sms = of("fast")
    assert (call.status, call.words, call.held) == ("completed", [GREETING, FOUND, TEXTED], False)
    assert sms == [SMS]


def test_an_error_of_the_api_is_a_failure(of: Of) -> None:
    call, sms = of("broken")
    assert (call.port, call.cause, call.words, sms) == ("failure", "status", [GREETING, SORRY], [])
    assert call.status == "completed"


def test_an_api_that_is_too_slow_is_a_failure(of: Of) -> None:
    call, sms = of("too slow")
    assert (call.port, call.cause, call.words, sms) == ("failure", "timeout", [GREETING, SORRY], [])
    assert call.status == "completed"


@pytest.mark.parametrize("name", ["hung up", "early status"])
def test_who_hangs_up_while_waiting_takes_the_request_along(of: Of, name: str) -> None:
    call, sms = of(name)
    assert (call.words, sms, call.over) == ([GREETING], [], True)
    assert call.traced("cancelled", 3)
    assert not call.traced("left", 3)


def test_who_hangs_up_at_the_first_ring_leaves_nothing_behind(of: Of) -> None:
    call, sms = of("hung up at once")
    assert (call.words, sms, call.over) == ([], [], True)


def test_a_text_that_is_refused_leaves_by_the_other_port(of: Of) -> None:
    call, sms = of("text refused")
    assert (call.words, sms) == ([GREETING, FOUND], [])
    assert call.traced("left", 5) == [{"port": "failure"}]
    assert "STOP" in call.traced("set", 5)[0]["SMS_5.error"]


def stopped_by(call: Told) -> list[object]:
    """What ended sounds before their time."""
    return [one.detail["by"] for one in call.call.happenings if one.kind == "stopped"]


def test_a_knock_that_gets_lost_is_repeated(of: Of) -> None:
    call, sms = of("first knock lost")
    assert (call.status, call.words, sms) == ("completed", [GREETING, FOUND, TEXTED], [SMS])
    assert stopped_by(call) == ["update"]


def test_a_carrier_that_is_busy_is_asked_again(of: Of) -> None:
    call, sms = of("busy")
    assert call.status == "completed"
    assert stopped_by(call) == ["update"]
    assert call.words[:2] == [GREETING, FOUND]
    assert len(sms) == (TEXTED in call.words)


def test_a_call_keeps_the_flow_it_began_with(of: Of) -> None:
    before, after = of("flow changed")
    assert before.words == [GREETING, FOUND, TEXTED]
    assert after.words == [GREETING, "You see on .", TEXTED]


def test_a_request_that_comes_twice_changes_nothing(of: Of) -> None:
    call, sms = of("repeated")
    assert (call.words, sms) == ([GREETING, FOUND, TEXTED], [SMS])
    assert len(call.traced("asked", 3)) == len(call.traced("asked", 5)) == 1


def test_a_request_that_comes_twice_does_not_swallow_the_words(of: Of) -> None:
    """The second request is not the caller's: its answer is heard by nobody, who waits on with music. A knock brings
    them; if the words were gone with that answer, only the end of the music would."""
    call, _ = of("repeated in a bad moment")
    assert (call.status, call.words) == ("completed", [GREETING, FOUND, TEXTED])
    assert "updated" in [one.kind for one in call.call.happenings]


def test_a_call_ends_well_even_if_nobody_says_so(of: Of) -> None:
    call, sms = of("status lost")
    assert (call.status, call.words, sms) == ("completed", [GREETING, FOUND, TEXTED], [SMS])


def test_twenty_callers_in_trouble_hear_every_word_once_and_get_one_text_each(of: Of) -> None:
    for call, sms in of("twenty in trouble"):
        assert call.words == [GREETING, FOUND, TEXTED]
        assert sms == [SMS]
        assert call.status == "completed"


def test_twenty_callers_at_a_busy_carrier_hear_the_truth(of: Of) -> None:
    for call, sms in of("twenty, busy"):
        assert call.words in ([GREETING, FOUND, TEXTED], [GREETING, FOUND])
        assert sms == [SMS] * (TEXTED in call.words)
        assert call.status == "completed"


def test_a_text_that_a_busy_carrier_did_not_take_is_sent_again(of: Of) -> None:
    """Too many requests at once: nothing was done, so it is safe to repeat. The carrier recovers in time."""
    assert [len(sms) for _, sms in of("twenty, busy")] == [1] * 20
