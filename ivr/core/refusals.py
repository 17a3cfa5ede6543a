"""Why a call or a text is not made, before any carrier: the one list of causes. Pure."""

from typing import Literal, get_args

Cause = Literal["not_a_number", "not_allowed", "too_many", "opted_out", "quiet_hours"]
CAUSES: tuple[Cause, ...] = get_args(Cause)
MEANINGS: dict[Cause, str] = {
    "not_a_number": "It is no phone number, or does not say its country, or the caller withholds theirs.",
    "not_allowed": "`IVR_DESTINATIONS` does not allow it; or it is a satellite phone, of premium rate or shared cost.",
    "too_many": "There were too many calls and texts within 24 hours: `IVR_MOST_PER_…`.",
    "opted_out": "The recipient has replied STOP and gets no more texts.",
    "quiet_hours": "It is night where the recipient is: `IVR_QUIET_HOURS`.",
}
"""What each says. Only a text can be `opted_out`."""
_CALLS = [cause for cause in CAUSES if cause != "opted_out"]


def of_calls(*more: str) -> str:
    """What a block that calls says of its variable `cause`; `more` causes are its own."""
    return _said([*_CALLS, *more])


def of_texts(unknown: str) -> str:
    """What a block that texts says of its variable `cause`. `unknown` ends the sentence about a broken connection."""
    ours = "or `error`: an internal error came before, and nothing was sent"
    open_end = f"or `unknown`: the connection broke, or an internal error came, and {unknown}"
    return f"{_said(list(CAUSES))}; {ours}; {open_end}"


def _said(causes: list[str]) -> str:
    named = [f"`{cause}`" for cause in causes]
    return f"Why it was refused here, before any carrier: {', '.join(named[:-1])} or {named[-1]}"
