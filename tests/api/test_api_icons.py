"""What a card calls its icon, as path data. A card may be of another package, and say anything."""

import pytest

from ivr.web.api.icons import LONGEST, PLAIN, drawn

TABLE = {"globe": "M1 2h3"}


def test_a_name_is_looked_up_and_path_data_is_taken_as_it_is() -> None:
    own = "M3 3h18v18H3Zm2.5-1e-2a2 2 0 0 1 4,4"
    assert drawn("globe", TABLE) == "M1 2h3"
    assert drawn(own, TABLE) == own


@pytest.mark.parametrize(
    "icon",
    [
        "",
        "no-such-icon",
        '"><script>alert(1)</script>',
        'M0 0" onload="alert(1)',
        "M0 0 url(https://example.com)",
        "M0 0\n",
        "M٣ 0",
        "M" + "0" * LONGEST,
    ],
)
def test_anything_else_is_a_plain_box(icon: str) -> None:
    assert drawn(icon, TABLE) == PLAIN
    assert drawn(icon, {}) == PLAIN
