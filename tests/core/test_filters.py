"""How values are written for people: by themselves, and by filters."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.action import Visit
from ivr.core.call import Call
from ivr.core.filters import FILTERS, mistake
from ivr.core.template import JSON, MARKUP, PLAIN, SMS, SPEECH, URL, Place, Template, value_of
from ivr.core.values import Value, parse_json
from tests.core.any_value import json_values

JULY_5 = 1_783_260_600_000
"""14:10 UTC on Sunday, July 5, 2026, in milliseconds."""


def visit(value: Value, language: str = "en-US", hidden: tuple[str, ...] = ()) -> Visit:
    call = Call("CA1", "a-flow", 1, variables={"x": value}, hidden=hidden)
    return Visit(call, 1, JULY_5, "Europe/Berlin", language)


def written(text: str, value: Value, language: str = "en-US", place: Place = SPEECH, **more: Any) -> str:
    return Template(text).fill(visit(value, language, **more), place)


@pytest.mark.parametrize(
    ("sent", "heard"),
    [
        ("1E+2", "100"),
        ("1.5e3", "1500"),
        ("5.0", "5"),
        ("-7.000", "-7"),
        ("0.00", "0"),
        ("-0.0", "0"),
        ("12.50", "12.50"),
        ("12.5000", "12.5"),
        ("2.5E-1", "0.25"),
        ("12345678901234567890", "12345678901234567890"),
        ("1E+300", "1E+300"),
        ("1e400", "1e400"),
        ("0.0000001", "0.0000001"),
        ('"0042"', "0042"),
        ('"1E+2"', "1E+2"),
        ('"5.0"', "5.0"),
        ("true", "true"),
        ("null", ""),
        ("[]", ""),
        ("{}", ""),
        ('["tea", 2.0, null, "milk"]', "tea, 2, and milk"),
        ('{"a": 1E+2}', '{"a":1E+2}'),
        ('"2026-07-05"', "July 5, 2026"),
        ('"2026-07-05T14:10:00Z"', "July 5, 2026 at 4:10 PM"),
        ('"2026-07-05 16:10"', "July 5, 2026 at 4:10 PM"),
        ('"2026-07-05T00:00:00"', "July 5, 2026"),
        ('"2026-02-30"', "2026-02-30"),
        ('"2026-07-05T16:10:00[Europe/Berlin]"', "July 5, 2026 at 4:10 PM"),
        ('"2026-07-05T14:10:00Z[UTC]"', "July 5, 2026 at 4:10 PM"),
        ('"2026-07-05 14:10:00 UTC"', "July 5, 2026 at 4:10 PM"),
        ('"2026-07-05T16:10:00[Mars/Base]"', "2026-07-05T16:10:00[Mars/Base]"),
        ('"Sun, 05 Jul 2026 14:10:00 GMT"', "July 5, 2026 at 4:10 PM"),
        ('"/Date(1783260600000)/"', "July 5, 2026 at 4:10 PM"),
        ('"1783260600"', "1783260600"),
        ('{"@unit": "kg", "#text": "5"}', "5"),
        ('[{"@id": "1", "#text": "tea"}, "milk"]', "tea and milk"),
        ('"on 2026-07-05"', "on 2026-07-05"),
        ('"20260705"', "20260705"),
    ],
)
def test_what_a_machine_writes_is_said_and_texted_as_people_write_it(sent: str, heard: str) -> None:
    for place in (SPEECH, SMS, MARKUP):
        assert written("$x", parse_json(sent), place=place) in (heard, heard.replace('"', "&quot;"))


@pytest.mark.parametrize(
    ("language", "value", "heard"),
    [
        ("de-DE", "2026-07-05T14:10:00Z", "5. Juli 2026 um 16:10"),
        ("fr-FR", "2026-07-05", "5 juillet 2026"),
        ("ja-JP", "2026-07-05", "2026年7月5日"),
        ("cmn-CN", "2026-07-05", "2026年7月5日"),
        ("no such language", "2026-07-05", "July 5, 2026"),
        ("de-DE", parse_json("12.50"), "12,50"),
        ("de-DE", ["Tee", "Milch"], "Tee und Milch"),
    ],
)
def test_it_is_written_in_the_language_of_the_flow(language: str, value: Value, heard: str) -> None:
    assert written("$x", value, language) == heard


@pytest.mark.parametrize(
    ("filter_", "value", "english", "german"),
    [
        ("as date", "2026-07-05", "July 5, 2026", "5. Juli 2026"),
        ("as date full", "20260705", "Sunday, July 5, 2026", "Sonntag, 5. Juli 2026"),
        ("as date short", "2026-07-05T23:30:00Z", "7/6/26", "06.07.26"),
        ("as date", 1_783_260_600, "July 5, 2026", "5. Juli 2026"),
        ("as date", "1783260600", "July 5, 2026", "5. Juli 2026"),
        ("as date", parse_json("1783260600.25"), "July 5, 2026", "5. Juli 2026"),
        ("as date", "2026/7/5", "July 5, 2026", "5. Juli 2026"),
        ("as date", "5.7.2026", "July 5, 2026", "5. Juli 2026"),
        ("as date", "July 5th, 2026", "July 5, 2026", "5. Juli 2026"),
        ("as date", "05-Jul-2026", "July 5, 2026", "5. Juli 2026"),
        ("as date", "20260705141000Z", "July 5, 2026", "5. Juli 2026"),
        ("as date", "7/5/2026", "7/5/2026", "7/5/2026"),
        ("as date", "5 juillet 2026", "5 juillet 2026", "5 juillet 2026"),
        ("as date", "5 marche 2026", "5 marche 2026", "5 marche 2026"),
        ("as time", "4:10 PM", "4:10 PM", "16:10"),
        ("as time", "12:05 a.m.", "12:05 AM", "00:05"),
        ("as date", "/Date(1783260600000)/", "July 5, 2026", "5. Juli 2026"),
        ("as date", "Sun, 05 Jul 2026 14:10:00 GMT", "July 5, 2026", "5. Juli 2026"),
        ("as time", "2026-07-05T14:10:00Z", "4:10 PM", "16:10"),
        ("as time", "09:05:30", "9:05 AM", "09:05"),
        ("as time", 1_783_260_600_000, "4:10 PM", "16:10"),
        ("as date and time", "2026-07-05T14:10:00Z", "July 5, 2026 at 4:10 PM", "5. Juli 2026 um 16:10"),
        ("as weekday", "2026-07-05", "Sunday", "Sonntag"),
        ("as money", "12.5", "$12.50", "12,50 €"),
        ("as money EUR", parse_json("1E+3"), "€1,000.00", "1.000,00 €"),
        ("as money jpy", 500, "¥500", "500 ¥"),
        ("as number", parse_json("1234.50"), "1,234.5", "1.234,5"),
        ("as number 2", "1234.567", "1,234.57", "1.234,57"),
        ("as number 0", 7, "7", "7"),
        ("as number 2", parse_json("2.345"), "2.35", "2,35"),
        ("as number 2", parse_json("-0.001"), "0.00", "0,00"),
        ("as number", 10**25, "10,000,000,000,000,000,000,000,000", "10.000.000.000.000.000.000.000.000"),
        ("as money JPY", parse_json("12.5"), "¥13", "13 ¥"),
        ("as money", parse_json("-0.004"), "$0.00", "0,00 €"),
        ("as digits", "बिल", "बि ल", "बि ल"),
        ("as money", "$1,234.50", "$1,234.50", "1.234,50 €"),
        ("as money", "1.234,50", "$1,234.50", "1.234,50 €"),
        ("as money EUR", "12,5 €", "€12.50", "12,50 €"),
        ("as money", "1,23,456.00", "$123,456.00", "123.456,00 €"),
        ("as number", "1,234", "1,234", "1,234"),
        ("as number", "1.234.567", "1,234,567", "1.234.567"),
        ("as number", "٣", "3", "3"),
        ("as number", "1.2.3", "1.2.3", "1.2.3"),
        ("as number", "+49 30 123", "+49 30 123", "+49 30 123"),
        ("as number", "1\u202f234,5", "1,234.5", "1.234,5"),
        ("as digits", "0042-A", "0 0 4 2 A", "0 0 4 2 A"),
        ("as digits", parse_json("1E+2"), "1 0 0", "1 0 0"),
        ("as list", ["a", "b", "c"], "a, b, and c", "a, b und c"),
        ("as sent", "2026-07-05", "2026-07-05", "2026-07-05"),
        ("as sent", parse_json("1E+2"), "1E+2", "1E+2"),
        ("as sent", parse_json("1e2"), "1e2", "1e2"),
    ],
)
def test_filters_write_a_value(filter_: str, value: Value, english: str, german: str) -> None:
    assert not mistake(filter_)
    assert written(f"${{x|{filter_}}}", value) == written(f"${{x | {filter_} }}", value, place=PLAIN) == english
    assert written(f"${{x|{filter_}}}", value, "de-DE", SMS) == german


@pytest.mark.parametrize("value", ["tomorrow", "2026-13-01", "", True, {"a": 1}, ["2026-07-05", {}], 5, 10**30])
@pytest.mark.parametrize("filter_", ["as date", "as time", "as weekday", "as date and time"])
def test_what_is_no_date_is_said_as_it_came(filter_: str, value: Value) -> None:
    assert written(f"${{x|{filter_}}}", value) == written("${x|as sent}", value)


@pytest.mark.parametrize("text", ["$x|as date", "${x}|as date", "|as date", "${x|}", "${x|as {date}}"])
def test_a_filter_stands_in_the_braces_and_everything_else_is_text(text: str) -> None:
    assert all(not reference.filter for reference in Template(text).references)


@pytest.mark.parametrize("text", ["${nobody|as date}", "${nobody|as money EUR}", "${nobody|nonsense}"])
def test_what_is_not_set_stays_so_with_a_filter(text: str) -> None:
    assert written(text, 1) == ""
    assert written(text, 1, place=JSON) == "null"
    assert repr(value_of(Template(text), visit(1))) == "UNSET"


def test_machines_get_the_digits_and_dates_that_were_sent() -> None:
    value = parse_json('{"n": 1E+2, "d": "2026-07-05", "l": ["a"]}')
    assert written("$x.n $x.d $x.l", value, place=JSON) == '1E+2 "2026-07-05" ["a"]'
    assert written("https://a.test/$x.n/$x.d", value, place=URL) == "https://a.test/1E%2B2/2026-07-05"
    assert written("https://a.test/${x.d|as money}", value, place=URL) == "https://a.test/2026-07-05"


def test_what_say_as_reads_stays_as_it_came() -> None:
    text = '<say-as interpret-as="date">$x</say-as>, that is $x'
    assert written(text, "2026-07-05", place=MARKUP).endswith(">2026-07-05</say-as>, that is July 5, 2026")


def test_what_must_not_be_seen_stays_in_a_form_in_which_it_is_found() -> None:
    assert written("${x|as date}", "19800705", hidden=("x",)) == "19800705"
    assert written("${x.born|as date}", {"born": "1980-07-05"}, hidden=("x",)) == "1980-07-05"
    assert written("${x|as digits}", "4711", hidden=("x",)) == "4 7 1 1"
    assert written("$x", "1980-07-05", hidden=("x",)) == "1980-07-05"


@pytest.mark.parametrize("spec", ["as", "as dat", "date", "as money EURO", "as number 7", "as time long", "for people"])
def test_an_unknown_filter_is_a_mistake_and_harms_no_call(spec: str) -> None:
    assert mistake(spec)
    assert written(f"${{x|{spec}}}", "2026-07-05", place=PLAIN) == "2026-07-05"


@pytest.mark.parametrize("value", [None, "", [], {}])
def test_other_words_stand_where_there_is_no_value(value: Value) -> None:
    assert written("For ${x|or you, dear customer}.", value) == "For you, dear customer."
    assert written("${y|or a moment}", value) == "a moment"
    assert written("${y|or einen Augenblick für Sie}", value, place=PLAIN) == "einen Augenblick für Sie"


def test_a_value_that_is_there_is_written_as_without_a_filter() -> None:
    for place in (SPEECH, SMS, PLAIN, JSON):
        assert written("${x|or soon}", "2026-07-05", place=place) == written("$x", "2026-07-05", place=place)
    assert written("${x|or nothing}", 0) == "0"
    assert written("${x|or none}", "4111", hidden=("x",)) == "4111"


def test_other_words_must_be_written() -> None:
    assert mistake("or") == "“or” takes words."
    assert not mistake("or a moment")
    assert written("${y|or}", None) == ""


@pytest.mark.parametrize(
    ("milliseconds", "english", "german", "number"),
    [
        (200, "1 second", "1 Sekunde", "1"),
        (6_400, "6 seconds", "6 Sekunden", "6"),
        (18_900, "20 seconds", "20 Sekunden", "20"),
        (57_600, "1 minute", "1 Minute", "60"),
        (80_000, "1 minute", "1 Minute", "60"),
        (130_000, "2 minutes", "2 Minuten", "120"),
    ],
)
def test_how_long_requests_usually_take_is_said_in_words(
    milliseconds: int, english: str, german: str, number: str
) -> None:
    def filled(text: str, language: str, place: Place) -> str:
        call = Call("CA1", "a-flow", 1, usual={"EXTCALL_3": milliseconds})
        return Template(text).fill(Visit(call, 3, JULY_5, "UTC", language), place)

    for place in (SPEECH, SMS, MARKUP):
        assert filled("$EXTCALL_3.usual", "en-US", place) == english
        assert filled("${EXTCALL_3.usual|or a while}", "de-DE", place) == german
    for place in (PLAIN, URL, JSON):
        assert filled("$EXTCALL_3.usual", "en-US", place) == number
    assert filled("[$EXTCALL_4.usual]", "en-US", SPEECH) == "[]"
    assert filled("${EXTCALL_4.usual|or a while}", "en-US", SPEECH) == "a while"


huge = st.integers(10**20, 10**59) | st.decimals(-(10**40), 10**40, allow_nan=False, places=20)


@given(huge, st.sampled_from(["as number", "as number 0", "as number 6", "as money", "as money JPY"]))
def test_a_large_number_is_written_whole(value: Value, spec: str) -> None:
    """The digits before the point, rounded halves aside."""
    said = written(f"${{x|{spec}}}", value)
    assert said[0] in "-$¥0123456789"
    assert abs(int("".join(each for each in said.partition(".")[0] if each.isdecimal())) - abs(int(value))) <= 1


@given(json_values, st.sampled_from([*FILTERS, "as money EUR", "as number 2"]), st.sampled_from(["de", "hi-IN"]))
def test_any_value_is_written(value: Value, spec: str, language: str) -> None:
    """A filter never raises, and never puts structure into a JSON body."""
    body = written(f'{{"a": ${{x|{spec}}}, "b": "${{x|{spec}}}"}}', value, language, JSON)
    assert set(parse_json(body)) == {"a", "b"}
    for text in ("$x", f"${{x|{spec}}}"):
        assert isinstance(written(text, value, language), str)
