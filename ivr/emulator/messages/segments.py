"""How many parts a text message is sent in."""

GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_DOUBLE = frozenset("{}[]~\\|^€")


def segments(text: str) -> int:
    """160 GSM characters fit in one part and 153 in each of several; of anything else 70 and 67 UTF-16 units."""
    if set(text) <= GSM | GSM_DOUBLE:
        return _parts(len(text) + sum(character in GSM_DOUBLE for character in text), 160, 153)
    return _parts(len(text.encode("utf-16-le", errors="replace")) // 2, 70, 67)


def _parts(units: int, single: int, each: int) -> int:
    return 1 if units <= single else -(-units // each)
