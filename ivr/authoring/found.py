"""What a check finds in a flow document, whatever is wrong with it."""

from typing import Any

from msgspec import Struct
from pydantic import ValidationError

from ivr.core.problem import Problem
from ivr.flow import check
from ivr.flow.checks.known import Known, elsewhere
from ivr.flow.mend import mended
from ivr.flow.model import Flow
from ivr.flow.read import read_document, readable
from ivr.flow.silence import Audit, audit


class Found(Struct, frozen=True):
    """What a check found: what can be read as a flow, every mistake, and how long callers wait."""

    flow: Flow
    problems: tuple[Problem, ...]
    audit: Audit

    @property
    def errors(self) -> tuple[Problem, ...]:
        """What stops the flow from being published or called."""
        return tuple(each for each in self.problems if each.level == "error")


def find(document: dict[str, Any], known: Known) -> Found:
    """Check a document, its secrets filled in. A large flow takes a tenth of a second: for a thread."""
    try:
        flow = Flow.model_validate(document)
    except ValidationError:
        flow = mended(document)
        return Found(flow, _problems(document, flow, known), audit(flow))
    found = check.checked(flow, known)
    return Found(flow, found.problems, found.audit)


def _problems(document: dict[str, Any], flow: Flow, known: Known) -> tuple[Problem, ...]:
    """The mistakes of a document in which not all can be read; of `flow`, which is that document mended, the warnings
    of the blocks that have none."""
    _, problems = read_document(document)
    broken = {each.block for each in problems if each.level == "error"}
    warnings = (each for each in check.check(flow) if each.level == "warning" and each.block not in broken)
    return (*problems, *warnings, *elsewhere(readable(document).met, known))
