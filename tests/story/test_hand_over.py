"""A call that is handed over to TwiML of the author's own, and what becomes of it."""

from typing import Any

import pytest

from ivr.core import twiml
from ivr.core.effects import HandOver
from ivr.core.mailbox import Page
from ivr.flow.check import check
from ivr.flow.model import Flow
from ivr.testing import Line
from ivr.twilio.twiml import Addresses, document
from tests.story.flows import drawn, ends, says, starts, texts

QUEUE = "<Enqueue>$team</Enqueue>"


def flow(text: str = QUEUE, **fields: Any) -> Flow:
    action = {"type": "hand_over", "document": text, **fields}
    return drawn(
        starts(2),
        {"action": action, "exits": {"came_back": 3, "failed": 4}},
        says("Back: $HANDOVER_2.answer.QueueResult.", 5),
        texts("Failed: $HANDOVER_2.error ($HANDOVER_2.cause)", 5, 5),
        ends(),
    )


def codes(text: str, **fields: Any) -> list[tuple[str, str]]:
    return [(problem.code, problem.level) for problem in check(flow(text, **fields)) if problem.block == 2]


def written(text: str, back: str = "https://ivr.test") -> str:
    found = twiml.read(text)
    assert found.serious is None
    given = HandOver(document=found.verbs, token="2.3")
    return document(Page((given,), 4), Addresses(back))


def test_it_goes_on_when_the_call_comes_back() -> None:
    with Line(flow()) as line:
        line.comes_back({"QueueResult": "bridged", "QueueTime": "12"}, after=600).rings()
        assert line.heard == ["Back: bridged."]
        assert line.seconds > 600
        assert line.variable("HANDOVER_2.answer") == {"QueueResult": "bridged", "QueueTime": "12"}
        assert (line.ended, line.problems) == ("flow", [])


def test_one_that_can_not_be_handed_over_has_failed() -> None:
    with Line(flow()) as line:
        line.comes_back(error="It is not XML.", code="12100").rings()
        assert [text.body for text in line.sent] == ["Failed: It is not XML. ()"]


def test_one_that_ends_meanwhile_ends_and_says_so() -> None:
    with Line(flow()) as line:
        line.rings(on=False).waits(5).hangs_up()
        (end,) = [entry for entry in line.trace if entry.kind == "hung_up"]
        assert end.data["why"] == "The call had been handed over, and did not come back."
        assert (line.ended, line.active, line.sent) == ("caller", False, [])


def test_what_comes_back_hidden_is_never_shown() -> None:
    with Line(flow("<Pay/>", hidden=True)) as line:
        line.comes_back({"Result": "success", "PaymentToken": "tok_12345"}).rings()
        assert "tok_12345" not in str(line.trace)
        assert line.variables.get("HANDOVER_2", {}) == {}, "gone with the call"


def test_the_verbs_stand_in_the_page_with_the_way_back() -> None:
    page = written("<Say>Hello</Say><Enqueue waitUrl='https://a.test/?b=1&amp;c=2'>sales</Enqueue>")
    back = "https://ivr.test/voice/handover/4/2.3"
    assert page == (
        '<?xml version="1.0" encoding="UTF-8"?><Response><Say>Hello</Say>'
        f'<Enqueue waitUrl="https://a.test/?b=1&amp;c=2" action="{back}" method="POST">sales</Enqueue>'
        f'<Redirect method="POST">{back}</Redirect></Response>'
    )


@pytest.mark.parametrize(
    ("url", "parameter"),
    [
        ("https://a.test/x", "?back="),
        ("https://a.test/x?y=1", "?y=1&amp;back="),
        ("https://a.test/x#rc=2", "?back=https%3A%2F%2Fivr.test%2Fvoice%2Fhandover%2F4%2F2.3#rc=2"),
    ],
)
def test_an_address_is_told_where_the_call_comes_back_to(url: str, parameter: str) -> None:
    page = document(Page((HandOver(url=url, token="2.3"),), 4), Addresses("https://ivr.test"))
    assert f"{parameter}" in page
    assert "back=https%3A%2F%2Fivr.test%2Fvoice%2Fhandover%2F4%2F2.3" in page


