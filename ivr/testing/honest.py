"""Whether a block does what it declares: the checks of flows believe its declarations, so each is held against what the
block does in its golden cases."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from ivr.core.action import Action
from ivr.core.declared import faults, type_of
from ivr.testing.golden import Case, Row, case_of, differences, rows_in
from ivr.testing.lies_of_cases import hides, leaves, plays, says, sends_off, sets, waits
from ivr.testing.lies_of_kind import begins, chain, covered, sends, speaks

_OF_A_CASE: tuple[Callable[[Case], Iterator[str]], ...] = (leaves, sets, plays, says, waits, sends_off, hides)
_OF_ALL: tuple[Callable[[Sequence[Case]], Iterator[str]], ...] = (begins, chain, covered, sends, speaks)


def assert_block_honest(action: type[Action[Any]], golden: Path | str) -> None:
    """Hold a block against its golden file: each outcome must be the one that the file keeps, and everything that the
    block declares must be true in every case, and shown by one. Raises AssertionError with all that is not."""
    path = Path(golden)
    found = [*faults(action)]
    found = found or [*lies(action, rows_in(path)), *differences(action, path)]
    if found:
        raise AssertionError(f"{action.__name__} is not what it declares:\n" + "\n".join(f"* {each}" for each in found))


def lies(action: type[Action[Any]], rows: Sequence[Row]) -> list[str]:
    """Every declaration of a block that its cases show to be untrue or don't show at all, each a sentence."""
    strange = [row["case"] for row in rows if row["action"].get("type", type_of(action)) != type_of(action)]
    if strange or not rows:
        return [f"{name}: this is a case of another action." for name in strange] or ["There is no golden case."]
    cases: list[Case] = []
    for row in rows:
        try:
            cases.append(case_of(action, row))
        except Exception as error:
            return [f"{row['case']}: raises {type(error).__name__}: {error}"]
    return [
        *(f"{case.name}: {lie}" for case in cases for check in _OF_A_CASE for lie in check(case)),
        *(lie for check in _OF_ALL for lie in check(cases)),
    ]
