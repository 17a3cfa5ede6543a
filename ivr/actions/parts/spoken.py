"""Spoken text, cut to what a carrier's voice takes."""

import re
from collections.abc import Iterator

from msgspec.structs import replace

from ivr.core import ssml
from ivr.core.action import Visit
from ivr.core.effects import LONGEST_SAY, Say
from ivr.core.template import MARKUP, SPEECH, SpokenText


def speak(visit: Visit, text: SpokenText, voice: str, language: str) -> tuple[Say, ...]:
    """The filled text as one Say or, when it is long, several; nothing for nothing.

    Words are cut between sentences. Markup, its tags counted, is cut between its outermost parts, so never inside an
    element; a part that is too long by itself loses its tags and is cut as words are. Whether a text is markup is for
    its author to say, never for a value in it, and markup with a fault is spoken as its words alone.
    """
    visit = replace(visit, language=language) if language else visit
    if not ssml.is_markup(text.text):
        return tuple(Say(piece, voice, language) for piece in _pieces(text.fill(visit, SPEECH).strip()))
    markup = ssml.inner(text.fill(visit, MARKUP))
    if ssml.faults(text.text) or ssml.faults(markup):
        return tuple(Say(piece, voice, language) for piece in _pieces(ssml.plain(markup)))
    if not ssml.plain(markup) and "<break" not in markup:
        return ()
    return tuple(Say(piece, voice, language, marked) for piece, marked in _marked_pieces(markup))


def _marked_pieces(markup: str) -> Iterator[tuple[str, bool]]:
    """Pieces that are short enough, and whether each is still markup."""
    joined = ""
    for part in ssml.pieces(markup):
        if joined and len(joined) + len(part) > LONGEST_SAY:
            yield joined.strip(), True
            joined = ""
        if len(part) > LONGEST_SAY:
            yield from ((piece, False) for piece in _pieces(ssml.plain(part)))
        else:
            joined += part
    if joined.strip():
        yield joined.strip(), True


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
