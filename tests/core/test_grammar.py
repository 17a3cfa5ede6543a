"""One grammar of references: in the engine, on the page, and for texts in ASCII or not."""

import json
import shutil
import subprocess
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core import grammar, letters
from ivr.core.grammar import REFERENCE, found, is_path, one_spelling, spelled, steps
from ivr.core.template import PLAIN, Template
from ivr.web.api.bootstrap import script_pattern
from tests.core.filling import Given

labels = st.text(st.characters(exclude_characters='"\n', exclude_categories=["Cs"]), min_size=1, max_size=8) | st.text(
    "a_1é名-.[]'$ \t", min_size=1, max_size=8
)
typed = st.text("$ab_1.[]{}\"'-é名ни 0", max_size=24)


@given(labels=st.lists(labels, min_size=1, max_size=4))
def test_every_label_can_be_referred_to(labels: list[str]) -> None:
    written = spelled("a", labels)
    assert steps(written) == ("a", *labels)
    assert one_spelling(written) == written
    assert is_path(written)
    template = Template(f"<${{{written}}}> ${written}")
    tree: object = "here"
    for label in reversed(labels):
        tree = {label: tree}
    assert template.fill(Given(a=tree), PLAIN) == "<here> here"


@given(text=typed)
def test_a_text_in_ascii_means_the_same_in_a_text_that_is_not(text: str) -> None:
    plain = "".join(letter for letter in text if letter.isascii())
    alone = [match.groupdict() for match in found(plain)]
    assert [match.groupdict() for match in found(f"{plain} é")] == alone


@given(text=typed)
def test_what_a_template_holds_is_what_was_written(text: str) -> None:
    parts = Template(text).parts
    assert all(is_path(each) for each in Template(text).references)
    assert "".join(parts).count("$") <= text.count("$")


def test_letters_are_those_of_the_table_of_unicode() -> None:
    spaced, unspaced = (grammar.re.compile(f"[{each}]") for each in (letters.SPACED, letters.UNSPACED))
    # Of a later table only what is old: the ranges pass over what was not assigned when they were made.
    same = unicodedata.unidata_version.startswith(f"{letters.UNICODE}.")
    assigned = unicodedata if same else unicodedata.ucd_3_2_0
    for code in range(0x80, 0x2E00):
        sign = chr(code)
        kind = unicodedata.category(sign)
        listed = bool(spaced.match(sign) or unspaced.match(sign))
        if assigned.category(sign) != "Cn":
            assert listed == (kind[0] in "LM" or kind == "Nd"), hex(code)
    assert all(unspaced.match(sign) for sign in "名前ひらカタ한글ไทยລາວမြန်ខ្មែរ")
    assert not any(unspaced.match(sign) or spaced.match(sign) for sign in "、。「」・¥€฿。！？，“”–…\u200b\u3000")


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node.js")
def test_a_browser_reads_references_as_the_engine_does() -> None:
    texts = [
        "$a.b.c[0].d. $$x ${y}z",
        '$E_2.response["en-US"].name $E_2.["x y"]',
        "$E_2.response.имя, $a.größe! $Nameさん $a.名前は ${a.名前}は 100$円",
        '$a[\'b"c\'] ${a["}"]} $5 $ $a[*] $a[-1]',
    ]
    script = (
        f"const p = new RegExp({json.dumps(script_pattern(REFERENCE))}, 'g');"
        f"console.log(JSON.stringify({json.dumps(texts)}.map(t => [...t.matchAll(p)].map(m => m[0]))))"
    )
    seen = subprocess.run(["node", "-e", script], capture_output=True, text=True, check=True, timeout=60)
    assert json.loads(seen.stdout) == [[match[0] for match in found(text)] for text in texts]
