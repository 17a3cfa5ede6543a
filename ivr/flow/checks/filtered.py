"""Filters of references that are not there, or do nothing where they stand."""

from collections.abc import Iterator
from difflib import get_close_matches

from ivr.core.filters import FILTERS, mistake
from ivr.core.problem import Problem
from ivr.core.template import SECRET
from ivr.flow.model import Flow


def filters(flow: Flow) -> Iterator[Problem]:
    """Calls would hear the value as it came, so that none of them is an error."""
    for block in flow.blocks:
        for path, template in block.action.templates:
            for reference in template.references:
                where = f"action.{path}"
                if not reference.filter:
                    continue
                if reference.startswith(SECRET):
                    message = f"“{reference.filter}” does nothing to a secret, which is sent as it is."
                    hint = f"Write ${reference}."
                    yield Problem("unknown_filter", message, block.number, where, hint, "warning")
                elif message := mistake(reference.filter):
                    yield Problem("unknown_filter", message, block.number, where, _hint(reference.filter), "warning")


def _hint(spec: str) -> str:
    """The filter that was most likely meant, or all there are."""
    named = next((each for each in FILTERS.values() if spec == each.name or spec.startswith(f"{each.name} ")), None)
    if named is not None and named.argument:
        return f"It takes {named.argument}, or nothing." if named.fits("") else f"Write {named.argument} behind it."
    if named is not None:
        return f"Write “{named.name}” alone."
    close = get_close_matches(spec.lower(), FILTERS, n=1, cutoff=0.5)
    return f"Did you mean “{close[0]}”?" if close else f"There are: {', '.join(FILTERS)}."
