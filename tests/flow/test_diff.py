"""What is different between two versions of a flow, in words."""

import copy
import json
from importlib import resources
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.flow.diff import Change, differences
from ivr.flow.model import Flow
from tests.core.any_value import json_values

DEMO = json.loads(resources.files("ivr.demo").joinpath("appointment.json").read_text("utf-8"))
WORD = "correct-horse"


def changed(block: int | None = None, **fields: Any) -> dict[str, Any]:
    """The demo with other fields: of a block's action, or of the flow."""
    document = copy.deepcopy(DEMO)
    target = document if block is None else document["blocks"][block - 1]["action"]
    target.update(fields)
    return document


def redrawn(block: int, **fields: Any) -> dict[str, Any]:
    """The demo with other fields of a block itself."""
    document = copy.deepcopy(DEMO)
    document["blocks"][block - 1].update(fields)
    return document


def words(old: Any, new: Any) -> list[str]:
    return [change.words for change in differences(old, new)]


def test_the_same_is_no_difference() -> None:
    assert differences(DEMO, copy.deepcopy(DEMO)) == []


def test_defaults_make_no_difference_whether_written_down_or_not() -> None:
    whole = Flow.model_validate(DEMO).model_dump(mode="json")
    assert whole != DEMO
    assert differences(DEMO, whole) == []
    whole["blocks"][2]["action"]["timeout"] = "long"
    short = changed(3, timeout="long")
    assert differences(short, whole) == [], "nor in a block with a mistake"


API = "“http://127.0.0.1:8083/appointments?phone=$ANI”"
BEARER = {"type": "bearer", "token": WORD}
FILE = {"type": "file", "file": "a"}
EXITS = {"success": 4, "failure": 8}
APOLOGISE = "Apologise (block 8)"
CASES: list[tuple[dict[str, Any], str, str, str]] = [
    (changed(3, timeout=20), "changed", "action.timeout", "Timeout 10 → 20"),
    (changed(3, url="http://x/"), "changed", "action.url", f"URL of service {API} → “http://x/”"),
    (redrawn(3, disabled=True), "changed", "disabled", "disabled"),
    (changed(3, play_hold_music=False), "changed", "action.play_hold_music", "Play hold music on → off"),
    (changed(3, hold_audio=FILE), "changed", "action.hold_audio.type", "Hold audio “default” → “file”"),
    (changed(3, body="x"), "changed", "action.body", "Body nothing → “x”"),
    (changed(3, authentication=BEARER), "changed", "action.authentication", "Authentication nothing → “bearer”"),
    (changed(3, retrys=1), "changed", "action.retrys", "Retrys nothing → 1"),
    (redrawn(3, title="Ask"), "changed", "title", "Title “Look up the appointment” → “Ask”"),
    (
        redrawn(3, exits={**EXITS, "failure": 7}),
        "wired",
        "exits.failure",
        f"On Failure → End Call (block 7), before → {APOLOGISE}",
    ),
    (
        redrawn(3, exits={"success": 4}),
        "wired",
        "exits.failure",
        f"On Failure is not connected any more, before → {APOLOGISE}",
    ),
    (redrawn(3, exits={**EXITS, "other": 99}), "wired", "exits.other", "other → block 99"),
    (redrawn(3, place=[8, 16]), "moved", "place", "moved on the board"),
]


@pytest.mark.parametrize(("new", "kind", "path", "told"), CASES, ids=[case[3][:30] for case in CASES])
def test_one_change_of_a_block(new: dict[str, Any], kind: Any, path: str, told: str) -> None:
    name = "Ask" if path == "title" else "Look up the appointment"
    assert differences(DEMO, new) == [Change(kind, 3, path, f"{name} (block 3): {told}")]


def test_a_block_is_enabled_again() -> None:
    told = "Look up the appointment (block 3): enabled again"
    assert words(redrawn(3, disabled=True), DEMO) == [told]
    assert words(redrawn(3, disabled=True), redrawn(3, disabled=False)) == [told]
    assert words(DEMO, redrawn(3, disabled=False)) == []


def test_a_block_that_moved_and_changed_has_changed() -> None:
    new = redrawn(3, place=[8, 16], title="Ask")
    assert [change.kind for change in differences(DEMO, new)] == ["changed"]


def test_blocks_come_and_go() -> None:
    new = copy.deepcopy(DEMO)
    new["blocks"][0]["exits"]["next"] = 9
    new["blocks"][1] = {
        "number": 9,
        "title": "Hello",
        "action": {"type": "play_message", "message": "Hi."},
        "exits": {"next": 3},
    }
    assert differences(DEMO, new) == [
        Change("wired", 1, "exits.next", "Inbound Call (block 1): Next → Hello (block 9), before → Greet (block 2)"),
        Change("added", 9, "", "Hello (block 9): added"),
        Change("removed", 2, "", "Greet (block 2): removed"),
    ]
    assert {change.kind for change in differences({}, DEMO)} == {"added"}
    assert {change.kind for change in differences(DEMO, {})} == {"removed"}


