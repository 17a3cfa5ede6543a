"""What is wrong with a flow: every mistake at once, each with its block, its field, and what to do."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain

from msgspec import Struct

from ivr.core.problem import Problem
from ivr.flow.checks import beside, callers, circles, destinations, fields, filtered, known, spelling, variables, wiring
from ivr.flow.checks.known import Known, entries
from ivr.flow.graph import Graph
from ivr.flow.model import Flow
from ivr.flow.scope import Scope
from ivr.flow.silence import Audit, audit

__all__ = ["Checked", "Known", "check", "checked", "entries", "known_variables"]


MOST = 500
"""Errors that are told, and warnings. A document of a few mebibytes can have hundreds of thousands."""


class Checked(Struct, frozen=True):
    """The mistakes in a flow, and how long its callers wait."""

    problems: tuple[Problem, ...]
    audit: Audit


def check(flow: Flow, known: Known | None = None) -> list[Problem]:
    """Mistakes in how a flow is put together; errors stop it from being published, warnings do not.

    With `known`, also what it needs from elsewhere and is not there.
    """
    return list(checked(flow, known).problems)


def checked(flow: Flow, store: Known | None = None) -> Checked:
    """The same, with the audit of silence that was made on the way."""
    whole, flow = flow, flow.met
    graph = Graph(flow)
    scope = Scope(flow, graph)
    waits = audit(flow, graph)
    problems = chain(
        wiring.numbers(flow),
        wiring.triggers(flow),
        wiring.disabled(whole),
        wiring.exits(flow),
        wiring.reach(flow, graph),
        circles.circles(flow, graph, scope),
        variables.references(flow, scope),
        spelling.spelling(flow, scope),
        filtered.filters(flow),
        fields.secrets(flow),
        fields.markup(flow),
        fields.texts(flow),
        fields.own(flow),
        beside.requests(flow, graph),
        callers.questions(flow, graph),
        callers.silence(flow, waits),
        destinations.destinations(flow),
        known.elsewhere(flow, store or Known()),
    )
    return Checked(tuple(no_more(problems)), waits)


def no_more(problems: Iterable[Problem]) -> Iterator[Problem]:
    """The first so many errors and warnings of all. A flow with errors keeps some."""
    told: Counter[str] = Counter()
    for problem in problems:
        told[problem.level] += 1
        if told[problem.level] <= MOST:
            yield problem


def known_variables(flow: Flow) -> dict[str, str]:
    """Every variable that some block of the flow sets, with what it is."""
    return Scope(flow).names
