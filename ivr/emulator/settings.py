"""How the emulated carrier behaves: its pace, its faults, the people it can reach, its numbers."""

from dataclasses import dataclass, field
from random import Random
from typing import Literal


@dataclass(frozen=True, slots=True)
class Timing:
    """How long things take. All in seconds unless said otherwise."""

    answer_visible_after: float = 0.1
    """From answering until the REST API shows `in-progress` and accepts updates."""
    update_after: float = 0.3
    """From an accepted update to the request of its target; twice that when a Dial is interrupted."""
    speech_chars_per_second: float = 15.0
    play_default: float = 5.0
    """Length of a clip whose length cannot be read from its header."""
    caller_talks: float = 3.0
    """How long the caller speaks into a Record before falling silent."""
    call_limit: float = 4 * 3600.0
    status_callback_after: float = 0.1
    message_sent_after: float = 0.2
    message_delivered_after: float = 1.0


@dataclass(frozen=True, slots=True)
class Faults:
    """What goes wrong, each as a probability from 0 (never) to 1 (always), drawn from `random`."""

    lose_updates: float = 0.0
    """An update of a live call is answered with 200 and then forgotten."""
    refuse_requests: float = 0.0
    """A REST request is answered with 429 and not processed."""
    in_progress_delay: float = 0.0
    """Seconds, not a probability: up to so much is added to `Timing.answer_visible_after`."""
    lose_status_callbacks: float = 0.0
    repeat_status_callbacks: float = 0.0
    early_status_callbacks: float = 0.0
    """The end of the call is reported at once, even while a webhook of the call is still open."""
    lose_partings: float = 0.0
    """The last request of a verb that a hang-up cut off, such as that of a Record, is never sent."""
    late_partings: float = 0.0
    """Seconds, not a probability: so much later that last request is sent, whatever was told meanwhile."""
    repeat_webhooks: float = 0.0
    """A webhook is sent a second time with the same token; the second answer is ignored."""
    random: Random = field(default_factory=Random)

    def strikes(self, probability: float) -> bool:
        """Whether the fault of this probability happens now."""
        return probability > 0 and self.random.random() < probability


@dataclass(frozen=True, slots=True)
class Callee:
    """Somebody who can be called: what they do when it rings, after how many seconds, and how long they talk.

    `failed`: the number can't be reached at all.
    """

    does: Literal["answer", "busy", "no-answer", "failed"] = "answer"
    after: float = 3.0
    talks: float = 30.0


@dataclass(frozen=True, slots=True)
class Number:
    """A phone number of the account and where its calls are sent."""

    sid: str
    phone_number: str
    friendly_name: str = ""
    voice_url: str = ""
    voice_method: str = "POST"
    voice_fallback_url: str = ""
    voice_fallback_method: str = "POST"
    status_callback: str = ""
    status_callback_method: str = "POST"
    sms_url: str = ""
    sms_method: str = "POST"
    sms_fallback_url: str = ""
    sms_fallback_method: str = "POST"
    voice_caller_id_lookup: bool = False
