"""From an HTTP answer to a document: what the content type, the size and the status make of it."""

from dataclasses import dataclass

from ivr.emulator.errors.carrier_error import CarrierError
from ivr.emulator.twiml.grammar import Grammar, Verb
from ivr.emulator.twiml.reader import parse
from ivr.emulator.wire.client import Answer
from ivr.emulator.wire.media import AUDIO_TYPES, Clip, clip_of

MOST_BYTES = 64 * 1024
XML_TYPES = frozenset({"text/xml", "application/xml", "text/html"})


@dataclass(frozen=True, slots=True)
class Document:
    """What a call performs next: verbs, or one clip to play, or one text to read aloud; then nothing.

    `url` is where relative URLs start from; empty for a document that came inline.
    """

    url: str
    verbs: tuple[Verb, ...] = ()
    warnings: tuple[str, ...] = ()
    clip: Clip | None = None
    text: str = ""


def read(answer: Answer, grammar: Grammar) -> Document:
    """The document in an answer. Raises CarrierError 11200, 11750, 11770, 12100, 12102 or 12300."""
    response, url = answer.response, answer.url
    kind = response.header("Content-Type").partition(";")[0].strip().lower()
    _check(answer, kind)
    if kind in XML_TYPES:
        return _verbs(answer, grammar)
    if kind in AUDIO_TYPES:
        return Document(url, clip=clip_of(answer, url))
    if kind == "text/plain":
        try:
            return _verbs(answer, grammar)
        except CarrierError:
            return Document(url, text=response.body.decode(errors="replace"))
    raise CarrierError(12300, f"content type {kind} cannot be used", url)


def inline(twiml: str, grammar: Grammar) -> Document:
    """A document that came with a REST request. Raises CarrierError 12100 or 12102."""
    script = parse(twiml.encode(errors="replace"), grammar)
    return Document("", script.verbs, script.warnings)


def _check(answer: Answer, kind: str) -> None:
    response, url = answer.response, answer.url
    if not 200 <= response.status < 300:
        raise CarrierError(11200, f"answered with HTTP {response.status}", url)
    if not response.body:
        raise CarrierError(11770, "the answer is empty", url)
    if not kind:
        raise CarrierError(11200, "the answer has no content type", url)
    if len(response.body) > MOST_BYTES and kind not in AUDIO_TYPES:
        raise CarrierError(11750, f"the document is longer than {MOST_BYTES} bytes", url)


def _verbs(answer: Answer, grammar: Grammar) -> Document:
    try:
        script = parse(answer.response.body, grammar)
    except CarrierError as error:
        raise CarrierError(error.code, error.message, answer.url) from error
    return Document(answer.url, script.verbs, script.warnings)
