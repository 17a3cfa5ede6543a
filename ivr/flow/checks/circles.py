"""Loops in which nothing is waited for: a call would run through them without end, and the engine stops it."""

from collections.abc import Iterator

from ivr.core.problem import Problem
from ivr.flow.graph import Graph, groups
from ivr.flow.model import Flow
from ivr.flow.scope import Scope

SHOWN = 8
"""Blocks of a long circle that are named."""


def circles(flow: Flow, graph: Graph, scope: Scope) -> Iterator[Problem]:
    """One problem for each circle without a question, a web call, or anything else from outside.

    It is an error when a call that comes in can't leave again: no port leads out, or those that do are chosen by
    variables that nothing in the circle sets. Else, as when a Counter ends it, it is a warning.
    """
    inside = {number for number in graph.order if not flow.by_number[number].action.stay().outside}
    for group in _unending(flow, graph, inside):
        circle = _round(graph, group)
        way = " → ".join(map(str, circle if len(circle) <= SHOWN else (*circle[: SHOWN - 1], "…", circle[-1])))
        if _can_end(flow, graph, scope, set(group)):
            hint = "See that it soon ends: a call is ended after 100 blocks without a question or a web call."
            message = f"The call goes round without waiting for anything: {way}."
            yield Problem("loop_without_wait", message, circle[0], "", hint, "warning")
        else:
            hint = "Lead one of them elsewhere, or put in a block that waits, such as a question or a web call."
            message = f"A call that goes round here does so for ever: {way}."
            yield Problem("endless_loop", message, circle[0], "", hint)


def _unending(flow: Flow, graph: Graph, inside: set[int]) -> Iterator[tuple[int, ...]]:
    """The groups of blocks among these in which a call can go round, without those that a list ends: what goes round by
    a block that counts by itself, and leads out by its last port, ends there. The other circles in it are looked at
    without that block."""
    ordered = [number for number in graph.order if number in inside]
    for group in groups(ordered, lambda number: (to for _, to in graph.wires[number] if to in inside)):
        if not _round(graph, group):
            continue
        ending = {number for number in group if _leads_out(flow, graph, number, set(group))}
        if ending:
            yield from _unending(flow, graph, set(group) - ending)
        else:
            yield group


def _leads_out(flow: Flow, graph: Graph, number: int, group: set[int]) -> bool:
    last = flow.by_number[number].action.ends_by
    return bool(last) and all(to not in group for port, to in graph.wires[number] if port == last)


def _round(graph: Graph, group: tuple[int, ...]) -> tuple[int, ...]:
    """The shortest way from the first block of a group back to itself; nothing when there is none."""
    came: dict[int, int] = {}
    ahead = [group[0]]
    for number in ahead:
        for _, to in graph.wires[number]:
            if to == group[0]:
                way = [to, number]
                while way[-1] != to:
                    way.append(came[way[-1]])
                return tuple(reversed(way))
            if to in group and to not in came:
                came[to] = number
                ahead.append(to)
    return ()


def _can_end(flow: Flow, graph: Graph, scope: Scope, group: set[int]) -> bool:
    """Whether some block may choose another way the next time round, and there is a way out."""
    actions = {number: flow.by_number[number].action for number in group}
    inward = {number: {port for port, to in graph.wires[number] if to in group} for number in group}
    if all(port.id in inward[number] for number, action in actions.items() for port in action.ports):
        return False
    choosing = [action for action in actions.values() if len(action.ports) > 1]
    read = [{reference for _, text in action.templates for reference in text.references} for action in choosing]
    return any(
        not references or any(not group.isdisjoint(scope.setters(reference)) for reference in references)
        for references in read
    )
