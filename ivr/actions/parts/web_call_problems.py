"""What is wrong with an External Web Call before it is ever sent: found while editing."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError, fromstring

from ivr.actions.parts.web_call_request import FORM_TYPE, MULTIPART, body_kind
from ivr.core.problem import Problem
from ivr.core.template import JSON, XML, Unset
from ivr.core.values import NotJson, parse_json

if TYPE_CHECKING:
    from ivr.actions.external_web_call import ExternalWebCall

_userinfo = re.compile(r"^\s*https?://[^/?#]*@", re.IGNORECASE)


class _Samples:
    """Variables that all have a value: enough to see whether a body keeps its form."""

    def lookup(self, reference: str) -> str | Unset:
        return "x"


def problems(action: "ExternalWebCall") -> Iterator[Problem]:
    """Mistakes in how the fields go together, at paths of the action's fields."""
    yield from _address(action)
    yield from _body(action)
    if action.hold_delay and action.hold_delay >= action.timeout and action.play_hold_music:
        hint = "Make the hold delay shorter than the timeout."
        yield Problem(
            "hold_too_late", "The hold audio would never start.", path="hold_delay", hint=hint, level="warning"
        )


def _address(action: "ExternalWebCall") -> Iterator[Problem]:
    text = action.url.text.strip()
    if _userinfo.match(text):
        hint = "Put them into authentication, type basic, where they are stored encrypted."
        yield Problem("userinfo", "The address holds a user name or password.", path="url", hint=hint)
    elif not text.lower().startswith(("http://", "https://", "$")):
        hint = "It begins with https://, or with a variable that does."
        yield Problem("no_address", "This is not a web address.", path="url", hint=hint)


def _body(action: "ExternalWebCall") -> Iterator[Problem]:
    if action.form and action.content_type not in {FORM_TYPE, MULTIPART}:
        hint = f"Choose {FORM_TYPE} or {MULTIPART}, or write a body."
        yield Problem("form_unused", "Form fields need a form content type.", path="form", hint=hint)
    kind = body_kind(action.content_type)
    if not action.body:
        return
    if kind == "json":
        yield from _json(action)
    elif kind == "xml":
        yield from _xml(action)
    elif kind == "multipart":
        yield Problem("body_unused", "This content type is made of form fields.", path="body", hint="Use form.")


def _json(action: "ExternalWebCall") -> Iterator[Problem]:
    try:
        parse_json(action.body.fill(_Samples(), JSON))
    except NotJson as error:
        hint = "Check quotes, commas and brackets; a variable may stand inside quotes or bare."
        yield Problem("body_not_json", f"The body is not JSON: {error}.", path="body", hint=hint)


def _xml(action: "ExternalWebCall") -> Iterator[Problem]:
    try:
        fromstring(action.body.fill(_Samples(), XML))  # noqa: S314 - the author's own text, and nothing of it is kept
    except (ParseError, ValueError) as error:
        yield Problem("body_not_xml", f"The body is not XML: {error}.", path="body", hint="Close every element.")
