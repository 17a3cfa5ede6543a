"""Addresses as they are typed and pasted."""

import pytest

from ivr.actions.external_web_call import ExternalWebCall
from ivr.core.action import Visit, Wait
from ivr.core.call import Call
from ivr.core.effects import Fetch


def sent(url: str) -> str:
    asked = ExternalWebCall(url=url).enter(Visit(Call("c", "f", 1, block=2), 2, 0))
    assert isinstance(asked, Wait)
    assert isinstance(asked.effect, Fetch)
    return asked.effect.url


ROUND = ["“”", '""', "''", "<>", "``", ("GET ", ""), ("see ", ".")]
A_PAGE = "https://api.test/a"


@pytest.mark.parametrize(
    ("text", "code", "fix"),
    [
        *((f"{mark}{A_PAGE}{mark}", "blanks_round", A_PAGE) for mark in "\u200b\ufeff\u00a0\u2028\u202a"),
        *((f"{before}{A_PAGE}{after}", "no_address", A_PAGE) for before, after in ROUND),
        ("api.test/a?b=1", "no_address", "https://api.test/a?b=1"),
        ("//www.api.test", "no_address", "https://www.api.test"),
        ("api", "no_address", ""),
        ("ftp://api.test", "no_address", ""),
        ("https://https://api.test", "begins_twice", "https://api.test"),
        ("https://http//api.test", "begins_twice", "http://api.test"),
        ("https://api.test/a\u200bb", "hidden_letters", "https://api.test/ab"),
        ("https://api.test/?a=1&amp;b=2", "page_signs", "https://api.test/?a=1&b=2"),
        ("https://api.test/a#part", "fragment", "https://api.test/a"),
        ("https://api.test/?n=#1", "fragment", "https://api.test/?n=%231"),
        ("https://api.test/{id}/x", "placeholder", ""),
        ("https://api.test/{{ id }}", "placeholder", ""),
        ("https://api.test/users/:id", "placeholder", ""),
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_address_is_said_with_the_right_one(text: str, code: str, fix: str) -> None:
    (problem,) = ExternalWebCall(url=text).problems()
    assert (problem.code, problem.fix) == (code, fix)
    if code == "blanks_round":
        assert sent(text) == A_PAGE
    if fix:
        assert not list(ExternalWebCall(url=fix).problems())


@pytest.mark.parametrize("url", ["https://api.test:8443/a", "https://api.test/${v}/x", "https://[::1]/a:b", "$v/x"])
def test_nothing_is_wrong_with_an_address_that_is_one(url: str) -> None:
    assert not list(ExternalWebCall(url=url).problems())
