"""What the board shows beside a flow: its problems, its blocks' variables and ports, and how long callers wait."""

from collections.abc import Collection
from typing import Any

from msgspec import Struct

from ivr.authoring.found import find
from ivr.core.action import Action
from ivr.flow.checks.known import Known
from ivr.flow.scope import Scope
from ivr.language import Language
from ivr.translations import Say, saying
from ivr.web.api.bootstrap import port_rows
from ivr.web.api.declared import PortRow
from ivr.web.api.translated import ports
from ivr.web.problem import Shown, shown

EVERY = 60
"""Blocks up to which the variables of each are given unasked: in larger flows that is megabytes."""


class AvailableRow(Struct, frozen=True):
    """A variable that a block may use, without its dollar sign. `block` sets it; `maybe`: not on every way here."""

    name: str
    help: str
    block: int
    maybe: bool


class AuditRow(Struct, frozen=True):
    """In seconds: the longest silence a caller can meet, and the block at which it ends (0: there is none); the longest
    wait, and the blocks that add to it.
    """

    longest_silence: float
    at_block: int
    longest_wait: float
    path: tuple[int, ...]


class Checked(Struct, frozen=True, kw_only=True):
    """`available` and `ports` by the number of the block: what it may use besides system variables, its ways out."""

    problems: list[Shown]
    available: dict[str, list[AvailableRow]]
    ports: dict[str, list[PortRow]]
    audit: AuditRow


def checked(
    document: dict[str, Any], known: Known, blocks: Collection[int] | None = None, language: Language = "en"
) -> Checked:
    """Everything about a document, its secrets filled in. Blocks that can't be read have problems only. What is
    available is given for these `blocks`; without them for all, unless there are more than EVERY. What is declared is
    said in the `language`.

    A large flow takes a tenth of a second: for a thread.
    """
    found = find(document, known)
    scope = Scope(found.flow)
    numbers = found.flow.by_number
    if blocks is None:
        blocks = numbers if len(numbers) <= EVERY else ()
    wanted = [number for number in numbers if number in blocks]
    waits, say = found.audit, saying(language)
    return Checked(
        problems=shown(found.problems),
        available={str(number): _available(scope, number, say) for number in wanted},
        ports={str(block.number): _ports(block.action, say) for block in found.flow.blocks},
        audit=AuditRow(waits.longest_silence, waits.at_block, waits.longest_wait, waits.path),
    )


def _ports(action: Action[Any], say: Say) -> list[PortRow]:
    return ports(port_rows(action.ports), frozenset(port.id for port in action.card.ports), say)


def _available(scope: Scope, number: int, say: Say) -> list[AvailableRow]:
    found = (each for each in scope.at(number) if each.block)
    return [AvailableRow(each.name, say(each.help, ""), each.block, each.maybe) for each in found]
