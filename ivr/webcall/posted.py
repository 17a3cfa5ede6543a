"""Answers that are posted back to a call: read as those that are fetched, without the secrets of their request."""

import asyncio

from ivr.core.events import Fetched
from ivr.webcall.answer import understand
from ivr.webcall.charset import read_text
from ivr.webcall.exchange import LOOP_FRIENDLY
from ivr.webcall.scrub import Scrubber


async def read_posted(body: bytes, kind: str, token: str, scrubber: Scrubber) -> Fetched:
    """The answer, of this content type, to the question of this token; a long one is read in a thread. Raises
    Unreadable for one that is not what it says it is."""
    if len(body) <= LOOP_FRIENDLY and "xml" not in kind.lower():
        return _read(body, kind, token, scrubber)
    return await asyncio.to_thread(_read, body, kind, token, scrubber)


def _read(body: bytes, kind: str, token: str, scrubber: Scrubber) -> Fetched:
    text, note = read_text(body, kind)
    found = understand(text, kind, None, scrubber.value)
    notes = ((note,) if note else ()) + found.notes
    shown = scrubber.text(text)
    return Fetched(
        at=0, token=token, cause="ok", status=200, body=shown, value=found.value, notes=notes, called_back=True
    )
