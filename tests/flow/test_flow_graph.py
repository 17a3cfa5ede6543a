"""Blocks and wires: order, and circles."""

from hypothesis import given
from hypothesis import strategies as st

from ivr.flow.graph import Graph, groups
from tests.story.flows import asks, drawn, ends, says, starts

MOST = 7
graphs = st.dictionaries(st.integers(0, MOST), st.lists(st.integers(0, MOST), max_size=4), min_size=1)


def reachable(graph: dict[int, list[int]], start: int) -> set[int]:
    """The blocks behind one; itself only round a circle."""
    found: set[int] = set()
    ahead = list(graph[start])
    while ahead:
        number = ahead.pop()
        if number in graph and number not in found:
            found.add(number)
            ahead.extend(graph[number])
    return found


@given(graphs)
def test_groups_are_what_leads_round(graph: dict[int, list[int]]) -> None:
    found = groups(list(graph), graph.__getitem__)
    assert sorted(number for group in found for number in group) == sorted(graph)
    behind = {number: reachable(graph, number) for number in graph}
    for place, group in enumerate(found):
        for number in group:
            assert set(group) == {number} | {other for other in behind[number] if number in behind[other]}
            assert not any(behind[number] & set(earlier) for earlier in found[:place])


def test_blocks_come_in_the_order_of_the_flow() -> None:
    flow = drawn(starts(3), ends(), asks(5, 4), says("Sorry.", 2), says("Good.", 2), ends())
    assert Graph(flow).order == (1, 3, 5, 4, 2)


def test_wires_that_lead_nowhere_are_none() -> None:
    assert Graph(drawn(starts(9))).order == (1,)


def test_a_long_flow_needs_no_deep_stack() -> None:
    flow = drawn(starts(), *(says("x", number + 1) for number in range(2, 5000)), ends())
    graph = Graph(flow)
    assert graph.order == tuple(range(1, 5001))
    assert len(groups(graph.order, lambda number: (to for _, to in graph.wires[number]))) == 5000
