"""What is wrong with an External Web Call before it is ever sent: found while editing."""

from collections.abc import Iterator
from xml.etree.ElementTree import ParseError, fromstring

from ivr.actions.parts.web_call import FormField
from ivr.actions.parts.web_call_auth import Authentication, CertificateAuth
from ivr.actions.parts.web_call_request import FORM_TYPE, MULTIPART, body_kind, media_type
from ivr.core import namespaces
from ivr.core.problem import Problem
from ivr.core.template import JSON, XML, Template
from ivr.core.values import NotJson, parse_json
from ivr.core.waiting import SUPPOSED


def credentials(auth: Authentication | None, url: Template) -> Iterator[Problem]:
    """What is wrong with how the credentials and the address go together."""
    if isinstance(auth, CertificateAuth) and url.text.strip().lower().startswith("http://"):
        message = "A client certificate is only shown where the connection is encrypted."
        yield Problem("certificate_unused", message, path="url", hint="Use https://.")


def content(content_type: str | None, body: Template, form: tuple[FormField, ...]) -> Iterator[Problem]:
    """What is wrong with the body or the form that is sent, at the paths `body` and `form`."""
    if form and media_type(content_type) not in {FORM_TYPE, MULTIPART}:
        hint = f"Choose {FORM_TYPE} or {MULTIPART}, or write a body."
        yield Problem("form_unused", "Form fields need a form content type.", path="form", hint=hint)
    kind = body_kind(content_type)
    if not body:
        return
    if kind == "json":
        yield from _json(body)
    elif kind == "xml":
        yield from _xml(body)
    elif kind == "multipart":
        yield Problem("body_unused", "This content type is made of form fields.", path="body", hint="Use form.")


def _json(body: Template) -> Iterator[Problem]:
    try:
        parse_json(body.fill(SUPPOSED, JSON))
    except NotJson as error:
        hint = "Check quotes, commas and brackets; a variable may stand inside quotes or bare."
        yield Problem("body_not_json", f"The body is not JSON: {error}.", path="body", hint=hint)


def _xml(body: Template) -> Iterator[Problem]:
    text = body.fill(SUPPOSED, XML)
    if namespaces.too_long(text):
        message = f"The body has a namespace of more than {namespaces.LONGEST} characters."
        yield Problem("body_not_xml", message, path="body", hint="Namespaces are short addresses.")
        return
    try:
        fromstring(text)  # noqa: S314 - the author's own text, and nothing of it is kept
    except (ParseError, ValueError) as error:
        yield Problem("body_not_xml", f"The body is not XML: {error}.", path="body", hint="Close every element.")
