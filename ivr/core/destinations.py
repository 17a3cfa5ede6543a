"""Where calls and texts may go: countries and prefixes, and what costs so much that it never may. Pure."""

from collections.abc import Collection

from msgspec import Struct

from ivr.core.phone_numbers import Kind, Number, is_country

ANYWHERE = "*"
NEVER: dict[Kind, str] = {
    "premium_rate": "Premium-rate numbers are never called or texted.",
    "shared_cost": "Shared-cost numbers are never called or texted.",
    "satellite": "Satellite phones and international networks are never called or texted.",
}
"""Kinds of numbers that are refused whatever is set, and the sentence for it. Fraud lives on what they cost."""


class Destinations(Struct, frozen=True):
    """What is allowed. With neither countries nor prefixes: the countries of our own numbers."""

    countries: frozenset[str] = frozenset()
    prefixes: tuple[str, ...] = ()
    anywhere: bool = False

    @classmethod
    def parse(cls, text: str) -> "Destinations":
        """From `US, DE, +44, *`: countries by their letters (ISO 3166), prefixes with a plus, `*` for everywhere.

        Raises ValueError, which ends a sentence that begins with the name of the setting.
        """
        parts = [part.strip().upper() for part in text.split(",") if part.strip()]
        prefixes = tuple(part for part in parts if part[0] == "+" and part[1:].isascii() and part[1:].isdigit())
        countries = frozenset(part for part in parts if is_country(part))
        strange = [part for part in parts if part != ANYWHERE and part not in countries and part not in prefixes]
        if strange:
            raise ValueError(f"has “{strange[0][:20]}”, which is neither a country such as US nor a prefix such as +44")
        return cls(countries, prefixes, ANYWHERE in parts)

    def refusal(self, number: Number, home: Collection[str]) -> str:
        """Why a number is not allowed, in a sentence; empty when it is. `home`: the countries of our own numbers."""
        if sentence := NEVER.get(number.kind):
            return sentence
        if self.anywhere or number.e164.startswith(self.prefixes):
            return ""
        countries = self.countries if self.countries or self.prefixes else home
        if number.country and number.country in countries:
            return ""
        where = f"numbers of {number.country}" if number.country else "numbers of no country"
        return f"Calls and texts to {where} are not allowed; the setting IVR_DESTINATIONS says which are."
