"""Doing something with text: cutting, joining, finding, spelling. Every function is given text and gives text back."""

import re
import unicodedata

from ivr.core.resolving import resolve
from ivr.core.template import Unset
from ivr.core.values import Value, to_text

_word = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_letter = re.compile(r"[^\W_]\W*?(?=[^\W_]|\s|$)")
_choice = re.compile(r"([#*])")
MOST_CHOICES = 9
"""Keys there are for choices by number."""
LONGEST_CHOICE = 500
"""Characters of what is said for a key; it may be said several times."""


def title(text: str) -> str:
    """Every word with a capital: `anna-maria o'neil` is `Anna-Maria O'neil`."""
    return _word.sub(lambda word: word[0][0].upper() + word[0][1:].lower(), text)


def digits(text: str) -> str:
    """The digits of a text, such as those of `(555) 123-4567`; of every script, as 0 to 9."""
    return "".join(str(unicodedata.decimal(each)) for each in text if each.isdecimal())


def spelled(text: str) -> str:
    """Letters and digits one by one, so that a voice reads each: `AB-12` is `A B 1 2`. Accents and vowel signs
    stay with their letters."""
    return " ".join(_letter.findall("".join(each if each.isalnum() or _is_mark(each) else " " for each in text)))


def _is_mark(character: str) -> bool:
    return unicodedata.category(character)[0] == "M"


def items(value: Value, separator: str) -> list[Value]:
    """A list as it is; an object alone as a list of one, since many APIs send one so; text cut at a separator, without
    blanks around the pieces; each line by itself without one."""
    if isinstance(value, list | dict):
        return value if isinstance(value, list) else [value] if value else []
    text = to_text(value)
    pieces = text.split(separator) if separator else text.splitlines()
    return [piece.strip() for piece in pieces] if text.strip() else []


def field(items: list[Value], path: str) -> list[Value]:
    """What stands under a label of each object in a list, `name` or `address.city`; without those that have none."""
    found = (resolve(item, path) if isinstance(item, dict) else None for item in items)
    return [each for each in found if each is not None and not isinstance(each, Unset)]


def choices(items: list[Value], path: str, each: str) -> str:
    """The first nine items of a list, or a field of each, as the choices of a menu: in `each` a `#` is its number
    and a `*` is what it is. One that is empty is left out, and the others keep their numbers."""
    said = []
    for number, item in enumerate(items[:MOST_CHOICES], 1):
        found = field([item], path) if path else [item]
        if text := "".join(map(to_text, found))[:LONGEST_CHOICE].strip():
            signs = {"#": str(number), "*": text}
            said.append("".join(signs.get(piece, piece) for piece in _choice.split(each)))
    return " ".join(said)


def enumerated(items: list[Value], last: str) -> str:
    """A list as one says it: `a, b and c`."""
    texts = [text for text in (to_text(item).strip() for item in items) if text]
    return f"{', '.join(texts[:-1])} {last} {texts[-1]}" if len(texts) > 1 else "".join(texts)
