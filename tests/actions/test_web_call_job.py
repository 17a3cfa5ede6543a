"""What an External Web Call starts with, and that each of its fields comes through to the request."""

from typing import Any

import pytest
from pydantic import ValidationError

from ivr.actions.external_web_call import ExternalWebCall
from ivr.core.action import Visit, Wait
from ivr.core.call import Call
from ivr.core.effects import DEFAULT_AUDIO, Fetch, Hold, Line, Say

HERE = Visit(Call("CA1", "a-flow", 1, block=3, turn=1, variables={"x": "1"}), 3, at=0)


def waits(**fields: Any) -> Wait:
    outcome = ExternalWebCall.model_validate({"url": "https://api.test/", **fields}).enter(HERE)
    assert isinstance(outcome, Wait)
    return outcome


def sent(**fields: Any) -> Fetch:
    job = waits(**fields).effect
    assert isinstance(job, Fetch)
    return job


def test_what_an_author_need_not_say() -> None:
    """These are the product's own: a flow that says nothing relies on them."""
    assert sent() == Fetch(
        method="GET",
        url="https://api.test/",
        timeout=10,
        connect_timeout=5,
        max_bytes=1_048_576,
        follow_redirects=True,
        retries=0,
        backoff=0.5,
        take=(),
    )
    assert waits().hold == Hold(audio=None, words=(), delay=1000, minimum=0, opening=(), lines=())
    assert ExternalWebCall.model_validate({"url": "x"}).success == "2xx"


def test_what_an_author_says_is_what_is_sent() -> None:
    job = sent(
        method="PUT",
        url="https://api.test/$x",
        timeout=31,
        connect_timeout=7,
        max_bytes=12_345,
        follow_redirects=False,
        retries=4,
        retry_pause=2.5,
        idempotency_key=True,
        body="$x",
    )
    assert job == Fetch(
        method="PUT",
        url="https://api.test/1",
        body="1",
        timeout=31,
        connect_timeout=7,
        max_bytes=12_345,
        follow_redirects=False,
        retries=4,
        backoff=2.5,
        idempotency_key="CA1.1.3",
        finish=True,
        take=(),
    )


def test_what_an_author_wants_heard_is_what_is_heard() -> None:
    timing = {"hold_delay": 2.5, "minimum_play": 6, "play_hold_music": True}
    lines = [
        {"text": "Still $x", "after": 8, "every": 5},
        {"text": "Once", "after": 9},
        {"text": "$nothing", "after": 1},
    ]
    said = (Line(Say("Still 1"), 8, 5), Line(Say("Once"), 9, 0))
    spoken = {"type": "speech", "text": "Wait $x", "voice": "Polly.Amy", "language": "en-GB", "pause": 3}
    hold = waits(**timing, opening_line="Dear $x", timed_lines=lines, hold_audio=spoken).hold
    words = (Say("Wait 1", "Polly.Amy", "en-GB"),)
    assert hold == Hold(None, words, 3, delay=2500, minimum=6000, opening=(Say("Dear 1"),), lines=said)


@pytest.mark.parametrize(
    ("audio", "clip"),
    [(None, DEFAULT_AUDIO), ({"type": "default"}, DEFAULT_AUDIO), ({"type": "file", "file": "song"}, "song")],
)
def test_music_is_the_default_or_a_clip(audio: Any, clip: str) -> None:
    fields = {} if audio is None else {"hold_audio": audio}
    assert waits(**fields, play_hold_music=True).hold.audio == clip
    assert waits(**fields).hold.audio is None


def test_a_clip_is_known_by_the_field_that_names_it() -> None:
    """So it can't be removed while a flow plays it."""
    playing = ExternalWebCall.model_validate({"url": "x", "hold_audio": {"type": "file", "file": "song"}})
    assert playing.audio() == (("hold_audio.file", "song"),)
    assert ExternalWebCall.model_validate({"url": "x"}).audio() == ()


def test_lines_are_said_without_music_too() -> None:
    hold = waits(opening_line="One moment", timed_lines=[{"text": "Still there", "after": 8}]).hold
    assert hold.silent
    assert (hold.opening, hold.lines) == ((Say("One moment"),), (Line(Say("Still there"), 8),))


@pytest.mark.parametrize("kind", ["application/json", "text/xml", "text/plain"])
@pytest.mark.parametrize("name", ["Content-Type", "content-type", "CONTENT-TYPE"])
def test_a_content_type_that_the_author_writes_is_the_only_one(kind: str, name: str) -> None:
    headers = [{"name": "X-A", "value": "1"}, {"name": name, "value": "application/vnd.api+json"}]
    assert sent(method="POST", content_type=kind, body="5", headers=headers).headers == (
        ("X-A", "1"),
        (name, "application/vnd.api+json"),
    )


REFUSED = (
    *("Connection", "Content-Length", "Host", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization"),
    *("Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade"),
)


@pytest.mark.parametrize("name", REFUSED)
def test_a_header_of_the_connection_is_refused(name: str) -> None:
    with pytest.raises(ValidationError, match="set by the connection itself"):
        sent(headers=[{"name": name, "value": "1"}])


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "PUT", "DELETE", "HEAD", "OPTIONS"])
def test_every_method_is_sent_as_it_is_called(method: str) -> None:
    assert sent(method=method).method == method


@pytest.mark.parametrize("method", ["get", "TRACE", "CONNECT", "", "GET "])
def test_other_methods_are_none(method: str) -> None:
    with pytest.raises(ValidationError, match="literal_error"):
        sent(method=method)
