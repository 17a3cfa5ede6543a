"""The body of a curl command: data, a form, or nothing; what comes from files can't be taken over."""

import re
from collections.abc import Callable
from urllib.parse import quote_plus, unquote_plus

from ivr.authoring.curl.errors import NotCurl
from ivr.authoring.curl.options import DATA, Given

FORM_TYPE = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
Note = Callable[[str], None]
_quoted = re.compile(r'"((?:[^"\\]|\\.)*)"(.*)', re.DOTALL)


def data(given: Given, stdin: str | None, note: Note) -> str | None:
    """The text of all data options, joined as curl does; None when there are none."""
    body: str | None = None
    for option, value in given.options:
        if option not in DATA:
            continue
        piece = encoded(value, note) if option == "data-urlencode" else _read(option, value, stdin, note)
        body = piece if body is None else body + ("" if option == "json" else "&") + piece
    return body


def _read(option: str, value: str, stdin: str | None, note: Note) -> str:
    if option == "data-raw" or not value.startswith("@"):
        return value
    if value == "@-" and stdin is not None:
        return stdin if option in {"data-binary", "json"} else re.sub(r"[\r\n\0]", "", stdin)
    if value == "@-":
        note(f"--{option} @- reads what another program hands over, which is not here: write it into Body.")
    else:
        note(f"--{option} {value} reads a file, which is not read from here: paste its contents into Body.")
    return ""


def encoded(value: str, note: Note) -> str:
    """A value of --data-urlencode or --url-query: `content`, `=content` or `name=content`. Files are left out."""
    name, equals, content = value.partition("=")
    if not equals:
        name, at, _ = value.partition("@")
        if at:
            note(f"--data-urlencode {value} reads a file, which is not read from here: write its contents yourself.")
            return f"{name}=" if name else ""
        return quote_plus(value)
    return f"{name}={quote_plus(content)}" if name else quote_plus(content)


def rows(body: str) -> list[dict[str, str]] | None:
    """The fields of a form body, when encoding them again gives the very same text; else None."""
    pairs = [pair.partition("=") for pair in body.split("&")]
    if len(pairs) > 100 or not all(equals and name for name, equals, _ in pairs):
        return None
    fields = [(unquote_plus(name), unquote_plus(value)) for name, _, value in pairs]
    again = "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in fields)
    if again != body or any(len(name) > 200 or "\ufffd" in name + value for name, value in fields):
        return None
    return [{"name": name, "value": value} for name, value in fields]


def parts(given: Given, note: Note) -> list[dict[str, str]]:
    """The fields of a form in several parts. Raises NotCurl for one without a name."""
    found = []
    for option, value in given.options:
        if option not in {"form", "form-string"}:
            continue
        name, equals, content = value.partition("=")
        if not equals or not name or len(name) > 200:
            raise NotCurl(f"“{value[:100]}” is no field of a form: it should be name=value.")
        taken = content if option == "form-string" else _content(name, content, note)
        if taken is not None:
            found.append({"name": name, "value": taken})
    if len(found) > 100:
        raise NotCurl("The form has more than 100 fields.")
    return found


def _content(name: str, content: str, note: Note) -> str | None:
    """What a field of --form holds; None for what is read from a file."""
    if content.startswith(("@", "<")):
        note(f"The field {name} is a file ({content[1:100]}): files can't be sent from here, and it was left out.")
        return None
    match = _quoted.match(content)
    kept, more = (re.sub(r'\\(["\\])', r"\1", match[1]), match[2]) if match else _up_to_type(content)
    if more.strip():
        note(f"The field {name} is sent without “{more.strip('; ')}”: a part has no type or file name of its own here.")
    return kept


def _up_to_type(content: str) -> tuple[str, str]:
    match = re.search(r";\s*(?:type|filename|encoder|headers)=", content)
    return (content[: match.start()], content[match.start() :]) if match else (content, "")
