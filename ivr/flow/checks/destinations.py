"""Calls and texts that go to a number which a caller typed, said or wrote: the caller then chooses what it costs."""

from collections.abc import Iterator

from ivr.actions.ask_by_sms import AskBySms
from ivr.actions.collect_digits import CollectDigits
from ivr.actions.inbound_sms import InboundSms
from ivr.actions.menu import Menu
from ivr.actions.send_sms import SendSms
from ivr.actions.set_variables import SetVariables
from ivr.actions.text_operations import TextOperations
from ivr.actions.transfer import Transfer
from ivr.core.problem import Problem
from ivr.core.template import Template
from ivr.flow.model import Block, Flow

TYPED = (CollectDigits, Menu, InboundSms, AskBySms)
"""Blocks whose variables hold what callers choose, but for those that every trigger sets."""
PASSED_ON = (SetVariables, TextOperations)
"""Blocks whose variables are made of other variables."""
_TOLD_BY_CARRIER = frozenset({"ANI", "DNIS", "CallSid", "CallerName"})


def destinations(flow: Flow) -> Iterator[Problem]:
    """Each field of a block that calls or texts which says whom to reach, and comes from a caller."""
    names = _typed(flow)
    for block in flow.blocks:
        for path, template in block.action.templates:
            if not _reaches(block, path):
                continue
            found = next((each for each in template.references if _comes_from(each, names)), None)
            if found is not None:
                hint = "Choose among numbers of your own, by a Switch or an API, or keep IVR_DESTINATIONS narrow."
                message = f"The caller chooses this number: ${found} is what they typed, said or wrote."
                yield Problem("caller_chooses", message, block.number, f"action.{path}", hint, "warning")


def _reaches(block: Block, path: str) -> bool:
    match block.action:
        case Transfer():
            return path.startswith("numbers")
        case SendSms() | AskBySms():
            return path == "to"
    return False


def _typed(flow: Flow) -> frozenset[str]:
    """Names that hold what callers chose, directly or through blocks that pass it on."""
    names = {name for block in flow.blocks if isinstance(block.action, TYPED) for name in _set_by(block)}
    passing = [block for block in flow.blocks if isinstance(block.action, PASSED_ON)]
    for _ in passing:  # as long a chain as there are blocks to make one of
        more = {name for block in passing if _uses(block, names) for name in _set_by(block)} - names
        if not more:
            break
        names |= more
    return frozenset(names)


def _set_by(block: Block) -> Iterator[str]:
    for sets in block.action.variables():
        if sets.shared:
            if sets.name not in _TOLD_BY_CARRIER:
                yield sets.name
        else:
            yield f"{block.prefix}.{sets.name}"


def _uses(block: Block, names: set[str]) -> bool:
    templates: tuple[tuple[str, Template], ...] = block.action.templates
    return any(_comes_from(each, names) for _, template in templates for each in template.references)


def _comes_from(reference: str, names: frozenset[str] | set[str]) -> bool:
    return reference in names or any(reference.startswith((f"{name}.", f"{name}[")) for name in names)
