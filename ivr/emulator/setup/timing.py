"""The pace of the carrier."""

from dataclasses import dataclass


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
    elsewhere: float = 3.0
    """How long a queue, a stream or a payment has the call: the emulator plays nothing of them."""
    call_limit: float = 4 * 3600.0
    status_callback_after: float = 0.1
    message_sent_after: float = 0.2
    message_delivered_after: float = 1.0
