"""Spoken text, cut to what a carrier's voice takes."""

import re

from ivr.core.action import Visit
from ivr.core.effects import LONGEST_SAY, Say
from ivr.core.template import SPEECH, Template


def speak(visit: Visit, text: Template, voice: str, language: str) -> tuple[Say, ...]:
    """The filled text as one Say or, when it is long, several cut between sentences; nothing for nothing."""
    words = text.fill(visit, SPEECH).strip()
    return tuple(Say(piece, voice, language) for piece in _pieces(words))


def _pieces(words: str) -> list[str]:
    pieces = []
    while len(words) > LONGEST_SAY:
        cut = _cut(words[:LONGEST_SAY])
        pieces.append(words[:cut].strip())
        words = words[cut:].strip()
    return [piece for piece in (*pieces, words) if piece]


def _cut(words: str) -> int:
    """Where to cut: after the last sentence of the second half, else at its last blank, else at the end."""
    half = len(words) // 2
    for pattern in (r"[.!?;]\s", r"\s"):
        ends = [match.end() for match in re.finditer(pattern, words[half:])]
        if ends:
            return half + ends[-1]
    return len(words)
