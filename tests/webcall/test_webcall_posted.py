"""What is posted back as the answer to a request: read without what the request was sent with."""

from typing import Any

import pytest

from ivr.core.credentials import ApiKey, Basic
from ivr.core.effects import Fetch
from ivr.core.events import Fetched
from ivr.core.fields import DOTS, Secret
from ivr.runtime.ports import Unavailable
from tests.webcall.peer import LOOPBACK, Asker, Named, World, asker, by_path, echo, peer, typed_for
from tests.webcall.test_webcall_oauth import GOOD, TOKEN, credentials

URL = "http://127.0.0.1:9/"
MARK = "\ufdd0key\ufdd1"


async def posted(ask: Asker, text: str, **fields: Any) -> Fetched:
    job = Fetch(**{"method": "POST", "url": URL, **fields})
    return await ask.web_calls.posted(job, "1.3", f'{{"x": "{text}"}}'.encode(), "application/json")


async def test_a_typed_secret(ask: Asker) -> None:
    for auth in (ApiKey("X-Key", Secret(sealed="s3cret")), Basic("anna", Secret(sealed="s3cret"))):
        reply = await posted(ask, "it is S3CRET or YW5uYTpTM0NSRVQ=", auth=typed_for(auth, URL))
        assert "S3CRET" not in f"{reply.body}{reply.value}"
        assert (reply.cause, reply.called_back) == ("ok", True)
    assert reply.value == {"x": f"it is {DOTS} or {DOTS}"}


async def test_a_named_secret_wherever_the_request_has_it_and_wherever_it_may_go() -> None:
    async with asker(World(secrets={"key": Named("n4med-secret", ("api.example.com",))})) as ask:
        for fields in ({"body": MARK}, {"headers": (("X-Key", MARK),)}, {"url": f"{URL}{MARK}"}):
            reply = await posted(ask, "n4med-secret", **fields)
            assert (reply.cause, reply.value) == ("ok", {"x": DOTS})


async def test_the_token_that_was_bought_for_it() -> None:
    async with peer(by_path(token=GOOD, root=echo)) as api, asker(World(allow=LOOPBACK)) as ask:
        auth = typed_for(credentials(api.url), api.url)
        assert (await posted(ask, TOKEN, url=api.url, auth=auth)).value == {"x": TOKEN}
        await ask(api.url, auth=auth)
        assert (await posted(ask, TOKEN, url=api.url, auth=auth)).value == {"x": DOTS}
        assert api.paths == ["/token", "/"]


async def test_it_is_not_read_where_a_secret_can_not_be_opened(ask: Asker) -> None:
    reply = await posted(ask, "n4med-secret", body=MARK)
    assert (reply.cause, reply.body, reply.value, reply.called_back) == ("no_secret", "", None, True)


async def test_it_is_read_later_where_the_store_is_away() -> None:
    class Away(World):
        async def open_named(self, name: str) -> Named:
            raise Unavailable

    async with asker(Away()) as ask:
        with pytest.raises(Unavailable):
            await posted(ask, "x", body=MARK)
