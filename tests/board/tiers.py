"""Which cases of a test guard a landing, where trying all of them takes long."""

from collections.abc import Iterable
from typing import Any

import pytest


def some(names: Iterable[str], *landing: str) -> list[Any]:
    """All of them each night; those that are named before a landing too."""
    kept = list(names)
    assert set(landing) <= set(kept), set(landing) - set(kept)
    return [pytest.param(each, marks=[] if each in landing else pytest.mark.slow) for each in kept]
