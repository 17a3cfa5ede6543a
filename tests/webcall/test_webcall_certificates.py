"""Client certificates: shown to the hosts they are for, and to nobody else."""

import pytest

from ivr.core.credentials import ClientCertificate
from ivr.core.fields import Secret
from tests.webcall.certificates import Authority
from tests.webcall.peer import Named, World, answer, asker, echo, peer, redirect, says

TYPED = ClientCertificate(Secret(sealed="certificate"), Secret(sealed="key"))
FINE = says(answer(b"ok"))


def world(authority: Authority, certificate: str, key: str) -> World:
    texts = {"certificate": certificate, "key": key}
    return World(ca_file=authority.file, open_text=texts.__getitem__)


async def test_a_server_that_asks_is_shown_it(authority: Authority) -> None:
    shown = world(authority, *authority.client("ivr"))
    async with peer(FINE, authority.strict("127.0.0.1")) as api, asker(shown) as ask:
        reply = await ask(api.url, auth=TYPED)
        again = await ask(api.url, auth=TYPED)
    assert [(each.cause, each.status) for each in (reply, again)] == [("ok", 200)] * 2
    assert "PRIVATE" not in repr(reply)


@pytest.mark.parametrize("joint", [" ", "", "\\n"])
async def test_it_may_have_lost_its_line_breaks(authority: Authority, joint: str) -> None:
    certificate, key = (joint.join(text.splitlines()) for text in authority.client("ivr"))
    async with peer(FINE, authority.strict("127.0.0.1")) as api, asker(world(authority, certificate, key)) as ask:
        assert (await ask(api.url, auth=TYPED)).status == 200


async def test_a_chain_may_come_along(authority: Authority) -> None:
    certificate, key = authority.client("ivr")
    chain = f"{certificate}\n{authority.file.read_text()}"
    async with peer(FINE, authority.strict("127.0.0.1")) as api, asker(world(authority, chain, key)) as ask:
        assert (await ask(api.url, auth=TYPED)).status == 200


async def test_without_one_and_with_one_that_nobody_vouches_for_it_is_refused(authority: Authority) -> None:
    shown = world(authority, *authority.client("x", vouched=False))
    async with peer(FINE, authority.strict("127.0.0.1")) as api, asker(shown) as ask:
        assert (await ask(api.url)).cause in {"tls", "connect"}
        assert (await ask(api.url, auth=TYPED)).cause in {"tls", "connect"}
    assert api.asked == []


async def test_what_cannot_be_used_is_said(authority: Authority) -> None:
    certificate, key = authority.client("one")
    for texts, why in (
        ((certificate, authority.client("other")[1]), "the private key belongs to another certificate"),
        (("no PEM", key), "certificate or private key can't be read; both have to be PEM"),
        ((certificate, ""), "certificate or private key can't be read; both have to be PEM"),
    ):
        async with peer(FINE, authority.strict("127.0.0.1")) as api, asker(world(authority, *texts)) as ask:
            reply = await ask(api.url, auth=TYPED)
        assert (reply.cause, reply.error, api.asked) == (
            "no_secret",
            f"The client certificate can't be used: {why}.",
            [],
        )


async def test_a_named_one_is_shown_to_its_hosts_only(authority: Authority) -> None:
    certificate, key = authority.client("ivr")
    async with peer(FINE, authority.strict("127.0.0.1")) as api, peer(FINE, authority.strict("127.0.0.1")) as other:
        secrets = {"cert": Named(certificate), "key": Named(key, (f"127.0.0.1:{api.port}",))}
        auth = ClientCertificate(Secret(name="cert"), Secret(name="key"))
        async with asker(World(ca_file=authority.file, secrets=secrets)) as ask:
            assert (await ask(api.url, auth=auth)).status == 200
            assert (await ask(other.url, auth=auth)).cause == "blocked"
    assert other.asked == []


async def test_a_redirect_takes_it_nowhere_else(authority: Authority) -> None:
    async with (
        peer(FINE, authority.strict("127.0.0.1")) as stranger,
        peer(redirect(stranger.url), authority.strict("127.0.0.1")) as api,
        asker(world(authority, *authority.client("ivr"))) as ask,
    ):
        reply = await ask(api.url, auth=TYPED)
    assert (reply.cause in {"tls", "connect"}, len(api.asked), stranger.asked) == (True, 1, [])


async def test_others_do_not_get_a_connection_that_showed_it(authority: Authority) -> None:
    """Two requests without a certificate and one with it never share a connection."""
    context = authority.server("127.0.0.1")
    async with peer(echo, context) as api, asker(world(authority, *authority.client("ivr"))) as ask:
        assert (await ask(api.url, auth=TYPED)).status == (await ask(api.url)).status == 200
