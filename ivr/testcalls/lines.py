"""Events of a test call in words."""

from collections.abc import Mapping
from typing import Any

from ivr.core.values import to_text

END = {
    "flow": "The flow has ended the call.",
    "caller": "The caller hung up.",
    "carrier": "The carrier has ended the call.",
    "failure": "The call ended because something went wrong.",
}


def why(data: Mapping[str, Any]) -> str:
    """What decided where the call goes on."""
    return "; ".join(f"{name.replace('_', ' ')}: {to_text(value)}" for name, value in data.items() if to_text(value))


def answer(data: Mapping[str, Any]) -> str:
    """How a web call ended."""
    status = f"{data['status']} " if data["status"] is not None else ""
    error = f": {data['error']}" if data["error"] else ""
    return f"{status}after {data['milliseconds'] / 1000:.2f} s{error}"


def listens(detail: Mapping[str, Any]) -> str:
    """What the line listens for."""
    heard = {"dtmf": "keys", "speech": "speech"}
    return f"Listens for {' and '.join(heard.get(each, each) for each in str(detail['input']).split())}"
