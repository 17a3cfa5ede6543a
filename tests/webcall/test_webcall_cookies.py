"""Cookies on the way of one request: kept within the origin that set them, and nowhere else."""

import pytest

from tests.webcall.peer import Asker, Talk, answer, by_path, echo, in_turn, peer, redirect

SETS = redirect("/next", 302, "Set-Cookie: session=abc; Path=/; HttpOnly", "Set-Cookie: lang=de")


async def test_what_a_redirect_sets_is_sent_within_its_origin(ask: Asker) -> None:
    async with peer(in_turn(SETS, echo)) as api:
        reply = await ask(api.url)
    assert (reply.cause, api.header("Cookie", 0), api.header("Cookie")) == ("ok", None, "session=abc; lang=de")


async def test_it_joins_the_cookies_of_the_author_who_comes_first(ask: Asker) -> None:
    async with peer(in_turn(SETS, echo)) as api:
        await ask(api.url, headers=(("Cookie", "lang=en"),))
    assert (api.header("Cookie", 0), api.header("Cookie")) == ("lang=en", "lang=en; session=abc")


@pytest.mark.parametrize(
    ("line", "sent"),
    [
        ("a=1; Path=/other", None),
        ("a=1; Path=/next", "a=1"),
        ("a=1; Max-Age=0", None),
        ("a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT", None),
        ("a=1; Secure", None),
        ("a=1; Domain=example.com", None),
        ("a=", "a="),
        ('a="x y"', 'a="x y"'),
        ("no cookie", None),
        ("a=1\x01b", None),
        (f"a={'x' * 5000}", None),
    ],
    ids=["path", "its path", "gone", "expired", "secure", "domain", "empty", "quoted", "none", "control", "long"],
)
async def test_its_attributes_count(ask: Asker, line: str, sent: str | None) -> None:
    async with peer(in_turn(redirect("/next", 302, f"Set-Cookie: {line}"), echo)) as api:
        await ask(api.url)
    assert (len(api.asked), api.header("Cookie")) in {(2, sent), (1, None) if sent is None else (2, sent)}


async def test_another_origin_gets_none_and_they_do_not_come_back(ask: Asker) -> None:
    back: list[str] = []

    async def away(talk: Talk) -> None:
        await talk.send(answer(b"", f"Location: {back[0]}", "Set-Cookie: theirs=1", status="302 Elsewhere"))

    async with peer(away) as stranger:
        sets = redirect(stranger.url, 302, "Set-Cookie: ours=1")
        async with peer(by_path(back=echo, root=sets)) as api:
            back.append(f"{api.url}back")
            reply = await ask(api.url)
    assert (reply.cause, api.paths) == ("ok", ["/", "/back"])
    assert [b"cookie" in each.lower() for each in (*stranger.asked, *api.asked)] == [False, False, False]


async def test_the_next_call_knows_nothing_of_them(ask: Asker) -> None:
    async with peer(in_turn(SETS, echo)) as api:
        await ask(api.url)
        await ask(api.url)
    assert [api.header("Cookie", nth) for nth in range(3)] == [None, "session=abc; lang=de", None]


async def test_a_flood_of_them_is_cut_off(ask: Asker) -> None:
    flood = [f"Set-Cookie: c{number}=1" for number in range(90)]
    async with peer(in_turn(redirect("/next", 302, *flood), echo)) as api:
        await ask(api.url)
    assert len((api.header("Cookie") or "").split(";")) == 50
