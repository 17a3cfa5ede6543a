"""Whatever a caller or an API supplied, it never breaks out of what the author wrote around it."""

import json
import unicodedata
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from ivr.core.other_bodies import YAML
from ivr.core.template import FORM, HEADER, JSON, PHONE, SMS, SPEECH, URL, XML, Place
from ivr.core.values import parse_json
from tests.core.any_value import hostile_text, json_values
from tests.core.filling import filled

anything = hostile_text | json_values
KEPT_CONTROLS = "\t\n\r"


@given(anything, anything)
def test_a_json_body_keeps_its_author_s_shape(x: Any, y: Any) -> None:
    body = '{"a": "$x", "b": {"c\\"": "<$x|$y>", "d": [$x, $y, $nothing]}, "e": "$$5"}'
    read = parse_json(filled(body, JSON, x=x, y=y))
    assert list(read) == ["a", "b", "e"]
    assert list(read["b"]) == ['c"', "d"]
    assert isinstance(read["a"], str)
    assert read["b"]['c"'].startswith("<")
    assert len(read["b"]["d"]) == 3
    assert (read["b"]["d"][2], read["e"]) == (None, "$5")


@given(json_values)
def test_a_bare_value_arrives_as_it_is(x: Any) -> None:
    assert parse_json(filled('{"a": $x}', JSON, x=x)) == {"a": x}


@given(st.lists(st.text('\\" a$', max_size=6) | st.just("$x"), max_size=6), json_values)
def test_a_value_changes_nothing_around_it(pieces: list[str], x: Any) -> None:
    """If the author's body is JSON with one value, it is JSON of the same shape with any other."""
    inside = json.dumps("".join(piece.replace("$", "") for piece in pieces))[1:-1]
    body = f'["{inside}", "{inside}${{x}}{inside}", $x, "{inside}"]'
    before, around, bare, after = parse_json(filled(body, JSON, x=x))
    assert before == after == json.loads(f'"{inside}"')
    assert around.startswith(before)
    assert around.endswith(after)
    assert bare == x


@given(anything, anything)
def test_no_new_query_key_and_no_new_path_step(x: Any, y: Any) -> None:
    url = filled("https://api.test/one/$x/two?a=$x&b=<$y>", URL, x=x, y=y)
    split = urlsplit(url)
    assert (split.scheme, split.netloc, split.fragment) == ("https", "api.test", "")
    assert [key for key, _ in parse_qsl(split.query, keep_blank_values=True)] == ["a", "b"]
    assert split.path.count("/") == 3
    assert url.isascii()
    assert url.isprintable()
    assert " " not in url


@given(hostile_text)
def test_even_a_base_address_brings_no_line_break(x: str) -> None:
    assert not {"\r", "\n", "\x00"} & set(filled("$x/path", URL, x=x))


@given(anything, anything)
def test_no_new_form_field(x: Any, y: Any) -> None:
    form = filled("a=$x&b=$y", FORM, x=x, y=y)
    assert [key for key, _ in parse_qsl(form, keep_blank_values=True)] == ["a", "b"]
    assert form.isascii()


@given(anything, anything)
def test_no_new_xml_element_or_attribute(x: Any, y: Any) -> None:
    tree = ElementTree.fromstring(filled("<a k=\"$x\" l='$y'><b>$x</b><c/>$y</a>", XML, x=x, y=y))
    assert [element.tag for element in tree.iter()] == ["a", "b", "c"]
    assert sorted(tree.attrib) == ["k", "l"]


@given(anything)
def test_no_new_header_line(x: Any) -> None:
    value = filled("before $x after", HEADER, x=x)
    assert len(value.splitlines()) == 1 or not {"\r", "\n"} & set(value)
    assert not controls(value)


@given(anything)
def test_no_control_characters_in_words(x: Any) -> None:
    for place in (SPEECH, SMS):
        assert controls(filled("Dear $x!", place, x=x)) <= set(KEPT_CONTROLS)
    assert not controls(filled("$x", PHONE, x=x))


@given(anything, st.sampled_from([SPEECH, SMS, PHONE, HEADER, XML, URL, FORM, JSON]))
def test_whatever_is_written_can_be_sent(x: Any, place: Place) -> None:
    filled("$x and “$x”", place, x=x).encode()


def test_blanks_of_a_line_are_gone_through_once() -> None:
    """Once for each of them would take minutes here."""
    blanks = " " * 400_000
    words = filled(f"a: ,{blanks}x $v\nb:{blanks}$v\nc:$v", YAML, v="1").split()
    assert words == ["a:", ",", "x", "1", "b:", '"1"', "c:1"]


def controls(text: str) -> set[str]:
    return {character for character in text if unicodedata.category(character) in {"Cc", "Cs"}}
