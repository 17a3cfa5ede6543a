"""XML in which one element may as well be the first of several, and what a DOCTYPE may do."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.query import Budget, check, find
from ivr.core.template import UNSET
from ivr.core.values import Value
from ivr.testing import Line
from ivr.webcall.answer import understand
from ivr.webcall.errors import Unreadable
from ivr.webcall.xml import read_xml
from tests.story.flows import asks, drawn, ends, says, starts, takes
from tests.webcall.peer import Asker, answer, peer
from tests.webcall.peer import says as sends

ITEMS = {
    "text": ["<item>tea</item>", "<item>milk</item>"],
    "object": ["<item><n>tea</n></item>", "<item><n>milk</n></item>"],
}


def order(kind: str, count: int) -> str:
    return f"<order>{''.join(ITEMS[kind][:count])}</order>"


def items(kind: str, count: int) -> list[Value]:
    return [each if kind == "text" else {"n": each} for each in ["tea", "milk"][:count]]


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize("kind", ["text", "object"])
@pytest.mark.parametrize("dollar", ["", "$."])
@pytest.mark.parametrize(
    ("query", "taken"),
    [
        ("order.item[0]", lambda items: items[0]),
        ("order.item[-1]", lambda items: items[-1]),
        ("order.item[*]", lambda items: items),
        ("order.item[1]", lambda items: items[1] if len(items) > 1 else UNSET),
        ("order[0].item[0]", lambda items: items[0]),
        ("order[*].item[*]", lambda items: items),
    ],
)
def test_one_path_serves_one_and_many(dollar: str, query: str, taken: Any, kind: str, count: int) -> None:
    check(dollar + query)
    found = find(dollar + query, read_xml(order(kind, count))[0], Budget(lone=True))
    assert found == taken(items(kind, count))


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize(
    ("query", "taken"),
    [
        ("order.item[0].n", "tea"),
        ("$.order.item[0].n", "tea"),
        ("order.item[*].n", ["tea", "milk"]),
        ("$.order.item[*].n", ["tea", "milk"]),
        ("$..item[*].n", ["tea", "milk"]),
        ("$.order.item[:].n", ["tea", "milk"]),
        ('$["order"]["item"][*]["n"]', ["tea", "milk"]),
        ("$.order.item[?(@.n == 'tea')].n", "tea"),
        ("order.item.*", UNSET),
    ],
)
def test_one_path_leads_on_from_one_and_many(query: str, taken: Value, count: int) -> None:
    found = find(query, read_xml(order("object", count))[0], Budget(lone=True))
    assert found == (taken[:count] if isinstance(taken, list) else taken)


@pytest.mark.parametrize(
    "query", ["a[0]", "$.a[0]", "$.a[:]", "a[*]", "a.b[0]", "$.a.b[0]", "$.a.b[*]", "$.a[?(@.b == 'x')]"]
)
def test_json_says_itself_what_is_a_list(query: str) -> None:
    assert find(query, {"a": {"b": "x"}}) is UNSET


def test_a_star_takes_all_of_a_list_of_json_too() -> None:
    answer = {"a": [{"b": [1, 2]}, {"c": 0}, {"b": [3]}], "n": [[1], [2, 3]]}
    assert find("a[*].b[*]", answer) == [1, 2, 3]
    assert find("a[*].b[0]", answer) == [1, 3]
    assert find("n[*][*]", answer) == [1, 2, 3]
    assert find("a[*].x", answer) is UNSET
    assert find("a[*", answer) is UNSET


@given(st.lists(st.text("abc", min_size=1), min_size=1, max_size=4))
def test_any_number_of_elements_is_the_list_of_them(texts: list[str]) -> None:
    value, _ = read_xml(f"<l>{''.join(f'<i>{text}</i>' for text in texts)}</l>")
    assert find("l.i[*]", value, Budget(lone=True)) == find("$.l.i[*]", value, Budget(lone=True)) == texts


WHOLE = drawn(
    starts(2),
    asks(3, 9, response_variables=takes(first="order.item[0].n", all="$.order.item[*].n")),
    says("$first, $EXTCALL_2.response.order.item[0].n, ${EXTCALL_2.response.order[0].item[0].n}, ${all|as list}.", 4),
    {
        "action": {"type": "for_each", "list": "$EXTCALL_2.response.order.item", "name": "item"},
        "exits": {"each": 5, "done": 6, "empty": 6},
    },
    says("$EACH_4.index of $EACH_4.count: $item.n $item[0].n.", 4),
    {
        "action": {
            "type": "text_operations",
            "operation": "take_field",
            "text": "$EXTCALL_2.response.order.item",
            "label": "n",
        },
        "exits": {"success": 7},
    },
    says("$TEXT_6.result.", 8),
    ends(),
    ends(),
)


@pytest.mark.parametrize("content_type", ["text/xml", "application/soap+xml; charset=utf-8"])
def test_a_caller_hears_one_and_many(line_of: Callable[..., Line], content_type: str) -> None:
    one = line_of(WHOLE).api("2", body=order("object", 1), content_type=content_type).rings()
    assert [words for words in one.heard if "wav" not in words] == ["tea, tea, tea, tea.", "1 of 1: tea tea.", "tea."]
    two = line_of(WHOLE).api("2", body=order("object", 2), content_type=content_type).rings()
    assert [words for words in two.heard if "wav" not in words] == [
        "tea, tea, tea, tea and milk.",
        "1 of 2: tea tea.",
        "2 of 2: milk milk.",
        "tea and milk.",
    ]


TEXTS = drawn(
    starts(2),
    asks(3, 5),
    {
        "action": {"type": "for_each", "list": "$EXTCALL_2.response.order.item"},
        "exits": {"each": 4, "done": 5, "empty": 5},
    },
    says("$EACH_3.item $EXTCALL_2.response.order.item[0].", 3),
    ends(),
)


def heard(line: Line) -> list[str]:
    return [words for words in line.heard if "wav" not in words]


@pytest.mark.parametrize("padding", ["", f"<pad>{'x' * 40_000}</pad>"], ids=["short", "long"])
def test_an_element_with_text_alone_is_walked_too(line_of: Callable[..., Line], padding: str) -> None:
    """Of a long answer only what the flow reads is kept, so the body isn't there to tell what it was."""
    body = order("text", 1).replace("</order>", f"{padding}</order>")
    assert heard(line_of(TEXTS).api("2", body=body, content_type="text/xml").rings()) == ["tea tea."]
    body = order("text", 2).replace("</order>", f"{padding}</order>")
    assert heard(line_of(TEXTS).api("2", body=body, content_type="text/xml").rings()) == ["tea tea.", "milk tea."]
    assert heard(line_of(TEXTS).api("2", body="<order/>", content_type="text/xml").rings()) == []


