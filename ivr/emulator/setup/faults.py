"""What goes wrong on purpose."""

from dataclasses import dataclass, field
from random import Random


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
    """Seconds, not a probability: that last request is sent so much later, even after the status callback."""
    repeat_webhooks: float = 0.0
    """A webhook is sent a second time with the same token; the second answer is ignored."""
    random: Random = field(default_factory=Random)

    def strikes(self, probability: float) -> bool:
        """Whether the fault of this probability happens now."""
        return probability > 0 and self.random.random() < probability
