"""Answers that are not there yet: when a request is sent again, and when its answer is final."""

from msgspec import Struct

from ivr.core.compare import Operator, Row, judge
from ivr.core.events import Fetched
from ivr.core.query import find
from ivr.core.template import Template, Unset, resolve
from ivr.core.values import Value

ACCEPTED = 202
_passing = frozenset({429, 500, 502, 503, 504})
"""Statuses that an API has for a moment."""
_unreached = frozenset({"connect", "dns", "tls", "timeout", "skipped"})


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
    return status >= 300 or all(_holds(until, reply.value) for until in poll.until)


class _Found(Struct, frozen=True):
    variables: dict[str, Value]

    def lookup(self, reference: str) -> Value | Unset:
        return resolve(self.variables, reference)


def _holds(until: Until, answer: Value) -> bool:
    found = find(until.query, answer)
    variables: dict[str, Value] = {} if isinstance(found, Unset) else {"found": found}
    row = Row(variable=Template("$found"), operator=until.operator, value=Template(until.value.replace("$", "$$")))
    return judge(row, _Found(variables)).holds
