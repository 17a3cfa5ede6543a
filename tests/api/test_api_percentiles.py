"""The percentiles of figures."""

import pytest

from ivr.web.api.stats import percentile


@pytest.mark.parametrize(
    ("times", "share", "expected"),
    [([5], 0.5, 5), ([1, 2], 0.5, 1), ([1, 2, 3], 0.5, 2), ([*range(1, 101)], 0.99, 99), ([*range(1, 11)], 0.9, 9)],
)
def test_percentiles(times: list[int], share: float, expected: int) -> None:
    assert percentile([(each, 1) for each in times], share) == expected
    assert percentile([(each, 3) for each in times], share) == percentile(
        [(each, 1) for each in sorted(times * 3)], share
    )
