"""What makes an answer or a request unusable. Each error is a sentence for people."""

from ivr.core.events import Cause


class Unreadable(ValueError):
    """The answer is not what it says it is."""


class Unsendable(ValueError):
    """The request can't be sent as it is."""

    def __init__(self, sentence: str, cause: Cause = "unsendable") -> None:
        super().__init__(sentence)
        self.cause: Cause = cause
