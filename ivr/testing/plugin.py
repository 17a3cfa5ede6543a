"""The pytest plugin: a fixture that gives lines, and closes them."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from ivr.flow.model import Flow
    from ivr.testing.line import Line


@pytest.fixture
def line_of() -> "Iterator[Callable[..., Line]]":
    """`line_of("flow.json")` is a phone line to that flow; it is closed when the test ends."""
    # Here, so that a test run that never asks for a line does not wait for the system to be imported.
    from ivr.testing.line import Line  # noqa: PLC0415

    with ExitStack() as lines:

        def of(flow: "str | Path | Flow", **options: Any) -> "Line":
            return lines.enter_context(Line.of(flow, **options))

        yield of
