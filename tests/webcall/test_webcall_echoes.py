"""The body of an answer in which a secret is sent back, in whatever way libraries write it."""

import html
import json
from base64 import b32encode, b64encode, urlsafe_b64encode
from urllib.parse import quote, quote_plus

import pytest

from ivr.core.credentials import AnyAuth, ApiKey, AwsSignature, Bearer, OAuth2
from ivr.core.fields import Secret
from ivr.webcall.scrub import Scrubber
from tests.counting import lines_of
from tests.webcall.peer import World, answer, as_json, asker, by_path, echo, peer, redirect, says

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
    "hexadecimal with colons": SECRET.encode().hex(":"),
    "hexadecimal with blanks, in a form": SECRET.encode().hex("+"),
    "base32": b32encode(f"a:{SECRET}".encode()).decode().rstrip("="),
    "base64 in an address": quote(b64encode(SECRET.encode()).decode(), safe=""),
}
PASSWORD = "pa!ss(wo)rd'*1 &\"x\\é😀"
SPELLED = {
    "encodeURIComponent": quote(PASSWORD, safe="!'()*"),
    "URLEncoder of Java": quote_plus(PASSWORD, safe="*"),
    "an address within an address": quote(quote_plus(PASSWORD, safe="*"), safe=""),
    "three addresses within each other": quote(quote(quote(PASSWORD, safe=""), safe=""), safe=""),
    "escape of JavaScript": "pa%21ss%28wo%29rd%27*1%20%26%22x%5C%E9%uD83D%uDE00",
    "HTML of Python": html.escape(PASSWORD),
    "HTML of PHP": "pa!ss(wo)rd&#039;*1 &amp;&quot;x\\&eacute;&#128512;",
    "HTML within HTML": html.escape(html.escape(PASSWORD)),
    "HTML in an address": quote(html.escape(PASSWORD), safe=""),
    "JSON within JSON": json.dumps(json.dumps(PASSWORD))[3:-3],
    "JSON within JSON within JSON": json.dumps(json.dumps(json.dumps(PASSWORD)))[7:-7],
    "JSON in an address": quote(json.dumps(PASSWORD)[1:-1], safe=""),
    "all of it by codes": "".join(f"%{byte:02x}" for byte in PASSWORD.encode()),
    "Python": ascii(PASSWORD)[1:-1],
}
NUMBERS = ["12345678", "-12345678", "12345678.0", "1.2345678e7", "0.12345678E+8", '"0012345678"']


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


@pytest.mark.parametrize("form", SPELLED.values(), ids=SPELLED.keys())
async def test_what_means_it_is_dots_whatever_it_is_written_by(form: str) -> None:
    world = World(open_text=lambda _: PASSWORD)
    raw = as_json(json.dumps({"error": f'no, \\"{form}\\" is wrong', form: 1}))
    async with peer(says(raw)) as api, asker(world) as ask:
        reply = await ask(api.url, auth=Bearer(Secret(sealed="s")))
    assert "•••" in reply.body
    assert len(reply.body) <= len(json.dumps({"error": "no, '•••' is wrong", "•••": 1}, ensure_ascii=False)) + 10
    assert list(reply.value) == ["error", "•••"]
    assert reply.value["error"] in {'no, \\"•••\\" is wrong', 'no, \\"•••" is wrong'}


@pytest.mark.parametrize("form", SPELLED.values(), ids=SPELLED.keys())
async def test_it_leaves_for_no_other_origin_whatever_it_is_written_by(form: str) -> None:
    async with peer(echo) as stranger:
        away = redirect(f"{stranger.url}login?next={form}")
        async with peer(by_path(root=away)) as api, asker(World(open_text=lambda _: PASSWORD)) as ask:
            reply = await ask(api.url, auth=Bearer(Secret(sealed="s")))
        assert (reply.cause, stranger.asked) == ("blocked", [])
    assert "rd" not in dict(reply.headers)["location"].partition("next=")[2]


@pytest.mark.parametrize("form", [PASSWORD, *SPELLED.values()], ids=["as it is", *SPELLED.keys()])
def test_nothing_is_left_of_it_where_it_was_cut_within_a_code(form: str) -> None:
    """But for its first letters, which may be any word's."""
    scrubber = Scrubber([PASSWORD])
    for length in range(len(form)):
        shown = scrubber.text(f"you sent {form[:length]}…")
        assert len(shown) <= len("you sent …") + len("%25252570%25252561%25252521%252525")
        assert "ss" not in shown.removeprefix("you sent ") or shown.endswith(("pa!ss…", "pass…"))


