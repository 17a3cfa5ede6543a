"""Long namespaces, however they are written."""

import pytest

from ivr.core.namespaces import LONGEST, too_long

SHORT, LONG = "u" * LONGEST, "u" * (LONGEST + 1)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("<a/>", False),
        (f'<a xmlns="{SHORT}"/>', False),
        (f'<a xmlns="{LONG}"/>', True),
        (f"<a b='c'\n xmlns:p\n = '{LONG}'/>", True),
        (f'<a xmlns:{"p" * 5000}="{LONG}"/>', True),
        (f'<a xmlns:q="{SHORT}" xmlns:p="{LONG}', True),
        (f'<a xmlns:p="{SHORT}\'" title="{LONG}"/>', True),
        (f'<a title="{LONG}" href="xmlns"/>', False),
    ],
)
def test_a_long_namespace_is_found(text: str, found: bool) -> None:
    assert too_long(text) is found
