"""The parameters that every webhook of a call carries."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Literal

from ivr.emulator.call.moves import Status
from ivr.emulator.wire.http import Pairs

API_VERSION = "2010-04-01"
Direction = Literal["inbound", "outbound-api", "outbound-dial"]


@dataclass(frozen=True, slots=True)
class Parties:
    """Who calls whom: the identity of a call, which never changes. `parent` is the call that dialled this one."""

    sid: str
    account_sid: str
    from_: str
    to: str
    direction: Direction = "inbound"
    caller_name: str = ""
    parent: str = ""


def call_parameters(parties: Parties, status: Status) -> Pairs:
    """Standard parameters, sorted by name. Places are mostly unknown and therefore empty, but always there."""
    pairs = {
        "AccountSid": parties.account_sid,
        "ApiVersion": API_VERSION,
        "CallSid": parties.sid,
        "CallStatus": status,
        "Direction": parties.direction,
        **_party("From", parties.from_),
        **_party("Caller", parties.from_),
        **_party("To", parties.to),
        **_party("Called", parties.to),
    }
    if parties.direction == "inbound":
        pairs["CallToken"] = f'{{"parentCallInfoToken":"emulated-{parties.sid}"}}'
        if parties.from_.startswith("+1"):
            pairs["StirVerstat"] = "TN-Validation-Passed-A"
    if parties.parent:
        pairs["ParentCallSid"] = parties.parent
    if parties.caller_name:
        pairs["CallerName"] = parties.caller_name
    return tuple(sorted(pairs.items()))


def rfc2822(at: float) -> str:
    """A moment (seconds since the epoch) as the API writes dates."""
    return format_datetime(datetime.fromtimestamp(at, UTC))


def _party(role: str, number: str) -> dict[str, str]:
    country = "US" if number.startswith("+1") else ""
    return {role: number, f"{role}City": "", f"{role}State": "", f"{role}Zip": "", f"{role}Country": country}
