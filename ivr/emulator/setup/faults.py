"""What goes wrong on purpose."""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Literal

from ivr.emulator.wire.http import Request

RestFault = Literal["busy", "unavailable", "cut"]
WebhookFault = Literal["lost", "cut"]


@dataclass(frozen=True, slots=True)
class Faults:
    """What goes wrong, each as a probability from 0 (never) to 1 (always), drawn from `random`.

    `on_request` and `on_webhook` decide for a single REST request (its method and path) or a single attempt of a
    webhook: they return the fault it meets, or None to leave it to the probabilities.
    """

    lose_updates: float = 0.0
    """An update of a live call is answered with 200 and then forgotten."""
    refuse_requests: float = 0.0
    """`busy`: a REST request is answered with 429 and not processed."""
    unavailable_requests: float = 0.0
    """`unavailable`: a REST request is answered with 503 and not processed."""
    cut_requests: float = 0.0
    """`cut`: a REST request is processed, then its connection is cut in place of an answer."""
    retry_after: float = 1.0
    """Seconds in the `Retry-After` of a 429 or 503, in whole seconds; 0 leaves the header out."""
    on_request: Callable[[str, str], RestFault | None] | None = None
    refuse_early_deletes: float = 0.0
    """A message that is still on its way is neither deleted nor redacted: 409 with 20009."""
    in_progress_delay: float = 0.0
    """Seconds, not a probability: up to so much is added to `Timing.answer_visible_after`."""
    lose_webhooks: float = 0.0
    """`lost`: an attempt of a webhook fails to connect; the server never sees it."""
    cut_webhooks: float = 0.0
    """`cut`: the server answers an attempt of a webhook, but its answer is lost."""
    on_webhook: Callable[[Request], WebhookFault | None] | None = None
    lose_status_callbacks: float = 0.0
    """Of calls and of messages, as in the two that follow."""
    repeat_status_callbacks: float = 0.0
    late_status_callbacks: float = 0.0
    """Seconds, not a probability: each status callback is late by up to so much, so that they overtake each other."""
    swap_receipts: float = 0.0
    """The receipts of a message arrive in the wrong order: `delivered`, then `sent`."""
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

    def of_request(self, method: str, path: str) -> RestFault | None:
        """The fault that a REST request meets."""
        if self.on_request is not None and (chosen := self.on_request(method, path)) is not None:
            return chosen
        if self.strikes(self.refuse_requests):
            return "busy"
        if self.strikes(self.unavailable_requests):
            return "unavailable"
        return "cut" if self.strikes(self.cut_requests) else None

    def of_webhook(self, request: Request) -> WebhookFault | None:
        """The fault that an attempt of a webhook meets."""
        if self.on_webhook is not None and (chosen := self.on_webhook(request)) is not None:
            return chosen
        if self.strikes(self.lose_webhooks):
            return "lost"
        return "cut" if self.strikes(self.cut_webhooks) else None

    def answer_delay(self) -> float:
        """Seconds by which a call that is answered is shown as such later than usual."""
        return self.random.random() * self.in_progress_delay if self.in_progress_delay else 0.0

    def callback_delay(self) -> float:
        """Seconds by which a status callback is late."""
        return self.random.random() * self.late_status_callbacks if self.late_status_callbacks else 0.0
