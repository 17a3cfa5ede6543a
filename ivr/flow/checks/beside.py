"""Requests that run beside the line: those whose answers nothing takes, and waits for some that nothing starts."""

from collections.abc import Iterator

from ivr.actions.await_web_calls import AwaitWebCalls
from ivr.actions.external_web_call import ExternalWebCall
from ivr.core.problem import Problem
from ivr.flow.graph import Graph
from ivr.flow.model import Block, Flow

_OF_THE_RUN = {"success", "failure"}
"""The ports by which a run goes on that has no caller."""


def requests(flow: Flow, graph: Graph) -> Iterator[Problem]:
    for block in flow.blocks:
        if isinstance(block.action, AwaitWebCalls):
            yield from _awaited(flow, block, block.action)
        elif isinstance(block.action, ExternalWebCall) and not block.action.lands():
            yield from _left_behind(flow, graph, block, block.action)
        elif block.action.lands() and (found := _untaken(flow, graph, block)) is not None:
            yield found


def _awaited(flow: Flow, block: Block, action: AwaitWebCalls) -> Iterator[Problem]:
    """Blocks that are named, and start nothing: their answers never come."""
    starting = [str(each.number) for each in flow.blocks if each.action.lands()]
    for index, number in enumerate(action.blocks):
        if str(number) not in starting:
            there = f"Those are: {', '.join(starting)}." if starting else "Let an External Web Call go on at once."
            message = f"Block {number} is no External Web Call that goes on at once, so this one never succeeds."
            yield Problem("not_started", message, block.number, f"action.blocks[{index}]", there, "warning")
    if not action.blocks and not starting:
        message = "No External Web Call of this flow goes on at once, so there is nothing to wait for."
        hint = "Let one go on at once, or remove this block."
        yield Problem("nothing_started", message, block.number, "", hint, "warning")


def _left_behind(flow: Flow, graph: Graph, block: Block, action: ExternalWebCall) -> Iterator[Problem]:
    """A key behind which a run without the caller waits for requests that stay with the call."""
    going_on = [index for index, row in enumerate(action.while_waiting) if row.then == "go on"]
    if not going_on:
        return
    run = set(graph.order_from(to for port, to in graph.wires[block.number] if port in _OF_THE_RUN))
    awaits = [number for number in run if isinstance(flow.by_number[number].action, AwaitWebCalls)]
    for number in sorted(awaits):
        left = [
            str(each.number)
            for each in flow.blocks
            if each.action.lands()
            and each.number not in run
            and flow.by_number[number].action.takes(each.number) is not None
            and block.number in graph.order_from(to for _, to in graph.wires[each.number])
        ]
        if left:
            message = (
                f"The run that goes on behind this key has no requests of the call, so block {number} finds no answer "
                f"of {', '.join(left)} there."
            )
            hint = "Take the answers before this block, or start the requests behind it."
            path = f"action.while_waiting[{going_on[0]}].then"
            yield Problem("left_behind", message, block.number, path, hint, "warning")


def _untaken(flow: Flow, graph: Graph, block: Block) -> Problem | None:
    """A request that is asked for values, where no way leads to a block that takes them."""
    if not any(sets.shared for sets in block.action.lands()):
        return None
    behind = graph.order_from(to for _, to in graph.wires[block.number])
    if any(flow.by_number[number].action.takes(block.number) is not None for number in behind):
        return None
    message = "Its response variables are never set: no way leads to a block Await that takes the answer."
    return Problem("never_taken", message, block.number, "action.start", "Lead the call to an Await.", "warning")
