"""What failed and is tried again, in the log."""

import logging

import pytest

from ivr.runtime.ports import Unavailable
from ivr.runtime.trouble import report


@pytest.mark.parametrize(("error", "riddle"), [(Unavailable("locked"), False), (ValueError("locked"), True)])
def test_only_what_nobody_expected_comes_with_a_traceback(
    caplog: pytest.LogCaptureFixture, error: Exception, riddle: bool
) -> None:
    report(logging.getLogger("ivr"), error, "the store failed; trying again in %g s", 2.0)
    assert "the store failed; trying again in 2 s" in caplog.text
    assert "locked" in caplog.text
    assert (caplog.records[0].exc_info is not None) == riddle
