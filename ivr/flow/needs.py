"""Which packages a flow needs: written into its document when it is saved, and named where one is missing."""

from typing import Any

from msgspec.structs import replace
from pydantic import TypeAdapter, ValidationError

from ivr.core.problem import Problem
from ivr.flow.model import PackageName
from ivr.registry import LEFT_OUT, PACKAGES, LeftOut

_package: TypeAdapter[str] = TypeAdapter(PackageName)


def with_needs(document: Any) -> Any:
    """The document of a flow with the package of each action that does not come with the server, by the action's type.

    What the document says of an action that is missing here is kept. A document without a list of blocks, or with
    `needs` of another shape, stays as it is: reading it reports what is wrong.
    """
    if not isinstance(document, dict) or not isinstance(document.get("blocks"), list):
        return document
    written = document.get("needs", {})
    if not isinstance(written, dict):
        return document
    used = dict.fromkeys(kind for row in document["blocks"] if (kind := _type(row)))
    needs = {kind: PACKAGES.get(kind) or written[kind] for kind in used if kind in PACKAGES or kind in written}
    others = {name: value for name, value in document.items() if name != "needs"}
    return {**others, "needs": needs} if needs else others


def missing(problem: Problem, row: Any, needs: Any, left_out: tuple[LeftOut, ...] = LEFT_OUT) -> Problem | None:
    """The problem of a block whose action another package brings, in place of the one that its type is unknown.

    `row` is the block and `needs` that of the document, both as they are written. None when no package is known.
    """
    kind = _type(row)
    if problem.path.rpartition("]")[2].lstrip(".") != "action" or not kind:
        return None
    why = next((str(each) for each in left_out if each.name == kind), "")
    if why:
        return replace(problem, code="block_left_out", message=why, hint="Mend or update the package.")
    package = _name(needs.get(kind)) if isinstance(needs, dict) else ""
    if not package:
        return None
    block = f"Block {problem.block}" if problem.block else "This block"
    message = f"{block} needs the action `{kind}` from the package `{package}`."
    hint = f"Install it with pip install {package}, and start the server again. Do so only if you trust the package."
    return replace(problem, code="block_missing", message=message, hint=hint)


def _type(row: Any) -> str:
    action = row.get("action") if isinstance(row, dict) else None
    kind = action.get("type") if isinstance(action, dict) else None
    return kind if isinstance(kind, str) else ""


def _name(value: Any) -> str:
    """The name of a package; empty when it can't be one."""
    try:
        return _package.validate_python(value, strict=True)
    except ValidationError:
        return ""