def test_a_text_of_json_is_no_list(line_of: Callable[..., Line]) -> None:
    assert heard(line_of(TEXTS).api("2", json={"order": {"item": "tea"}}).rings()) == []
    assert heard(line_of(TEXTS).api("2", json={"order": {"item": ["tea"]}}).rings()) == ["tea tea."]


HARMLESS = {
    "a name": "<!DOCTYPE order><order>1</order>",
    "a document elsewhere": '<!DOCTYPE order SYSTEM "{url}order.dtd"><order>1</order>',
    "a public name": '<!DOCTYPE order PUBLIC "-//Shop//DTD Order//EN" "{url}order.dtd"><order>1</order>',
    "after a declaration": '<?xml version="1.0"?>\n<!DOCTYPE order>\n<order>1</order>',
}
HARMFUL = {
    "an entity": '<!DOCTYPE order [<!ENTITY e "x">]><order>&e;</order>',
    "default attributes": '<!DOCTYPE order [<!ATTLIST order a CDATA "x">]><order>1</order>',
    "nothing, but room for it": "<!DOCTYPE order []><order>1</order>",
    "entities elsewhere": '<!DOCTYPE order [<!ENTITY % e SYSTEM "{url}e.dtd"> %e;]><order>1</order>',
    "an entity of the document elsewhere": '<!DOCTYPE order SYSTEM "{url}order.dtd"><order>&e;</order>',
    "a file": '<!DOCTYPE order SYSTEM "{url}x" [<!ENTITY e SYSTEM "file:///etc/hostname">]><order>&e;</order>',
}


@pytest.mark.parametrize("text", HARMLESS.values(), ids=HARMLESS.keys())
async def test_a_doctype_that_declares_nothing_passes_and_fetches_nothing(ask: Asker, text: str) -> None:
    async with peer(sends(b"")) as canary:
        body = text.replace("{url}", canary.url)
        async with peer(sends(answer(body.encode(), "Content-Type: text/xml"))) as api:
            reply = await ask(api.url)
    assert (reply.cause, reply.value) == ("ok", {"order": "1"})
    assert canary.asked == []


@pytest.mark.parametrize("text", HARMFUL.values(), ids=HARMFUL.keys())
async def test_a_doctype_that_declares_something_is_refused(text: str) -> None:
    async with peer(sends(b"")) as canary:
        with pytest.raises(Unreadable, match="XML"):
            understand(text.replace("{url}", canary.url), "text/xml", None, lambda value: value)
    assert canary.asked == []
