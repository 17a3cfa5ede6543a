"""The words of declarations in other languages than English: what blocks, their fields and their ports are called.

A table is keyed by the English words themselves: what several blocks say is translated once, and words that change in
English want a new translation. Where one word needs two, the key names the field before it: `condition.match: Any`.
"""

import json
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files

from ivr.language import Language

Say = Callable[[str, str], str]
"""Words in a language, for English ones and the field that they belong to, such as `condition.match`."""


@cache
def table(language: Language) -> Mapping[str, str]:
    """Every translation, by the English words; nothing for English."""
    folder = files("ivr.translations") / language
    found = [each for each in folder.iterdir() if each.name.endswith(".json")] if folder.is_dir() else []
    return {words: said for each in found for words, said in json.loads(each.read_text("utf-8")).items()}


def saying(language: Language) -> Say:
    """How the words of declarations are said in a language. What has no translation, as in blocks of other packages,
    stays as it is."""
    words = table(language)

    def say(text: str, field: str = "") -> str:
        return words.get(f"{field}: {text}") or words.get(text, text)

    return say
