"""Whole calls over real sockets in which something happens while the caller waits. All stories are told at once."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from ivr.demo.api import Api
from ivr.demo.world import CALLER, NUMBER
from ivr.emulator import Faults
from ivr.flow.model import Flow
from tests.story.flows import asks, drawn, ends, says, starts, takes, texts
from tests.whole.stage import PATIENCE, Deed, Patient, Stage, Told, act, hang_up, nothing, press, say, stage
from tests.whole.test_whole_talking import settled

LATER = {"when_caller_hangs_up": "go on", "while_waiting": [{"key": "1", "label": "Text me", "then": "go on"}]}
KEYS = [
    {"key": "1", "label": "Text me", "then": "cancel"},
    {"key": "2", "label": "How long", "then": "wait", "says": "A minute."},
]
SAID = [{**KEYS[0], "words": ["by text"]}, KEYS[1]]
LATE = "This takes longer than usual."
SOFT = {"soft_limit": 4, "soft_limit_line": LATE, "while_waiting": [{**SAID[0], "late": True}], "hold_delay": 0}
TAKES = takes(AppointmentDate="DateText")
FOUND = "Found: Tuesday, March 3 at 2:30 PM"
ASKED = "You asked for a text."
REPEATED = Faults(repeat_webhooks=1, repeat_status_callbacks=1)


def flow(made: Stage, **fields: Any) -> Flow:
    url = f"{made.api_address}/appointments?phone=$ANI"
    web_call = asks(
        4, 5, **{"url": url, "play_hold_music": True, "while_waiting": KEYS, "response_variables": TAKES, **fields}
    )
    web_call["exits"]["key_1"] = 6
    return drawn(
        starts(),
        says("One moment.", 3),
        web_call,
        texts("Found: $AppointmentDate", 10, 10),
        says("Sorry.", 8),
        texts(ASKED, 7, 7),
        says("We text you.", 8),
        says("Goodbye.", 9),
        ends(),
        says("Here it is.", 8),
    )


Sum = tuple[Told, list[str]]


async def told(
    api: Api | Patient, *deeds: tuple[str, Deed], faults: Faults | None = None, sms: int = 0, **fields: Any
) -> Sum:
    """A call, and the texts that it led to. A patient API that has not answered by then does so when the server knows
    that the caller is gone."""
    async with stage(api.api if isinstance(api, Patient) else api, faults) as made:
        drawn_flow = flow(made, **fields)
        flows = made.world.server.store.flows
        await flows.save_draft(drawn_flow.model_dump(mode="json"))
        await flows.publish(drawn_flow.id)
        await flows.assign(NUMBER, drawn_flow.id)
        call = made.world.carrier.ring(from_=CALLER, to=NUMBER)
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(call.ended(), act(call, deeds))
            await made.heard_of(call)
            if isinstance(api, Patient):
                api.answers()
            await settled(made, call, 0)
            await texted(made, sms)
        return Told(call, await made.world.server.store.calls.trace(call.sid), over=True), made.sms()


async def once(kinds: tuple[str, ...], *deeds: tuple[str, Deed], **how: Any) -> Sum:
    """A call in which the API answers when these things have happened, one after the other, behind the deeds."""
    api = Patient()
    behind = (*((kind, nothing) for kind in kinds[:-1]), (kinds[-1], api.answers))
    return await told(api, *deeds, *behind, **how)


async def texted(made: Stage, sms: int) -> None:
    """Wait for so many texts: they may be sent when the call is long over."""
    carrier = made.world.carrier
    while len(carrier.messages) < sms:
        await asyncio.sleep(0.05)
        await made.world.server.store.calls.load("")


STORIES: dict[str, Callable[[], Awaitable[Sum]]] = {
    "a key in the music": lambda: told(Api(30), ("play", press("1"))),
    "a key in the words before": lambda: told(Api(30), ("say", press("1"))),
    "a key that only speaks": lambda: once(("say", "play"), ("play", press("2"))),
    "a key, repeated": lambda: told(Api(30), ("play", press("2")), ("play", press("1")), faults=REPEATED),
    "words in the music": lambda: told(Api(30), ("play", say("Oh, by text then.")), while_waiting=SAID),
    "words that mean none": lambda: once(("play",), ("play", say("What?")), while_waiting=SAID),
    "a key before the soft limit": lambda: once(("say",), ("play", press("1")), **SOFT),
    "a key behind the soft limit": lambda: told(Api(30), ("say", press("1")), ("say", press("1")), **SOFT),
    "words behind it, repeated": lambda: told(
        Api(30), ("say", press("1")), ("say", say("Text me.")), faults=REPEATED, **SOFT
    ),
    "no key": lambda: told(Api(3)),
    "no key, repeated": lambda: told(Api(3), faults=REPEATED),
    "hung up": lambda: told(Api(30), ("play", hang_up)),
    "hung up, and texted": lambda: told(Patient(), ("play", hang_up), sms=1, **LATER),
    "asked to be texted": lambda: told(Patient(), ("play", press("1")), sms=2, faults=REPEATED, **LATER),
}


@pytest.fixture(scope="module")
def stories() -> dict[str, Any]:
    """How each story went: what it tells, or its exception."""

    async def all_at_once() -> list[Any]:
        return await asyncio.gather(*(story() for story in STORIES.values()), return_exceptions=True)

    return dict(zip(STORIES, asyncio.run(all_at_once()), strict=True))


@pytest.mark.parametrize(
    ("name", "words", "texted"),
    [
        ("a key in the music", ["One moment.", "We text you.", "Goodbye."], [ASKED]),
        ("a key in the words before", ["One moment.", "We text you.", "Goodbye."], [ASKED]),
        ("a key that only speaks", ["One moment.", "A minute.", "Here it is.", "Goodbye."], [FOUND]),
        ("a key, repeated", ["One moment.", "A minute.", "We text you.", "Goodbye."], [ASKED]),
        ("words in the music", ["One moment.", "We text you.", "Goodbye."], [ASKED]),
        ("words that mean none", ["One moment.", "Here it is.", "Goodbye."], [FOUND]),
        ("a key before the soft limit", ["One moment.", LATE, "Here it is.", "Goodbye."], [FOUND]),
        ("a key behind the soft limit", ["One moment.", LATE, "We text you.", "Goodbye."], [ASKED]),
        ("words behind it, repeated", ["One moment.", LATE, "We text you.", "Goodbye."], [ASKED]),
        ("no key", ["One moment.", "Here it is.", "Goodbye."], [FOUND]),
        ("no key, repeated", ["One moment.", "Here it is.", "Goodbye."], [FOUND]),
        ("hung up", ["One moment."], []),
        ("hung up, and texted", ["One moment."], [FOUND]),
        ("asked to be texted", ["One moment.", "We text you.", "Goodbye."], [ASKED, FOUND]),
    ],
)
def test_each_word_is_heard_once(stories: dict[str, Any], name: str, words: list[str], texted: list[str]) -> None:
    if isinstance(stories[name], BaseException):
        raise stories[name]
    call, sms = stories[name]
    assert (call.words, sms, call.troubles) == (words, texted, [])
