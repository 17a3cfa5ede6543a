"""Clips that blocks play before they ask stay in the library for as long as a flow plays them."""

from typing import Any

import pytest

from ivr.store import Clip, ClipInUse, Store
from tests.story.asking import block
from tests.story.flows import drawn, starts

CHOICES = [{"key": "1", "label": "A"}]
PLAYED: list[tuple[str, dict[str, Any]]] = [
    ("play_message", {"clip": "hello.wav"}),
    ("menu", {"prompt": "Press 1.", "choices": CHOICES, "attempts": 2, "prompts_again": [{"clip": "hello.wav"}]}),
    ("collect_digits", {"clip": "hello.wav"}),
    ("transfer", {"numbers": ["$ANI"], "whisper_clip": "hello.wav"}),
    ("record", {"clip": "hello.wav"}),
]


@pytest.mark.parametrize(("kind", "fields"), PLAYED)
async def test_a_clip_of_a_prompt_can_t_be_removed(store: Store, kind: str, fields: dict[str, Any]) -> None:
    await store.audio.add(Clip("hello.wav", 1000, "hello.mp3", b"RIFF"))
    await store.flows.save_draft(drawn(starts(2), block(kind, {}, **fields)).model_dump(mode="json"))
    with pytest.raises(ClipInUse, match=r"a-flow \(draft\)"):
        await store.audio.remove("hello.wav")
