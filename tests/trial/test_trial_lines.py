"""A test request as it is shown in a terminal: all of what was sent, all of what came of it."""

import json
from decimal import Decimal
from typing import Any

import pytest

from ivr.cli.webcall import SHOWN, lines
from ivr.core.events import Fetched, Try
from ivr.webcall.trial import Taken, Trial

URL = "https://api.test/slots"
SPENT = {"dns": 1, "connect": 2, "tls": 3, "first_byte": 4, "total": 11}


def trial(reply: dict[str, Any] | None = None, /, **fields: Any) -> Trial:
    told = {"status": 200, "cause": "ok", "milliseconds": 12, "tries": (Try(URL, "ok", 200, "", SPENT),)}
    given = Fetched(at=0, token="1.3", **{**told, **(reply or {})})
    whole = {"request": {"method": "GET", "url": URL}, "unset": (), "port": "success", "why": "status 200", "taken": ()}
    return Trial(**{**whole, "reply": given, **fields})


def test_the_whole_of_it_in_its_order() -> None:
    request = {"method": "POST", "url": URL, "headers": {"X-Key": "•••", "X-Own": "1"}, "body": "a\nb"}
    reply = {"headers": (("content-type", "application/json"),), "body": '{"price":1.10,"a":[1]}'}
    taken = (Taken("A", "price", found=True, value=Decimal("1.10")), Taken("B", "a", found=True, value=[1]))
    assert lines(trial(reply, request=request, unset=("ANI", "EXTCALL_2.id"), taken=taken)) == [
        f"→ POST {URL}",
        "  X-Key: •••",
        "  X-Own: 1",
        "  a",
        "  b",
        "  ! $ANI has no value; give it one with --set ANI=…",
        "  ! $EXTCALL_2.id has no value; give it one with --set EXTCALL_2.id=…",
        "← 200 after 12 ms, 22 bytes (dns 1 ms, connect 2 ms, tls 3 ms, first byte 4 ms)",
        "  content-type: application/json",
        "  {",
        '    "price": 1.10,',
        '    "a": [',
        "      1",
        "    ]",
        "  }",
        "Port “success”: status 200",
        "  $A = 1.10",
        "  $B = [1]",
    ]


def test_size_is_told_in_bytes_and_not_in_characters() -> None:
    assert "← 200 after 12 ms, 4 bytes" in "\n".join(lines(trial({"body": "üü"})))


def test_without_an_answer_there_is_nothing_to_take() -> None:
    silent = {"status": None, "cause": "timeout", "error": "Too late.", "tries": (Try(URL, "timeout", None, "Late."),)}
    shown = lines(trial(silent, port="failure", why="Too late.", taken=(Taken("A", "a", found=False),)))
    assert shown == [f"→ GET {URL}", "← no answer after 12 ms, 0 bytes", "Port “failure”: Too late."]


def test_several_tries_are_told_one_by_one() -> None:
    tries = (Try(URL, "connect", None, "Refused."), Try(f"{URL}/there", "ok", 200, "", {"connect": 5, "total": 7}))
    shown = lines(trial({"tries": tries}))
    assert shown[1:3] == [f"  1. {URL}: Refused.", f"  2. {URL}/there"]
    assert shown[3] == "← 200 after 12 ms, 0 bytes (connect 5 ms)"


def test_what_was_not_found_is_told_with_what_is_like_it() -> None:
    taken = (
        Taken("A", "datetext", found=False, near=("DateText", "Date")),
        Taken("B", "b", found=False, value="somebody"),
        Taken("C", "c", found=False, value="me", near=("C",)),
    )
    assert lines(trial(taken=taken))[-3:] == [
        "  $A is not set: the answer has no value for “datetext”; there is DateText, Date",
        "  $B is not set: the answer has no value for “b”; its default is somebody",
        "  $C is not set: the answer has no value for “c”; there is C; its default is me",
    ]


@pytest.mark.parametrize("body", ["x" * (SHOWN + 50), json.dumps(["x" * (SHOWN + 50)])])
def test_only_the_beginning_of_a_long_answer_is_shown(body: str) -> None:
    shown = "".join(lines(trial({"body": body}))[2:-1])
    assert SHOWN / 2 < shown.count("x") <= SHOWN
    assert shown.endswith("…")
