"""References in text, and how a value is written in each kind of place."""

from decimal import Decimal

import pytest
from pydantic import TypeAdapter, ValidationError

from ivr.core.resolving import resolve
from ivr.core.template import (
    BODY,
    FORM,
    HEADER,
    JSON,
    LONGEST_SENT,
    MARKUP,
    PHONE,
    PLAIN,
    SMS,
    SPEECH,
    UNSET,
    URL,
    XML,
    Place,
    Template,
)
from ivr.core.values import Value
from tests.core.filling import filled


class TestGrammar:
    @pytest.mark.parametrize(
        ("text", "references"),
        [
            ("$ANI", ["ANI"]),
            ("Hello $ANI.", ["ANI"]),
            ("$ANI...", ["ANI"]),
            ("$ANI, $DNIS; $x!", ["ANI", "DNIS", "x"]),
            ("$EXTCALL_3.statuscode", ["EXTCALL_3.statuscode"]),
            ("$a.b.c[0][12].d", ["a.b.c[0][12].d"]),
            ("$a.0", ["a.0"]),
            ("$a[x] $a[] $a[-1]", ["a", "a", "a"]),
            ("${ANI}th", ["ANI"]),
            ("${a.b[0]}.c", ["a.b[0]"]),
            ("${}", []),
            ("${ANI", []),
            ("${ ANI }", []),
            ("$$ANI", []),
            ("$$$ANI", ["ANI"]),
            ("$5 and 5$", []),
            ("$ $- $.a", []),
            ("$_a $A1", ["_a", "A1"]),
            ("$café", ["café"]),
            ("$EXTCALL_2.response.имя.", ["EXTCALL_2.response.имя"]),
            ("$a.größe, $a.नाम।", ["a.größe", "a.नाम"]),
            ("$a.nameさん $Nameさん", ["a.name", "Name"]),
            ("$a.名前は", ["a.名前は"]),
            ("${a.名前}は", ["a.名前"]),
            ("US$円 $、", []),
            ('$a.response["en-US"].name', ['a.response["en-US"].name']),
            ('$a.["en-US"].name', ['a["en-US"].name']),
            ("$a['say \"hi\"'][0]", ["a['say \"hi\"'][0]"]),
            ("$a[\"b\"]['c d'].e", ['a.b["c d"].e']),
            ('${a["x}y"]}z', ['a["x}y"]']),
            ('$a[" $a[""] $a["b]', ["a", "a", "a"]),
            ('$SECRET["k"]', ["SECRET.k"]),
            ("$a$b", ["a", "b"]),
            ("a@b.test", []),
        ],
    )
    def test_the_longest_name_counts(self, text: str, references: list[str]) -> None:
        assert list(Template(text).references) == references

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("$a.", "1."),
            ("$a.b", ""),
            ("${a}.b", "1.b"),
            ("$ab", ""),
            ("${a}b", "1b"),
            ("$$a costs $5", "$a costs $5"),
            ("$$$a", "$1"),
            ("$$$$", "$$"),
            ("${a", "${a"),
            ("100$", "100$"),
            ("", ""),
            ("$A", ""),
        ],
    )
    def test_dollar_signs(self, text: str, words: str) -> None:
        assert filled(text, a=1) == words

    @pytest.mark.parametrize(
        ("reference", "value"),
        [
            ("o.list[1].x", "here"),
            ("o.list.1.x", "here"),
            ("o.list[2]", UNSET),
            ("o.list[0]", {}),
            ("o.missing", UNSET),
            ("o.list.x", UNSET),
            ("o.text.x", UNSET),
            ("o.text[0]", UNSET),
            ("o.null", None),
            ("o.null.x", UNSET),
            ("o.7", "seven"),
            ('o["en-US"].x', "there"),
            ("o.имя", "Anna"),
            ("o.Gro\u0308\u00dfe", 42),
            ('o["a.b"]', "dot"),
            ("o.list['1'].x", "here"),
            ("x", UNSET),
            ("O", UNSET),
            ("o.list[99999999999999999999]", UNSET),
            (f"o.list[{'9' * 5_000}]", UNSET),
        ],
    )
    def test_references_lead_into_values(self, reference: str, value: Value) -> None:
        values = {"o": {"list": [{}, {"x": "here"}], "text": "abc", "null": None, "7": "seven"}}
        values["o"] |= {"en-US": {"x": "there"}, "имя": "Anna", "Größe": 42, "a.b": "dot"}
        assert resolve(values, reference) == value