def test_a_block_that_does_something_else_now() -> None:
    new = redrawn(2, action={"type": "send_sms", "message": "Hi."})
    assert words(DEMO, new) == ["Greet (block 2): Play Message → Send SMS"]


def test_rows_are_known_by_their_names() -> None:
    old = [{"name": "Date", "query": "DateText"}, {"name": "Doctor", "query": "doctor.name"}]
    asked = changed(3, response_variables=old)
    new = [
        {"name": "Doctor", "query": "doctor"},
        {"name": "Room", "query": "room"},
        {"name": "Date", "query": "DateText"},
    ]
    assert words(asked, changed(3, response_variables=new)) == [
        "Look up the appointment (block 3): Response variables, “Doctor”, query expression “doctor.name” → “doctor”",
        "Look up the appointment (block 3): Response variables: “Room” added",
        "Look up the appointment (block 3): Response variables: in another order",
    ]
    assert words(asked, changed(3, response_variables=old[:1])) == [
        "Look up the appointment (block 3): Response variables: “Doctor” removed"
    ]


def test_rows_without_names_are_known_by_their_place() -> None:
    lines = [{"text": "Still working.", "after": 8}, {"text": "Nearly there.", "after": 16}]
    old = changed(3, timed_lines=lines)
    new = changed(3, timed_lines=[lines[0], {**lines[1], "after": 20}])
    [change] = differences(old, new)
    assert change.path == "action.timed_lines[1].after"
    assert change.words == "Look up the appointment (block 3): Timed lines, row 2, after 16 → 20"


def test_settings_of_the_flow() -> None:
    assert differences(DEMO, changed(time_zone="Europe/Berlin", description="x", last_number=9)) == [
        Change("flow", 0, "description", "Description nothing → “x”"),
        Change("flow", 0, "time_zone", "Time zone “UTC” → “Europe/Berlin”"),
    ]
    assert differences(DEMO, changed(notes=[{"text": "Ask Anna."}])) == [
        Change("flow", 0, "notes", "Notes on the board changed")
    ]


def test_of_a_long_text_the_part_is_shown_that_differs() -> None:
    fox = "The quick brown fox jumps over the lazy dog. " * 5
    assert words(changed(2, message=f"{fox}Goodbye. {fox}"), changed(2, message=f"{fox}The end. {fox}")) == [
        "Greet (block 2): Message “… the lazy dog. Goodbye. The quick brown fox jumps over the l…” → "
        "“… the lazy dog. The end. The quick brown fox jumps over the l…”"
    ]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (WORD, f"{WORD}-2", "Authentication, password changed"),
        ({"sealed": "one"}, {"sealed": "two"}, "Authentication, password changed"),
        ({"sealed": "one"}, {"set": True}, "Authentication, password changed"),
        ({"sealed": "one"}, "$SECRET.crm", "Authentication, password changed"),
        (None, WORD, "Authentication, password set"),
        (WORD, None, "Authentication, password removed"),
        ("$SECRET.crm", "$SECRET.shop", "Authentication, password “$SECRET.crm” → “$SECRET.shop”"),
    ],
)
@pytest.mark.parametrize("more", [{}, {"misspelt": 1}])
def test_of_a_secret_only_that_it_changed(old: Any, new: Any, told: str, more: dict[str, Any]) -> None:
    before, after = (
        changed(3, authentication={"type": "basic", "user": "anna", "password": each, **more}) for each in (old, new)
    )
    changes = differences(before, after)
    assert [change.words for change in changes] == [f"Look up the appointment (block 3): {told}"]
    assert WORD not in repr(changes)


def test_a_secret_in_a_block_of_an_unknown_kind_is_not_told_either() -> None:
    old, new = (redrawn(3, action={"type": "web_call", "token": each}) for each in (WORD, f"{WORD}-2"))
    changes = differences(old, new)
    assert len(changes) == 1
    assert WORD not in repr(changes)


flows = st.fixed_dictionaries(
    {},
    optional={
        "name": json_values,
        "blocks": st.lists(
            st.fixed_dictionaries(
                {"number": st.integers(1, 3) | json_values, "action": json_values},
                optional={"exits": json_values, "title": json_values, "place": json_values},
            ),
            max_size=3,
        )
        | json_values,
    },
)


@given(flows | json_values, flows | json_values)
def test_no_document_is_too_odd(old: Any, new: Any) -> None:
    before = copy.deepcopy((old, new))
    assert all(change.words for change in differences(old, new))
    assert differences(old, old) == []
    assert (old, new) == before
