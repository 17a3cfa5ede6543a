"""What counts as markup, what is wrong with it, and which words it holds."""

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.ssml import ATTRIBUTES, faults, inner, is_markup, pieces, plain, written
from ivr.core.template import MARKUP, SPEECH
from tests.core.any_value import hostile_text
from tests.core.filling import filled

GIVEN = {"xml:lang": "fr-FR", "time": "1.5s", "strength": "strong", "level": "reduced"}
SNIPPETS = [
    *(f"<{name}>" for name in ("p", "s", "prosody", "break", "speak", "blink")),
    *(f"</{name}>" for name in ("p", "s", "prosody", "break", "speak", "blink")),
    *('<break time="1s"/>', '<sub alias="x">', "</sub>", "&amp;", "&", "<", ">", "<!--", "-->", "<![CDATA[", "]]>"),
    *("<?xml?>", "<!DOCTYPE a>", "&#8;", "&#65;", "&nbsp;", "words", " ", "\n", "漢", "\x00", "\ud800", "$x"),
]
scribbles = st.lists(st.sampled_from(SNIPPETS), max_size=12).map("".join) | hostile_text


@pytest.mark.parametrize(
    "text",
    ["<break/>", "a<p>b</p>", 'a <say-as interpret-as="x">1</say-as>', "<speak>Hi.</speak>", "</s>", "<Break/>", "<p "],
)
def test_markup_is_a_text_with_one_of_the_tags(text: str) -> None:
    assert is_markup(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Hello.",
        "Tom & Jerry < 3",
        "press <1> now",
        "<hello>",
        "a <b>c</b>",
        "< p >",
        "<page>",
        "<sub-way/>",
        "&lt;p>",
    ],
)
def test_other_texts_are_words(text: str) -> None:
    assert not is_markup(text)


@pytest.mark.parametrize("name", ATTRIBUTES)
def test_every_tag_with_all_its_attributes_is_right(name: str) -> None:
    attributes = "".join(f' {each}="{GIVEN.get(each, "x")}"' for each in ATTRIBUTES[name])
    text = f"Before <{name}{attributes}></{name}> after."
    assert is_markup(text)
    assert faults(text) == ()
    assert written(text) == text


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("<p>Hello", [("<p> is not closed.", "End it with </p>.")]),
        ("Wait<break>", [("<break> is not closed.", "End it with <break/>.")]),
        (
            "Hi,\n<brake/> <p/>",
            [("<brake> is not a tag that is spoken at line 2, column 1.", "Did you mean <break>?")],
        ),
        (
            "<speak>\n <say_as>1</say_as> <blink/></speak>",
            [
                ("<say_as> is not a tag that is spoken at line 2, column 2.", "Did you mean <say-as>?"),
                (
                    "<blink> is not a tag that is spoken at line 2, column 21.",
                    "There are: break, emphasis, lang, p, phoneme, prosody, s, say-as, sub, w.",
                ),
            ],
        ),
        (
            "<p/><speak/>",
            [
                (
                    "<speak> is not a tag that is spoken at line 1, column 5.",
                    "<speak> stands around the whole text, or is left out.",
                )
            ],
        ),
        ('é <break tme="1s"/>', [("<break> has no attribute “tme” at line 1, column 3.", "Did you mean time?")]),
        ('<p class="a"/>', [("<p> has no attribute “class” at line 1, column 1.", "It takes: none.")]),
        ("<sub>W3C</sub>", [("<sub> needs the attribute alias at line 1, column 1.", 'Write <sub alias="…">.')]),
        (
            '<break time="2"/>',
            [("<break> can't have the time “2” at line 1, column 1.", "Write it as 500ms or 2s.")],
        ),
        (
            '<sub alias="x"><p>a</p></sub>',
            [("<sub> can't hold <p> at line 1, column 16.", "Close <sub> before it.")],
        ),
        (
            "<p>漢漢 AT&T</p>",
            [
                (
                    "The sign & stands alone at line 1, column 9.",
                    "Where there are tags, write &amp; for it.",
                )
            ],
        ),
        (
            "<p/>\nab<!-- c -->",
            [("This is no tag that is spoken: a comment or a declaration at line 2, column 3.", "Take it out.")],
        ),
        (
            "<speak>\n1 < 2</speak>",
            [("The sign < stands alone at line 2, column 3.", "Where there are tags, write &lt; for it.")],
        ),
        (
            "<p>é</p> <s x>b</s>",
            [
                (
                    "The markup can't be read at line 1, column 14: not well-formed (invalid token).",
                    "Close every tag, and put every attribute into quotes.",
                )
            ],
        ),
    ],
)
def test_what_is_wrong_and_where(text: str, found: list[tuple[str, str]]) -> None:
    assert [(fault.message, fault.hint) for fault in faults(text)] == found


