"""Which calls the account may place."""

from collections.abc import Callable, Mapping

from ivr.emulator.call.moves import Goto, Inline
from ivr.emulator.errors.api_error import ApiError
from ivr.emulator.lifecycle.updates import target
from ivr.emulator.setup.magic_numbers import CALL_FROM, CALL_TO
from ivr.emulator.setup.number import PHONE_NUMBER

RING_SECONDS = 60.0


def first_document(form: Mapping[str, str], owns: Callable[[str], bool]) -> Goto | Inline:
    """What a new call performs when it is answered. Raises ApiError with the reason why it is not placed."""
    to, from_ = form.get("To", ""), form.get("From", "")
    reasons = (
        (not to, 21201),
        (not from_, 21213),
        (PHONE_NUMBER.fullmatch(to) is None, 21211),
        (from_ in CALL_FROM, CALL_FROM.get(from_, 0)),
        (from_ not in CALL_FROM and not owns(from_), 21210),
        (to in CALL_TO, CALL_TO.get(to, 0)),
    )
    code = next((code for applies, code in reasons if applies and code), 0)
    if code:
        raise ApiError(code)
    first = target(form)
    if first is None:
        raise ApiError(21205)
    return first


def ring_seconds(form: Mapping[str, str]) -> float:
    """How long it rings, at most."""
    timeout = form.get("Timeout", "")
    return float(timeout) if timeout.isascii() and timeout.isdigit() and len(timeout) < 4 else RING_SECONDS
