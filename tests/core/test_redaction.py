"""Values that must not be seen, found however they are written."""

import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.effects import Gather, Say
from ivr.core.redaction import MOST, MOST_VEILED, Redactor, Veil, is_card
from tests.counting import lines_of

CARD = "4111111111111111"


@pytest.mark.parametrize(
    "text",
    [
        CARD,
        "4111 1111 1111 1111",
        "4111-1111-1111-1111",
        "4111 – 1111 – 1111 – 1111",
        "4, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1",
        "4111%201111%201111%201111",
        "4111+1111+1111+1111",
        "4111&nbsp;1111&nbsp;1111&nbsp;1111",
        "4111\u00a01111\u00a01111\u00a01111",
        "٤١١١١١١١١١١١١١١١",
        "4.111.111.111.111.111",
        f"00{CARD}00",
        f"id-{CARD}-7",
    ],
)
def test_a_number_in_any_grouping(text: str) -> None:
    shown = Redactor([CARD]).text(f"before {text} after")
    assert "1111" not in shown
    assert "١١١" not in shown
    assert "•••" in shown
    assert shown.startswith("before ")
    assert shown.endswith(" after")


@pytest.mark.parametrize(
    "text",
    [
        "4111\n1111\r\n1111\n1111",
        '["4111", "1111", "1111", "1111"]',
        "<g>4111</g><g>1111</g><g>1111</g><g>1111</g>",
        "4111<br>1111<br>1111<br>1111",
        "4111|1111:1111*1111",
        "4111\u200b1111\u200b1111\u200b1111",
        "4111&#32;1111&ensp;1111&#x20;1111",
        "4111%E2%80%911111%E2%80%911111%25201111",
        r"4111\u20111111\n1111\\u00201111",
        "%34" + "%31" * 15,
        "%2534" + "%2531" * 15,
        "&#52;" + "&#x31;" * 15,
        r"\u0034" + r"\u0031" * 15,
        "100%" + CARD,
    ],
)
def test_a_long_number_whatever_stands_between_its_digits_and_however_they_are_written(text: str) -> None:
    shown = Redactor([CARD]).text(f"before {text} after")
    assert not any(part in shown for part in ("1111", "4111", "%31", "%2531", "&#x31;", r"\u0031"))
    assert shown.startswith("before ")
    assert shown.endswith(" after")


@pytest.mark.parametrize("before", ["", "a", "ab", "card="])
def test_in_base64_and_hexadecimal(before: str) -> None:
    for encode in (base64.b64encode, base64.urlsafe_b64encode, base64.b16encode):
        shown = Redactor([CARD]).text(encode(f"{before}{CARD}|x".encode()).decode())
        assert "•••" in shown
        assert len(shown) <= 20
    shown = Redactor([CARD]).text(base64.b32encode(f"{before}{CARD}|x".encode()).decode())
    assert "•••" in shown
    assert len(shown) <= 24
    assert Redactor([CARD]).text(f"{before.encode().hex('-')}:{CARD.encode().hex(':')}")[-4:] == ":•••"
    assert Redactor([CARD]).text(base64.b64encode(CARD.encode()).decode()) == "•••=="


@pytest.mark.parametrize(
    "value",
    [
        ["4111", "1111", "1111", "1111"],
        {"a": "4111", "b": {"c": 1111, "d": ["1111"]}, "e": "1111"},
        [*map(int, CARD)],
    ],
)
def test_a_long_number_spread_over_a_tree(value: Any) -> None:
    shown = Redactor([CARD]).value({"before": 12, "spread": value, "after": "4111"})
    assert not any(each.isdecimal() for each in str(shown["spread"]))
    assert (shown["before"], shown["after"]) == (12, "4111")


def test_a_short_number_is_not_pieced_together_out_of_others() -> None:
    value = {"house": 83, "floor": 62, "text": "83 years\n62 days"}
    assert Redactor(["8362"]).value(value) == value


def test_only_what_is_hidden_goes() -> None:
    shown = Redactor(["8362"]).value(
        {"a": "8362", "b": ["8 3 6 2", 8362, 83, True, None], "8362": "order 18363", "c": 1.5}
    )
    assert shown == {"a": "•••", "b": ["•••", "•••", 83, True, None], "•••": "order 18363", "c": 1.5}


@pytest.mark.parametrize("card", ["5500 0000 0000 0004", "340000000000009", "6011-0000-0000-0004"])
def test_other_cards_go_too(card: str) -> None:
    assert Redactor(["8362"]).text(f"card {card}.") == "card •••."


def test_what_can_be_no_card_stays() -> None:
    for text in ("1234567890123456", "+1 555 123 4567", "2026-11-29 10:15:00", "12345678901234567890123"):
        assert Redactor(["8362"]).text(text) == text


@pytest.mark.parametrize("value", ["7", "12"])
def test_short_values_are_hidden_where_they_stand_alone(value: str) -> None:
    assert Redactor([value]).value({"pin": value}) == {"pin": "•••"}


def test_luhn() -> None:
    assert is_card(CARD)
    assert not is_card("4111111111111112")


