"""Which calls are asked for, as conditions of the database: each only where it matters, so that an index may serve."""

import re
from collections.abc import Mapping, Sequence
from itertools import zip_longest

from msgspec import Struct

from ivr.core.phone_numbers import caller
from ivr.store.call_facts import LEAST_DIGITS, MOST_DIGITS, ending_print
from ivr.store.vault import Vault

FOREVER = 2**62
"""After every time in milliseconds."""
KEYS = ("", "_before", "_long_before")
"""What is found by the key may have been stored by one of these."""
_digits = re.compile(r"\d+", re.ASCII)
_punctuation = re.compile(r"[\s().-]")


class Sought(Struct, frozen=True):
    """Which calls are asked for. What is empty, or 0, does not matter; times in milliseconds. `number` is the caller's,
    whole, and `ending` the last digits of it, `LEAST_DIGITS` to `MOST_DIGITS`; `dialled` the number of ours. `after`
    is the call behind which the list goes on."""

    flow: str = ""
    result: str = ""
    number: str = ""
    ending: str = ""
    dialled: str = ""
    block: int = 0
    since: int = 0
    until: int = FOREVER
    after: str = ""
    most: int = 50

    @property
    def of_some(self) -> bool:
        """Whether their callers, or their numbers, matter."""
        return bool(self.number or self.ending or self.dialled)


class TooFewDigits(ValueError):
    """A part of a number that calls can't be found by; says what they can be."""


def number_asked(text: str) -> str:
    """A number as calls have it: without punctuation, and with the plus that an address turns into a space."""
    plain = _punctuation.sub("", text)
    return f"+{plain}" if _digits.fullmatch(plain) and len(plain) > 6 else plain


def caller_asked(text: str) -> tuple[str, str]:
    """A caller as people ask for one: the whole number, and the last digits of one, either of them empty. Digits
    without a plus are the last ones, as long as there are so few. Raises TooFewDigits."""
    plain = _punctuation.sub("", text)
    if text.startswith((" ", "+")) or not _digits.fullmatch(plain) or len(plain) > MOST_DIGITS:
        return number_asked(text), ""
    if len(plain) < LEAST_DIGITS:
        raise TooFewDigits(
            f"Calls are found by a whole number with its plus, or by the last {LEAST_DIGITS} to {MOST_DIGITS} digits."
        )
    return "", plain


class Wanted(Struct, frozen=True):
    """Conditions on calls that are over, on those that go on, and what is named in them."""

    over: Sequence[str]
    live: Sequence[str]
    named: Mapping[str, str | int]


def wanted(sought: Sought, vault: Vault, *, alike: bool = False) -> Wanted:
    """`alike`: in the order of the index that tells calls apart, rather than in that of time."""
    rows = sought.number or sought.ending or sought.block
    # What is put in front of a column, or behind it, changes nothing but keeps its index out.
    at, flow = ("+started_at", "flow") if alike and not rows else ("started_at", "flow || ''")
    either, named = _either(sought, vault)
    time = [f"{at} >= :since"] * (sought.since > 0) + [f"{at} < :until"] * (sought.until < FOREVER)
    over = [f"{flow} = :flow"] * bool(sought.flow) + ["result = :result"] * bool(sought.result)
    live = ["over_at IS NULL", "flow <> ''", *["flow || '' = :flow"] * bool(sought.flow)]
    live += ["1 = 0"] * (sought.result not in {"", "live"})
    named |= {"flow": sought.flow, "result": sought.result, "since": sought.since, "until": sought.until}
    return Wanted([*over, *either, *time], [*live, *either, *time], named)


def _either(sought: Sought, vault: Vault) -> tuple[list[str], dict[str, str | int]]:
    """Conditions that are the same on both, and what is named in any."""
    conditions: list[str] = []
    named: dict[str, str | int] = {"dialled": sought.dialled, "block": f"%,{sought.block},%"}
    if sought.dialled:
        conditions.append("dialled = :dialled")
    if sought.block:
        conditions.append("blocks LIKE :block")
    if sought.number:
        conditions.append(f"caller IN ({', '.join(f':caller{key}' for key in KEYS)})")
        named |= _by_each_key("caller", vault.prints(caller(sought.number)))
    if sought.ending:
        conditions.append(f"({' OR '.join(f'endings LIKE :ending{key}' for key in KEYS)})")
        named |= _by_each_key("ending", [f"%,{each},%" for each in ending_print(vault, sought.ending)])
    return conditions, named


def _by_each_key(name: str, prints: Sequence[str]) -> dict[str, str]:
    found = zip_longest(KEYS, prints[: len(KEYS)], fillvalue=prints[0])
    return {f"{name}{key}": each for key, each in found}
