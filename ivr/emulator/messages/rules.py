"""Which messages are accepted, and when they are sent."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from ivr.emulator.errors.api_error import ApiError
from ivr.emulator.setup.magic_numbers import MESSAGE_FROM
from ivr.emulator.setup.number import PHONE_NUMBER
from ivr.emulator.wire.urls import usable

MOST_CHARACTERS = 1600
SOONEST, LATEST = 300.0, 35 * 86400.0
"""Seconds from now within which a message can be scheduled."""

Form = Mapping[str, str]


def check(form: Form, refused: Mapping[str, int], owns: Callable[[str], bool]) -> None:
    """Raise ApiError with the reason why a message is refused. `refused` maps recipients to error codes."""
    to, from_, body = form.get("To", ""), form.get("From", ""), form.get("Body", "")
    callback = form.get("StatusCallback", "")
    reasons = (
        (not to, 21604),
        (not from_ and not form.get("MessagingServiceSid"), 21603),
        (not (body or form.get("MediaUrl") or form.get("ContentSid")), 21602),
        (len(body) > MOST_CHARACTERS, 21617),
        (PHONE_NUMBER.fullmatch(to) is None, 21211),
        (bool(callback) and not usable(callback), 21609),
        (to in refused, refused.get(to, 0)),
        (bool(from_), _refusal_of_sender(from_, owns)),
    )
    code = next((code for applies, code in reasons if applies and code), 0)
    if code:
        raise ApiError(code)


def send_at(form: Form, now: float) -> float | None:
    """When a scheduled message is sent (clock seconds); None for at once. Raises ApiError 35111, 35114 or 35118."""
    if form.get("ScheduleType") != "fixed":
        return None
    if not form.get("SendAt"):
        raise ApiError(35111)
    if not form.get("MessagingServiceSid"):
        raise ApiError(35118)
    try:
        wanted = datetime.fromisoformat(form["SendAt"])
    except ValueError:
        raise ApiError(35114) from None
    at = (wanted if wanted.tzinfo else wanted.replace(tzinfo=UTC)).timestamp()
    if not now + SOONEST <= at <= now + LATEST:
        raise ApiError(35114)
    return at


def check_update(form: Form) -> None:
    """Raise ApiError 30400 unless the form either redacts (an empty `Body`) or cancels (`Status=canceled`)."""
    asked = {name: form[name] for name in ("Body", "Status") if name in form}
    if asked not in ({"Body": ""}, {"Status": "canceled"}):
        raise ApiError(30400)


def _refusal_of_sender(from_: str, owns: Callable[[str], bool]) -> int:
    if from_ in MESSAGE_FROM:
        return MESSAGE_FROM[from_]
    if PHONE_NUMBER.fullmatch(from_) is None:
        return 21212
    return 0 if owns(from_) else 21606
