"""Asking again until the answer is there: what an author says of it."""

from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field

from ivr.actions.parts.web_call import known_query
from ivr.core import polling
from ivr.core.action import Visit
from ivr.core.fields import ui
from ivr.core.template import PLAIN, Template
from ivr.described import Described

SLOWER = 1.5
"""How much longer each pause is than the one before, where the requests slow down."""
LONGEST_WAIT = 900
"""Seconds that anything may take that a caller, or their flow, waits for."""
Operator = Literal[
    "equals", "not_equals", "contains", "starts_with", "matches", "less", "greater", "is_set", "is_not_set"
]
_with_value = ["equals", "not_equals", "contains", "starts_with", "matches", "less", "greater"]


class Until(Described):
    """What holds of the final answer."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    query: Annotated[str, AfterValidator(known_query)] = Field(
        title="Query expression", json_schema_extra=ui(placeholder="status", mono=True)
    )
    """Where it is in the answer: `status`, `job.state`, or a JSONPath."""
    operator: Operator = Field(default="equals", json_schema_extra=ui(half=True))
    """How it is compared."""
    value: Template = Field(default=Template(""), json_schema_extra=ui(half=True, when={"operator": _with_value}))
    """What it is compared with, such as `done`."""


class Poll(Described):
    """Ask again until the answer is there. An answer with status 202 says that it is not; its `Location` is where to
    ask again, and its `Retry-After` how soon."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    type: Literal["poll"] = "poll"
    every: int = Field(default=3, ge=1, le=300, json_schema_extra=ui(half=True, unit="seconds"))
    """Seconds between two requests."""
    within: int = Field(default=120, ge=1, le=LONGEST_WAIT, json_schema_extra=ui(half=True, unit="seconds"))
    """Seconds until the final answer must be there, counted from the first request."""
    slow_down: bool = True
    """Whether the time between two requests grows, by half each time, up to a minute."""
    until: Annotated[tuple[Until, ...], Field(max_length=5, json_schema_extra=ui(row="condition"))] = ()
    """What holds of the final answer, besides a status other than 202. All of them must hold."""

    def plan(self, visit: Visit, each: int) -> polling.Poll:
        """For the job; `each` is the time that one request has."""
        until = tuple(polling.Until(row.query, row.operator, row.value.fill(visit, PLAIN)) for row in self.until)
        return polling.Poll(float(self.every), SLOWER if self.slow_down else 1.0, each=each, until=until)
