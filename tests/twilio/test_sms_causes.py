"""Why a text failed, in words."""

import pytest

from ivr.twilio.causes import CAUSES, in_words
from ivr.twilio.webhook import Malformed, read_text

# Codes of the carrier's documentation: as an answer to a message, and later, as the status of one.
AT_ONCE = "21211 21212 21408 21602 21603 21604 21606 21608 21609 21610 21611 21612 21614 21617 21619 21620 21621 21623"
SERVICES = "21654 21655 21656 21701 21703 21704 21705 20003 20404 20429"
LATER = "30001 30002 30003 30004 30005 30006 30007 30008 30022 30023 30032 30034"
CALLS = "21201 21205 21210 21213 21214 21215 21219 21220"


@pytest.mark.parametrize("code", [int(code) for row in (AT_ONCE, SERVICES, LATER, CALLS) for code in row.split()])
def test_every_code_has_a_sentence(code: int) -> None:
    words = CAUSES[code]
    assert words[0].isupper()
    assert words.endswith(".")
    assert not any(sign.isdigit() for sign in words.replace("1600", ""))


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("30003", "The phone can't be reached: it is off, or out of range."),
        ("39999", "The carrier's error code is 39999."),
        ("", ""),
        ("٣٠٠٠٣", ""),
        ("1" * 5000, ""),
        ("<b>", ""),
        ("-1", ""),
    ],
)
def test_a_code_in_a_form(code: str, words: str) -> None:
    assert in_words(code) == words


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        ("sent", "30003", ("sent", "")),
        ("delivered", "", ("delivered", "")),
        ("undelivered", "30003", ("undelivered", CAUSES[30003])),
        ("failed", "", ("failed", "")),
        ("queued", "", None),
        ("sending", "", None),
        ("read", "", None),
        ("", "", None),
        ("DELIVERED\n", "", None),
    ],
)
def test_delivery_of_a_text(status: str, code: str, expected: tuple[str, str] | None) -> None:
    delivery = read_text([("MessageSid", "SM1"), ("MessageStatus", status), ("ErrorCode", code)]).delivered("4", at=7)
    assert (None if delivery is None else (delivery.state, delivery.error)) == expected
    assert delivery is None or (delivery.sid, delivery.block, delivery.at) == ("SM1", 4, 7)


def test_a_text_that_came_in() -> None:
    pairs = [("SmsSid", "SM9"), ("From", "+1"), ("To", "+2"), ("Body", "hi \x00"), ("NumMedia", "2")]
    pairs += [("MediaUrl0", "https://a"), ("MediaUrl1", ""), ("MediaUrl2", "https://not-counted"), ("Body", "second")]
    event = read_text(pairs).messaged(at=5)
    assert (event.sid, event.sender, event.dialled, event.text) == ("SM9", "+1", "+2", "hi \x00")
    assert event.media == ("https://a",)


@pytest.mark.parametrize("count", ["-1", "x", "9" * 400, "1e9", "999999999"])
def test_a_strange_number_of_pictures(count: str) -> None:
    event = read_text([("MessageSid", "SM1"), ("NumMedia", count), ("MediaUrl0", "https://a")]).messaged(at=0)
    assert event.media in {(), ("https://a",)}


@pytest.mark.parametrize("sid", ["", "../SM1", "SM 1", "S" * 129, "SM1\n"])
def test_news_of_nothing(sid: str) -> None:
    with pytest.raises(Malformed):
        read_text([("MessageSid", sid), ("MessageStatus", "sent")])
