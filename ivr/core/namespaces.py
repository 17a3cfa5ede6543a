"""Namespaces of XML: a parser writes the name of one before the name of each element and attribute within.

So a long one makes gigabytes out of a document of some hundred kilobytes, and real ones are short.
"""

import re

LONGEST = 300
"""Characters of the name of a namespace."""
_begun = re.compile(r"""(?<=\s)xmlns(?::[^\s=]*)?\s*=\s*["']""")


def too_long(text: str) -> bool:
    """Whether a document declares a namespace that a parser must not be given. Looks at each character once."""
    ends = (text.find(found[0][-1], found.end(), found.end() + LONGEST + 1) for found in _begun.finditer(text))
    return any(end < 0 for end in ends)
