"""Who calls, and which number of ours is called, as the carrier's webhooks say it."""

import pytest

from ivr.core.phone_numbers import ANONYMOUS
from ivr.twilio.webhook import OF_ANSWER, read_text, read_webhook


@pytest.mark.parametrize(
    ("from_", "to", "caller", "dialled"),
    [
        ("+15551230000", "+15550300", "+15551230000", "+15550300"),
        ("Anonymous", "+15550300", ANONYMOUS, "+15550300"),
        ("+266696687", "sip:+15550300@ours.sip.example.test", ANONYMOUS, "+15550300"),
        ("client:alice", "sip:desk@ours.sip.example.test", "client:alice", "sip:desk@ours.sip.example.test"),
        ("", "", ANONYMOUS, ""),
    ],
)
def test_parties_are_known_for_what_they_are(from_: str, to: str, caller: str, dialled: str) -> None:
    pairs = [("CallSid", "CA1"), ("MessageSid", "SM1"), ("From", from_), ("To", to)]
    answered, messaged = read_webhook(pairs).answered(0), read_text(pairs).messaged(0)
    assert (answered.caller, answered.dialled) == (caller, dialled)
    assert (messaged.sender, messaged.dialled) == (caller, dialled)


def test_a_call_begins_alike_with_nothing_but_the_fields_it_needs() -> None:
    named = [("From", "+15551230000"), ("To", "+15550300"), ("CallerName", "Anna"), ("ToCity", "PARIS")]
    webhook = read_webhook([("CallSid", "CA1"), ("CallStatus", "ringing"), *named])
    small = webhook.only(OF_ANSWER)
    assert small.answered(0) == webhook.answered(0)
    assert (small.call_id, small.status, set(small.fields)) == ("CA1", "ringing", set(OF_ANSWER))
