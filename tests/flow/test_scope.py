"""Available Variables: what is set where."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ivr.flow.model import Flow
from ivr.flow.scope import Scope, available
from tests.counting import lines_of
from tests.story.flows import Row, asks, drawn, ends, says, starts, takes, texts

MOST = 6
NO_SYSTEM = 0


def names_at(flow: Flow, number: int) -> dict[str, bool]:
    """The names there, and whether they are a maybe; without those of the system, and what is known from the start."""
    own = [each for each in Scope(flow).at(number) if each.block != NO_SYSTEM]
    return {each.name: each.maybe for each in own if not each.name.endswith(".usual")}


def counts(to: int | None, name: str | None = None) -> Row:
    return {"action": {"type": "counter", "name": name}, "exits": {} if to is None else {"next": to}}


def comes_in(to: int | None, kind: str = "jump_from", **fields: Any) -> Row:
    return {"action": {"type": kind, **fields}, "exits": {} if to is None else {"next": to}}


def test_what_the_call_began_with_comes_first() -> None:
    flow = drawn(starts(), texts("Hi.", 3, 3), ends())
    assert names_at(flow, 1) == {}
    assert list(names_at(flow, 2).items()) == [
        ("ANI", False),
        ("DNIS", False),
        ("CallSid", False),
        ("CallerName", False),
    ]
    assert list(names_at(flow, 3))[4:] == [
        "SMS_2.sid",
        "SMS_2.error",
        "SMS_2.code",
        "SMS_2.cause",
        "SMS_2.segments",
    ]


def test_where_and_what_it_is_stands_with_it() -> None:
    (first, *_) = Scope(drawn(starts(), ends())).at(2)
    assert (first.name, first.block, first.help) == ("ANI", 1, "The caller's number, such as +15551234567")


def test_system_variables_are_everywhere() -> None:
    flow = drawn(starts(), ends(), says("Nobody comes here."))
    for number in (1, 2, 3):
        system = [each for each in Scope(flow).at(number) if each.block == NO_SYSTEM]
        assert "DateTime.CurrentDateText" in [each.name for each in system]
        assert not any(each.maybe for each in system)


def test_an_answer_is_only_sure_behind_success() -> None:
    flow = drawn(starts(), asks(3, 4, response_variables=takes(Date="d")), ends(), says("Sorry.", 5), ends())
    behind, failed = names_at(flow, 3), names_at(flow, 4)
    unsure = {"Date", "EXTCALL_2.statuscode", "EXTCALL_2.response", "EXTCALL_2.responsebody", "EXTCALL_2.headers"}
    assert not any(behind.values())
    assert {name for name, maybe in failed.items() if maybe} == unsure
    assert unsure < set(behind) == set(failed)


def test_how_long_it_usually_takes_may_be_known_in_the_block_itself_and_behind_it() -> None:
    flow = drawn(starts(), says("$EXTCALL_3.usual", 3), asks(4, 4, opening_line="$EXTCALL_3.usual"), ends())
    scope = Scope(flow)
    for number, offered in ((2, []), (3, [True]), (4, [True])):
        assert [each.maybe for each in scope.at(number) if each.name == "EXTCALL_3.usual"] == offered
    assert all(scope.available(number, "EXTCALL_3.usual") for number in (2, 3, 4))
    assert not scope.available(3, "EXTCALL_3.cause")
    assert not scope.known("SMS_2.usual")


def test_a_name_that_every_way_sets_is_sure_and_stands_once() -> None:
    by_two_ways = drawn(starts(), asks(3, 4), counts(5, "x"), counts(5, "x"), ends())
    (each,) = [each for each in Scope(by_two_ways).at(5) if each.name == "x"]
    assert (each.block, each.maybe) == (3, False)
    assert names_at(by_two_ways, 5)["COUNTER_3.value"]


def test_a_block_on_one_way_alone_sets_a_maybe() -> None:
    flow = drawn(starts(), asks(3, 4), counts(4, "x"), ends())
    assert names_at(flow, 4)["x"]
    assert "x" not in names_at(flow, 3)


def test_round_a_loop_a_block_finds_what_it_set_itself() -> None:
    flow = drawn(starts(), counts(3), asks(2, 4), ends())
    assert names_at(flow, 2) | {"COUNTER_2.value": True} == names_at(flow, 2)
    assert not names_at(flow, 3)["COUNTER_2.value"]
    assert names_at(flow, 3)["EXTCALL_3.statuscode"]


def test_what_a_block_sets_is_set_anew_as_a_whole() -> None:
    """A failure behind a success leaves no status of the success behind."""
    flow = drawn(starts(), asks(3, 3), says("Again.", 2), ends())
    assert names_at(flow, 3)["EXTCALL_2.statuscode"]


def test_an_event_finds_what_an_earlier_call_may_have_set() -> None:
    event = comes_in(4, "event_handler", event="call_ended")
    flow = drawn(starts(2), asks(5, 5, response_variables=takes(Date="d")), event, texts("$Date", 5, 5), ends())
    found = names_at(flow, 4)
    assert found["Date"]
    assert found["ANI"]
    assert not found["EVENT_3.name"]
    assert "EVENT_3.name" not in names_at(flow, 2)


def test_a_call_from_another_flow_brings_what_calls_have() -> None:
    flow = drawn(comes_in(2), ends())
    assert names_at(flow, 2) == {"ANI": True, "DNIS": True, "CallSid": True, "CallerName": True}
    assert Scope(flow).open(2)


def test_what_follows_a_call_from_another_flow_is_open_too() -> None:
    flow = drawn(comes_in(3), comes_in(4, "event_handler", event="call_ended"), ends(), ends(), starts(6), ends())
    assert [number for number in range(1, 7) if Scope(flow).open(number)] == [1, 2, 3, 4]


def test_nothing_is_set_where_no_call_comes() -> None:
    flow = drawn(starts(), ends(), counts(4, "x"), ends())
    assert names_at(flow, 4) == {}
    assert not Scope(flow).reached(4)


def test_rows_of_one_name_are_one_variable() -> None:
    thrice = [*takes(x="a"), *takes(x="b"), *takes(x="c")]
    flow = drawn(starts(), asks(3, 4, response_variables=thrice), ends(), ends())
    assert [each.name for each in Scope(flow).at(3)].count("x") == 1
    assert (names_at(flow, 3)["x"], names_at(flow, 4)["x"]) == (False, True)


def test_all_blocks_at_once() -> None:
    flow = drawn(starts(), asks(3, 3), ends())
    assert available(flow) == {number: Scope(flow).at(number) for number in (1, 2, 3)}


ways = st.none() | st.integers(1, MOST)
shared = st.sampled_from(["x", "y", "ANI"])
rows: st.SearchStrategy[Row] = st.one_of(
    st.builds(says, st.just("Hi."), ways),
    st.builds(texts, st.just("Hi."), ways, ways),
    st.builds(counts, ways, st.none() | shared),
    st.builds(
        lambda success, failure, name: asks(success, failure, response_variables=takes(**{name: "a"})),
        ways,
        ways,
        shared,
    ),
    st.builds(starts, ways),
    st.just(ends()),
)
flows = st.lists(rows, min_size=1, max_size=MOST - 1).map(lambda others: drawn(starts(), *others))


def walked(flow: Flow) -> dict[int, list[frozenset[str]]]:
    """By brute force: for each block all that can be set when a call comes to it."""
    met: dict[int, set[frozenset[tuple[str, int]]]] = {number: set() for number in flow.by_number}
    begins = [block.number for block in flow.triggers]
    ahead: list[tuple[int, frozenset[tuple[str, int]]]] = [(number, frozenset()) for number in begins]
    while ahead:
        number, found = ahead.pop()
        if found in met[number]:
            continue
        met[number].add(found)
        block = flow.by_number[number]
        passes_by = number in begins and bool(found)
        for port, to in block.exits.items():
            if to not in flow.by_number:
                continue
            named = [
                (sets.name if sets.shared else f"{block.prefix}.{sets.name}", not sets.ports or port in sets.ports)
                for sets in block.action.variables()
                if sets.name != "usual"
            ]
            if passes_by:  # a trigger sets what it knows when a call begins at it
                ahead.append((to, found))
                continue
            for left in ({name for name, sure in named if sure}, {name for name, _ in named}):
                # What this block has set on a visit before is unset; what it sets now is no longer another block's.
                kept = {(name, setter) for name, setter in found if setter != number and name not in left}
                ahead.append((to, frozenset(kept | {(name, number) for name in left})))
    return {number: [frozenset(name for name, _ in each) for each in found] for number, found in met.items()}


@given(flows)
def test_it_is_what_all_walks_find(flow: Flow) -> None:
    """What is said to be sure is so on every walk. It may be careful about names that a block of a loop takes back."""
    scope = Scope(flow)
    loops = [block for block in flow.blocks if scope.leads(block.number, block.number)]
    careful = {sets.name for block in loops for sets in block.action.variables() if sets.shared}
    for number, found in walked(flow).items():
        by_any = frozenset().union(*found)
        by_all = frozenset.intersection(*found) if found else frozenset()
        told = names_at(flow, number)
        sure = {name for name, perhaps in told.items() if not perhaps}
        assert told.keys() == by_any, number
        assert sure <= by_all, number
        assert by_all - sure <= careful, number


def test_looking_up_a_reference_takes_no_longer_the_longer_it_is() -> None:
    scope = Scope(drawn(starts(), asks(3, 3), ends()))
    assert scope.known("EXTCALL_2.response" + ".a" * 80_000)
    assert not scope.known("a" + ".a" * 80_000)
    assert lines_of(lambda: scope.known("a" + ".a" * 80_000)) <= lines_of(lambda: scope.known("a" + ".a" * 20))
