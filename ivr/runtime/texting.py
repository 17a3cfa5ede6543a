"""What sending texts needs of the world: a carrier to hand them to, and a note of how far each has come.

A text is `queued` with the turn that sends it, `sending` from the moment it may reach the carrier, and done when its
reply is saved. A process that dies leaves it in one of the first two: what is queued was never sent, so it is sent;
what was being sent may have left or not, so the carrier is asked before the flow goes on.
"""

from collections.abc import Sequence
from typing import Literal, Protocol

from msgspec import Struct

from ivr.core.effects import Text
from ivr.runtime.ports import Message, RunningJob


class TakenOver(Exception):
    """Another process runs this job now: there is nothing to do, and nothing to say about it."""


class NotBegun(Exception):
    """An error of ours came before the text was handed over: it surely was not sent."""


class Handed(Struct, frozen=True):
    """What the carrier made of a text.

    `taken`: it has it, and calls it `sid`. `refused`: it does not take it, and `error` and `code` say why. `again`: it
    surely has not taken it yet, and may be asked again `after` so many seconds. `unknown`: it may have taken it.
    """

    outcome: Literal["taken", "refused", "again", "unknown"]
    sid: str = ""
    error: str = ""
    code: str = ""
    after: float = 0.0


class TextCarrier(Protocol):
    """Whom texts are handed to."""

    async def send(self, call_id: str, token: str, text: Text, sender: str) -> Handed:
        """Hand it over, once."""
        ...

    async def look_alikes(self, text: Text, sender: str, since: int) -> Sequence[str] | None:
        """The carrier's ids of texts with this recipient, sender and body that it took since then, in milliseconds.
        None when it could not be asked."""
        ...


class Outbox(Protocol):
    """How far each text has come. Every method raises StoreError when that can't be read or written."""

    async def begin(self, running: RunningJob) -> bool:
        """Note, durably, that the text may reach the carrier from now on. False: another process has the job."""
        ...

    async def set_aside(self, running: RunningJob) -> None:
        """Note that the carrier surely has not taken it yet."""
        ...

    async def sid_of(self, call_id: str, token: str) -> str | None:
        """What the carrier calls the text of this job, as far as that is known."""
        ...

    async def is_claimed(self, sid: str) -> bool:
        """Whether it is known which job this message is the text of."""
        ...

    async def claim(self, call_id: str, message: Message, now: int) -> bool:
        """Note that this message is the text of this job. False: it is the text of another one."""
        ...
