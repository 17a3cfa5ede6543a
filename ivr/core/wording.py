"""Doing something with text: cutting, joining, finding, spelling. Every function is given text and gives text back."""

import re

from ivr.core.values import Value, to_text

_word = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_no_digit = re.compile(r"[^0-9]")


def title(text: str) -> str:
    """Every word with a capital: `anna-maria o'neil` is `Anna-Maria O'neil`."""
    return _word.sub(lambda word: word[0][0].upper() + word[0][1:].lower(), text)


def digits(text: str) -> str:
    """The digits 0 to 9 of a text, such as those of `(555) 123-4567`."""
    return _no_digit.sub("", text)


def spelled(text: str) -> str:
    """Letters and digits one by one, so that a voice reads each: `AB-12` is `A B 1 2`."""
    return " ".join(character for character in text if character.isalnum())


def items(value: Value, separator: str) -> list[Value]:
    """A list as it is; text cut at a separator, without blanks around the pieces; each line by itself without one."""
    if isinstance(value, list):
        return value
    text = to_text(value)
    pieces = text.split(separator) if separator else text.splitlines()
    return [piece.strip() for piece in pieces] if text.strip() else []


def enumerated(items: list[Value], last: str) -> str:
    """A list as one says it: `a, b and c`."""
    texts = [text for text in (to_text(item).strip() for item in items) if text]
    return f"{', '.join(texts[:-1])} {last} {texts[-1]}" if len(texts) > 1 else "".join(texts)
