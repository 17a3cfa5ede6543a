"""Spoken markup while a caller waits: its tags take no time."""

import pytest

from ivr.core.effects import Pause, Say
from tests.runtime.conftest import NewWorld
from tests.story.flows import asks, drawn, ends, says, starts

WORDS = "Please hold now"
MARKED = f'<prosody rate="slow"><emphasis level="strong">{WORDS}</emphasis></prosody>'


@pytest.mark.parametrize("text", [WORDS, MARKED])
async def test_as_many_rounds_as_without_tags(new_world: NewWorld, text: str) -> None:
    audio = {"type": "speech", "text": text, "pause": 8}
    row = asks(4, 4, play_hold_music=True, hold_audio=audio)
    world = new_world(drawn(starts(2), says("One moment.", 3), row, ends()))
    page = await world.held()
    said = [(verb.text, verb.markup) for verb in page.verbs if isinstance(verb, Say)]
    assert said == [(text, text is MARKED)] * 5
    assert page.verbs[1::2] == (Pause(8),) * 5
