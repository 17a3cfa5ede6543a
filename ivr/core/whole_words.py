"""Words as calls are found by them: whole ones, however they were written.

Capitals, accents that stand apart and wide letters make no other word of one; what is neither letter nor digit parts
two. A language that is written without spaces has one word where a phrase is.
"""

import re
import unicodedata

LEAST, LONGEST = 2, 40
"""Characters of a word that calls are found by."""
_plain = re.compile(r"[^\W_]+")


def plain(text: str) -> str:
    """Text in the letters that words are compared in."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def parted(text: str) -> list[str]:
    """The words of a text that is `plain`, in order, however short or long they are."""
    if text.isascii() or not (marks := {each for each in set(text) if unicodedata.category(each)[0] == "M"}):
        return _plain.findall(text)
    # Without its marks, which are no letters, a word of some languages would fall apart.
    return "".join(each if each.isalnum() or each in marks else " " for each in text).split()
