"""Blocks that ask the caller, as Hypothesis strategies, and every reply that may come to what they ask."""

from typing import Any, get_args

from hypothesis import strategies as st

from ivr.core.call import Waiting
from ivr.core.events import Dialled, DialStatus, Pressed, Recorded, Reply, Spoken
from tests.core.any_value import plain_text
from tests.story.asking import block
from tests.story.flows import Row

_clips = st.sampled_from(["", "a.wav"])
_keys = st.sampled_from("0123456789*#")
_digits = st.text("0123456789*#A", max_size=6) | plain_text
_choices = st.lists(
    st.fixed_dictionaries({"key": _keys, "label": st.sampled_from(["A", "B b", "漢", "!"])}), max_size=4
)
replies = st.fixed_dictionaries(
    {
        "digits": _digits | st.sampled_from(["1", "2", "4242424242424242", "01012025"]),
        "said": plain_text | st.sampled_from(["A", "b B", "one"]),
        "speaks": st.booleans(),
        "status": st.sampled_from(get_args(DialStatus)),
        "url": st.sampled_from(["", "https://api.test/RE1"]),
        "seconds": st.integers(0, 10),
        "hung_up": st.booleans(),
    }
)


def asking_rows(written: st.SearchStrategy[str], ways: st.SearchStrategy[int | None]) -> st.SearchStrategy[Row]:
    """A block whose texts are `written`, wired to `ways`, mistakes of its author included."""
    again = st.lists(st.fixed_dictionaries({"text": written, "clip": _clips}), max_size=2)
    attempts = st.integers(1, 3)

    def made(kind: str, ports: str, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Row]:
        exits = st.fixed_dictionaries(dict.fromkeys(ports.split(), ways))
        return st.builds(
            lambda given, wired: block(kind, {port: to for port, to in wired.items() if to is not None}, **given),
            st.fixed_dictionaries(fields),
            exits,
        )

    return st.one_of(
        made(
            "menu",
            "key_1 key_2 key_star no_input no_match",
            prompt=written,
            clip=_clips,
            choices=_choices,
            attempts=attempts,
            prompts_again=again,
            no_input_words=written,
            speech=st.booleans(),
            interruptible=st.booleans(),
        ),
        made(
            "collect_digits",
            "success no_input invalid",
            prompt=written,
            attempts=attempts,
            confirm=st.booleans(),
            sensitive=st.booleans(),
            accepts=st.sampled_from(["digits", "card", "date", "pattern"]),
            invalid_words=written,
            variable=st.none() | st.sampled_from(["x", "kind", "COLLECT_2"]),
        ),
        made(
            "transfer",
            "answered no_answer busy failed",
            numbers=st.lists(written | st.just("+15550100200"), max_size=3),
            caller_id=written,
            whisper=written,
            keys=written,
            in_turn=st.booleans(),
            message=written,
        ),
        made("record", "recorded nothing", message=written, clip=_clips, beep=st.booleans()),
        made("play_message", "next", message=written, clip=_clips, repeat=st.integers(1, 10)),
    )


def reply(waiting: Waiting, given: dict[str, Any], at: int) -> Reply:
    """What comes back to a question that is open."""
    token = waiting.token
    if waiting.asks == "dial":
        return Dialled(at=at, token=token, status=given["status"], seconds=given["seconds"])
    if waiting.asks == "record":
        return Recorded(at=at, token=token, url=given["url"], seconds=given["seconds"], hung_up=given["hung_up"])
    if given["speaks"]:
        return Spoken(at=at, token=token, text=given["said"])
    return Pressed(at=at, token=token, digits=given["digits"])
