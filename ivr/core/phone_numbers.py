"""Phone numbers: read as people and carriers write them, kept as E.164 (ITU-T), shown with spaces. Pure.

What counts as a number is what *can* be one, by its country and length (`is_possible` of the package `phonenumbers`),
not what a numbering plan has assigned (`is_valid`): ranges for fiction such as +1 555 0100 are in no plan, plans change
faster than packages are updated, and the carrier knows best which numbers are in use. What a plan says of a number,
such as that it is of premium rate, is asked all the same.
"""

import re
from functools import lru_cache
from typing import Literal
from urllib.parse import unquote

import phonenumbers
from msgspec import Struct
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, PhoneNumberType, timezone

Kind = Literal["premium_rate", "shared_cost", "satellite", "toll_free", "mobile", "fixed_line", "other", "unknown"]
ANONYMOUS = "anonymous"
"""What stands for the number of a caller who withholds it, or whose network does not tell it."""
EXAMPLE = "+15550100200"
LONGEST = 64
"""Characters of a number as people write it."""
_MARKS = frozenset(
    {
        "", "anonymous", "restricted", "blocked", "unknown", "unavailable", "private", "withheld", "id unavailable",
        "private number", "private caller", "no caller id", "caller id blocked", "blocked number", "unknown number",
        "unknown caller", "no number", "not available", "n/a", "null", "none", "undefined",
        "266696687", "7378742833", "2562533", "8656696", "86282452253",
    }
)  # fmt: skip
"""What carriers send in place of a number that they don't tell: words, and the same words as typed on a keypad."""
_WORLDWIDE_SATELLITE = frozenset({870, 881, 882, 883})
"""Country codes of satellite systems and of networks that belong to no country (ITU-T E.164, annex)."""
_written = re.compile(r"[+＋]?[\d ().\-/‐-―\u00a0\u2009\u202f]+")
_invisible = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""What comes along when a number is copied from a list of contacts or a web page."""
_uri = re.compile(r"tel:([^;]+)(?:;.*)?", re.IGNORECASE)
_nobody = re.compile(r"0+")
_withheld_address = re.compile(r"(?:sips?:)?(?:(?P<user>[^@]*)@)?(?P<host>.*)", re.IGNORECASE)
_address = re.compile(r"(?:sip|sips|client|whatsapp|messenger):.+", re.IGNORECASE)
_user = re.compile(r"sips?:([^@;:>]+)@?.*", re.IGNORECASE)
_NO_COUNTRY = "ZZ"
_in_text = re.compile(r"\+?\d[\d ()-]{5,}\d")

_KINDS: dict[int, Kind] = {
    PhoneNumberType.PREMIUM_RATE: "premium_rate",
    PhoneNumberType.SHARED_COST: "shared_cost",
    PhoneNumberType.TOLL_FREE: "toll_free",
    PhoneNumberType.MOBILE: "mobile",
    PhoneNumberType.FIXED_LINE: "fixed_line",
    PhoneNumberType.FIXED_LINE_OR_MOBILE: "fixed_line",
    PhoneNumberType.UNKNOWN: "unknown",
}
_COSTLY = frozenset({"premium_rate", "shared_cost"})


def without_numbers(text: str) -> str:
    """A text of somebody else's, with dots in place of all that may be a phone number."""
    return _in_text.sub("…", text)


class NotANumber(ValueError):
    """Text that is no phone number; says why, and what to do."""


class Number(Struct, frozen=True):
    """A phone number. `country`: ISO 3166 code, empty where it belongs to none; `kind`: by its numbering plan."""

    e164: str
    country: str
    kind: Kind


@lru_cache(maxsize=4096)
def read(text: str, country: str = "") -> Number:
    """The number that a text is, as people write it. Raises NotANumber.

    `country`: ISO code of the country whose national notation is understood; without one only numbers that begin with
    a plus, or with whatever dials abroad, are.
    """
    whole = _plain(text)
    shown = whole[:LONGEST]
    if len(whole) > LONGEST or not _written.fullmatch(shown):
        raise NotANumber(f"“{shown}” is no phone number: write it like {EXAMPLE}.")
    if not country and shown[0] not in "+＋":
        raise NotANumber(
            f"“{shown}” does not say its country: write it with a plus and the country's code, like {EXAMPLE}, or set "
            "IVR_COUNTRY, such as US."
        )
    try:
        parsed = phonenumbers.parse(shown, country or None)
    except NumberParseException:
        raise NotANumber(f"“{shown}” is no phone number: write it like {EXAMPLE}.") from None
    if not phonenumbers.is_possible_number(parsed):
        raise NotANumber(f"“{shown}” is no phone number: {_why(parsed)}.")
    e164 = phonenumbers.format_number(parsed, PhoneNumberFormat.E164)
    return Number(e164, _country(parsed), _kind(parsed))


