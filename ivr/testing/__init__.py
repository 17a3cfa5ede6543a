"""Tests of flows without a phone: `from ivr.testing import Line`."""

from ivr.testing.honest import assert_block_honest
from ivr.testing.line import BrokenFlow, Line
from ivr.testing.loop import Stuck

__all__ = ["BrokenFlow", "Line", "Stuck", "assert_block_honest"]
