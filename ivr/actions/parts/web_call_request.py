"""From an External Web Call's fields to the job: every template filled, escaped for its place."""

import re
from urllib.parse import quote_plus

from ivr.actions.parts import web_call as parts
from ivr.actions.parts.spoken import speak
from ivr.core.action import Visit
from ivr.core.effects import DEFAULT_AUDIO, BodyKind, Hold, Line
from ivr.core.other_bodies import CSV, TSV, YAML
from ivr.core.template import BODY, FORM, FORM_VALUE, HEADER, JSON, XML, Place, Template

MULTIPART = "multipart/form-data"
FORM_TYPE = "application/x-www-form-urlencoded"

_families = re.compile(r"[^/]+/(?:[^+]*\+|x-)?(json|xml)")
_written_alike = (
    (
        re.compile(
            r"[^/]+/(?:[^+]*\+|x-)?(?:nd-?json|json-?l(?:ines)?|json-seq|stream\+json|json5|graphql|csp-report)"
        ),
        JSON,
    ),
    (re.compile(r"text/html"), XML),
    (re.compile(r"[^/]+/(?:x-)?csv(?:-schema)?"), CSV),
    (re.compile(r"[^/]+/(?:tab-separated-values|(?:x-)?tsv)"), TSV),
    (re.compile(r"[^/]+/(?:[^+]*\+|x-)?yaml"), YAML),
)
"""Types with a way of their own to tell a value from what is round it, though the whole is neither JSON nor XML."""
_kinds: dict[str | None, tuple[BodyKind, Place]] = {
    "json": ("json", JSON),
    "xml": ("xml", XML),
    FORM_TYPE: ("form", FORM),
    MULTIPART: ("multipart", BODY),
}


def media_type(content_type: str | None) -> str:
    """A content type without its parameters, in small letters."""
    return (content_type or "").partition(";")[0].strip().lower()


def body_kind(content_type: str | None) -> BodyKind:
    return _kind(content_type)[0]


def _kind(content_type: str | None) -> tuple[BodyKind, Place]:
    """How a body is written: by the family of its type, `application/vnd.api+json` as JSON."""
    media = media_type(content_type)
    alike = next((place for pattern, place in _written_alike if pattern.fullmatch(media)), None)
    if alike is not None:
        return "text", alike
    family = _families.fullmatch(media)
    return _kinds.get(family[1] if family else media, ("text", BODY))


def body(visit: Visit, content_type: str | None, text: Template, form: tuple[parts.FormField, ...]) -> str | None:
    """The body as text; None when there is none, or when it is made of form fields in several parts."""
    kind, place = _kind(content_type)
    if kind == "form" and form:
        return "&".join(f"{quote_plus(field.name)}={field.value.fill(visit, FORM_VALUE)}" for field in form)
    return text.fill(visit, place) if text and kind != "multipart" else None


def form(visit: Visit, fields: tuple[parts.FormField, ...]) -> tuple[tuple[str, str], ...]:
    """The parts of a multipart body."""
    return tuple((field.name, field.value.fill(visit, BODY)) for field in fields)


def headers(visit: Visit, own: tuple[parts.Header, ...], content_type: str | None) -> tuple[tuple[str, str], ...]:
    """The header lines; the content type leads unless the author wrote one. That of several parts is made later."""
    filled = tuple((header.name, header.value.fill(visit, HEADER)) for header in own)
    if media_type(content_type) in {"", MULTIPART} or any(name.lower() == "content-type" for name, _ in filled):
        return filled
    return (("Content-Type", content_type or ""), *filled)


def hold_audio(visit: Visit, audio: parts.HoldAudio) -> Hold:
    """The audio alone: a clip, or words."""
    match audio:
        case parts.SpokenAudio():
            return Hold(words=speak(visit, audio.text, audio.voice, audio.language), pause=audio.pause)
        case parts.FileAudio():
            return Hold(audio=audio.file)
    return Hold(audio=DEFAULT_AUDIO)


def lines(visit: Visit, timed: tuple[parts.TimedLine, ...]) -> tuple[Line, ...]:
    """What is said between; lines that turn out empty are left out."""
    said = ((line, speak(visit, line.text, "", "")) for line in timed)
    return tuple(Line(words[0], line.after, line.every or 0) for line, words in said if words)
