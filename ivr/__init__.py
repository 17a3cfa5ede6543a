"""A phone line that talks to any API.

For programs of your own:

    from ivr import check, load, try_

    flow = load("front-desk.json")              # a Flow; raises ValueError when the file can't be read as one
    for problem in check(flow):                 # everything that is wrong with it, each with its block and a hint
        print(problem)
    [tried] = try_(flow, "front-desk.yaml")     # a call in virtual time, without a phone
    assert not tried.failures

`ivr.testing` has the phone line for tests that press keys one after the other. What `__all__` names here and there is
the public API: it stays as it is until the next major version. All else may change with any version.
"""

from typing import TYPE_CHECKING

from ivr.on_demand import on_demand
from ivr.version import __version__ as __version__

if TYPE_CHECKING:
    from ivr.public import Flow, check, load, try_
else:
    __getattr__ = on_demand(__name__, dict.fromkeys(("Flow", "check", "load", "try_"), "ivr.public"))

__all__ = ["Flow", "check", "load", "try_"]


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
