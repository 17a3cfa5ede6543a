"""What a Say sounds like: how long it takes and how much of it a voice accepts."""

import re

BASIC, POLLY, GOOGLE = 4096, 3000, 5000  # characters a voice of each family speaks at most


def seconds(text: str, characters_per_second: float) -> float:
    """How long a voice needs for a text without its markup; half a second at least."""
    return max(0.5, len(" ".join(text.split())) / characters_per_second)


def longest(voice: str) -> int:
    """The number of characters a voice speaks at most."""
    if voice.startswith("Polly."):
        return POLLY
    return GOOGLE if voice.startswith("Google.") else BASIC


def plain(text: str) -> str:
    """One line, as it is heard."""
    return re.sub(r"\s+", " ", text).strip()