@pytest.mark.parametrize(
    "text", ['<!DOCTYPE a [<!ENTITY b "c">]><p>&b;</p>', "<?xml version='1.0'?><p/>", "<![CDATA[<p/>]]>"]
)
def test_there_are_no_declarations(text: str) -> None:
    assert [fault.hint for fault in faults(text)] == ["Take it out."]


@pytest.mark.parametrize(
    ("pause", "right"),
    [("1s", True), ("250ms", True), ("+0.5s", True), ("$Pause", True), ("", False), ("s", False), ("1 s", False)],
)
def test_a_pause_has_a_length_with_its_unit(pause: str, right: bool) -> None:
    assert (not faults(f'<break time="{pause}"/>')) is right


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<p>One.</p><p>Two,\n three.</p>", "One. Two, three."),
        ("one<break/>two <emphasis>three</emphasis>!", "one two three!"),
        ("<speak>Fish &amp; chips &lt; 5 &#233;</speak>", "Fish & chips < 5 é"),
        ("<p>Fish & chips &lt; 5 <blink>now", "Fish & chips < 5 now"),
        ("press <1> <p>now", "press <1> now"),
        ("", ""),
    ],
)
def test_the_words_of_it(text: str, words: str) -> None:
    assert plain(text) == words


def test_the_wrapper_around_the_whole_is_dropped() -> None:
    assert inner('\n<speak version="1.1" xml:lang="en-US">\n Hi <s>you</s>.\n</speak> ') == "Hi <s>you</s>."
    assert written("<speak>Hi.</speak>") == "Hi."


def test_pieces_are_the_outermost_parts() -> None:
    assert pieces("漢 &amp; b<p>1 <s>2</s></p><break/> c &lt; d<s>é</s>") == (
        "漢 &amp; b",
        "<p>1 <s>2</s></p>",
        "<break/>",
        " c &lt; d",
        "<s>é</s>",
    )


@given(scribbles)
def test_any_text_can_be_asked_about(text: str) -> None:
    assert (written(text) == inner(text)) or faults(text)
    assert plain(text) == " ".join(plain(text).split())


@given(scribbles)
def test_pieces_of_sound_markup_are_all_of_it_and_each_is_sound(text: str) -> None:
    if not faults(text):
        assert "".join(pieces(text)).strip() == inner(text)
        assert all(faults(piece) == () for piece in pieces(text))


@given(hostile_text, hostile_text)
def test_a_value_adds_neither_a_tag_nor_an_attribute(x: str, y: str) -> None:
    text = filled('<p>$x</p> $y <sub alias="$y$x">$x</sub>', MARKUP, x=x, y=y)
    assert faults(text) == ()
    tree = ElementTree.fromstring(f"<Say>{text}</Say>")
    assert [(element.tag, list(element.attrib)) for element in tree] == [("p", []), ("sub", ["alias"])]
    assert (tree[0].text or "").split() == filled("$x", SPEECH, x=x).split()
