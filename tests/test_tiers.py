"""Which tests a run leaves out without looking at them."""

import pytest

from tests.conftest import LEFT_OUT


@pytest.mark.parametrize(
    ("expression", "names"),
    [
        ("not slow", ["slow"]),
        ("not (browser or process)", ["browser", "process"]),
        ("", None),
        ("slow", None),
        ("not slow and postgres", None),
        ("not (slow and postgres)", None),
        ("not not slow", None),
        ("process or not slow", None),
    ],
)
def test_only_what_is_left_out_for_sure_is_not_collected(expression: str, names: list[str] | None) -> None:
    found = LEFT_OUT.fullmatch(expression)
    assert (found and found[1].split(" or ")) == names
