"""What the caller meets: questions in a run without a caller, and long silence."""

from collections.abc import Iterator

from ivr.actions.await_web_calls import AwaitWebCalls
from ivr.actions.external_web_call import ExternalWebCall
from ivr.core.problem import Problem
from ivr.flow.graph import Graph
from ivr.flow.model import Block, Flow
from ivr.flow.silence import Audit, Stretch


def questions(flow: Flow, graph: Graph) -> Iterator[Problem]:
    sends_off = {block.number for block in flow.met.blocks if block.action.sends_off}
    called = set(graph.order_from((block.number for block in flow.triggers if block.action.on_phone), sends_off))
    for number in graph.order:
        if number not in called and flow.by_number[number].action.stay().asks:
            hint = "Ask where an Inbound Call, or an Inbound API that calls, leads to; text them instead, or end here."
            message = "There is no caller on the phone to ask, so the run ends here."
            yield Problem("nobody_on_phone", message, number, "", hint, "warning")


def silence(flow: Flow, found: Audit) -> Iterator[Problem]:
    """Each long silence, at the block that adds most to it."""
    for stretch in found.silences:
        blocks = [flow.by_number[number] for number in stretch.path]
        worst = max(blocks, key=lambda block: block.action.stay().silence)
        path, hint = _way_out(worst)
        yield Problem("long_silence", _told(stretch, blocks), worst.number, path, hint, "warning")


def _told(stretch: Stretch, blocks: list[Block]) -> str:
    if len(blocks) == 1:
        return f"Here the caller may hear nothing for {stretch.seconds:g} s."
    first, last = blocks[0], blocks[-1]
    names = f"“{name(first)}” (block {first.number}) to “{name(last)}” (block {last.number})"
    return f"From {names} the caller may hear nothing for {stretch.seconds:g} s."


def _way_out(block: Block) -> tuple[str, str]:
    """The field that would help, and what to do."""
    action = block.action
    if not isinstance(action, ExternalWebCall | AwaitWebCalls):
        return "", "Say something in between."
    if action.play_hold_music:
        return "action.hold_delay", "Shorten the silence before and between the audio, or say something in between."
    return "action.play_hold_music", "Switch hold music on, or add a line that is said meanwhile."


def name(block: Block) -> str:
    """What people call a block."""
    return block.title or block.action.card.title
