"""Test calls as the board sees them: what happens in them, and what can be done to them."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Protocol

from msgspec import Struct

from ivr.core.events import Cause
from ivr.flow.model import Flow
from ivr.flow.narration import CallEvent
from ivr.web.feed import Feed


class Pinned(Struct, frozen=True):
    """What the API of a block answers, without being asked: after so many seconds a status and a body, or a failure
    with its cause."""

    after: float = 0.0
    status: int = 200
    body: str = ""
    content_type: str = "application/json"
    fails: Cause | None = None


class Setting(Struct, frozen=True):
    """Who calls, the variables that are known before the call begins, and the block it starts at; 0 is where calls
    start. `holder` is the session that it belongs to: each has its limits; empty: none. `mocked`: no web call is made,
    each is answered by 200 and `{}`, but those of blocks in `answers`, which get what is pinned to them."""

    caller: str
    values: Mapping[str, str] = {}
    start: int = 0
    holder: str = ""
    mocked: bool = False
    answers: Mapping[int, Pinned] = {}


class NoStart(ValueError):
    """The flow has no block at which a call could start, or not the one it is to start at."""


class TooMany(RuntimeError):
    """So many test calls are under way, or were begun just now, that there can't be another one."""


class TestCall(Protocol):
    """A test call. What is done to it after its end does nothing."""

    feed: Feed[CallEvent]

    def press(self, digits: str) -> None: ...

    def speak(self, words: str) -> None: ...

    def text(self, words: str) -> None:
        """Text the flow: from whoever it asked last by text, else from the caller."""
        ...

    def hang_up(self) -> None: ...

    def attended(self) -> AbstractContextManager[None]:
        """A listener, for the length of the context. A call without listeners is hung up after a while."""
        ...


class TestCalls(Protocol):
    """The test calls of this server."""

    async def begin(self, flow: Flow, setting: Setting) -> str:
        """Call a flow; the call's id. Raises NoStart and TooMany."""
        ...

    def find(self, call_id: str) -> TestCall | None:
        """A call under way, or that has ended not long ago."""
        ...
