"""What the board shows beside a flow: its problems, its blocks' variables and ports, and how long callers wait."""

import asyncio
from collections.abc import Collection
from typing import Any

from msgspec import Struct
from pydantic import ValidationError

from ivr.core.problem import Problem
from ivr.flow import check
from ivr.flow.checks.known import Known, elsewhere, entries
from ivr.flow.mend import mended
from ivr.flow.model import Flow
from ivr.flow.read import read_document, readable
from ivr.flow.scope import Scope
from ivr.flow.silence import Audit, audit
from ivr.sound.library import Library
from ivr.store import Store
from ivr.web.api.bootstrap import PortRow, port_rows
from ivr.web.problem import Shown, shown

EVERY = 60
"""Blocks up to which the variables of each are told unasked: in larger flows that is megabytes."""


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


class Found(Struct, frozen=True):
    """What a check found: what can be read as a flow, every mistake, and how long callers wait."""

    flow: Flow
    problems: tuple[Problem, ...]
    audit: Audit

    @property
    def errors(self) -> int:
        return sum(each.level == "error" for each in self.problems)


async def known(store: Store, library: Library) -> Known:
    """What flows can find here: audio, named secrets, other flows."""
    clips = {row.name for row in await store.audio.list()} | library.shipped.keys()
    secrets = {row.name for row in await store.secrets.list()}
    flows = {
        row.id: None if row.revision is None else entries(await store.flows.revision(row.id, row.revision))
        for row in await store.flows.list()
    }
    return Known(frozenset(clips), frozenset(secrets), flows)


def find(document: dict[str, Any], there: Known) -> Found:
    """Check a document, its secrets filled in, whatever is wrong with it."""
    try:
        flow = Flow.model_validate(document)
    except ValidationError:
        flow = mended(document)
        return Found(flow, _problems(document, flow, there), audit(flow))
    found = check.checked(flow, there)
    return Found(flow, found.problems, found.audit)


def _problems(document: dict[str, Any], flow: Flow, there: Known) -> tuple[Problem, ...]:
    """The mistakes of a document in which not all can be read; of `flow`, which is that document mended, the warnings
    of the blocks that have none."""
    _, problems = read_document(document)
    broken = {each.block for each in problems if each.level == "error"}
    warnings = (each for each in check.check(flow) if each.level == "warning" and each.block not in broken)
    return (*problems, *warnings, *elsewhere(readable(document).met, there))


async def checked(document: dict[str, Any], there: Known, blocks: Collection[int] | None = None) -> Checked:
    """Everything about a document, its secrets filled in. Blocks that can't be read have problems only. What is
    available is told for these `blocks`; without them for all, unless there are more than EVERY.

    A large flow takes a tenth of a second; calls go on meanwhile.
    """
    return await asyncio.to_thread(_checked, document, there, blocks)


def _checked(document: dict[str, Any], there: Known, blocks: Collection[int] | None) -> Checked:
    found = find(document, there)
    scope = Scope(found.flow)
    numbers = found.flow.by_number
    if blocks is None:
        blocks = numbers if len(numbers) <= EVERY else ()
    wanted = [number for number in numbers if number in blocks]
    waits = found.audit
    return Checked(
        problems=shown(found.problems),
        available={str(number): _available(scope, number) for number in wanted},
        ports={str(block.number): port_rows(block.action.ports) for block in found.flow.blocks},
        audit=AuditRow(waits.longest_silence, waits.at_block, waits.longest_wait, waits.path),
    )


def _available(scope: Scope, number: int) -> list[AvailableRow]:
    return [AvailableRow(each.name, each.help, each.block, each.maybe) for each in scope.at(number) if each.block]
