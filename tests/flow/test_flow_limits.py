"""However many mistakes a document has, and wherever: what is told of them has an end, and so has looking for them."""

from typing import Any

import pytest

from ivr.authoring.found import find
from ivr.flow import check
from ivr.flow.checks import spelling
from ivr.flow.checks.known import Known
from ivr.flow.model import MOST_BLOCKS
from ivr.flow.read import MOST_OF_A_BLOCK, read_document
from tests.counting import lines_of

MANY = 5000
Json = dict[str, Any]


def flow(*actions: Json) -> Json:
    """The actions, one after the other, behind an Inbound Call."""
    blocks: list[Json] = [{"number": 1, "action": {"type": "inbound_call"}, "exits": {"next": 2}}]
    blocks += [{"number": number, "action": action, "exits": {}} for number, action in enumerate(actions, 2)]
    return {"id": "x", "name": "x", "blocks": blocks}


def says(message: str) -> Json:
    return {"type": "play_message", "message": message}


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(flow(says("$a ") | {f"unknown_{number}": 1 for number in range(MANY)}), id="unknown fields"),
        pytest.param(flow({"type": "set_variables", "rows": [1] * MANY}), id="rows that are none"),
        pytest.param(flow(*({"type": "no" * 1000} for _ in range(2000))), id="unknown blocks"),
        pytest.param(flow(says(" ".join(f"$w{number}" for number in range(MANY)))), id="unknown variables"),
        pytest.param({"id": "x", "name": "x", "blocks": [1] * (MOST_BLOCKS + MANY)}, id="what is no block"),
        pytest.param({"id": "x", "name": "x", "blocks": [{}] * (MOST_BLOCKS + MANY)}, id="empty blocks"),
    ],
)
def test_only_so_many_mistakes_are_told(document: Json) -> None:
    found = find(document, Known())
    assert 0 < len(found.problems) <= 4 * check.MOST
    _, problems = read_document(document)
    assert 0 < len(problems) <= 2 * check.MOST


def test_of_one_block_only_some_mistakes_are_told_so_that_others_are_too() -> None:
    broken = says("Hello") | {f"unknown_{number}": 1 for number in range(MANY)}
    _, problems = read_document(flow(broken, {"type": "odd"}))
    told = [problem.block for problem in problems]
    assert (told.count(2), told.count(3)) == (MOST_OF_A_BLOCK, 1)


def test_errors_are_told_behind_any_number_of_warnings() -> None:
    warned = says(" ".join(f"$w{number}" for number in range(1000)))
    found = find(flow(warned, {"type": "compute", "first": "x", "operation": "round"}), Known())
    assert [problem.code for problem in found.errors if problem.block == 3] == ["not_a_number"]


def test_a_flow_has_no_more_blocks_than_numbers() -> None:
    _, problems = read_document({"id": "x", "name": "x", "blocks": [says("Hello")] * (MOST_BLOCKS + 1)})
    assert [(each.code, each.path) for each in problems] == [("too_long", "blocks")]


def test_what_is_put_right_of_a_long_text_is_not_written_out_for_each_mistake() -> None:
    typed = "$EXTCALL_2.response.name.en-US "

    def fixes(message: str) -> list[str]:
        document = flow({"type": "external_web_call", "url": "https://api.example.com"}, says(message))
        document["blocks"][1]["exits"] = {"success": 3, "failure": 3}
        return [problem.fix for problem in find(document, Known()).problems if problem.code == "misspelled"]

    assert fixes(typed) == ["$EXTCALL_2.response.name['en-US'] ".replace("'", '"')]
    many = fixes(typed * MANY)
    assert 0 < len(many) <= 2 * spelling.MOST
    assert not any(many)


def test_each_text_is_looked_through_a_few_times_only() -> None:
    def lines(count: int) -> int:
        keys = ", ".join(f'"$w{number}": "${{w{number}}}"' for number in range(count))
        posts = {"type": "external_web_call", "url": "https://a.example", "method": "POST", "body": f"{{{keys}}}"}
        document = flow(posts)
        return lines_of(lambda: find(document, Known()))

    assert lines(1000) < 20 * lines(100)
