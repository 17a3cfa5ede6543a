"""From bytes to text and back: by the charset that is declared, as far as the bytes bear it out.

Many programs declare a charset that their answer is not in: a library's own default, or the name of a smaller relative
of what they send. What can't be true is not believed, and what was read instead is said in a note.
"""

import codecs
import re
from email.message import Message
from functools import lru_cache

LONGEST_KIND = 200
"""Characters of a content type that are looked at. The parser for e-mail, which reads it, takes seconds for some header
lines of a few kilobytes."""
_text_codecs = re.compile(
    r"ascii|utf-(?:8|16|32)(?:-sig|-le|-be)?|iso8859-\d+|cp\d+|windows-\d+|koi8-\w|mac-\w+|tis-620|hz"
    r"|gb2312|gbk|gb18030|big5\w*|euc_\w+|iso2022_\w+|shift_jis\w*|johab"
)
"""Charsets of human languages. Python knows codecs besides that unpack, escape or take for ever."""
_WIDER = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "big5": "big5hkscs",
}
"""What is really sent under a name: a later charset that has all letters of the earlier one, and more. Browsers read
these names so too (WHATWG, Encoding)."""
_other_name = re.compile(r"(?:x-|win-?|windows-?|cp-)(?=[\w-])")
_textual = re.compile(r"^\s*(?:$|;)|text/|json|xml|script|x-www-form")
_xml_head = re.compile(rb"""(?:\xef\xbb\xbf)?\s*<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_marks = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_wide = ((b"x000", "utf-32-le"), (b"000x", "utf-32-be"), (b"x0x0", "utf-16-le"), (b"0x0x", "utf-16-be"))
_as_zeros = bytes(48 if code == 0 else 120 for code in range(256))
"""JSON and XML begin with ASCII, so where its zeros are tells how wide its characters are."""
_letters_of_utf8 = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}",
)
_WESTERN = "cp1252"


def read_text(body: bytes, content_type: str) -> tuple[str, str]:
    """The text, without its byte order marks, and a note of what was overlooked to read it, empty as a rule."""
    text, note = _read(body, content_type[:LONGEST_KIND].lower())
    return text.lstrip("\ufeff"), note


def written(text: str, kind: str, *, xml: bool = False) -> bytes:
    """A text in the charset that its content type declares. What that does not have is written by its number in XML,
    else as a question mark."""
    return text.encode(declared(kind) or "utf-8", errors="xmlcharrefreplace" if xml else "replace")


def _read(body: bytes, kind: str) -> tuple[str, str]:
    for mark, name in _marks:
        if body.startswith(mark):
            return body.decode(name, errors="replace"), ""
    told = declared(kind)
    name = told or _seen(body)
    if (as_utf8 := _unlike(body, name)) is not None:
        return as_utf8, f"The answer says that its letters are {_shown(kind)}, but they are UTF-8, and were read so."
    if (text := _strictly(body, name)) is not None:
        return text, ""
    if not told and not _textual.search(kind):
        return body.decode(name, errors="replace"), ""
    if name == "utf-8" and not _letters_of_utf8.search(body):
        why = "says it is UTF-8, but is not" if told else "names no charset and is not UTF-8"
        note = f"The answer {why}, so it was read as windows-1252 (Western European)."
        return body.decode(_WESTERN, errors="replace"), note
    return body.decode(name, errors="replace"), f"Some letters of the answer are damaged: they are no {name}."


def _unlike(body: bytes, name: str) -> str | None:
    """The text where a charset is declared that UTF-8 is often called by mistake; None when it may be what it says."""
    if name == "utf-8" or (body.isascii() and not name.startswith(("utf-16", "utf-32"))):
        return None
    if name == _WESTERN or (name.startswith(("utf-16", "utf-32")) and b"\0" not in body):
        return _strictly(body, "utf-8")
    return _strictly(body, "utf-8") if _strictly(body, name) is None else None


def _strictly(body: bytes, name: str) -> str | None:
    try:
        return body.decode(name)
    except UnicodeDecodeError:
        return None


def _seen(body: bytes) -> str:
    """The charset by where the zeros of the first letters are, or by the declaration of an XML document."""
    if wide := next((name for zeros, name in _wide if body[: len(zeros)].translate(_as_zeros) == zeros), ""):
        return wide
    head = _xml_head.match(body)
    name = _codec(head[1].decode().lower()) if head else ""
    return "utf-8" if name.startswith(("utf-16", "utf-32")) else name or "utf-8"  # it was read byte by byte


def declared(kind: str) -> str:
    """The codec of the charset that a content type declares, or nothing."""
    return _declared(kind[:LONGEST_KIND].lower())


@lru_cache(maxsize=128)
def _declared(kind: str) -> str:
    """An API sends the same header each time, and reading it takes the parser for e-mail."""
    return _codec(_shown(kind))


def _shown(kind: str) -> str:
    if kind and "/" not in kind and _codec(kind.strip()):
        return kind.strip()  # nothing but the charset: `gbk`
    header = Message()
    header["Content-Type"] = kind or "text/plain"
    try:
        return (header.get_content_charset() or "").strip("'\" ")
    except (LookupError, ValueError):
        return ""


def _codec(name: str) -> str:
    """What Python reads a charset with, under the widest of its names; nothing for what is none."""
    for each in (name, _other_name.sub("", name, count=1), _other_name.sub("cp", name, count=1)):
        try:
            found = codecs.lookup(each).name
        except (LookupError, ValueError):
            continue
        if _text_codecs.fullmatch(found):
            return _WIDER.get(found, found)
    return ""
