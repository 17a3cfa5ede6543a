"""The public API, as `ivr` gives it: read a flow file, check it, try it without a phone."""

from os import PathLike
from pathlib import Path

from ivr.core.problem import Problem
from ivr.flow import check as checks
from ivr.flow.model import Flow
from ivr.flow.read import BrokenFlow, read
from ivr.testing.scenario import Scenario, read_scenarios
from ivr.testing.trying import Tried, attempt

__all__ = ["Flow", "check", "load", "try_"]

File = str | PathLike[str]


def load(file: File) -> Flow:
    """The flow in a file. It may have mistakes in how its blocks hang together: `check` finds them.

    Raises BrokenFlow, which is a ValueError, when the file can't be read as a flow: `problems` has every mistake, and
    so has the message. Raises OSError when it can't be read at all.
    """
    flow, problems = read(Path(file).read_bytes())
    if flow is None:
        raise BrokenFlow(str(file), problems)
    return flow


def check(flow: Flow | File) -> list[Problem]:
    """Everything that is wrong with a flow, or with the flow in a file; none is no mistake.

    Each problem has a `code`, a `level` ("error" stops a flow from being published, "warning" does not), the `block` by
    its number (0 is the flow itself), the `path` of the field, a `message` and a `hint`. What the flow needs from
    elsewhere, such as audio and secrets, is looked for when it is published. Raises OSError.
    """
    return checks.check(flow) if isinstance(flow, Flow) else read(Path(flow).read_bytes())[1]


def try_(flow: Flow | File, *scenarios: Scenario | File) -> list[Tried]:
    """Make the calls of scenarios in virtual time, without a phone or a network; without a scenario, one call by a
    caller who presses nothing.

    A file may hold several scenarios. Of each call comes back its `name`, what was not as expected (`failures`), what
    is worth a look (`notes`), what happened (`timeline`, line by line) and how long it took (`seconds` of its own
    time). Raises BrokenFlow and BrokenScenario, which are ValueErrors, and OSError. Not for use inside of async code.
    """
    called = _without_errors(flow)
    wanted = [each for given in scenarios for each in _scenarios(given)]
    return [attempt(called, each) for each in wanted or (Scenario(name="A caller presses nothing", steps=()),)]


def _without_errors(flow: Flow | File) -> Flow:
    called = flow if isinstance(flow, Flow) else load(flow)
    problems = checks.check(called)
    if any(problem.level == "error" for problem in problems):
        raise BrokenFlow(called.id if isinstance(flow, Flow) else str(flow), problems)
    return called


def _scenarios(given: Scenario | File) -> list[Scenario]:
    return [given] if isinstance(given, Scenario) else read_scenarios(Path(given).read_text("utf-8"))
