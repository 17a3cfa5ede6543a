"""The body of an answer in which a secret is sent back, in whatever way libraries write it."""

from base64 import b64encode, urlsafe_b64encode
from urllib.parse import quote

import pytest

from ivr.core.credentials import Bearer
from ivr.core.fields import Secret
from tests.webcall.peer import World, answer, asker, peer, says

SECRET = "k/3+Zé'<&>\"=="
FORMS = {
    "as it is": SECRET,
    "in an address": quote(SECRET, safe=""),
    "in an address, in small letters": quote(SECRET, safe="").lower().replace("k%2f3%2bz", "k%2f3%2bZ"),
    "JSON of Python": r"k/3+Z\u00e9'<&>\"==",
    "JSON of PHP": r"k\/3+Z\u00e9'<&>\"==",
    "JSON of Go": r"k/3+Zé'\u003c\u0026\u003e\"==",
    "JSON of .NET": r"k/3\u002BZ\u00E9\u0027\u003C\u0026\u003E\u0022==",
    "XML": "k/3+Zé&apos;&lt;&amp;&gt;&quot;==",
    "HTML": "k/3+Zé&#39;&lt;&amp;&gt;&#34;==",
    "base64": b64encode(f"user:{SECRET}".encode()).decode(),
    "base64 for addresses": urlsafe_b64encode(f"ab{SECRET}".encode()).decode(),
    "hexadecimal": SECRET.encode().hex(),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
async def test_it_is_dots_however_it_is_written(form: str) -> None:
    world = World(open_text=lambda _: SECRET)
    raw = answer(f"you sent {form} here".encode(), "Content-Type: text/plain; charset=utf-8")
    async with peer(says(raw)) as api, asker(world) as ask:
        reply = await ask(api.url, auth=Bearer(Secret(sealed="s")))
    assert "•••" in reply.body
    assert len(reply.body) <= len("you sent ••• here") + 10


@pytest.mark.parametrize("before", range(40, 60, 3))
async def test_nothing_is_left_where_an_error_was_cut(before: int) -> None:
    """What is no JSON is shown at its beginning; the same for where a redirect leads."""
    world = World(open_text=lambda _: "S3CRET-OF-THE-API")
    broken = answer(b"x" * before + b"S3CRET-OF-THE-API" + b"x" * 100, "Content-Type: application/json")
    away = answer(b"", f"Location: x:{'y' * (before + 38)}S3CRET-OF-THE-API{'y' * 100}", status="302 Found")
    for raw in (broken, away):
        async with peer(says(raw)) as api, asker(world) as ask:
            reply = await ask(api.url, auth=Bearer(Secret(sealed="s")))
        assert reply.error
        assert "S3CR" not in reply.error
