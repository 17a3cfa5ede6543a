"""Whatever a caller or an API may send, as Hypothesis strategies."""

from hypothesis import strategies as st

NASTY = "\"'\\<>&%$#?=/;:,{}[]()\r\n\t\x00\x07\x1b\x7f\x85\u2028\u200b\ufeff\ufffe\uffff€é漢\U0001f600"
_letters = st.characters(exclude_categories=["Cs"], exclude_characters="\ufdd0\ufdd1\ufdd2")
plain_text = st.text(_letters, max_size=30) | st.text(NASTY, max_size=12)
"""Any text that can be encoded, without the three signs that no language has and that templates keep for themselves."""
hostile_text = plain_text | st.text(NASTY + "\ud800\udfff", max_size=12)
"""Any text at all, half characters included."""

numbers = st.integers() | st.integers(-(2**200), 2**200) | st.decimals(allow_nan=False, allow_infinity=False)
json_values = st.recursive(
    st.none() | st.booleans() | numbers | plain_text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(plain_text | st.sampled_from("abc"), inner, max_size=4),
    max_leaves=12,
)
"""Whatever JSON can say, numbers as they are read."""
