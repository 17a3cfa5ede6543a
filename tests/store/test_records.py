from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.call import Call, Entry
from ivr.core.effects import AnyJob, Fetch, Text
from ivr.core.mailbox import Mailbox
from ivr.core.values import to_json
from ivr.store import records
from ivr.store.records import State

from .making import a_call

scalars = st.none() | st.booleans() | st.integers() | st.text() | st.decimals(allow_nan=False, allow_infinity=False)
values = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8)
variables = st.dictionaries(st.text(), values, max_size=4)
calls = st.builds(Call, variables=variables)
entries = st.builds(Entry, data=variables)
jobs: st.SearchStrategy[AnyJob] = st.builds(Fetch) | st.builds(Text)


@given(st.builds(State, calls, st.builds(Mailbox)))
def test_a_call_survives_being_stored(state: State) -> None:
    read = records.read_state(records.write(state))
    assert read == state
    assert to_json(read.call.variables) == to_json(state.call.variables), "to the last digit"


@given(jobs)
def test_a_job_survives_being_stored(job: AnyJob) -> None:
    read = records.read_job(records.write(job))
    assert (type(read), read) == (type(job), job)


@given(st.lists(entries, max_size=3).map(tuple))
def test_a_trace_survives_being_stored(trace: tuple[Entry, ...]) -> None:
    assert records.read_trace(records.write(trace)) == trace


def test_half_a_character_is_a_clear_error() -> None:
    with pytest.raises(ValueError, match="surrogates not allowed"):
        records.write(State(a_call(variables={"CallerName": "\ud800"}), Mailbox()))


def test_numbers_keep_their_digits() -> None:
    numbers = {"price": Decimal("12.50"), "big": 10**40, "tiny": Decimal("1E-400"), "zero": Decimal("-0.0")}
    read = records.read_state(records.write(State(a_call(variables=numbers), Mailbox())))
    assert str(read.call.variables) == str(numbers)


def test_a_call_of_an_earlier_version_keeps_what_it_knows_of_its_messages() -> None:
    """The name in the stored form is `told`: a call that was saved before must not start its handlers again."""
    stored = records.write(State(Call("CA1", "f", 1, deliveries=("SM1 sent",)), Mailbox()))
    assert b'"told":["SM1 sent"]' in stored
    assert records.read_state(stored).call.deliveries == ("SM1 sent",)