HOSTILE = "\"'><Hangup/><!-- ]]> & \ue000back\ue000 \x00 \ud800"


@pytest.mark.parametrize("text", ["<Enqueue>$x</Enqueue>", "<Say voice='$x'>a</Say>", '<Say voice="$x">$x</Say>'])
def test_a_value_is_never_markup(text: str) -> None:
    with Line(drawn(*flow(text.replace("$x", "$ANI")).model_dump(mode="json")["blocks"])) as line:
        line.rings(caller=HOSTILE)
        (handed,) = [sound.text for sound in line.sounds if sound.kind == "away"]
        assert handed.count("<") == 1, "one verb, as its author wrote it"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "document_empty"),
        ("hello", "document_empty"),
        ("<Dial>", "not_xml"),
        ("<$ANI/>", "not_xml"),
        ("<Say $ANI='x'/>", "not_xml"),
        ("<Say voice=$ANI/>", "not_xml"),
        ("<!DOCTYPE a [<!ENTITY b 'c'>]><Response><Say>&b;</Say></Response>", "not_xml"),
        ("<Say>&nbsp;</Say>", "not_xml"),
        ("<?xml version='1.0'?><Twiml/>", "not_twiml"),
        ("<Sms>hello</Sms>", "texts"),
        ("<sms>hello</sms>", "texts"),
        ("<Start><t:Message xmlns:t='x'>hello</t:Message></Start>", "texts"),
        ("<Dial>0900 123</Dial>", "not_a_number"),
        ("<Say>" + "x" * 17_000 + "</Say>", "document_too_long"),
    ],
)
def test_a_document_that_is_none_is_an_error(text: str, code: str) -> None:
    assert (code, "error") in codes(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("<Enqeue>a</Enqeue>", "unknown_verb"),
        ("<Say>Bye</Say><Hangup/>", "never_back"),
        ("<Redirect>https://a.test/</Redirect>", "never_back"),
        ("<Redirect>$ANI</Redirect>", "address_chosen"),
        ("<Enqueue waitUrl='$ANI'>a</Enqueue>", "address_chosen"),
        ("<Enqueue action='https://a.test/'>a</Enqueue>", "own_action"),
        ("<Pay/>", "payment_shown"),
        ("<Response>hi <Say>a</Say></Response>", "loose_text"),
    ],
)
def test_what_looks_wrong_is_a_warning(text: str, code: str) -> None:
    assert (code, "warning") in codes(text)


def test_a_document_as_it_should_be_has_nothing_wrong() -> None:
    for text in (
        QUEUE.replace("$team", "sales"),
        "<Dial><Conference>a</Conference></Dial>",
        "<Connect><ConversationRelay url='wss://a.test/$CallSid'/></Connect>",
        "<Dial>+15550100200</Dial>",
    ):
        assert codes(text) == []


def test_no_number_escapes_the_gate() -> None:
    found = twiml.read(
        "<Dial>+15550100201<Number>+15550100202</Number>+15550100203</Dial><Dial> +1 <Sip>a@b</Sip></Dial>"
    )
    assert found.numbers == ("+15550100201", "+15550100202", "+15550100203", "+1")
    for text in (
        "<dial>{}</dial>",
        "<Dial><x:Number xmlns:x='y'>{}</x:Number></Dial>",
        "<Dial><WhatsApp>{}</WhatsApp></Dial>",
    ):
        assert twiml.read(text.format("+19005550100")).numbers == ("+19005550100",)
    assert twiml.read("<Dial><Sip>sip:+19005550100@trunk.test</Sip></Dial>").numbers == ("+19005550100",)
    assert twiml.read("<Dial><Sip>sip:200@pbx.test</Sip></Dial>").numbers == ()


def test_addresses_are_checked() -> None:
    assert codes("", source="address", url="$ANI/x") == [("address_chosen", "warning")]
    assert codes("", source="address", url="/x") == [("not_an_address", "error")]
    assert codes("", source="address", url="https://a.test/$ANI") == []
