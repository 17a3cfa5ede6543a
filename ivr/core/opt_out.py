"""Words with which a person says that they want no more texts, or want them again: those that Twilio goes by."""

from typing import Literal

Said = Literal["stop", "start", "help", ""]
STOP = frozenset({"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"})
START = frozenset({"start", "yes", "unstop"})
HELP = frozenset({"help", "info"})
_LONGEST = 20


def said(text: str) -> Said:
    """What a text says, which must be the one word and nothing else, in letters of either size; empty for any other.

    Source: Twilio, "Twilio support for opt-out keywords (SMS STOP filtering)".
    """
    word = text.strip().lower() if len(text) <= _LONGEST else ""
    if word in STOP:
        return "stop"
    if word in START:
        return "start"
    return "help" if word in HELP else ""
