"""Pages as TwiML: the carrier's own documents.

Every document ends in a redirect or a hang-up, and every address in it is absolute. Whatever a caller or an API put
into the words is escaped here, and characters that XML can't hold are left out: one of them would break the call.
"""

import re
from xml.sax.saxutils import escape, quoteattr

from ivr.core.effects import AnyVerb, Hangup, Pause, Play, Say
from ivr.core.mailbox import Page

HEAD = '<?xml version="1.0" encoding="UTF-8"?><Response>'
TAIL = "</Response>"
_unfit = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Addresses:
    """The URLs that a carrier is given, all below the public address of this server."""

    def __init__(self, public_url: str) -> None:
        self.public_url = public_url
        self.answer = f"{public_url}/voice/answer"
        self.fallback = f"{public_url}/voice/fallback"
        self.status = f"{public_url}/voice/status"

    def page(self, number: int) -> str:
        return f"{self.public_url}/voice/page/{number}"

    def audio(self, name: str) -> str:
        return f"{self.public_url}/audio/{name}"


def document(page: Page, addresses: Addresses) -> str:
    """A page as a TwiML document."""
    words = "".join(_verb(verb, addresses) for verb in page.verbs)
    if page.next is not None:
        words += f'<Redirect method="POST">{escape(addresses.page(page.next))}</Redirect>'
    elif not (page.verbs and isinstance(page.verbs[-1], Hangup)):
        words += "<Hangup/>"
    return f"{HEAD}{words}{TAIL}"


def _verb(verb: AnyVerb, addresses: Addresses) -> str:
    match verb:
        case Say(text, voice, language):
            attributes = (f" voice={_attribute(voice)}" if voice else "") + (
                f" language={_attribute(language)}" if language else ""
            )
            return f"<Say{attributes}>{escape(_unfit.sub(' ', text))}</Say>"
        case Play(audio, loop):
            return f'<Play loop="{loop}">{escape(addresses.audio(audio))}</Play>'
        case Pause(seconds):
            return f'<Pause length="{seconds}"/>'
        case Hangup():
            return "<Hangup/>"


def _attribute(text: str) -> str:
    return quoteattr(_unfit.sub("", text))
