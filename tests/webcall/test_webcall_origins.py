"""What counts as another origin, for a request that is redirected there."""

import pytest
from yarl import URL

from ivr.core.credentials import Exchange
from ivr.core.fields import Secret
from ivr.webcall.outgoing import Line, Outgoing
from tests.webcall.peer import Asker, echo, peer, redirect

SENT = Outgoing(
    "POST", URL("http://api.test/a", encoded=True), (Line("X-Key", "k", secret=True), Line("X-Own", "1")), b"a"
)


@pytest.mark.parametrize(
    "there",
    [
        "https://api.test:80/a",  # the same port, and yet another door
        "https://api.test/a",
        "http://api.test:8080/a",
        "http://www.api.test/a",
        "//other.test/a",
    ],
)
def test_another_scheme_port_or_host_is_another_origin(there: str) -> None:
    assert SENT.redirected(307, there).lines == (Line("X-Own", "1"),)


@pytest.mark.parametrize("here", ["/b", "http://api.test:80/b", "HTTP://API.TEST/b", "//api.test/b", "?a=1"])
def test_the_same_origin_however_it_is_written(here: str) -> None:
    assert SENT.redirected(307, here).lines == SENT.lines


async def test_a_key_among_the_fields_of_a_form_is_not_handed_on(ask: Asker) -> None:
    key = Exchange(fields=(("key", Secret(sealed="s3cret")),))
    async with peer(echo) as stranger, peer(redirect(stranger.url, 307)) as api:
        reply = await ask(api.url, method="POST", auth=key, body="a=1", body_kind="form")
        assert (reply.cause, reply.status, stranger.asked) == ("blocked", 307, [])
    assert api.body() == b"a=1&key=S3CRET"
