"""Texts that answer a question of a call: each goes to the newest one that is open between the same two numbers.

    a text comes in ──▶ a word such as STOP? ──▶ no answer
                        an answer already?   ──▶ done: it is a repeat
                        an open question?    ──▶ its call goes on; the same save closes the question and notes the text
                        else                 ──▶ no answer

What is no answer starts the flow of the number, if that starts at texts. So a text does one of the two, and a repeat of
it does nothing.
"""

from ivr.core.effects import AnyJob, Ask
from ivr.core.events import Messaged, TextedBack
from ivr.core.opt_out import said
from ivr.core.phone_numbers import called, caller
from ivr.runtime.ports import Calls
from ivr.runtime.runner import Runner

ANSWER = "yes"
"""A word that allows texts again, and counts as an answer all the same: it means more only to people who have opted
out, and no flow asks them anything."""
MOST_LOOKS = 5
"""Questions that a text is offered: each may be closed by something else just then."""


class Replies:
    """Brings texts to the questions they answer."""

    def __init__(self, calls: Calls, runner: Runner) -> None:
        self._calls = calls
        self._runner = runner

    async def take(self, text: Messaged, service: str = "") -> bool:
        """Whether the text is an answer, and with that done. `service` is the messaging service that it came by."""
        if is_keyword(text.text):
            return False
        ours = (text.dialled, service) if service else (text.dialled,)
        for _ in range(MOST_LOOKS):
            if await self._calls.is_claimed(text.sid):
                return True
            found = await self._calls.open_question(text.sender, ours)
            if found is None:
                # Another process may have taken the same text since the look above. The save that closes the question
                # also notes the text: whoever finds no question any more finds that note.
                return await self._calls.is_claimed(text.sid)
            if await self._calls.load(text.sid) is not None:
                return False  # one that began a run of its own before the question was asked stays that run's
            call_id, token = found
            reply = TextedBack(at=text.at, token=token, came=True, text=text.text, media=text.media, sid=text.sid)
            if await self._runner.deliver(call_id, reply):
                return True
        return await self._calls.is_claimed(text.sid)


def is_keyword(text: str) -> bool:
    """Whether a text is nothing but a word that the carrier itself answers."""
    word = text.strip().rstrip(".!")
    return bool(said(word)) and word.lower() != ANSWER


def pair(theirs: str, ours: str) -> str:
    """Two numbers as one text, whichever way they are written; `ours` may be a messaging service."""
    return f"{caller(theirs)} {called(ours)}"


def is_between(job: AnyJob, theirs: str, ours: tuple[str, ...]) -> bool:
    """Whether a question was sent between these numbers."""
    return isinstance(job, Ask) and pair(job.to, job.sender) in {pair(theirs, each) for each in ours}
