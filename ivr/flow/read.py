"""Reading a flow file: from text or a JSON document to a flow, or to every mistake in it."""

from codecs import BOM_UTF8
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from itertools import chain
from typing import Any

import msgspec
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from ivr.core.problem import Problem
from ivr.flow.check import MOST, check, no_more
from ivr.flow.foreign import what_else, what_it_is
from ivr.flow.model import MOST_BLOCKS, Block, Flow
from ivr.flow.needs import missing
from ivr.flow.shape import models_in, tag

MOST_OF_A_BLOCK = 50
"""Mistakes of one block that are told."""
LONGEST_WORD = 100
"""Characters of a wrong name for which a right one is looked for."""
_Choices = dict[str, type[BaseModel]]
"""Models by their type, such as the actions; a model without one is alone, under an empty name."""


class BrokenFlow(ValueError):
    """A flow that can't run. The message names its errors, and `problems` has all that was found, warnings too."""

    def __init__(self, name: str, problems: Sequence[Problem]) -> None:
        errors = [str(problem) for problem in problems if problem.level == "error"]
        super().__init__("\n".join([f"{name} can't run:", *errors]))
        self.problems = tuple(problems)


class NoFlow(ValueError):
    """A file that is no flow; `problem` says what it is, and what can be done with it."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"{problem.message} {problem.hint}".rstrip())
        self.problem = problem


def document_in(text: str | bytes) -> dict[str, Any]:
    """The document in a flow's file, with whatever mistakes. Raises NoFlow for the file of another system, and for what
    is only a part of a flow."""
    document = _decoded(text)
    if (foreign := what_it_is(document)) is not None:
        raise NoFlow(foreign)
    if not isinstance(document, dict) or not isinstance(document.get("blocks"), list):
        hint = "A flow is a JSON object; `ivr flow export FLOW` writes one."
        raise NoFlow(Problem("not_a_flow", "This is not a flow's file: it has no blocks.", hint=hint))
    if not isinstance(document.get("name"), str) and not isinstance(document.get("id"), str):
        hint = "Copied blocks are pasted on a board."
        raise NoFlow(Problem("not_a_flow", "This is not a whole flow: it has no name.", hint=hint))
    return document


def _decoded(text: str | bytes) -> Any:
    """The JSON of a file. Raises NoFlow."""
    raw = text.encode("utf-8", "replace") if isinstance(text, str) else text
    try:
        return msgspec.json.decode(raw.removeprefix(BOM_UTF8))
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        other = what_else(raw)
        hint = "Check for a missing comma or quote."
        raise NoFlow(other or Problem("not_json", f"This is not JSON: {error}.", hint=hint)) from None


def read(text: str | bytes) -> tuple[Flow | None, list[Problem]]:
    """A flow and its problems. The flow is None when it can't be read as one; warnings leave it usable.

    A block that can't be read is reported field by field, and the rest of the flow is checked all the same.
    """
    try:
        document = _decoded(text)
    except NoFlow as none:
        return None, [none.problem]
    return read_document(document)


def read_document(document: Any) -> tuple[Flow | None, list[Problem]]:
    """The same for a document that is JSON already, such as a draft. It is left as it is."""
    if (foreign := what_it_is(document)) is not None:
        return None, [foreign]
    if not isinstance(document, dict):
        return None, [Problem("not_a_flow", "A flow is a JSON object.", hint="It begins with {.")]
    problems = list(no_more(chain(_flow_mistakes(document), _block_mistakes(document))))
    if not problems:
        flow = Flow.model_validate(document)
        return flow, check(flow)
    if len(problems) >= MOST:  # there may be more blocks that are broken
        return None, problems
    return None, [*problems, *_graph_mistakes(document, {problem.block for problem in problems})]


def readable(document: Any) -> Flow:
    """What can be read of a document as a flow: its blocks without mistakes, and what holds for the whole flow."""
    known = document if isinstance(document, dict) else {}
    envelope = {"id": "x", "name": "x"}
    for name in Flow.model_fields.keys() - {"blocks"}:
        if name in known and _is_sound(Flow, {**envelope, name: known[name]}):
            envelope[name] = known[name]
    return Flow.model_validate({**envelope, "blocks": _sound(known)})


def unreadable(document: dict[str, Any]) -> list[Any]:
    """The blocks with mistakes, as they are written."""
    return [row for row in _rows(document) if not _is_sound(Block, row)]


def _flow_mistakes(document: dict[str, Any]) -> list[Problem]:
    """Mistakes outside the blocks."""
    envelope = {**document, "blocks": []}
    problems = _mistakes(Flow, envelope, 0)
    blocks = document.get("blocks", [])
    if not isinstance(blocks, list):
        problems.append(Problem("list_type", "Must be a list of blocks.", path="blocks"))
    elif len(blocks) > MOST_BLOCKS:
        message = f"There are {len(blocks):,} blocks; a flow can have {MOST_BLOCKS:,}."
        problems.append(Problem("too_long", message, path="blocks", hint="Make several flows of it."))
    return problems


def _block_mistakes(document: dict[str, Any]) -> Iterator[Problem]:
    needs = document.get("needs")
    return (
        missing(problem, row, needs) or problem if problem.code == "union_tag_invalid" else problem
        for index, row in enumerate(_rows(document))
        for problem in _mistakes(Block, row, _number(row), index)
    )


def _graph_mistakes(document: dict[str, Any], broken: set[int]) -> list[Problem]:
    """Mistakes between the blocks that could be read; what depends on a broken one is not reported."""
    rows = _sound(document)
    numbers = {_number(row) for row in rows}
    wired = [
        {**row, "exits": {port: to for port, to in row.get("exits", {}).items() if to in numbers or to not in broken}}
        for row in rows
    ]
    flow = Flow.model_validate({"id": "x", "name": "x", "blocks": wired})
    return [problem for problem in check(flow) if problem.level == "error" and problem.code != "no_start"]


def _sound(document: dict[str, Any]) -> list[Any]:
    """The blocks that can be read."""
    return [row for row in _rows(document) if _is_sound(Block, row)]


def _rows(document: dict[str, Any]) -> list[Any]:
    """The blocks; none of far too many."""
    blocks = document.get("blocks")
    return blocks if isinstance(blocks, list) and len(blocks) <= MOST_BLOCKS else []


def _is_sound(model: type[Flow] | type[Block], document: Any) -> bool:
    try:
        model.model_validate(document)
    except ValidationError:
        return False
    return True


def _mistakes(model: type[Flow] | type[Block], document: Any, number: int, index: int | None = None) -> list[Problem]:
    try:
        model.model_validate(document)
    except ValidationError as error:
        told = error.errors(include_url=False)[:MOST_OF_A_BLOCK]
        return [_problem(model, found, number, index) for found in told]
    return []


def _problem(model: type[Any], found: ErrorDetails, number: int, index: int | None) -> Problem:
    location, choices = place_of(model, found["loc"])
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location).lstrip(".")
    if not number and index is not None:
        path = f"blocks[{index}].{path}".rstrip(".")
    message, hint = _worded(found, location, choices)
    return Problem(found["type"], message, number, path, hint)


def _worded(found: ErrorDetails, location: list[int | str], choices: _Choices) -> tuple[str, str]:
    """Message and hint. `choices` are the models that stand at the place, or hold the unknown field."""
    match found["type"]:
        case "missing":
            return "This is missing.", ""
        case "model_type" | "model_attributes_type" | "dict_type":
            return "Must be a JSON object.", ""
        case "tuple_type":
            return "Must be a list.", ""
        case "extra_forbidden":
            fields = [name for model in choices.values() for name in model.model_fields]
            return "There is no such field.", _did_you_mean(str(location[-1]), fields)
        case "union_tag_invalid" | "union_tag_not_found":
            what = str(location[-1]).replace("_", " ")
            tag = str(found.get("ctx", {}).get("tag", ""))
            message = f"There is no {what} “{tag}”." if tag else f"The {what} does not say its type."
            return message, _did_you_mean(tag, list(choices)) or f"There are: {', '.join(choices)}."
    message = found["msg"].removeprefix("Value error, ").replace("Input should", "must").rstrip(".")
    return f"{message[0].upper()}{message[1:]}.", ""


def place_of(model: type[BaseModel], location: tuple[int | str, ...]) -> tuple[list[int | str], _Choices]:
    """A location without the types that were chosen on the way, and the models that may stand where it ends."""
    parts: list[int | str] = []
    choices: _Choices = {"": model}
    for part in location:
        if len(choices) > 1 and part in choices:
            choices = {str(part): choices[str(part)]}
            continue
        parts.append(part)
        fields = [each.model_fields[part] for each in choices.values() if part in each.model_fields]
        if fields:
            choices = {tag(each): each for each in models_in(fields[0].annotation)}
    return parts, choices


def _did_you_mean(word: str, words: list[str]) -> str:
    close = get_close_matches(word[:LONGEST_WORD], words, n=1, cutoff=0.6)
    return f"Did you mean “{close[0]}”?" if close else ""


def _number(row: Any) -> int:
    number = row.get("number") if isinstance(row, dict) else None
    return number if isinstance(number, int) and not isinstance(number, bool) else 0
