"""Reading an answer: bytes to text, text to a value."""

import codecs
import re
from email.message import Message

from ivr.core.values import NotJson, Value, parse_json

_text_codecs = re.compile(
    r"ascii|utf-(?:8|16|32)(?:-sig|-le|-be)?|iso8859-\d+|cp\d+|windows-\d+|koi8-\w|mac-\w+|tis-620|hz"
    r"|gb2312|gbk|gb18030|big5\w*|euc_\w+|iso2022_\w+|shift_jis\w*|johab"
)
"""Charsets of human languages. Python knows codecs besides that unpack, escape or take for ever."""


class Unreadable(ValueError):
    """The answer is not what it says it is."""


def read_text(body: bytes, content_type: str) -> str:
    """Decode by the declared charset, UTF-8 when there is none or an unknown one; a byte order mark is dropped."""
    text = body.decode(_charset(content_type), errors="replace")
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


def _charset(content_type: str) -> str:
    header = Message()
    header["Content-Type"] = content_type or "text/plain"
    try:
        name = codecs.lookup(header.get_content_charset() or "utf-8").name
    except (LookupError, ValueError):
        return "utf-8"
    return name if _text_codecs.fullmatch(name) else "utf-8"
