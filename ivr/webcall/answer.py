"""Reading an answer: bytes to text, text to a value."""

from email.message import Message

from ivr.core.values import NotJson, Value, parse_json


class Unreadable(ValueError):
    """The answer is not what it says it is."""


def read_text(body: bytes, content_type: str) -> str:
    """Decode by the declared charset, UTF-8 when there is none or an unknown one; a byte order mark is dropped."""
    try:
        text = body.decode(_charset(content_type) or "utf-8", errors="replace")
    except (LookupError, ValueError):
        text = body.decode("utf-8", errors="replace")
    return text.removeprefix("\ufeff")


def read_value(text: str, content_type: str) -> Value:
    """JSON where it is declared or looks like it, else the text itself. Raises Unreadable for broken declared JSON."""
    declared = "json" in content_type.split(";", maxsplit=1)[0].lower()
    if not text.strip():
        return None
    if not declared and not text.lstrip().startswith(("{", "[")):
        return text
    try:
        return parse_json(text)
    except NotJson as error:
        if declared:
            raise Unreadable(f"The answer says it is JSON, but it is not: {error}.") from None
        return text


def _charset(content_type: str) -> str | None:
    header = Message()
    header["Content-Type"] = content_type or "text/plain"
    return header.get_content_charset()
