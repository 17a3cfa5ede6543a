"""How long the requests of a block usually take: `$EXTCALL_3.usual`, known when a call begins."""

from collections.abc import Mapping

NAME = "usual"
ABOUT = "How long its requests usually take: words where people hear it, such as “20 seconds”, else seconds"
_END = f".{NAME}"
_BY_FIVES = 10
_BY_MINUTES = 57.5


def about(usual: Mapping[str, int], reference: str) -> int | None:
    """The seconds that a reference such as `EXTCALL_3.usual` asks for, rounded as one says them; None: it asks for
    something else, or that is not known. `usual` has milliseconds, by prefix."""
    if not usual or not reference.endswith(_END):
        return None
    milliseconds = usual.get(reference.removesuffix(_END))
    return None if milliseconds is None else rounded(milliseconds / 1000)


def rounded(seconds: float) -> int:
    """Seconds as one says them: up to ten exactly, up to a minute by fives, then by minutes."""
    if seconds < _BY_FIVES:
        return max(1, round(seconds))
    if seconds < _BY_MINUTES:
        return 5 * round(seconds / 5)
    return 60 * max(1, round(seconds / 60))
