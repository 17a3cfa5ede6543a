"""One text message, and what the server of a number learns about it."""

from dataclasses import dataclass

from ivr.emulator.call.parameters import API_VERSION
from ivr.emulator.messages.segments import segments
from ivr.emulator.wire.http import Pairs


@dataclass(frozen=True, slots=True)
class Message:
    """One text message. `at` is when it was accepted, `sent_at` when it left, `updated_at` when its record changed
    (clock seconds); `status` is the last one it reached."""

    sid: str
    account_sid: str
    to: str
    from_: str
    body: str
    at: float
    status: str = "queued"
    error_code: int | None = None
    status_callback: str = ""
    messaging_service_sid: str = ""
    media: tuple[str, ...] = ()
    direction: str = "outbound-api"
    sent_at: float | None = None
    updated_at: float | None = None


def inbound_parameters(message: Message) -> Pairs:
    """The parameters of the webhook for an incoming text."""
    media = [(f"MediaUrl{index}", address) for index, address in enumerate(message.media)]
    kinds = [(f"MediaContentType{index}", "image/jpeg") for index in range(len(message.media))]
    places = [(f"{role}{place}", "") for role in ("From", "To") for place in ("City", "State", "Zip", "Country")]
    pairs = {
        "AccountSid": message.account_sid,
        "ApiVersion": API_VERSION,
        "Body": message.body,
        "From": message.from_,
        "MessageSid": message.sid,
        "NumMedia": str(len(message.media)),
        "NumSegments": str(segments(message.body)),
        "SmsMessageSid": message.sid,
        "SmsSid": message.sid,
        "SmsStatus": "received",
        "To": message.to,
        **dict(places),
        **dict(media),
        **dict(kinds),
    }
    return tuple(sorted(pairs.items()))
