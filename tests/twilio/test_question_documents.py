"""Questions as documents: whatever is asked, of whomever, with whatever words, the carrier can read it."""

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from ivr.actions.collect_digits import CollectDigits
from ivr.actions.menu import Menu
from ivr.actions.record import Record as RecordAction
from ivr.actions.transfer import Transfer
from ivr.core.action import Visit, Wait
from ivr.core.call import Call
from ivr.core.effects import AnyVerb, Dial, Gather, Pause, Play, Record, Say
from ivr.core.events import Pressed
from ivr.core.mailbox import Mailbox, Page
from ivr.twilio.twiml import Addresses, document, whispered
from tests.core.any_value import hostile_text, json_values

ADDRESSES = Addresses("https://calls.example.test")
LIMIT = 64 * 1024


def tree_of(*verbs: AnyVerb) -> ElementTree.Element:
    """The document of a page that ends with a question, which must go on to its own reply."""
    tree = ElementTree.fromstring(document(Page(verbs, 2), ADDRESSES).encode())
    question = verbs[-1]
    where = f"https://calls.example.test/voice/{type(question).__name__.lower()}/2/1.3"
    assert tree[-2].get("action") == tree[-1].text == where
    assert (tree[-1].tag, tree[-2].get("method"), tree[-1].get("method")) == ("Redirect", "POST", "POST")
    return tree


def test_a_gather() -> None:
    prompts = (Play("abc.wav"), Say("Press & say", "Polly.Amy", "en-GB"), Pause(2))
    gather = Gather(token="1.3", prompts=prompts, timeout=45, digits=1, finish_key="", speech=True, language="en-GB")
    asked = tree_of(Say("Hello"), gather)[1]
    assert asked.attrib == {
        "action": "https://calls.example.test/voice/gather/2/1.3",
        "method": "POST",
        "actionOnEmptyResult": "true",
        "input": "dtmf speech",
        "timeout": "45",
        "finishOnKey": "",
        "numDigits": "1",
        "speechTimeout": "auto",
        "language": "en-GB",
    }
    assert [(each.tag, each.text) for each in asked] == [
        ("Play", "https://calls.example.test/audio/abc.wav"),
        ("Say", "Press & say"),
        ("Pause", None),
    ]


def test_a_dial() -> None:
    whisper = (Say("A call."),)
    numbers = ("+15550100200", "+15550100201")
    dial = Dial(token="1.3", numbers=numbers, timeout=20, caller_id="+15559990000", keys="ww1#", whisper=whisper)
    asked = tree_of(replace(dial, in_turn=True))[0]
    assert asked.attrib == {
        "action": "https://calls.example.test/voice/dial/2/1.3",
        "method": "POST",
        "timeout": "20",
        "timeLimit": "14400",
        "answerOnBridge": "true",
        "callerId": "+15559990000",
        "sequential": "true",
    }
    url = "https://calls.example.test/voice/whisper/1.3"
    assert [(each.text, each.attrib) for each in asked] == [
        (number, {"url": url, "method": "POST", "sendDigits": "ww1#"}) for number in numbers
    ]
    assert whispered(whisper, ADDRESSES).endswith("<Response><Say>A call.</Say></Response>")


def test_a_record() -> None:
    asked = tree_of(Say("Speak."), Record(token="1.3", beep=False, longest=30, silence=3, finish_keys="*#"))[1]
    assert asked.attrib == {
        "action": "https://calls.example.test/voice/record/2/1.3",
        "method": "POST",
        "playBeep": "false",
        "maxLength": "30",
        "timeout": "3",
        "finishOnKey": "*#",
        "trim": "do-not-trim",
    }


def visit(x: object) -> Visit:
    return Visit(Call("CA1", "a-flow", 1, block=3, attempt=1, variables={"x": x}), 3, 0)


