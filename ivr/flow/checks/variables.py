"""References to variables that are not there, or not yet."""

from collections.abc import Iterator

from ivr.core import moments
from ivr.core.problem import Problem
from ivr.core.template import SECRET
from ivr.flow.checks.closest import Closest
from ivr.flow.model import Block, Flow
from ivr.flow.scope import CARRIED, SYSTEM, Scope

_SET_IT = "Set it in a block before, or correct its name. For a dollar sign write $$."


def references(flow: Flow, scope: Scope) -> Iterator[Problem]:
    """What some way sets is right, if only some: authors know which way a call has come."""
    names = _Names(scope)
    reached = {number for number in flow.by_number if scope.reached(number)}
    for block in flow.blocks:
        for path, template in block.action.templates:
            for reference in template.references:
                if reference.removeprefix(f"{block.prefix}.") in block.action.knows(path):
                    continue
                found = _reference(reference, block, path, names)
                if found is None and block.number in reached and not reference.startswith(SECRET):
                    found = _in_place(reference, block, path, scope)
                if found is not None:
                    yield found


def _reference(reference: str, block: Block, path: str, names: "_Names") -> Problem | None:
    """What is wrong with a reference wherever it stands."""
    where = f"action.{path}"
    if reference.startswith(SECRET):
        return None if block.action.sends(path) else _not_sent(reference, block, where)
    if names.known(reference):
        return None
    close = names.like(reference)
    if names.scope.open(block.number) and (reference in CARRIED or not close):
        return None
    hint = f"Did you mean ${close}?" if close else _SET_IT
    message = f"Nothing sets ${reference}, so it will be empty."
    return Problem("unknown_variable", message, block.number, where, hint, "warning")


def _not_sent(reference: str, block: Block, where: str) -> Problem:
    message = f"${reference} is only filled in where a request is sent, so it will be empty here."
    hint = "Use it in an External Web Call: in the address, a header, the body, or a secret of authentication."
    return Problem("secret_not_sent", message, block.number, where, hint, "warning")


def _in_place(reference: str, block: Block, path: str, scope: Scope) -> Problem | None:
    """What is wrong with a variable that some block sets, where it stands."""
    number = block.number
    if moments.is_system(reference) or scope.available(number, reference) or scope.open(number):
        return None
    setters = scope.setters(reference)
    if number in setters:
        if block.action.stay().asks:  # asking once more, it knows what came the first time
            return None
        message = f"${reference} is set when this block is left, so it is empty in the block itself."
        hint = "Use it in a block behind this one."
    elif later := [setter for setter in setters if scope.leads(number, setter)]:
        message = f"${reference} is only set after this block, by {_blocks(later)}, so it will be empty."
        hint = "Put this block behind that one, or use another variable."
    else:
        message = f"${reference} is set by {_blocks(setters)}, but no way from there leads here, so it will be empty."
        hint = "Lead the call that way first, or use another variable."
    return Problem("not_set_here", message, number, f"action.{path}", hint, "warning")


def _blocks(numbers: list[int]) -> str:
    return f"block {numbers[0]}" if len(numbers) == 1 else f"blocks {', '.join(map(str, numbers))}"


class _Names:
    """The names of a flow, for telling which are known and what else could have been meant."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self._parts: dict[str, dict[str, str]] | None = None
        self._system = {name.lower(): name for name in SYSTEM}
        self._closest = Closest()

    def known(self, reference: str) -> bool:
        return reference.lower() in self._system or self.scope.known(reference)

    def like(self, reference: str) -> str:
        """The name that is most like an unknown one, or nothing; capitals count for little."""
        head, dot, rest = reference.partition(".")
        heads = self._heads()
        like = head if head in heads else self._closest.to(head, heads)
        parts = heads.get(like, {})
        if not parts or not dot:
            return f"{like}{dot}{rest}" if like and self.known(f"{like}{dot}{rest}") else like
        return f"{like}.{part}" if (part := self._closest.to(rest, parts)) else ""

    def _heads(self) -> dict[str, dict[str, str]]:
        """What references begin with, and for objects the parts they have."""
        if self._parts is None:
            self._parts = {}
            for name in (*self.scope.names, *SYSTEM):
                head, _, part = name.partition(".")
                self._parts.setdefault(head, {}).update({part: part} if part else {})
        return self._parts
