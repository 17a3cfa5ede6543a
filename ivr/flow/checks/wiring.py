"""Numbers, triggers, wires: how the blocks hang together."""

from collections.abc import Iterator

from ivr.core.problem import Problem
from ivr.flow.graph import Graph
from ivr.flow.model import Block, Flow


def numbers(flow: Flow) -> Iterator[Problem]:
    seen: set[int] = set()
    for block in flow.blocks:
        if block.number in seen:
            hint = "Give one a new number."
            yield Problem("number_twice", "Two blocks have this number.", block.number, "number", hint)
        seen.add(block.number)


def triggers(flow: Flow) -> Iterator[Problem]:
    if not flow.triggers:
        yield Problem("no_start", "No call can come in.", path="blocks", hint="Add an Inbound Call block.")
    seen: set[str] = set()
    for block in flow.triggers:
        starts_at = block.action.starts_at
        if starts_at in seen:
            message = f"There is already a block “{block.action.card.title}” that does this."
            yield Problem("second_start", message, block.number, hint="Remove one of them.")
        if starts_at:
            seen.add(starts_at)


def disabled(flow: Flow) -> Iterator[Problem]:
    """Blocks that calls pass by, and those that can't be. The former have no other problem: no call enters them."""
    for block in flow.blocks:
        if (way := block.bypass) is not None:
            message = f"This block is disabled: calls pass by, through “{way.label}”."
            yield Problem("disabled", message, block.number, "disabled", "Enable it, or delete it.", "warning")
        elif block.disabled:
            what = "A trigger" if block.action.card.trigger else "A block without ports"
            hint = "Delete it, or connect past it."
            yield Problem("not_disabled", f"{what} can't be disabled.", block.number, "disabled", hint)


def exits(flow: Flow) -> Iterator[Problem]:
    for block in flow.blocks:
        ports = {port.id: port.label for port in block.action.ports}
        for port, target in block.exits.items():
            yield from _exit(flow, block, port, target)
        for port, label in ports.items():
            if port not in block.exits:
                hint = "The call would end here. Connect it, or lead it to an End Call block."
                message = f"Port “{label}” is not connected."
                yield Problem("unwired", message, block.number, f"exits.{port}", hint, "warning")


def _exit(flow: Flow, block: Block, port: str, target: int) -> Iterator[Problem]:
    where = f"exits.{port}"
    ports = [each.id for each in block.action.ports]
    if port not in ports:
        hint = f"It has: {', '.join(ports)}." if ports else "It has none."
        message = f"{block.action.card.title} has no port “{port}”."
        yield Problem("unknown_port", message, block.number, where, hint)
    elif target not in flow.by_number:
        hint = "Lead it to a block that is there."
        yield Problem("no_such_block", f"There is no block {target}.", block.number, where, hint)
    elif flow.by_number[target].action.card.trigger:
        hint = "A trigger only starts a flow; lead it to the block after it."
        yield Problem("into_trigger", f"Block {target} is a trigger.", block.number, where, hint)


def reach(flow: Flow, graph: Graph) -> Iterator[Problem]:
    reached = set(graph.order)
    for block in flow.blocks:
        if flow.triggers and block.number not in reached:
            hint = "Connect it, or remove it."
            yield Problem("unreachable", "No call ever comes here.", block.number, "", hint, "warning")