@pytest.mark.parametrize("number", NUMBERS)
async def test_digits_are_dots_as_a_number_too(number: str) -> None:
    world = World(open_text=lambda _: "12345678")
    async with peer(says(as_json(f'{{"a": {number}, "b": 1.5}}'))) as api, asker(world) as ask:
        reply = await ask(api.url, auth=Bearer(Secret(sealed="s")))
    assert "•••" in str(reply.value["a"])
    assert str(reply.value["b"]) == "1.5"


@pytest.mark.parametrize(
    "text",
    [
        *("\\" * 2**19, "\\" * 2**19 + "u…", "%" + "25" * 2**18, "%25" * 2**17, "&amp;" * 2**16 + "…", "%e2" * 2**16),
        *("&" * 2**18 + "…", "\\ud83d" * 2**15, "&" + "amp;" * 2**17, "&" + "amp;" * 2**17 + "x…", "%" * 2**18 + "…"),
    ],
    ids=range(11),
)
def test_codes_are_looked_at_once(text: str) -> None:
    """Not line by line alone: what one line does must not grow with the square of the text, or this would not end."""
    scrubber = Scrubber([PASSWORD])
    assert lines_of(lambda: scrubber.text(text)) < 3 * len(text) + 1000


async def test_lines_full_of_codes_are_looked_at_for_a_while_only() -> None:
    """While they are looked at, no other call is served."""
    lines = [f"X-{number}: {'%41' * 2_000}" for number in range(100)]
    world = World(open_text=lambda _: PASSWORD)
    async with peer(says(answer(b"", *lines, "X-Last: fine", "X-Coded: 1%202"))) as api, asker(world) as ask:
        reply = await ask(api.url, auth=Bearer(Secret(sealed="s")))
    told = dict(reply.headers)
    assert (told["x-0"], told["x-99"], told["x-last"], told["x-coded"]) == ("%41" * 2_000, "•••", "fine", "•••")
    scrubber = Scrubber([PASSWORD])
    assert lines_of(lambda: scrubber.lines([("x", "%41" * 2_000)] * 1000)) < 200_000


def test_what_is_coded_too_deeply_to_tell_is_hidden_all_of_it() -> None:
    deep = "pa!ss"
    for _ in range(10):
        deep = quote(html.escape(deep.replace("&", "%26")), safe="").replace("%", "&#37;")
    assert Scrubber([PASSWORD]).text(f"you sent {deep}") == "•••"


PASTED = ["tok_1234567890 ", " tok_1234567890\r\n", "tok_12345\n67890", "tok_12345  67890", "tok_12345\t67890"]
CARRIERS = [
    Bearer(Secret(sealed="s")),
    ApiKey("X-Key", Secret(sealed="s")),
    ApiKey("key", Secret(sealed="s"), "query"),
    AwsSignature("AKIA", Secret(sealed="key"), "eu-west-1", "s3", Secret(sealed="s")),
]


@pytest.mark.parametrize("secret", PASTED)
@pytest.mark.parametrize("auth", CARRIERS, ids=["bearer", "line", "address", "session token"])
async def test_blanks_and_line_breaks_in_it_change_nothing(secret: str, auth: AnyAuth) -> None:
    async with peer(echo) as api, asker(World(open_text={"s": secret, "key": "another-key"}.__getitem__)) as ask:
        reply = await ask(api.url, auth=auth)
    assert all(b"tok_12345" in asked for asked in api.asked)  # none where it is not to be sent at all
    assert "tok_12345" not in repr(reply)
    assert "67890" not in repr(reply)


@pytest.mark.parametrize("secret", PASTED)
async def test_nor_where_a_token_is_bought_with_it(secret: str) -> None:
    said = " ".join(secret.split())
    refuses = says(answer(json.dumps({"error": f"bad secret {said}"}).encode(), status="401 Unauthorized"))
    async with peer(refuses) as api, asker(World(open_text=lambda _: secret)) as ask:
        reply = await ask(api.url, auth=OAuth2(api.url, "me", Secret(sealed="s")))
    assert "bad secret •••" in reply.error
