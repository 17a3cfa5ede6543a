"""All faults: each makes a world, breaks it while calls go on, and gives the row of the table.

A new one is an async function of a `Place`, and a line in `LONG`.
"""

from tests.chaos import carriers, databases, ends
from tests.chaos.place import Fault

LONG: dict[str, Fault] = {
    "rolling": ends.rolling,
    "killed": ends.killed,
    "alone": ends.alone,
    "cut-off": ends.cut_off,
    "frozen": ends.frozen,
    "clocks": ends.clocks,
    "locked": databases.a_lock,
    "full": databases.full,
    "slow": databases.slow,
    "black-hole": databases.black_hole,
    "cut": databases.cut,
    "restart": databases.restart,
    "read-only": databases.read_only,
    "lost": carriers.lost_and_repeated,
    "unanswered": carriers.unanswered,
}
