"""What is wrong with an address as it was typed or pasted, and what it should be."""

import re
from collections.abc import Iterator

from ivr.core.letters import EDGES
from ivr.core.problem import Problem
from ivr.core.template import Template

_line_break = re.compile(r"[\x00-\x1f\x7f]")
_hidden = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_userinfo = re.compile(r"^https?://[^/?#]*@", re.IGNORECASE)
_twice = re.compile(r"https?://(?=https?:?/?/)", re.IGNORECASE)
_scheme = re.compile(r"https?://|\$", re.IGNORECASE)
_inside = re.compile(r"https?://[^\s\"'<>`“”„«»‘’]+", re.IGNORECASE)
_host_first = re.compile(r"(?://)?((?:[\w-]{1,63}\.){1,10}[A-Za-z]{2,24}(?:[:/?]\S*)?)", re.ASCII)
_fragment = re.compile(r"#.*", re.DOTALL)
_placeholder = re.compile(
    r"(?<![$\w])\{\{? {0,3}([A-Za-z_][\w.-]{0,100}) {0,3}\}?\}|(?<=[^:/]/):([A-Za-z_]\w{0,60})(?=[/?]|$)"
)


def problems(url: Template) -> Iterator[Problem]:
    """What is wrong with it, at the path `url`. A mistake that makes every call fail stands alone."""
    text = url.text.strip(EDGES)
    if text != url.text:
        message = "There are blanks or line breaks round the address, which are left out."
        yield Problem("blanks_round", message, path="url", hint="Remove them.", level="warning", fix=text)
    error = _error(text)
    if error is not None:
        yield error
    else:
        yield from _warnings(text)


def _error(text: str) -> Problem | None:
    if _line_break.search(text):
        message = "The address has a line break or a tab inside."
        return Problem("line_break", message, path="url", hint="Write it in one line.")
    if _userinfo.match(text):
        hint = "Put them into authentication, type basic, where they are stored encrypted."
        return Problem("userinfo", "The address holds a user name or password.", path="url", hint=hint)
    if _twice.match(text):
        message = "The address begins twice."
        return Problem("begins_twice", message, path="url", hint="Write https:// once.", fix=_once(text))
    if not _scheme.match(text):
        hint = "It begins with https://, or with a variable that does."
        return Problem("no_address", "This is not a web address.", path="url", hint=hint, fix=_meant(text))
    return None


def _once(text: str) -> str:
    rest = _twice.sub("", text, count=1)
    return re.sub(r"^(https?)(?::?/?)//", r"\1://", rest, count=1, flags=re.IGNORECASE)


def _meant(text: str) -> str:
    """The address within what was pasted, such as one in quotes or behind GET; nothing when there is none."""
    if (found := _inside.search(text)) is not None:
        return found[0].rstrip(").,;")
    host = _host_first.fullmatch(text)
    return f"https://{host[1]}" if host else ""


def _warnings(text: str) -> Iterator[Problem]:
    if _hidden.search(text):
        message = "The address has letters inside that can't be seen, and they are sent."
        yield _warning("hidden_letters", message, "Remove them.", _hidden.sub("", text))
    if "&amp;" in text:
        message = "The address is written as in a page: &amp; stands for &."
        yield _warning("page_signs", message, "Write &.", text.replace("&amp;", "&"))
    if "#" in text:
        asks = "?" in text.partition("#")[0]
        hint = "Write %23 for a # of a value." if asks else "Leave it out."
        fix = text.replace("#", "%23") if asks else _fragment.sub("", text)
        yield _warning("fragment", "What follows # is not sent.", hint, fix)
    if (open_ := _placeholder.search(text)) is not None:
        message = f"{open_[0]} is sent as it stands: nothing is put in its place."
        yield _warning("placeholder", message, f"Put a variable there, such as ${open_[1] or open_[2]}.", "")


def _warning(code: str, message: str, hint: str, fix: str) -> Problem:
    return Problem(code, message, path="url", hint=hint, level="warning", fix=fix)
