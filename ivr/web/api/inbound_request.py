"""What another system sends to start a flow: read, and checked, with every mistake named at once. Pure."""

import hashlib
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

from msgspec import Struct
from pydantic import TypeAdapter, ValidationError

from ivr.actions.inbound_api import InboundApi
from ivr.core import phone_numbers
from ivr.core.fields import VariableName
from ivr.core.problem import Problem
from ivr.core.values import Value

LARGEST = 64 * 1024
"""Bytes of a request."""
DEEPEST = 20
"""Levels of lists and objects."""
MOST_INPUTS = 100
LARGEST_EXPONENT = 308
OUT_OF_RANGE = "The body has a number that is far too large or too small."
TAKEN = frozenset({"CallSid", "DateTime", "SECRET"})
"""Names that mean something else in a flow, so that an input could never be read under them."""
CALLER, DIALLED = ("ANI", "to"), ("DNIS", "from")
_names: TypeAdapter[str] = TypeAdapter(VariableName)


class Unreadable(ValueError):
    """A body that is not what it says it is; the text says why."""


class Wish(Struct, frozen=True):
    """Whom to reach, what number to show them (empty: not said), and what is passed along."""

    caller: str
    dialled: str
    inputs: dict[str, Value]


def read(content_type: str, body: bytes) -> dict[str, Value] | None:
    """The fields of a request, or None for a kind of body that is not taken. Raises Unreadable."""
    if content_type == "application/json":
        return _read_json(body)
    if content_type == "application/x-www-form-urlencoded":
        return _read_form(body)
    return None


def check(fields: dict[str, Value], action: InboundApi, country: str = "") -> tuple[Wish, list[Problem]]:
    """What the fields ask for, and every mistake in them. A wish with mistakes is of no use.

    `country`: ISO code of the country of numbers in national notation.
    """
    problems: list[Problem] = []
    inputs = {name: value for name, value in fields.items() if name not in {*CALLER, *DIALLED}}
    caller, dialled = (_number(fields, names, country, problems) for names in (CALLER, DIALLED))
    if not caller and not problems:
        problems.append(Problem("missing", "Say whom to reach.", path="ANI", hint="Write it like +15551234567."))
    problems += _input_problems(inputs, action)
    return Wish(caller, dialled, inputs), problems


def digest(flow: str, fields: dict[str, Value]) -> str:
    """The same for the same request, however it was written."""
    text = json.dumps([flow, fields], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def run_of_key(token: str, key: str) -> str:
    """The id of the run that a token's request with this Idempotency-Key starts, however often it is sent."""
    return f"RN{hashlib.sha256(json.dumps([token, key]).encode()).hexdigest()[:32]}"


def _not_e164(path: str) -> Problem:
    return Problem("not_a_number", "This is no phone number.", path=path, hint="Write it like +15551234567.")


def _number(fields: dict[str, Value], names: tuple[str, str], country: str, problems: list[Problem]) -> str:
    """The number under one of its two names, as E.164; empty where there is none."""
    given = [name for name in names if name in fields]
    if len(given) > 1:
        problems.append(Problem("twice", f"{names[0]} and {names[1]} are the same: send one.", path=names[1]))
    value = fields[given[0]] if given else ""
    if not isinstance(value, str):
        problems.append(_not_e164(given[0]))
        return ""
    if not value.strip(" "):
        return ""
    try:
        return phone_numbers.read(value, country).e164
    except phone_numbers.NotANumber as error:
        hint = "Write it like +15551234567."
        problems.append(Problem("not_a_number", str(error), path=given[0], hint=hint))
        return ""


def _input_problems(inputs: dict[str, Value], action: InboundApi) -> Iterator[Problem]:
    if len(inputs) > MOST_INPUTS:
        yield Problem("too_many", f"{len(inputs)} inputs are too many: {MOST_INPUTS} at most.")
    for name in [name for name in inputs if not _is_name(name)][:10]:
        hint = "Letters, digits and underscores, not beginning with a digit, 64 at most."
        yield Problem("not_a_name", "No variable can have this name.", path=name[:64], hint=hint)
    for name in sorted(TAKEN & set(inputs)):
        yield Problem("name_taken", "This name means something else in a flow.", path=name, hint="Choose another.")
    for expected in action.expected_inputs:
        if expected.required and inputs.get(expected.name) in {None, ""}:
            yield Problem("missing", "This input is required.", path=expected.name, hint=expected.help)


def _is_name(name: str) -> bool:
    try:
        _names.validate_python(name)
    except ValidationError:
        return False
    return True


def _read_json(body: bytes) -> dict[str, Value]:
    try:
        value = json.loads(
            body.decode("utf-8"), object_pairs_hook=_once, parse_float=Decimal, parse_constant=_no_constant
        )
        json.dumps(value, default=str, ensure_ascii=False).encode("utf-8")  # half a character can't be stored
    except UnicodeError:
        raise Unreadable("The body is not text in UTF-8.") from None
    except Unreadable:
        raise
    except ArithmeticError:
        raise Unreadable(OUT_OF_RANGE) from None
    except (ValueError, RecursionError) as error:
        why = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise Unreadable(f"The body is not JSON: {why[:200]}.") from None
    if not isinstance(value, dict):
        raise Unreadable('The body must be a JSON object, such as {"ANI": "+15551234567"}.')
    _bounded(value)
    return value


def _read_form(body: bytes) -> dict[str, Value]:
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MOST_INPUTS + 2)
    except ValueError:
        raise Unreadable(f"The body is not a form in UTF-8 with at most {MOST_INPUTS} inputs.") from None
    return _once(pairs)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The pairs as an object, each name at most once: of two, it would be unclear which one was meant."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise Unreadable(f"The name “{name[:64]!s}” occurs twice.")
        found[name] = value
    return found


def _no_constant(word: str) -> Any:
    raise Unreadable(f"The body is not JSON: {word} is no JSON value.")


def _bounded(value: Value) -> None:
    """Raises Unreadable for what is nested too deeply, and for numbers that nothing could work with."""
    level = [value]
    for _ in range(DEEPEST):
        if any(isinstance(each, Decimal) and abs(each.adjusted()) > LARGEST_EXPONENT for each in level):
            raise Unreadable(OUT_OF_RANGE)
        inner = (each.values() if isinstance(each, dict) else each for each in level if isinstance(each, dict | list))
        level = [each for items in inner for each in items]
        if not level:
            return
    raise Unreadable(f"The body is nested more than {DEEPEST} levels deep.")
