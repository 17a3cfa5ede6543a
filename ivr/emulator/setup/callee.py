"""People the account can call."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Callee:
    """A person who can be called: what they do when it rings, after how many seconds, and how long they talk.

    `failed`: the number can't be reached at all.
    """

    does: Literal["answer", "busy", "no-answer", "failed"] = "answer"
    after: float = 3.0
    talks: float = 30.0
