"""How many parts a text message is sent in: each is paid for, and the phone joins them again."""

from typing import Literal

from msgspec import Struct

Encoding = Literal["GSM-7", "UCS-2"]
BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""The characters of GSM 03.38 that take one septet."""
EXTENDED = frozenset("\f^{}\\[~]|€")
"""Those that take two: an escape, and themselves."""
_KNOWN = BASIC | EXTENDED
_ALONE: dict[Encoding, int] = {"GSM-7": 160, "UCS-2": 70}
_JOINED: dict[Encoding, int] = {"GSM-7": 153, "UCS-2": 67}
"""In several parts each begins with a header, which takes the room of six bytes."""


class Segments(Struct, frozen=True):
    """`encoding` is UCS-2, in 16-bit units, as soon as one character is not in GSM-7."""

    count: int
    encoding: Encoding


def segments(text: str) -> Segments:
    """The parts of a text; none for an empty one. A character that takes two units is never cut in two."""
    encoding: Encoding = "GSM-7" if _KNOWN.issuperset(text) else "UCS-2"
    sizes = [_units(character, encoding) for character in text]
    units = sum(sizes)
    return Segments(min(units, 1) if units <= _ALONE[encoding] else _parts(sizes, _JOINED[encoding]), encoding)


def beyond_gsm7(text: str) -> list[str]:
    """The characters that make a text UCS-2, each once, in their order."""
    return [character for character in dict.fromkeys(text) if character not in _KNOWN]


def _units(character: str, encoding: Encoding) -> int:
    two = character in EXTENDED if encoding == "GSM-7" else ord(character) > 0xFFFF
    return 2 if two else 1


def _parts(sizes: list[int], room: int) -> int:
    parts, used = 1, 0
    for size in sizes:
        if used + size > room:
            parts, used = parts + 1, 0
        used += size
    return parts
