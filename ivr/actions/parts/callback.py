"""Waiting for what an API posts back: what an author says of it."""

from typing import Literal

from msgspec.structs import replace
from pydantic import ConfigDict, Field

from ivr.core import resuming
from ivr.core.action import Visit
from ivr.core.fields import ui
from ivr.described import Described

RESUME_URL = "resume_url"


class Callback(Described):
    """Wait until the API posts the answer to `$EXTCALL_#.resume_url`, an address that the request sends along."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    type: Literal["callback"] = "callback"
    within: int = Field(default=300, ge=1, le=900, json_schema_extra=ui(unit="seconds"))
    """Seconds until the answer must have been posted, counted from the request."""


def with_address(visit: Visit, name: str) -> tuple[Visit, str]:
    """The visit in which the block of this name, such as `EXTCALL_3`, knows its own address, and the address."""
    url = resuming.address(visit.call, f"{visit.call.turn}.{visit.block}")
    before = visit.call.variables.get(name)
    own = {**(before if isinstance(before, dict) else {}), RESUME_URL: url}
    return replace(visit, call=replace(visit.call, variables={**visit.call.variables, name: own})), url
