"""`$SECRET.name` in a request: a mark that nobody else can make, replaced only when the request leaves."""

import json
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.effects import Fetch
from ivr.core.fields import DOTS
from ivr.core.template import (
    BODY,
    FORM,
    FORM_VALUE,
    HEADER,
    JSON,
    PHONE,
    PLAIN,
    SMS,
    SPEECH,
    URL,
    XML,
    Place,
    Template,
    masked,
    secret_names,
    with_secrets,
)
from tests.core.any_value import hostile_text, json_values
from tests.core.filling import filled

SENT = {"URL": URL, "JSON": JSON, "FORM": FORM, "FORM_VALUE": FORM_VALUE, "XML": XML, "HEADER": HEADER, "BODY": BODY}
HEARD = {"SPEECH": SPEECH, "SMS": SMS, "PHONE": PHONE, "PLAIN": PLAIN}
FIRST, LAST = "\ufdd0", "\ufdd1"
KEY = f"{FIRST}key{LAST}"

sent = pytest.mark.parametrize("place", SENT.values(), ids=SENT)
heard = pytest.mark.parametrize("place", HEARD.values(), ids=HEARD)
marks = st.text(f"{FIRST}{LAST}key", max_size=12) | st.sampled_from(
    [
        KEY,
        f"{FIRST}{KEY}{LAST}",
        "$SECRET.key",
        "${SECRET.key}",
        "$$SECRET.key",
        f"{FIRST}$SECRET.key{LAST}",
    ]
)
hostile = (
    marks
    | st.just("\ufdd0\ud800key\ufdd1")
    | hostile_text
    | json_values
    | st.lists(marks, max_size=2)
    | st.dictionaries(marks, marks, max_size=2)
)


class TestPlaces:
    @sent
    def test_where_a_request_is_sent_from_it_is_a_mark(self, place: Place) -> None:
        for text in ("before$SECRET.key", "before${SECRET.key}", "before$SECRET.key."):
            assert secret_names(filled(text, place)) == {"key"}

    @heard
    def test_where_people_hear_or_read_it_is_nothing(self, place: Place) -> None:
        assert filled("<$SECRET.key|${SECRET.key}>", place) == "<|>"

    @pytest.mark.parametrize(
        ("place", "text", "written"),
        [
            (JSON, '{"a": $SECRET.key, "b": "<$SECRET.key>"}', f'{{"a": "{KEY}", "b": "<{KEY}>"}}'),
            (URL, "$SECRET.key/x", f"{KEY}/x"),
            (URL, "https://a.test/$SECRET.key?k=${SECRET.key}2", f"https://a.test/{KEY}?k={KEY}2"),
            (FORM, "a=$SECRET.key&b=", f"a={KEY}&b="),
            (FORM_VALUE, "a&$SECRET.key", f"a%26{KEY}"),
            (XML, "<a>$SECRET.key</a>", f"<a>{KEY}</a>"),
            (HEADER, "Token $SECRET.key", f"Token {KEY}"),
            (BODY, "$$SECRET.key $SECRET.key", f"$SECRET.key {KEY}"),
            (HEADER, "$SECRET.key.example.com/$SECRET.key[0]", f"{KEY}.example.com/{KEY}[0]"),
            (JSON, "$SECRET.key.x", f'"{KEY}.x"'),
            (HEADER, "$SECRET $SECRET. $secret.key $SECRETS.key", ".  "),
        ],
    )
    def test_exactly(self, place: Place, text: str, written: str) -> None:
        assert filled(text, place).strip() == written.strip()

    @sent
    def test_a_variable_of_that_name_is_not_asked(self, place: Place) -> None:
        assert secret_names(filled("a$SECRET.key", place, SECRET={"key": "from a caller"})) == {"key"}
        assert "caller" not in filled("a$SECRET.key", place, SECRET={"key": "from a caller"})


class TestNobodyElse:
    @given(hostile, st.sampled_from([*SENT.values(), *HEARD.values()]))
    def test_no_value_makes_a_mark(self, x: Any, place: Place) -> None:
        text = filled("$x a$x $o.x ${x}b", place, x=x, o={"x": x})
        assert not {FIRST, LAST} & set(text)
        assert secret_names(text) == set()

    @given(hostile, hostile, st.sampled_from(list(SENT.values())))
    def test_nor_changes_one_that_the_author_made(self, x: Any, y: Any, place: Place) -> None:
        text = filled("a$x$SECRET.key$y", place, x=x, y=y)
        assert (text.count(FIRST), text.count(LAST), text.count(KEY)) == (1, 1, 1)

    @given(marks, st.sampled_from([*SENT.values(), *HEARD.values()]))
    def test_nor_can_an_author_write_one_down(self, text: str, place: Place) -> None:
        template = Template(text)
        assert not {FIRST, LAST} & set(template.text)
        names = {reference.split(".")[1] for reference in template.references}
        assert secret_names(filled(text, place)) <= names

    @given(hostile)
    def test_a_secret_is_put_where_its_author_wanted_it_and_nowhere_else(self, x: Any) -> None:
        text = filled('{"x": "$x", "key": "$SECRET.key", "bare": $x}', JSON, x=x)
        read = json.loads(with_secrets(text, {"key": 'wo"rd'}, lambda value: json.dumps(value)[1:-1]))
        assert read["key"] == 'wo"rd'
        assert list(read) == ["x", "key", "bare"]
        assert 'wo"rd' not in str(read["x"])


class TestMarks:
    @pytest.mark.parametrize(
        ("text", "names", "shown"),
        [
            ("", set(), ""),
            ("no secret", set(), "no secret"),
            (KEY, {"key"}, DOTS),
            (f"a{KEY}{FIRST}b_2{LAST}c{KEY}", {"key", "b_2"}, f"a{DOTS}{DOTS}c{DOTS}"),
            (f"{FIRST}not closed", set(), f"{FIRST}not closed"),
            (f"{FIRST}é{LAST}", set(), f"{FIRST}é{LAST}"),
        ],
    )
    def test_names_and_dots(self, text: str, names: set[str], shown: str) -> None:
        assert (secret_names(text), masked(text)) == (names, shown)

    def test_a_secret_is_escaped_for_its_place_and_never_filled_in_again(self) -> None:
        text = f"https://a.test/{KEY}?b={FIRST}b{LAST}"
        secrets = {"key": f"a/b{FIRST}b{LAST}", "b": "\\1 \\g<0> $SECRET.key"}
        opened = with_secrets(text, secrets, lambda value: quote(value, safe=""))
        assert opened == f"https://a.test/{quote(secrets['key'], safe='')}?b={quote(secrets['b'], safe='')}"

    def test_one_that_nobody_knows_is_an_error_and_not_left_out(self) -> None:
        with pytest.raises(KeyError):
            with_secrets(KEY, {}, str)

    def test_what_the_trace_tells_of_a_request_shows_dots(self) -> None:
        job = Fetch(
            method="POST", url=f"https://a.test/{KEY}", headers=(("X-Key", f"v1 {KEY}"), ("A", "b")), body=f"<{KEY}>"
        )
        assert job.summary == {
            "job": "fetch",
            "method": "POST",
            "url": f"https://a.test/{DOTS}",
            "headers": {"X-Key": f"v1 {DOTS}", "A": "b"},
            "body": f"<{DOTS}>",
        }

    def test_of_a_small_one_it_tells_little(self) -> None:
        assert Fetch(method="GET", url="u").summary == {"job": "fetch", "method": "GET", "url": "u"}