def _plain(text: str) -> str:
    """A number without what can't be seen in it, and without the frame of a `tel:` URI (RFC 3966)."""
    plain = _invisible.sub("", text).strip()
    uri = _uri.fullmatch(plain)
    return uri[1] if uri else plain


def find(text: str, country: str = "") -> Number | None:
    """The number that a text is, or None."""
    try:
        return read(text, country)
    except NotANumber:
        return None


def is_number(text: str) -> bool:
    """Whether a text is a number that can be called, with its country's code."""
    return not is_withheld(text) and find(text) is not None


def is_withheld(text: str) -> bool:
    """Whether a text stands where a caller's number would, and says that there is none."""
    plain = text.strip().strip('<>"').lower()
    if "@" in plain or plain.startswith(("sip:", "sips:")):
        address = _withheld_address.fullmatch(plain)
        user, host = (address["user"] or "", address["host"].partition(";")[0]) if address else ("", "")
        return (bool(user) and user in _MARKS) or host.partition(":")[0] == "anonymous.invalid"
    bare = plain.lstrip("+")
    return bare in _MARKS or _nobody.fullmatch(bare) is not None


def caller(text: str) -> str:
    """Who calls or texts, from what the carrier sends: a number as E.164, `anonymous`, or an address such as
    `client:alice` or `sip:…` as it is."""
    plain = text.replace("\0", "").strip()
    if is_withheld(plain):
        return ANONYMOUS
    found = find(plain)
    return found.e164 if found else plain


def called(text: str) -> str:
    """Which number of ours is called, from what the carrier sends; of a SIP address the number before its @."""
    plain = text.replace("\0", "").strip()
    user = _user.fullmatch(plain)
    found = find(unquote(user[1]) if user else plain)
    return found.e164 if found else plain


def shown(text: str) -> str:
    """A number as people write it, such as `+1 555-010-0200`; words, when it is withheld."""
    if is_withheld(text):
        return "Number withheld"
    if _address.fullmatch(text):
        return text
    try:
        parsed = phonenumbers.parse(text, None)
    except NumberParseException:
        return text
    return phonenumbers.format_number(parsed, PhoneNumberFormat.INTERNATIONAL)


def is_country(text: str) -> bool:
    """Whether a text is the ISO code of a country that has phone numbers, in capitals."""
    return text in phonenumbers.SUPPORTED_REGIONS


def zones(number: str) -> tuple[str, ...]:
    """The time zones that a number, as E.164, may be in, such as `Europe/Berlin`: by its plan, else by its country's
    code, else UTC. Those of mobiles are all of their country's, where they tell no more."""
    parsed = phonenumbers.parse(number, None)
    for find_zones in (timezone.time_zones_for_number, timezone.time_zones_for_geographical_number):
        found = tuple(zone for zone in find_zones(parsed) if zone != timezone.UNKNOWN_TIMEZONE)
        if found:
            return found
    return ("UTC",)


def _why(parsed: PhoneNumber) -> str:
    reason = phonenumbers.is_possible_number_with_reason(parsed)
    match reason:
        case phonenumbers.ValidationResult.TOO_SHORT:
            return "it is too short"
        case phonenumbers.ValidationResult.TOO_LONG:
            return "it is too long"
        case phonenumbers.ValidationResult.INVALID_COUNTRY_CODE:
            return f"no country has the code +{parsed.country_code}"
    return "no number of its country has this length"


def _country(parsed: PhoneNumber) -> str:
    """The country of a number; of one that is in no plan the main country of its code."""
    main = phonenumbers.region_code_for_country_code(parsed.country_code or 0)
    found = phonenumbers.region_code_for_number(parsed) or main
    return found if found and found != _NO_COUNTRY and not found.isdigit() else ""


def _kind(parsed: PhoneNumber) -> Kind:
    if parsed.country_code in _WORLDWIDE_SATELLITE:
        return "satellite"
    kind = _KINDS.get(phonenumbers.number_type(parsed), "other")
    return _hidden_cost(parsed) if kind == "unknown" else kind


def _hidden_cost(parsed: PhoneNumber) -> Kind:
    """The kind of a number that is in no plan. Networks ignore digits behind a complete number, so one that begins with
    a premium-rate number reaches it."""
    national = phonenumbers.national_significant_number(parsed)
    for length in range(len(national) - 1, 3, -1):
        shorter = phonenumbers.parse(f"+{parsed.country_code}{national[:length]}", None)
        kind = _KINDS.get(phonenumbers.number_type(shorter), "other")
        if kind in _COSTLY:
            return kind
    return "unknown"
