"""A request that is started and not waited for: how its block is left, and what makes no sense there."""

from collections.abc import Iterator

from ivr.core.action import Leave, Port, Sets, Start, Visit
from ivr.core.call import MOST_STARTED
from ivr.core.effects import AnyJob
from ivr.core.problem import Problem
from ivr.core.values import Value

STARTED = "started"
PORTS = (Port(STARTED, "Started"), Port("failure", "On Failure"))
_FAILED = ("failure",)
_TOLD = ("cause", "error")


def not_started(sets: tuple[Sets, ...]) -> tuple[Sets, ...]:
    """Those of the variables that are set when one more request can't be started."""
    return tuple(Sets(each.name, each.help, ports=_FAILED) for each in sets if each.name in _TOLD)


def start(visit: Visit, job: AnyJob, own: dict[str, Value], hide: tuple[str, ...]) -> Start | Leave:
    """Start the job, unless too many of other blocks are out already."""
    others = [each for each in visit.call.started if each.block != visit.block]
    if len(others) < MOST_STARTED:
        return Start(STARTED, job=job, set=own, hide=hide)
    error = f"{MOST_STARTED} requests of this call are out already, so this one was not started."
    told: dict[str, Value] = {"cause": "too_many", "error": error}
    return Leave("failure", set=told, why=told)


def problems(when_caller_hangs_up: str | None) -> Iterator[Problem]:
    """What an author asks for that only a block does which waits."""
    if when_caller_hangs_up == "go on":
        message = "The call has left this block, so it can't go on here without the caller: the request is finished."
        hint = "Choose to finish the request; the Await that takes its answer can go on without the caller."
        yield Problem("goes_on_once", message, path="when_caller_hangs_up", hint=hint, level="warning")
