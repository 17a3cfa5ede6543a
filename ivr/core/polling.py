"""Answers that are not there yet: when a request is sent again, and when its answer is final."""

from msgspec import Struct

from ivr.core.compare import Comparison, Operator, judge_value
from ivr.core.events import Fetched
from ivr.core.query import Budget, find
from ivr.core.template import UNSET, Template, Unset
from ivr.core.values import Value

ACCEPTED = 202
_passing = frozenset({429, 500, 502, 503, 504})
"""Statuses that an API has for a moment."""
_unreached = frozenset({"connect", "dns", "tls", "timeout", "skipped", "not_sent"})


class Until(Struct, frozen=True):
    """What holds of a final answer: what the query expression takes from it, compared with a value."""

    query: str
    operator: Operator
    value: str = ""


class Poll(Struct, frozen=True):
    """How often is asked again: after `every` seconds, each time by `slower` as long, up to `longest`. `each` is the
    time that one request has, in seconds. Without `until` an answer is final when its status is not 202."""

    every: float = 5.0
    slower: float = 1.0
    longest: float = 60.0
    each: int = 10
    until: tuple[Until, ...] = ()

    def pause(self, asked: int, retry_after: float | None) -> float:
        """Seconds before the next request, when `asked` were sent again already. The API may want more time."""
        own = min(self.every * self.slower ** min(asked, 100), max(self.longest, self.every))
        return own if retry_after is None else max(own, retry_after)


def is_final(poll: Poll, reply: Fetched, *, first: bool) -> bool:
    """Whether a reply is the answer. What may pass by itself is none, but for the first request, which has retries.

    Raises TooMuchWork when the query expressions look at too much of the answer.
    """
    if reply.cause != "ok":
        passing = reply.cause in _unreached or reply.status in _passing
        return first or not passing
    status = reply.status or 0
    if status == ACCEPTED or (status in _passing and not first):
        return False
    budget = Budget(lone=reply.is_markup)
    return status >= 300 or all(_holds(until, find(until.query, reply.value, budget)) for until in poll.until)


class _NoVariables:
    def lookup(self, reference: str) -> Unset:
        return UNSET

    def spend(self, steps: int) -> None:
        pass


def _holds(until: Until, found: Value | Unset) -> bool:
    """The value is filled in already, so that a dollar sign in it is one."""
    row = Comparison(operator=until.operator, value=Template(until.value.replace("$", "$$")))
    return judge_value(row, found, _NoVariables()).holds
