"""The scenes of `ivr demo`, over real sockets, by a hurried carrier. All are played at once."""

import asyncio
from typing import Any, NamedTuple

import pytest

from ivr.demo.api import ORDER, PRICE
from ivr.demo.scenes import SCENES, Deed, Scene
from ivr.demo.script import Script, play
from ivr.demo.world import API_ADDRESS, demo_flow
from ivr.flow.check import check
from tests.whole.stage import HURRY, PATIENCE, Patient

SORRY = "We are sorry, that did not work. Please call again later."
TEXT_ME = SCENES["text-me"]


class Story(NamedTuple):
    """A scene, and how its API behaves: it answers at once, or once the timeline has told of this."""

    scene: Scene
    status: int = 200
    answers_at: str = ""


STORIES = {
    "wait": Story(SCENES["wait"], answers_at="♪"),
    "text-me": Story(TEXT_ME, answers_at="The flow has ended the call."),
    "text-me, hung up": Story(TEXT_ME._replace(deed=Deed("One moment.")), answers_at="hung up"),
    "parallel": Story(SCENES["parallel"], answers_at="♪"),
    "parallel, failed": Story(SCENES["parallel"], 500),
    "callback": Story(SCENES["callback"], answers_at="♪"),
    "callback, failed": Story(SCENES["callback"], 503),
}
Told = tuple[dict[str, Any], list[str]]


@pytest.fixture(scope="module")
def stories() -> dict[str, Told]:
    """What each scene tells: its sum, and its lines."""

    async def one(story: Story) -> Told:
        api, lines = Patient(), list[str]()

        def show(line: str) -> None:
            lines.append(line)
            if story.answers_at in line:
                api.answers()

        behaves = api.api._replace(status=story.status)
        return await play(Script(behaves, scene=story.scene, timing=HURRY), show), lines

    async def all_at_once() -> list[Told]:
        async with asyncio.timeout(PATIENCE):
            return await asyncio.gather(*map(one, STORIES.values()))

    return dict(zip(STORIES, asyncio.run(all_at_once()), strict=True))


@pytest.mark.parametrize(
    ("name", "port", "last", "texts"),
    [
        ("wait", "success", "We have sent you a text. Goodbye.", 1),
        ("text-me", "key_1", "Goodbye.", 1),
        ("text-me, hung up", "success", "One moment.", 1),
        ("parallel", "started", f"Hello Alex Caller. Your order is {ORDER['state']}. Goodbye.", 0),
        ("parallel, failed", "started", SORRY, 0),
        ("callback", "success", f"It costs {PRICE['price']}. Goodbye.", 0),
        ("callback, failed", "failure", "We are sorry, we have no price right now. Please call again later.", 0),
    ],
)
def test_each_scene_goes_as_it_says(stories: dict[str, Told], name: str, port: str, last: str, texts: int) -> None:
    told, _ = stories[name]
    words = [each for each in told["heard"] if each != "♪ hold audio"]
    assert (told["ended"], told["port"], words[-1], len(told["sms"])) == ("completed", port, last, texts)


def test_the_answer_finds_the_caller_who_left(stories: dict[str, Told]) -> None:
    told, lines = stories["text-me"]
    assert told["sms"][0]["body"] == f"Your order is {ORDER['state']}."
    over = next(index for index, line in enumerate(lines) if "The flow has ended the call." in line)
    assert any("✉ SMS" in line for line in lines[over:])
    assert any("← Pressed 1" in line for line in lines[:over])


def test_both_look_ups_begin_before_either_answer(stories: dict[str, Told]) -> None:
    _, lines = stories["parallel"]
    asked = [index for index, line in enumerate(lines) if "→ GET" in line]
    answered = [index for index, line in enumerate(lines) if "200 OK" in line]
    assert len(asked) == len(answered) == 2
    assert max(asked) < min(answered)
    assert any("♪ Hold music" in line for line in lines)


def test_the_answer_that_is_posted_back_is_waited_for(stories: dict[str, Told]) -> None:
    told, lines = stories["callback"]
    (taken,) = [index for index, line in enumerate(lines) if "202 Accepted" in line]
    assert any("♪ Hold music" in line for line in lines[taken:])
    assert told["variables"]["Price"] == PRICE["price"]
    assert not any("resume/" in line and "•••" not in line for line in lines)


@pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES)
def test_their_flows_have_no_mistakes(scene: Any) -> None:
    assert check(demo_flow(API_ADDRESS, scene.flow)) == []