def pages(wait: Wait) -> list[ElementTree.Element]:
    """Every page of what is said and asked."""
    question = wait.effect
    assert isinstance(question, Gather | Dial | Record)
    mailbox, found = Mailbox().post((*wait.verbs, replace(question, token="1.3"))), []
    while mailbox.unheard:
        mailbox = mailbox.turn_to(mailbox.page + 1)
        text = document(mailbox.read(), ADDRESSES).encode()
        assert len(text) <= LIMIT
        found.append(ElementTree.fromstring(text))
    return found


values = (
    hostile_text
    | json_values
    | st.sampled_from(["</Say></Gather><Hangup/>", "]]>", "a" * 7000, "& . " * 4000, "漢. " * 10_000])
)
phrases = st.sampled_from(["$x", "Press 1, $x.", '<break time="1s"/>$x', "<p>$x</p>", "Hello"])


@given(values, phrases, st.booleans())
def test_a_menu_is_a_document_whatever_author_and_caller_say(x: object, words: str, interruptible: bool) -> None:
    label = str(x).encode(errors="ignore").decode()[:50] or "x"
    menu = Menu(
        prompt=words,
        no_match_words=words,
        attempts=2,
        speech=True,
        interruptible=interruptible,
        choices=[{"key": "1", "label": label}],
    )
    for wait in (menu.enter(visit(x)), menu.resume(visit(x), Pressed(at=0, token="", digits="9"))):
        assert isinstance(wait, Wait)
        asked = pages(wait)
        assert [each.tag for each in asked[-1]][-2:] == ["Gather", "Redirect"]
        assert "Hangup" not in {element.tag for page in asked for element in page.iter()}


@given(values, phrases)
def test_a_read_back_is_one_too(x: object, words: str) -> None:
    collect = CollectDigits(prompt=words, confirm=True, confirm_before=words, confirm_after=words)
    for wait in (collect.enter(visit(x)), collect.resume(visit(x), Pressed(at=0, token="", digits="123"))):
        assert isinstance(wait, Wait)
        assert pages(wait)[-1][-2].tag == "Gather"


@given(values, phrases)
def test_a_transfer_is_one_too(x: object, words: str) -> None:
    transfer = Transfer(numbers=["$x", "+15550100200"], caller_id="$x", keys="$x", message=words, whisper=words)
    wait = transfer.enter(visit(x))
    assert isinstance(wait, Wait)
    dial = pages(wait)[-1][-2]
    assert dial.tag == "Dial"
    assert [child.tag for child in dial.iter()].count("Number") in {1, 2}
    assert all((child.text or "").lstrip("+").isdigit() for child in dial)
    assert set(dial[0].get("sendDigits", "")) <= set("0123456789*#ABCDw")
    assert isinstance(wait.effect, Dial)
    heard = whispered(wait.effect.whisper, ADDRESSES).encode()
    assert len(heard) <= LIMIT
    ElementTree.fromstring(heard)


@given(values, phrases)
def test_a_voicemail_is_one_too(x: object, words: str) -> None:
    wait = RecordAction(message=words).enter(visit(x))
    assert isinstance(wait, Wait)
    assert pages(wait)[-1][-2].tag == "Record"


@given(hostile_text, hostile_text)
def test_no_text_gets_out_of_an_attribute(text: str, other: str) -> None:
    gather = Gather(token="1.3", speech=True, hints=(text, other), language=text, finish_key=other)
    assert [each.tag for each in tree_of(gather).iter()] == ["Response", "Gather", "Redirect"]
    dial = Dial(token="1.3", numbers=(text,), caller_id=text, keys=other)
    assert [each.tag for each in tree_of(dial).iter()] == ["Response", "Dial", "Number", "Redirect"]


@pytest.mark.parametrize("seconds", [1, 120])
def test_the_timeout_is_what_the_author_says(seconds: int) -> None:
    wait = Menu(prompt="Press.", choices=[{"key": "1", "label": "A"}], timeout=seconds).enter(visit(None))
    assert isinstance(wait, Wait)
    assert pages(wait)[0][0].get("timeout") == str(seconds)
