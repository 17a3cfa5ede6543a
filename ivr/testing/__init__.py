"""Tests of flows without a phone: `from ivr.testing import Line`, or the fixture `line_of` in pytest.

`Line` is a phone line to a flow, in virtual time. `Scenario` is a call as a file writes it, and `Tried` what came of
one; `BrokenFlow`, `BrokenScenario` and `Stuck` are what goes wrong. `assert_block_honest` holds a
block of your own against its golden cases. This is public, as `ivr` itself says.
"""

from typing import TYPE_CHECKING

from ivr.on_demand import on_demand

if TYPE_CHECKING:
    from ivr.flow.read import BrokenFlow
    from ivr.testing.honest import assert_block_honest
    from ivr.testing.line import Line
    from ivr.testing.loop import Stuck
    from ivr.testing.scenario import BrokenScenario, Scenario
    from ivr.testing.trying import Tried
else:
    __getattr__ = on_demand(
        __name__,
        {
            "BrokenFlow": "ivr.flow.read",
            "BrokenScenario": "ivr.testing.scenario",
            "Line": "ivr.testing.line",
            "Scenario": "ivr.testing.scenario",
            "Stuck": "ivr.testing.loop",
            "Tried": "ivr.testing.trying",
            "assert_block_honest": "ivr.testing.honest",
        },
    )

__all__ = ["BrokenFlow", "BrokenScenario", "Line", "Scenario", "Stuck", "Tried", "assert_block_honest"]


def __dir__() -> list[str]:
    return list(__all__)
