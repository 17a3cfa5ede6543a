"""A call through a flow as large as they get."""

from ivr.flow.check import check
from tests.bench.large import BLOCKS, large
from tests.story.line import HANGS_UP, Line


def follow(line: Line) -> None:
    """Answer whatever is being waited for, so that the call goes on by the first port."""
    assert line.call.waiting is not None
    match line.call.waiting.asks:
        case "gather":
            line.presses("1")
        case "job" if line.call.block % 10 in {5, 8}:
            line.text_is_taken()
        case "job":
            line.api_answers({"a": {"b": [f"order {line.call.block}"]}, "c": None})


def test_a_call_walks_every_one_of_300_blocks() -> None:
    flow = large()
    assert [problem for problem in check(flow) if problem.level == "error"] == []
    line = Line(flow).rings()
    questions = 0
    while line.call.status == "active":
        questions += line.call.waiting is not None and line.call.waiting.asks == "gather"
        follow(line)
    assert line.problems == []
    assert line.heard[-1] == HANGS_UP
    entered = [entry.block for entry in line.trace if entry.kind == "entered"]
    assert entered == list(range(2, BLOCKS + 1))
    menus = [block for block in flow.blocks if block.action.type == "menu"]
    assert questions == len(menus) == 30
    assert "You chose Choice 1, and that is order 293, +15551230001. Please hold on." in line.heard
    assert line.texts[-1][2] == "Found: order 296"


def test_what_it_says_is_in_the_order_of_its_blocks() -> None:
    line = Line(large(20)).rings()
    assert line.heard == ["This is menu 2. Press 1 to 9. (listens)"]
    line.presses("1").api_answers({"a": {"b": [7]}})
    assert line.heard[-1] == "You chose Choice 1, and that is 7, +15551230001. Please hold on."
    assert line.job is not None
    assert line.job.summary["body"] == "Found: 7"
