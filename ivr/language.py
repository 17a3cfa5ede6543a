"""The languages that the board speaks, and which of them a browser is answered in."""

from typing import Literal, get_args

Language = Literal["en", "de"]
Setting = Literal["auto", "en", "de"]
"""What a server is set to: a language for everyone, or the one that each browser prefers."""
LANGUAGES: tuple[Language, ...] = get_args(Language)
_MOST = 20
"""How many languages of a browser are looked at."""


def spoken(setting: Setting, accepted: str = "") -> Language:
    """The language that the server is set to; else the one that is liked best of those in an `Accept-Language`; else
    English. Of `de-AT, en;q=0.5` it is German."""
    if setting != "auto":
        return setting
    liked = sorted((_liked(each) for each in accepted.split(",", _MOST)[:_MOST]), key=lambda each: -each[1])
    return next((known for name, weight in liked if weight > 0 for known in LANGUAGES if known == name), "en")


def _liked(part: str) -> tuple[str, float]:
    """A language without its region, and how much it is liked: 1 unless it is said."""
    name, _, weight = part.partition(";")
    try:
        much = float(weight.replace(" ", "").removeprefix("q=") or 1)
    except ValueError:
        much = 0.0
    return name.strip().lower().partition("-")[0], much if 0 <= much <= 1 else 0.0
