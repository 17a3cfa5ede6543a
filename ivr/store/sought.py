"""Which calls are asked for, as conditions of the database: each only where it matters, so that an index may serve."""

import re
from collections.abc import Mapping, Sequence
from itertools import zip_longest

from msgspec import Struct

from ivr.core import whole_words
from ivr.core.phone_numbers import caller
from ivr.store.call_facts import LEAST_DIGITS, MOST_DIGITS, ending_print
from ivr.store.sql.ended import BY_WORDS, ENDED
from ivr.store.vault import Vault

FOREVER = 2**62
"""After every time in milliseconds."""
KEYS = ("", "_before", "_long_before")
"""What is found by the key may have been stored by one of these."""
MOST_WORDS = 5
"""Words that calls are asked for by."""
_LONGEST_TEXT = 400
_digits = re.compile(r"\d+", re.ASCII)
_punctuation = re.compile(r"[\s().-]")


class Sought(Struct, frozen=True):
    """Which calls are asked for. What is empty, or 0, does not matter; times in milliseconds. `number` is the caller's,
    whole, and `ending` the last digits of it, `LEAST_DIGITS` to `MOST_DIGITS`; `dialled` the number of ours. `words`
    are all in the call, as `words_asked` gives them: of calls that go on, none are known. `after` is the call behind
    which the list goes on."""

    flow: str = ""
    result: str = ""
    number: str = ""
    ending: str = ""
    dialled: str = ""
    words: tuple[str, ...] = ()
    block: int = 0
    since: int = 0
    until: int = FOREVER
    after: str = ""
    most: int = 50

    @property
    def of_some(self) -> bool:
        """Whether their callers, or their numbers, matter."""
        return bool(self.number or self.ending or self.dialled)


class NotFoundBy(ValueError):
    """What calls can't be found by; says what they can be."""


def number_asked(text: str) -> str:
    """A number as calls have it: without punctuation, and with the plus that an address turns into a space."""
    plain = _punctuation.sub("", text)
    return f"+{plain}" if _digits.fullmatch(plain) and len(plain) > 6 else plain


def caller_asked(text: str) -> tuple[str, str]:
    """A caller as people ask for one: the whole number, and the last digits of one, either of them empty. Digits
    without a plus are the last ones, as long as there are so few. Raises NotFoundBy."""
    plain = _punctuation.sub("", text)
    if text.startswith((" ", "+")) or not _digits.fullmatch(plain) or len(plain) > MOST_DIGITS:
        return number_asked(text), ""
    if len(plain) < LEAST_DIGITS:
        raise NotFoundBy(
            f"Calls are found by a whole number with its plus, or by the last {LEAST_DIGITS} to {MOST_DIGITS} digits."
        )
    return "", plain


def words_asked(text: str) -> tuple[str, ...]:
    """The words of a text that calls are found by; none of an empty one. What is too short to be found is passed over.
    Raises NotFoundBy."""
    parted = whole_words.parted(whole_words.plain(text[:_LONGEST_TEXT]))
    words = tuple(dict.fromkeys(each for each in parted if len(each) >= whole_words.LEAST))
    if text.strip() and not words:
        raise NotFoundBy(f"Calls are found by whole words of at least {whole_words.LEAST} letters or digits.")
    too_long = len(text) > _LONGEST_TEXT or any(len(each) > whole_words.LONGEST for each in words)
    if too_long or len(words) > MOST_WORDS:
        raise NotFoundBy(
            f"Calls are found by up to {MOST_WORDS} words, each of up to {whole_words.LONGEST} characters."
        )
    return words


class Wanted(Struct, frozen=True):
    """Conditions on calls that are over, on those that go on, and what is named in them. `source` is where those that
    are over are looked for, and `at` the column there of when they began."""

    over: Sequence[str]
    live: Sequence[str]
    named: Mapping[str, str | int]
    source: str
    at: str


def wanted(sought: Sought, vault: Vault, *, alike: bool = False) -> Wanted:
    """`alike`: in the order of the index that tells calls apart, rather than in that of time."""
    rows = sought.number or sought.ending or sought.block
    # What is put in front of a column, or behind it, changes nothing but keeps its index out.
    at, flow = ("+started_at", "flow") if alike and not rows else ("started_at", "flow || ''")
    either, named = _either(sought, vault)
    by_words, prints = _by_words(sought.words, vault)
    over = [f"{flow} = :flow"] * bool(sought.flow) + ["result = :result"] * bool(sought.result)
    live = ["over_at IS NULL", "flow <> ''", *["flow || '' = :flow"] * bool(sought.flow)]
    live += ["1 = 0"] * (sought.result not in {"", "live"} or bool(sought.words))
    named |= {"flow": sought.flow, "result": sought.result, "since": sought.since, "until": sought.until, **prints}
    live += [*either, *_in_time(sought, at)]
    if sought.words:
        return Wanted([*by_words, *over, *either, *_in_time(sought, "at")], live, named, BY_WORDS, "at")
    return Wanted([*over, *either, *_in_time(sought, at)], live, named, ENDED, "started_at")


def _in_time(sought: Sought, at: str) -> list[str]:
    return [f"{at} >= :since"] * (sought.since > 0) + [f"{at} < :until"] * (sought.until < FOREVER)


def _by_words(words: Sequence[str], vault: Vault) -> tuple[list[str], dict[str, str | int]]:
    """Conditions on rows of prints, and what is named in them: by as many keys as there are, as each takes time. All
    prints are as long, and there are commas between them: none is found in two of them, or in a part of one."""
    conditions, named = ["id = call"] * bool(words), dict[str, str | int]()
    for letter, word in zip("abcde", words, strict=False):
        prints = {f"word_{letter}{key}": each for key, each in zip(KEYS, vault.word_prints(word), strict=False)}
        conditions.append(f"({' OR '.join(f'prints LIKE :{name}' for name in prints)})")
        named |= {name: f"%{each}%" for name, each in prints.items()}
    return conditions, named


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
