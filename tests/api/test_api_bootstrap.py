"""What every page begins with is worked out once, and sent again only when it has changed."""

import json
from typing import get_args

from ivr.core.events import Cause
from tests.api.board import Browser


async def test_what_did_not_change_is_not_sent_again(board: Browser) -> None:
    first = await board.get("/api/bootstrap")
    assert first.headers["Cache-Control"] == "private, no-cache"
    again = await board.get("/api/bootstrap", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status, again.body) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    other = await board.get("/api/bootstrap", headers={"If-None-Match": '"of-an-earlier-version"'})
    assert (other.status, other.body) == (200, first.body)


async def test_it_goes_packed_to_browsers_that_unpack(board: Browser) -> None:
    plain = await board.get("/api/bootstrap", headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers
    packed = await board.get("/api/bootstrap", headers={"Accept-Encoding": "gzip, deflate"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert int(packed.headers["Content-Length"]) < len(plain.body) / 3
    assert json.loads(packed.body) == json.loads(plain.body)


async def test_it_has_words_for_every_cause_of_a_failure(board: Browser) -> None:
    words = (await board.get("/api/bootstrap")).json["causes"]
    assert set(words) == set(get_args(Cause)) - {"ok"}
    assert words["dns"] == "Host not found"
