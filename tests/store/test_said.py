"""Which words a call is found by: what its trace shows in the open, and no number of anybody's."""

from decimal import Decimal
from typing import Any

from ivr.core.call import Call, Entry
from ivr.core.events import Answered, Pressed
from ivr.flow.engine import advance
from ivr.flow.model import Flow
from ivr.store.said import MOST_CHARACTERS, MOST_TEXTS, MOST_WORDS, words_of

CALLER, DIALLED = "+4915112345678", "+493020000000"
BEGUN = Entry(0, "answered", 1, {"caller": CALLER, "dialled": DIALLED})


def of(kind: str, **data: Any) -> str:
    return " ".join(words_of((BEGUN, Entry(0, kind, 2, data))))


def test_what_the_caller_said_texted_and_keyed_in() -> None:
    assert of("replied", token="1.2", text="Where is my order?", confidence=0.9) == "where is my order"
    assert of("late", token="1.2", text="Hello there", confidence=0.9) == "hello there"
    assert of("replied", token="1.2", came=True, text="On Monday", sid="SM1", media=[]) == "on monday"
    assert of("replied", token="1.2", came=False, text="") == ""
    assert of("replied", token="1.2", digits="4711", finished_by="#") == "4711"
    assert of("messaged", sender=CALLER, dialled=DIALLED, text="Book Tuesday", sid="SM2") == "book tuesday"
    assert of("requested", caller=CALLER, dialled=DIALLED, inputs={"order": 4711, "name": "Ada"}) == "4711 ada"


def test_what_variables_of_the_flow_were_set_to() -> None:
    data = {
        "price": Decimal("12.50"),
        "when": "2026-12-01",
        "who": [{"name": "Ada"}, None, True],
        "EXTCALL_3.status": "x9",
    }
    assert of("set", **data) == "12 50 2026 01 ada"


def test_what_the_flow_said_and_did_are_no_words_of_the_caller() -> None:
    assert of("said", words="Welcome to our hotline") == ""
    assert of("entered", action="Play Message", title="Greeting") == ""
    assert of("asked", job="fetch", method="GET", url="https://api.example.com/secret", token="1.2") == ""
    assert of("problem", code="failed", message="The flow could not go on") == ""


def test_numbers_of_the_call_are_no_words() -> None:
    for written in (CALLER, "0151 123 456 78", "(0151) 12345678", "0049-151-12345678", f"({DIALLED})", "151/123 45678"):
        assert of("replied", text=f"call {written} now", confidence=1) == "call now", written
    assert of("set", ANI=CALLER, DNIS=DIALLED, callback="+44 20 7946 0000") == "44 20 7946 0000"
    dialled = (Entry(0, "asked", 2, {"question": "dial", "numbers": ["+4930111222"], "token": "1.2"}),)
    said = Entry(0, "replied", 2, {"text": "30 111 222 and 112", "confidence": 1})
    assert words_of((*dialled, said)) == ("and", "112")
    emergency = Entry(0, "answered", 1, {"caller": "112", "dialled": DIALLED})
    assert words_of((emergency, said)) == ("30", "111", "222", "and")
    many = tuple(Entry(0, "asked", 2, {"job": "text", "to": f"+49151{n:08}", "token": "1.2"}) for n in range(3_000))
    told = [f"0151{n:08} and" for n in range(1_500)]
    assert words_of((*many, Entry(0, "set", 2, {"all": told}))) == ("and",)
    app = Entry(0, "answered", 1, {"caller": "client:anna", "dialled": DIALLED})
    assert words_of((app, Entry(0, "set", 1, {"ANI": "client:anna", "CallerName": "Anna"}))) == ("anna",)


def test_no_card_is_a_word() -> None:
    assert of("replied", digits="4111111111111111") == ""
    assert of("replied", text="it is 4111 1111 1111 1111 you see", confidence=1) == "it is you see"
    assert of("replied", digits="4111111111111112") == "4111111111111112"


def test_only_so_many_words_of_a_call() -> None:
    text = " ".join(f"w{n}" for n in range(MOST_WORDS + 50))
    found = words_of([Entry(0, "replied", 2, {"text": text, "confidence": 1})] * 2)
    assert (len(found), found[0], found[-1]) == (MOST_WORDS, "w0", f"w{MOST_WORDS - 1}")
    assert of("set", long="a" * 41, short="a", fine="a" * 40) == "a" * 40
    assert of("set", cut=f"{'x ' * 1000}… (9999 characters)") == ""
    many = {f"v{n}": "same" for n in range(MOST_TEXTS)}
    assert of("set", **many, last="unread") == "same"
    large = {f"v{n}": "same " * 300 for n in range(MOST_CHARACTERS // 1_500 + 1)}
    assert of("set", **large, last="unread") == "same"


def test_hidden_digits_are_in_no_word() -> None:
    """A real turn: what a caller keys in where it is hidden, and what is set from it, is in no trace."""
    flow = Flow.model_validate(
        {
            "id": "line",
            "name": "Line",
            "blocks": [
                {"number": 1, "action": {"type": "inbound_call"}, "exits": {"next": 2}},
                {
                    "number": 2,
                    "action": {"type": "collect_digits", "prompt": "Your PIN?", "sensitive": True},
                    "exits": {"success": 3, "no_input": 4, "invalid": 4},
                },
                {
                    "number": 3,
                    "action": {"type": "set_variables", "rows": [{"name": "pin", "value": "$COLLECT_2.digits"}]},
                    "exits": {"next": 4},
                },
                {"number": 4, "action": {"type": "end_call"}},
            ],
        }
    )
    first = advance(flow, Call("CA1", "line", 1), Answered(at=0, caller=CALLER, dialled=DIALLED))
    assert first.call.waiting is not None
    then = advance(flow, first.call, Pressed(at=1, token=first.call.waiting.token, digits="83174"))
    assert [entry.kind for entry in then.trace if entry.kind == "replied"] == ["replied"]
    assert [entry.data["pin"] for entry in then.trace if "pin" in entry.data] == ["•••"]
    assert words_of((*first.trace, *then.trace)) == ("ca1",), "the carrier's name of the call"
