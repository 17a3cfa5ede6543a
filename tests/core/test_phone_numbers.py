"""Numbers: as people and carriers write them, and what only stands where a number would."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.phone_numbers import ANONYMOUS, NotANumber, called, caller, find, is_number, is_withheld, read, shown


@pytest.mark.parametrize(
    ("text", "country", "e164"),
    [
        ("+1 555 0300", "", "+15550300"),
        (" +1 (555) 010-0200 ", "", "+15550100200"),
        ("+1.555.010.0200", "", "+15550100200"),
        ("+49 30 / 123456", "", "+4930123456"),
        ("\uff0b44 20 7946 0000", "", "+442079460000"),
        ("+44\u00a020\u20117946\u00a00000", "", "+442079460000"),
        ("\u202a+1 555-010-0200\u202c", "", "+15550100200"),
        ("tel:+1-555-010-0200;ext=5", "", "+15550100200"),
        ("TEL:5550100200", "US", "+15550100200"),
        ("+44 (0)20 7946 0000", "", "+442079460000"),
        ("+39 06 1234567", "", "+39061234567"),
        ("8 (495) 123-45-67", "RU", "+74951234567"),
        ("+١٥٥٥٠١٠٠٢٠٠", "", "+15550100200"),
        ("555 0300", "US", "+15550300"),
        ("030 123456", "DE", "+4930123456"),
        ("00 44 20 7946 0000", "DE", "+442079460000"),
        ("011 44 20 7946 0000", "US", "+442079460000"),
    ],
)
def test_what_people_write_becomes_e164(text: str, country: str, e164: str) -> None:
    assert read(text, country).e164 == e164


@pytest.mark.parametrize(
    ("text", "country", "says"),
    [
        ("555 0300", "", "does not say its country"),
        ("030 123456", "", "IVR_COUNTRY"),
        ("hello", "US", "is no phone number"),
        ("", "US", "is no phone number"),
        ("+1 555", "", "too short"),
        ("+1 555 010 0200 0200 9", "", "too long"),
        ("+999 123 456", "", "is no phone number"),
        ("1-800-FLOWERS", "US", "is no phone number"),
        ("+15550100200;ext=5", "", "is no phone number"),
        ("+15550100200,+15550100201", "", "is no phone number"),
        ("sip:+15550100200@example.test", "", "is no phone number"),
        ("+1" + "5" * 1000, "", "is no phone number"),
    ],
)
def test_what_is_no_number_is_refused_with_a_reason(text: str, country: str, says: str) -> None:
    with pytest.raises(NotANumber, match=says):
        read(text, country)


@pytest.mark.parametrize(
    ("number", "country", "kind"),
    [
        ("+15550100200", "US", "unknown"),  # reserved for fiction: in no plan, and of no other country
        ("+18765551234", "JM", "mobile"),  # the same code as the US, another country's rates
        ("+18095551234", "DO", "fixed_line"),
        ("+18005550100", "US", "toll_free"),
        ("+19005550100", "US", "premium_rate"),
        ("+499001123456", "DE", "premium_rate"),
        ("+4990011234567", "DE", "premium_rate"),  # with a digit too many, which networks ignore
        ("+491801123456", "DE", "shared_cost"),
        ("+4915123456789", "DE", "mobile"),
        ("+870773111632", "", "satellite"),
        ("+881612345678", "", "satellite"),
        ("+88216123456", "", "satellite"),
        ("+979123456789", "", "premium_rate"),
    ],
)
def test_country_and_kind_come_from_the_numbering_plan(number: str, country: str, kind: str) -> None:
    assert (read(number).country, read(number).kind) == (country, kind)


@pytest.mark.parametrize(
    "sent",
    [
        "", " ", "Anonymous", "anonymous", "Restricted", "unknown", "UNAVAILABLE", "Blocked", "Private",
        "sip:anonymous@anonymous.invalid", '"Anonymous" <sip:anonymous@anonymous.invalid>', "<sip:restricted@10.0.0.1>",
        "sip:xyz@anonymous.invalid:5060;transport=udp", "unknown@carrier.test", "Private Caller", "N/A", "null",
        "+0000000000", "0", "+266696687", "266696687", "+7378742833", "+2562533", "+8656696", "+86282452253",
    ],
)  # fmt: skip
def test_callers_who_withhold_their_number_are_known_as_such(sent: str) -> None:
    assert caller(sent) == ANONYMOUS
    assert is_withheld(sent)
    assert not is_number(sent)
    assert shown(caller(sent)) == "Number withheld"


@pytest.mark.parametrize(
    ("sent", "who", "line"),
    [
        ("+15550300", "+15550300", "+15550300"),
        ("+1 555 0300", "+15550300", "+15550300"),
        ("client:alice", "client:alice", "client:alice"),
        ("sip:+15550300@pbx.example.test;user=phone", "sip:+15550300@pbx.example.test;user=phone", "+15550300"),
        ("sip:alice@pbx.example.test", "sip:alice@pbx.example.test", "sip:alice@pbx.example.test"),
        ("12345", "12345", "12345"),
    ],
)
def test_what_the_carrier_sends_is_kept_as_it_can_be_used(sent: str, who: str, line: str) -> None:
    assert (caller(sent), called(sent)) == (who, line)


def test_a_sip_caller_is_no_number_whatever_it_claims() -> None:
    assert not is_number(caller("sip:+15550300@anyone.example.test"))


def test_numbers_are_shown_as_people_write_them() -> None:
    assert [shown(text) for text in ("+15550100200", "+4930123456", "client:alice", "12345")] == [
        "+1 555-010-0200",
        "+49 30 123456",
        "client:alice",
        "12345",
    ]


@given(st.text(max_size=80), st.sampled_from(["", "US", "DE"]))
def test_any_text_is_a_number_that_can_be_read_again_or_none(text: str, country: str) -> None:
    found = find(text, country)
    if found is not None:
        assert found.e164.isascii()
        assert find(found.e164) == found
        assert find(shown(found.e164)) == found
    assert caller(caller(text)) == caller(text)
