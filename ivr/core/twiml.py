"""Documents of the author's own: TwiML, as far as it must be known here to let a call go and to get it back.

A document is verbs, in a `<Response>` or without one. What stands in it for a variable is data: text, or the value of
an attribute, never a tag or a part of one.
"""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from msgspec import Struct

LONGEST = 16_000
"""Characters of a document that is filled in; carriers take 64 KB."""
BACK = "\ue000back\ue000"
"""Stands for the address that the call comes back to, which only whoever writes the page knows."""
VERBS = (
    "Connect",
    "Dial",
    "Enqueue",
    "Gather",
    "Hangup",
    "Leave",
    "Pause",
    "Pay",
    "Play",
    "Record",
    "Redirect",
    "Refer",
    "Reject",
    "Say",
    "Start",
    "Stop",
)
"""What may stand first in a document, as Twilio knows it."""
COMES_BACK = frozenset({"Connect", "Dial", "Enqueue", "Gather", "Pay", "Record", "Refer"})
"""Verbs that send what they found to the address in `action`."""
ASKS_AGAIN = frozenset({"Gather", "Pay", "Record"})
"""Those that would begin the document anew without one; after the others the next verb has the call."""
NEVER_BACK = frozenset({"Hangup", "Redirect", "Reject"})
TEXTS = frozenset({"message", "sms"})
"""Verbs that text somebody, in small letters: that is what Send SMS does, which asks whether it may."""
CALLS = frozenset({"dial", "number", "whatsapp"})
"""Elements whose text is a number that is called, in small letters: some carriers take them in any."""
ADDRESSES = frozenset({"action", "url", "waitUrl"})
_by_trunk = re.compile(r"sips?:(\+[0-9]+)[@;:]", re.IGNORECASE)
"""A number that is called through somebody else's SIP trunk."""
_root = re.compile(r"\s*(<\?xml\b|<Response[\s/>])")


class Fault(Struct, frozen=True):
    """What is wrong with a document, and what to do about it. A `serious` one keeps it from being used."""

    code: str
    message: str
    hint: str
    serious: bool = True


class Document(Struct, frozen=True):
    """A document that was read. `verbs` is what stands in the response, with BACK where it belongs; `names` are those
    of the outermost elements, `numbers` what they call. With a serious fault there is nothing of it."""

    verbs: str
    names: tuple[str, ...]
    numbers: tuple[str, ...]
    faults: tuple[Fault, ...]

    @property
    def serious(self) -> Fault | None:
        return next((fault for fault in self.faults if fault.serious), None)


def read(text: str, probe: str = "") -> Document:
    """A document, filled in. `probe` is what stands in place of variables while it is only looked at."""
    return _Reader(text.replace("\ue000", ""), probe).document()


class _Element:
    """An element of the outermost level: its markup piece by piece, and what must be known of it."""

    def __init__(self, name: str, attributes: dict[str, str]) -> None:
        self.name = name
        self.attributes = attributes
        self.inside: list[str] = []

    def written(self, *, last: bool) -> str:
        """The element, which sends the call back where it would begin anew, or ends the document."""
        given = dict(self.attributes)
        if "action" not in given and (self.name in ASKS_AGAIN or (last and self.name in COMES_BACK)):
            given |= {"action": BACK, "method": "POST"}
        return f"{_opened(self.name, given)}{''.join(self.inside)}</{self.name}>"