class TestPlaces:
    @pytest.mark.parametrize(
        ("text", "x", "written"),
        [
            ("http://t/$x", "a b/ä?&=#%+", "http://t/a%20b%2F%C3%A4%3F%26%3D%23%25%2B"),
            ("http://t/?q=$x&r=1", "a&r=2", "http://t/?q=a%26r%3D2&r=1"),
            ("http://t/$x", "+1555", "http://t/%2B1555"),
            ("http://t/$x", "\r\n\x00", "http://t/%0D%0A%00"),
            ("http://t/$x", "\ud800a", "http://t/a"),
            ("http://t/$x", None, "http://t/"),
            ("http://t/$x", [1, "a"], "http://t/%5B1%2C%22a%22%5D"),
            ("http://t/$x", True, "http://t/true"),
            ("$x/appointments", "https://api.test/v1?a=b", "https://api.test/v1?a=b/appointments"),
            ("$x/appointments", " https://api.test\r\n", "https://api.test/appointments"),
            ("http://t/$$x", "a", "http://t/$x"),
        ],
    )
    def test_url(self, text: str, x: Value, written: str) -> None:
        assert filled(text, URL, x=x) == written

    @pytest.mark.parametrize(
        ("text", "x", "written"),
        [
            ('{"a": "$x"}', 'say "hi"\\', r'{"a": "say \"hi\"\\"}'),
            ('{"a": "$x"}', "\r\n\x00", r'{"a": "\r\n\u0000"}'),
            ('{"a": "$x"}', 5, '{"a": "5"}'),
            ('{"a": "$x"}', None, '{"a": ""}'),
            ('{"a": "$x"}', {"b": '"'}, r'{"a": "{\"b\":\"\\\"\"}"}'),
            ('{"a": "$x"}', "\ud800b", '{"a": "b"}'),
            ('{"a": "$x $x"}', "é", '{"a": "é é"}'),
            ('{"a\\"$x": $x}', "b", '{"a\\"b": "b"}'),
            ('{"a": $x}', "text", '{"a": "text"}'),
            ('{"a": $x}', 'say "hi"', r'{"a": "say \"hi\""}'),
            ('{"a": $x}', 2**70, '{"a": 1180591620717411303424}'),
            ('{"a": $x}', Decimal("1.50"), '{"a": 1.50}'),
            ('{"a": $x}', None, '{"a": null}'),
            ('{"a": $x}', False, '{"a": false}'),
            ('{"a": $x}', {"b": [1]}, '{"a": {"b":[1]}}'),
            ('{"a": $x}', "\ud800b", '{"a": "b"}'),
            ('{"a": $nothing, "b": "$nothing"}', "", '{"a": null, "b": ""}'),
            ("$x", [1, 2], "[1,2]"),
            ('{"price": "$$5"}', "", '{"price": "$5"}'),
        ],
    )
    def test_json(self, text: str, x: Value, written: str) -> None:
        assert filled(text, JSON, x=x) == written

    @pytest.mark.parametrize(
        ("place", "x", "written"),
        [
            (XML, "<b a='1' c=\"2\">&amp;", "&lt;b a=&apos;1&apos; c=&quot;2&quot;&gt;&amp;amp;"),
            (XML, "]]>", "]]&gt;"),
            (XML, "a\x00\x0b\ufffe\ud800b\r\n\t", "ab\r\n\t"),
            (XML, {"a": 1}, "{&quot;a&quot;:1}"),
            (FORM, "a b&c=d+ä%\r\n", "a+b%26c%3Dd%2B%C3%A4%25%0D%0A"),
            (FORM, "\udfff", ""),
            (HEADER, " a\r\nX-Evil: 1\x00\x7f ", "a  X-Evil: 1"),
            (HEADER, "\u0085é€", "é€"),
            (SPEECH, "a\x00b\x07c\nd", "a b c\nd"),
            (SPEECH, "<Hangup/> & so", "<Hangup/> & so"),
            (SPEECH, "\ud800", " "),
            (SMS, "a\x00b\x1b\nc", "ab\nc"),
            (SMS, "\U0001f600", "\U0001f600"),
            (PHONE, " +1 555\r\n\x00", "+1 555"),
            (PLAIN, "a\x00\r\n", "a\x00\r\n"),
        ],
    )
    def test_the_others(self, place: Place, x: Value, written: str) -> None:
        assert filled("$x", place, x=x) == written

    @pytest.mark.parametrize("place", [URL, XML, FORM, HEADER, SPEECH, SMS, PHONE, PLAIN])
    def test_what_is_not_set_leaves_nothing(self, place: Place) -> None:
        assert filled("<$x>", place) == "<>"

    @pytest.mark.parametrize("place", [URL, JSON, XML, FORM, HEADER, SPEECH, SMS, PHONE, PLAIN])
    def test_an_author_s_own_words_stay_as_they_are(self, place: Place) -> None:
        own = 'a "b" <c> & d=e?f ä\n'
        assert filled(own, place) == (own.strip() if place is URL else own)


class TestTemplates:
    def test_a_template_is_not_text(self) -> None:
        assert not isinstance(Template("a"), str)

    def test_equal_texts_make_equal_templates(self) -> None:
        assert Template("$a") == Template("$a") != Template("$b")
        assert len({Template("$a"), Template("$a"), Template("$b")}) == 2
        assert Template("$a") != "$a"

    def test_an_empty_one_is_false(self) -> None:
        assert (bool(Template("")), bool(Template(" "))) == (False, True)

    def test_flow_files_hold_its_text(self) -> None:
        adapter = TypeAdapter(Template)
        assert adapter.dump_json(adapter.validate_json('"Hi $ANI"')) == b'"Hi $ANI"'
        assert adapter.validate_python(Template("$a")) == Template("$a")
        with pytest.raises(ValidationError):
            adapter.validate_json("5")


@pytest.mark.parametrize("place", [PLAIN, URL, JSON, FORM, XML, HEADER, BODY, SPEECH, MARKUP, SMS, PHONE])
def test_a_large_value_that_is_asked_for_again_and_again_is_filled_in_a_few_times(place: Place) -> None:
    class Large:
        looked = 0

        def lookup(self, reference: str) -> str:
            self.looked += 1
            return "x" * 50_000

        def spend(self, steps: int) -> None:
            pass

    variables = Large()
    filled = Template("a${x}" * 2000).fill(variables, place)
    assert 50_000 < len(filled) <= LONGEST_SENT + 52_000
    assert filled.count("a") >= 2000, "what the author wrote is all there"
    assert variables.looked <= LONGEST_SENT // 50_000 + 1