@given(st.text(st.sampled_from("0123456789"), min_size=3, max_size=19), st.data())
def test_whatever_the_digits_and_however_they_are_grouped(digits: str, data: Any) -> None:
    between = st.sampled_from(["", " ", "-", ". ", ", ", "%20", "/"])
    grouped = "".join(each + data.draw(between) for each in digits)
    assert not any(each.isdecimal() for each in Redactor([digits]).text(grouped).replace("%20", ""))


@given(st.text(st.sampled_from("0123456789"), min_size=3, max_size=19), st.text(max_size=30), st.data())
def test_veiled_words_hold_no_digit_of_it_and_are_said_as_they_were(digits: str, other: str, data: Any) -> None:
    veil = Veil([digits, None, other])
    grouped = data.draw(st.sampled_from([" ", ", ", "-", ""])).join(digits)
    words = (Say(f"You said {grouped}, {digits}, {other}."), Gather(prompts=(Say(digits),), token="12.3"))
    drawn = veil.drawn(words)
    assert not any(each.isdecimal() for each in drawn[0].text.removesuffix(f"{other}."))
    assert not any(each.isdecimal() for each in drawn[1].prompts[0].text)
    assert drawn[1].token == "12.3"
    assert veil.lifted(drawn) == words


def test_a_veil_of_what_is_gone_leaves_nothing() -> None:
    drawn = Veil([CARD]).drawn(Say(f"It is {CARD}."))
    assert Veil([None]).lifted(drawn) == Say("It is .")
    assert Veil([]).lifted(drawn) == Say("It is .")


def test_a_veil_keeps_as_many_values_apart_as_a_call_may_hide() -> None:
    values = [f"value {number:03}." for number in range(MOST_VEILED)]
    veil = Veil(values)
    for value in values:
        drawn = veil.drawn(Say(f"It is {value}"))
        assert not any(each in drawn.text for each in "0123456789")
        assert veil.lifted(drawn) == Say(f"It is {value}")


@pytest.mark.parametrize(
    "text", ["4" * 10_000, "4 " * 5_000, "4%20" * 3_000, " " * 10_000, "4-,. 4" * 2_000, "4\n" * 5_000, "&#52;" * 3_000]
)
def test_the_work_grows_with_the_text_alone(text: str) -> None:
    redactor = Redactor(["8362", CARD])
    once = lines_of(lambda: redactor.text(text))
    assert lines_of(lambda: redactor.text(text * 2)) < 2.2 * once + 100


@pytest.mark.parametrize(
    "text",
    [
        *("1" * 2**17, "1 - " * 2**16, "12" * 2**16, f"{CARD} x " * 2**13),
        *("1%20" * 2**16, "4\n" * 2**17, "%34" * 2**16),
        *("\\" * 2**19, "\\" * 2**19 + "u", "%" + "25" * 2**18, "&amp;" * 2**17),
    ],
)
def test_hundreds_of_kilobytes_of_digits_are_looked_through(text: str) -> None:
    """Not line by line alone: what one line does must not grow with the text either, or this would take a minute."""
    shown = Redactor(["8362", "121", CARD]).text(text)
    assert CARD not in shown
    assert "121" not in shown


@pytest.mark.parametrize("before", [MOST - 1, MOST - 8, MOST - 15, MOST, 2 * MOST - 1100])
def test_a_value_in_the_middle_of_very_many_digits_is_found(before: int) -> None:
    text = f"{'0' * before}4111 1111-1111.1111{'0' * MOST}"
    assert Redactor([CARD]).text(text) == f"{'0' * before}•••{'0' * MOST}"
    assert not any(each in "14" for each in Veil([CARD]).drawn(Say(text)).text)


@pytest.mark.parametrize("length", range(5, 16))
def test_what_is_left_of_a_number_that_was_cut_goes_too(length: int) -> None:
    shown = Redactor([CARD]).text(f"The answer has “{CARD[:length]}…” and {CARD[: length - 1]}… in it, and 12…")
    assert shown == "The answer has “•••…” and •••… in it, and 12…"


ROWS = [f"{number:05} {'abc' * 98}" for number in range(50)]


@pytest.mark.parametrize(
    ("values", "text"),
    [(ROWS, f"{'abc' * 90}{'…' * 50}"), (ROWS, f"{'abc' * 90}…" * 200), (["b" + "a" * 400], f"{'a' * 300}…" * 200)],
    ids=["marks in a row", "halves that are none", "a value of one letter"],
)
def test_halves_of_however_many_values_are_looked_for_with_bounded_work(values: list[str], text: str) -> None:
    redactor = Redactor(values)
    assert lines_of(lambda: [redactor.text(text) for _ in range(20)]) < 300_000


def test_what_there_is_no_time_to_look_at_is_hidden_all_of_it() -> None:
    redactor = Redactor([*ROWS, CARD])
    shown = redactor.value([f"begins {'a…' * 100_000} and {CARD[:9]}… ends", f"{CARD[:6]}… ends", "no mark"])
    assert shown == ["•••… ends", "•••… ends", "no mark"]
