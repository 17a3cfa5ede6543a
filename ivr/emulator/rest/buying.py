"""Which number is bought."""

from collections.abc import Collection, Mapping

from ivr.emulator.errors.api_error import ApiError
from ivr.emulator.setup.magic_numbers import BUY, BUY_AREA, VALID
from ivr.emulator.setup.number import PHONE_NUMBER

AREA_DIGITS = 3


def number_to_buy(form: Mapping[str, str], owned: Collection[str]) -> str:
    """The number that a form asks for. Every number of the world is for sale that the account does not own.

    Raises ApiError 20001 when both are missing, 21421 or 21422 for a number, 21451 or 21452 for an area code.
    """
    wanted, area = form.get("PhoneNumber", ""), form.get("AreaCode", "")
    if wanted in BUY or area in BUY_AREA:
        if code := BUY[wanted] if wanted in BUY else BUY_AREA[area]:
            raise ApiError(code)
        return VALID
    if wanted:
        return _checked(wanted, owned)
    if area:
        return _any_of(area, owned)
    raise ApiError(20001, "PhoneNumber or AreaCode is required")


def _checked(wanted: str, owned: Collection[str]) -> str:
    if PHONE_NUMBER.fullmatch(wanted) is None:
        raise ApiError(21421)
    if wanted in owned:
        raise ApiError(21422)
    return wanted


def _any_of(area: str, owned: Collection[str]) -> str:
    """The first free one of the hundred numbers that are reserved for made-up use in each area."""
    if not (area.isascii() and area.isdigit() and len(area) == AREA_DIGITS and area[0] in "23456789"):
        raise ApiError(21451)
    free = (f"+1{area}55501{line:02}" for line in range(100))
    found = next((number for number in free if number not in owned), None)
    if found is None:
        raise ApiError(21452)
    return found
