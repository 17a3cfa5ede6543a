"""An operator whose calls don't come through reads why: one line of a kind a second, and every request counted."""

import logging
from pathlib import Path

import pytest
from aiohttp.test_utils import make_mocked_request
from twilio.request_validator import RequestValidator

from ivr.logs import facts_of
from ivr.twilio.signature import Signature
from ivr.web.carrier.refusals import Refusals
from ivr.web.sparing import Sparing
from tests.operation.lines import log
from tests.web.listener import TOKEN, Listener, greeting, listener

PUBLIC = "https://ivr.example.com/line"
FORM = {"CallSid": "CA1", "From": "+15551234567"}
PATH = "/line/voice/answer"


def lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, object]]:
    return [dict(facts_of(record)) for record in caplog.records if record.name == "ivr.web.carrier.refusals"]


def refused(signed_for: str, token: str = TOKEN, raw_path: str = PATH, **headers: str) -> None:
    """A request that the carrier has signed for a URL is refused."""
    counted: list[str] = []
    refusals = Refusals(Signature(TOKEN, PUBLIC), PUBLIC, counted.append)
    given = RequestValidator(token).compute_signature(signed_for, FORM)
    request = make_mocked_request("POST", raw_path, headers)
    refusals.not_genuine(request, list(FORM.items()), given, "")
    assert counted == ["not_genuine"]


@pytest.mark.parametrize(
    ("signed_for", "host"),
    [
        (f"http://ivr.example.com{PATH}", "ivr.example.com"),
        (f"https://old.ngrok.app{PATH}", "old.ngrok.app"),
        (f"http://old.ngrok.app{PATH}", "old.ngrok.app"),
    ],
)
def test_a_request_that_is_signed_for_another_url_of_ours(
    signed_for: str, host: str, caplog: pytest.LogCaptureFixture
) -> None:
    refused(signed_for, Host=host)
    (line,) = lines(caplog)
    assert (line["reason"], line["signed_for"]) == ("other_url", signed_for)
    assert line["expected"] == f"{PUBLIC}{PATH}"


@pytest.mark.parametrize("host", ["", "x" * 5000, "ö", "a\r\nb", "ivr.example.com"])
def test_whatever_stands_in_the_host(host: str, caplog: pytest.LogCaptureFixture) -> None:
    refused(f"{PUBLIC}{PATH}", "another-token", Host=host)
    (line,) = lines(caplog)
    assert (line["reason"], "signed_for" in line) == ("other_token", False)


def test_a_long_path_is_cut_and_a_query_is_not_shown(caplog: pytest.LogCaptureFixture) -> None:
    refused("https://x", raw_path="/" + "a" * 5000 + "?token=hush", Host="x")
    (line,) = lines(caplog)
    assert len(str(line["expected"])) < 250
    assert "hush" not in str(line)


async def test_all_are_counted_and_few_are_told(tmp_path: Path) -> None:
    with log() as written:
        async with listener(tmp_path, greeting()) as line:
            for _ in range(5):
                assert await _sent(line, "another-token") == 403
        told = [each for each in written.written if "webhook refused" in each]
    assert 1 <= len(told) < 5
    assert "reason=other_token" in told[0]


async def _sent(line: Listener, token: str) -> int:
    return (await line.carrier.form("/voice/answer", FORM, token)).status


def test_what_was_only_counted_is_told_with_the_next() -> None:
    now = 0.0
    sparing = Sparing(logging.getLogger("ivr.test"), lambda: now)
    found = [sparing.due("a"), sparing.due("a"), sparing.due("b"), sparing.due("a")]
    now = 1.0
    assert [*found, sparing.due("a"), sparing.due("b")] == [0, None, 0, None, 2, 0]
