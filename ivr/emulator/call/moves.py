"""Where a call goes next."""

from dataclasses import dataclass
from typing import Literal

from ivr.emulator.wire.http import Pairs

Status = Literal["queued", "ringing", "in-progress", "completed", "busy", "no-answer", "failed", "canceled"]
By = Literal["end", "digit", "update", "hangup", "limit", "close"]


@dataclass(frozen=True, slots=True)
class Goto:
    """Ask this URL for the next document; `params` come in addition to those of the call."""

    url: str
    method: str = "POST"
    params: Pairs = ()


@dataclass(frozen=True, slots=True)
class Inline:
    """Perform a document that came without a URL."""

    twiml: str


@dataclass(frozen=True, slots=True)
class End:
    """The call is over. `status` None means: completed if it was answered, else no-answer (busy if we called)."""

    by: By = "end"
    status: Status | None = None


Move = Goto | Inline | End