class _Reader:
    """One pass over a document. There are no entities to expand: what would declare them is refused."""

    def __init__(self, text: str, probe: str) -> None:
        self.faults: list[Fault] = []
        self._probe = probe
        self._elements: list[_Element] = []
        self._numbers: list[str] = []
        self._open: list[str] = []
        self._words = ""
        self._wrapped = _root.match(text) is None
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        self._parser.StartDoctypeDeclHandler = self._doctype
        if len(text) > LONGEST:
            self._fault("document_too_long", f"The document has more than {LONGEST:,} characters.", "Shorten it.")
        else:
            self._read(text)
        del self._parser  # it holds on to this reader

    def document(self) -> Document:
        if any(fault.serious for fault in self.faults):
            return Document("", (), (), tuple(self.faults))
        last = len(self._elements) - 1
        verbs = "".join(each.written(last=place == last) for place, each in enumerate(self._elements))
        names = tuple(each.name for each in self._elements)
        return Document(verbs, names, tuple(self._numbers), tuple(self.faults))

    def _read(self, text: str) -> None:
        try:
            self._parser.Parse(f"<Response>{text}</Response>" if self._wrapped else text.strip(), True)
        except expat.ExpatError as error:
            hint = "Close every tag, put every attribute into quotes, and write &amp; for &. A variable is no tag."
            self._fault("not_xml", f"It is not XML at line {error.lineno}: {expat.ErrorString(error.code)}.", hint)
        except UnicodeError:
            self._fault("not_xml", "The document has a character that can't be written.", "Take it out.")
        if not self._elements and not any(fault.serious for fault in self.faults):
            self._fault("document_empty", "There is no verb in the document.", "Write one, such as <Enqueue>.")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._open.append(name)
        if len(self._open) == 1:
            if name != "Response":
                self._fault("not_twiml", f"The document begins with <{name}>.", "Begin it with <Response>.")
            return
        self._take_number(self._open[-2])
        self._look_at(name, attributes)
        if len(self._open) == 2:
            self._look_at_verb(name, attributes)
            self._elements.append(_Element(name, attributes))
        else:
            self._elements[-1].inside.append(_opened(name, attributes))
        self._words = ""

    def _end(self, name: str) -> None:
        words = self._words.strip()
        self._take_number(name)
        if name == "Redirect":
            self._look_at_address("<Redirect>", words)
        self._words = ""
        if len(self._open) > 2:
            self._elements[-1].inside.append(f"</{name}>")
        self._open.pop()

    def _take_number(self, name: str) -> None:
        """Note the text so far where it is a number, also one that stands beside other elements."""
        words = self._words.strip()
        if words and _plain(name) in CALLS:
            self._numbers.append(words)
        elif _plain(name) == "sip" and (trunk := _by_trunk.match(words)):
            self._numbers.append(trunk[1])

    def _text(self, text: str) -> None:
        if len(self._open) > 1:
            self._words += text
            self._elements[-1].inside.append(escape(text))
        elif text.strip():
            self._fault("loose_text", f"“{text.strip()[:40]}” stands outside of every verb.", "Say it by <Say>.", False)

    def _doctype(self, *_: object) -> None:
        self._fault("not_xml", "A document type is not allowed.", "Take <!DOCTYPE …> out.")

    def _look_at(self, name: str, attributes: dict[str, str]) -> None:
        if _plain(name) in TEXTS:
            hint = "Use a block Send SMS: it knows whom it may text."
            self._fault("texts", f"<{name}> is not sent from here.", hint)
        for attribute in ADDRESSES & attributes.keys():
            self._look_at_address(f"{attribute} of <{name}>", attributes[attribute])

    def _look_at_verb(self, name: str, attributes: dict[str, str]) -> None:
        if name in NEVER_BACK:
            hint = "Leave it out where the flow is to go on."
            self._fault("never_back", f"The call does not come back from <{name}>.", hint, False)
        elif name not in VERBS and _plain(name) not in TEXTS:
            close = get_close_matches(name.capitalize(), VERBS, n=1, cutoff=0.6)
            hint = f"Did you mean <{close[0]}>?" if close else f"Known are: {', '.join(VERBS)}."
            self._fault("unknown_verb", f"<{name}> is not a verb that is known here.", hint, False)
        elif "action" in attributes:
            hint = "Leave it out: then it comes back by itself, and brings what it found."
            message = f"After <{name}> the call goes to the address in its action, and need not come back."
            self._fault("own_action", message, hint, False)

    def _look_at_address(self, where: str, address: str) -> None:
        if self._probe and address.startswith(self._probe):
            hint = "Write the host out, and let the variable follow it."
            message = f"A variable says where the call goes, in {where}: whoever sets it has the call."
            self._fault("address_chosen", message, hint, False)

    def _fault(self, code: str, message: str, hint: str, serious: bool = True) -> None:
        self.faults.append(Fault(code, message, hint, serious))


def _plain(name: str) -> str:
    """The name of an element in small letters, without the prefix of a namespace."""
    return name.rpartition(":")[2].lower()


def _opened(name: str, attributes: dict[str, str]) -> str:
    return f"<{name}{''.join(_attributes(attributes))}>"


def _attributes(attributes: dict[str, str]) -> Iterator[str]:
    return (f" {name}={quoteattr(value)}" for name, value in attributes.items())
