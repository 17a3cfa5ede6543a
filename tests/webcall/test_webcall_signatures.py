"""Credentials that are made of the request: each against an API that reckons for itself what they have to be."""

import base64
import hashlib
from collections.abc import Callable
from itertools import product
from typing import Any
from urllib.parse import quote

import pytest
from msgspec.structs import replace
from twilio.request_validator import RequestValidator

from ivr.core.credentials import AnyAuth, AwsSignature, Digest, Hmac, TwilioSignature
from ivr.core.fields import DOTS, Secret
from ivr.webcall import address
from ivr.webcall.outgoing import Line, Outgoing
from ivr.webcall.signing.aws import AwsSigner
from ivr.webcall.signing.digest import Challenge, DigestSigner, read
from tests.webcall.peer import (
    Asker,
    Behaviour,
    Named,
    Naps,
    Talk,
    World,
    answer,
    asker,
    echo,
    in_turn,
    peer,
    redirect,
    says,
)
from tests.webcall.verifiers import FINE, PASSWORD, REFUSED, USER, AwsApi, DigestApi, hmac_api

KEY = Secret(sealed="the key")
OPENED = "THE KEY"
SIGNED = (("X-Signature", "{signature}"), ("X-Timestamp", "{timestamp}"))


def opens(text: str) -> World:
    return World(open_text=lambda sealed: text)


class TestDigest:
    @pytest.mark.parametrize(
        ("algorithm", "qop"),
        [
            *product(("", "MD5", "SHA-256", "SHA-512-256"), ("", "auth", "auth-int", "auth,auth-int")),
            *product(("MD5-sess", "SHA-256-sess"), ("auth", "auth-int")),
        ],
    )
    async def test_every_kind_of_challenge_is_answered(self, algorithm: str, qop: str) -> None:
        api_of = DigestApi(algorithm, "auth" if "," in qop else qop)
        async with peer(api_of) as api, asker(opens(PASSWORD)) as ask:
            reply = await ask(
                f"{api.url}a/../b%2F?x=$1&y", method="POST", body="é", auth=Digest(USER, Secret(sealed="p"))
            )
        assert (reply.cause, reply.status, len(api.asked)) == ("ok", 200, 2)
        assert [each.sent.get("Authorization") for each in reply.tries] == [None, f"Digest {DOTS}"]
        assert PASSWORD not in repr(reply)

    async def test_user_names_may_be_hashed(self) -> None:
        async with peer(DigestApi(userhash=True)) as api, asker(opens(PASSWORD)) as ask:
            assert (await ask(api.url, auth=Digest(USER, Secret(sealed="p")))).status == 200
        asked = b"".join(api.asked)
        assert b'username="' in asked
        assert f'"{USER}"'.encode() not in asked  # its letters alone may be part of a nonce

    async def test_it_is_found_among_other_challenges(self) -> None:
        async with peer(DigestApi(more='Basic realm="x, Digest y", Negotiate, ')) as api, asker(opens(PASSWORD)) as ask:
            assert (await ask(api.url, auth=Digest(USER, Secret(sealed="p")))).status == 200

    async def test_a_wrong_password_is_sent_once(self, ask: Asker) -> None:
        async with peer(DigestApi()) as api:
            reply = await ask(api.url, auth=Digest(USER, Secret(sealed="wrong")))
        assert (reply.cause, reply.status, len(api.asked)) == ("ok", 401, 2)

    @pytest.mark.parametrize(
        "challenge",
        ["Basic realm=x", 'Digest realm="x"', 'Digest nonce="x", algorithm=SHA3', 'Digest nonce="x", qop="odd"', ""],
    )
    async def test_what_cannot_be_answered_is_not(self, ask: Asker, challenge: str) -> None:
        refuse = says(answer(b"", f"WWW-Authenticate: {challenge}", status="401 Unauthorized"))
        async with peer(refuse) as api:
            reply = await ask(api.url, auth=Digest(USER, KEY))
        assert (reply.status, len(api.asked)) == (401, 1)

    def test_the_strongest_hash_is_taken(self) -> None:
        lines = ['Digest realm="r", nonce="1", algorithm=MD5, Digest realm="r", nonce="2", algorithm=SHA-256']
        signer = DigestSigner("u", "p").challenged(lines)
        assert isinstance(signer, DigestSigner)
        assert signer.challenge is not None
        assert signer.challenge.nonce == "2"

    def test_a_line_full_of_challenges_is_read_for_a_while_only(self) -> None:
        assert len(read("Digest a=1, " * 100_000 + 'Digest nonce="1"')) == 0

    @pytest.mark.parametrize("piece", ["a", '"', '\\"', '"\\', 'a="\\', "a =", ", a ", "Digest ,"])
    def test_nothing_of_a_challenge_is_looked_at_again_and_again(self, piece: str) -> None:
        """A mebibyte: where each character were looked at for each, this would not end."""
        assert read(f'Digest nonce="1", {piece * (2**20 // len(piece))}') in ([], [Challenge("", "1", "MD5")])

    async def test_the_answer_stays_within_the_origin(self) -> None:
        stranger_asks = says(answer(b"", 'WWW-Authenticate: Digest realm="r", nonce="n"', status="401 No"))
        async with (
            asker(opens(PASSWORD)) as ask,
            peer(stranger_asks) as stranger,
            peer(in_turn(DigestApi(), redirect(stranger.url, 307))) as api,
        ):
            reply = await ask(api.url, auth=Digest(USER, Secret(sealed="p")))
        assert (reply.status, len(api.asked), len(stranger.asked)) == (401, 2, 1)
        assert b"uthorization" not in stranger.asked[0]


class TestSharedKeys:
    @pytest.mark.parametrize(
        ("auth", "behave"),
        [
            (Hmac(KEY, "{timestamp}.{body}", SIGNED), hmac_api(b"THE KEY", "sha256", "TIME.BODY", "X-Signature")),
            (
                Hmac(KEY, "{method}\\n{path}?{query}\n{header:host}\n{{}}{host}", SIGNED, "sha512", "base64"),
                hmac_api(b"THE KEY", "sha512", "METHOD\nTARGET\nHOST\n{}HOST", "X-Signature", encoded=True),
            ),
            (
                Hmac(KEY, "{method}{url}{timestamp}", SIGNED, "sha1", time_format="http"),
                hmac_api(b"THE KEY", "sha1", "METHODhttp://HOSTTARGETTIME", "X-Signature"),
            ),
        ],
    )
    async def test_an_api_that_reckons_for_itself(self, ask: Asker, auth: Hmac, behave: Behaviour) -> None:
        async with peer(behave) as api:
            reply = await ask(f"{api.url}a%20b;c?x=1&y=%C3%A9", method="POST", body='{"ü": 1}', auth=auth)
        assert (reply.cause, reply.status) == ("ok", 200)
        assert reply.tries[0].sent["X-Signature"] == DOTS

    @pytest.mark.parametrize(("written", "text"), [("hex", "00ff10"), ("base64", "AP8Q")])
    async def test_keys_may_be_written_as_bytes(self, written: Any, text: str) -> None:
        async with peer(hmac_api(b"\x00\xff\x10", "sha256", "BODY", "X-Signature")) as api, asker(opens(text)) as ask:
            auth = Hmac(KEY, "{body}", SIGNED, key_format=written)
            assert (await ask(api.url, method="POST", body="x", auth=auth)).status == 200

    @pytest.mark.parametrize("written", ["hex", "base64"])
    async def test_a_key_that_is_written_otherwise_is_said(self, written: Any) -> None:
        async with peer(echo) as api, asker(opens("no such key!")) as ask:
            reply = await ask(api.url, auth=Hmac(KEY, "{body}", SIGNED, key_format=written))
        assert (reply.cause, api.asked) == ("unsendable", [])
        assert reply.error == f"The key of the signature is not {written}: type it in again."

    async def test_what_a_caller_says_is_no_placeholder(self, ask: Asker) -> None:
        async with peer(hmac_api(b"THE KEY", "sha256", "BODY", "X-Signature")) as api:
            body = "{signature}{header:X-Timestamp}{nonce}"
            reply = await ask(api.url, method="POST", body=body, auth=Hmac(KEY, "{body}", SIGNED))
        assert (reply.status, api.body()) == (200, body.encode())

    async def test_each_try_is_signed_anew(self) -> None:
        clock = Naps()
        headers = (("X-Nonce", "{nonce}"), ("X-Signature", "{signature}"))
        busy = says(answer(b"", status="503 Busy"))
        async with peer(in_turn(busy, says(FINE))) as api, asker(World(clock=clock)) as ask:
            await ask(api.url, retries=1, auth=Hmac(KEY, "{nonce}", headers))
        assert len({api.header("X-Nonce", nth) for nth in (0, 1)}) == 2
        assert len({api.header("X-Signature", nth) for nth in (0, 1)}) == 2


class TestTwilio:
    @pytest.mark.parametrize(
        ("kind", "body", "fields"),
        [
            (
                "application/x-www-form-urlencoded",
                "b=2&a=1&a=0&a=1&c=+x%26%C3%A9&d=",
                {"a": ["1", "0"], "b": "2", "c": " x&é", "d": ""},
            ),
            ("application/json", '{"a": "é"}', None),
            (None, None, {}),
        ],
    )
    async def test_twilios_own_validator_believes_it(
        self, ask: Asker, kind: str | None, body: str | None, fields: dict[str, Any] | None
    ) -> None:
        headers = (("Content-Type", kind),) if kind else ()
        async with peer(echo) as api:
            await ask(f"{api.url}x?q=%20a", method="POST", headers=headers, body=body, auth=TwilioSignature(KEY))
        method, target, lines, sent = (api.asked[0].split(b" ")[0], api.paths[0], api.header, api.body())
        url = f"{api.url[:-1]}{target}"
        validator = RequestValidator(OPENED)
        signature = lines("X-Twilio-Signature")
        if fields is None:
            assert "bodySHA256=" in url
            assert validator.validate(url, sent.decode(), signature)
        else:
            assert validator.compute_signature(url, _multi(fields)) == signature
        assert method == b"POST"


def _multi(fields: dict[str, Any]) -> Any:
    class Multi(dict[str, Any]):
        def getlist(self, name: str) -> list[str]:
            value = self[name]
            return value if isinstance(value, list) else [value]

    return Multi(fields)


class TestAws:
    @pytest.mark.parametrize("service", ["execute-api", "s3"])
    @pytest.mark.parametrize(
        "path", ["", "a%20b/c%2Fd?y=2&x=1&x=0&e=&flag&p=a%20b%2B", "ü?q=é:/", "stage/items?filter=%24x&a=$b"]
    )
    async def test_an_api_that_reckons_for_itself(self, ask: Asker, service: str, path: str) -> None:
        auth = AwsSignature("AKIA", KEY, "eu-west-1", service)
        headers = (("Content-Type", "application/json"), ("x-amz-meta-a", "  b   c "))
        async with peer(AwsApi(OPENED, "eu-west-1", service)) as api:
            reply = await ask(f"{api.url}{path}", method="PUT", body="{}", headers=headers, auth=auth)
        assert (reply.cause, reply.status) == ("ok", 200)
        assert reply.tries[0].sent["Authorization"] == f"AWS4-HMAC-SHA256 {DOTS}"

    async def test_temporary_keys_have_a_token(self) -> None:
        world = World(secrets={"session": Named("t0ken-of-session")})
        auth = AwsSignature("AKIA", KEY, "us-east-1", "lambda", Secret(name="session"))
        async with peer(AwsApi(OPENED, "us-east-1", "lambda", "t0ken-of-session")) as api, asker(world) as ask:
            reply = await ask(api.url, auth=auth)
        assert reply.status == 200
        assert "t0ken-of-session" not in repr(reply)

    async def test_a_wrong_key_is_refused(self, ask: Asker) -> None:
        async with peer(AwsApi("another", "us-east-1", "lambda")) as api:
            assert (await ask(api.url, auth=AwsSignature("AKIA", KEY, "us-east-1", "lambda"))).status == 401

    @pytest.mark.parametrize(
        ("service", "method", "path", "token", "signature"),
        [
            (
                "execute-api",
                "GET",
                "/a/./b/../c//d/",
                "",
                "5c9bd2dd26d7078433f8c0fb3206dcc1a0748d1f4bd79fd131658072ee62a936",
            ),
            (
                "s3",
                "POST",
                "/a%20b/c%2Fd?y=2&x=1&x=0&e=&p=a%20b%2B",
                "tok",
                "04fe942eb7d04239d822710e144e3c165947c842012445e523372ef4b7462a5e",
            ),
        ],
        ids=["dots", "s3"],
    )
    def test_requests_that_botocore_signs_in_the_same_way(
        self, service: str, method: str, path: str, token: str, signature: str
    ) -> None:
        secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"  # of AWS's own examples
        lines = (Line("Content-Type", "application/json"),) if method == "POST" else ()
        content = b'{"a":1}' if method == "POST" else None
        request = Outgoing(method, address.read(f"https://example.amazonaws.com{path}"), lines, content)
        signed = AwsSigner("AKIDEXAMPLE", secret, "us-east-1", service, token).sign(request, 1_440_938_160_000)
        assert signed.header("Authorization").endswith(f"Signature={signature}")


ALL: list[tuple[AnyAuth, Callable[[Talk], bool]]] = [
    (Hmac(KEY, "{path}", SIGNED), lambda talk: b"X-Signature" in talk.asked),
    (TwilioSignature(KEY), lambda talk: b"X-Twilio-Signature" in talk.asked),
    (AwsSignature("AKIA", KEY, "eu-west-1", "s3"), lambda talk: b"AWS4-HMAC-SHA256" in talk.asked),
]


@pytest.mark.parametrize(("auth", "is_signed"), ALL)
class TestRedirects:
    async def test_within_the_origin_the_next_request_is_signed_anew(
        self, ask: Asker, auth: AnyAuth, is_signed: Callable[[Talk], bool]
    ) -> None:
        async def check(talk: Talk) -> None:
            await talk.send(FINE if is_signed(talk) else REFUSED)

        async with peer(in_turn(redirect("/next"), check)) as api:
            assert (await ask(api.url, auth=auth)).status == 200
        name = {"hmac": "X-Signature", "twiliosignature": "X-Twilio-Signature"}.get(type(auth).__name__.lower())
        assert api.header(name or "Authorization", 0) != api.header(name or "Authorization", 1)

    async def test_another_origin_gets_none(self, ask: Asker, auth: AnyAuth, is_signed: Callable[[Talk], bool]) -> None:
        async with peer(echo) as stranger, peer(redirect(stranger.url)) as api:
            await ask(api.url, auth=auth)
        for name in ("signature", "authorization: aws", "authorization: digest"):
            assert name.encode() not in stranger.asked[0].lower()

    async def test_nor_does_it_come_back(self, ask: Asker, auth: AnyAuth, is_signed: Callable[[Talk], bool]) -> None:
        back: list[str] = []

        async def away(talk: Talk) -> None:
            await redirect(back[0])(talk)

        async with peer(away) as stranger, peer(in_turn(redirect(stranger.url), echo)) as api:
            back.append(f"{api.url}again")
            await ask(api.url, auth=auth)
        assert api.paths == ["/", "/again"]
        assert b"signature" not in api.asked[1].lower()


HASHED = (("X-Hash", "sha256={body_hash}"), ("X-Base", "{body_hash_base64}"), ("X-Body", "{body}"))


@pytest.mark.parametrize(
    "auth",
    [TwilioSignature(KEY), AwsSignature("AKIA", KEY, "eu-west-1", "s3"), Hmac(KEY, "{path}", HASHED)],
    ids=["twilio", "aws", "hmac"],
)
async def test_nothing_is_shown_by_which_a_body_can_be_tried_out(ask: Asker, auth: AnyAuth) -> None:
    """Of few digits each can be tried. Nor is it shown when the API sends it back."""
    body = '{"pin": "8362"}'
    digest = hashlib.sha256(body.encode())
    told = (digest.hexdigest(), quote(base64.b64encode(digest.digest()).decode(), safe=""))
    async with peer(echo) as api:
        reply = await ask(api.url, method="POST", body=body, auth=auth)
    assert digest.hexdigest().encode() in api.asked[0]
    shown = repr(replace(reply, body=quote(reply.body, safe=""), value=quote(reply.value, safe="")))
    assert not any(each in shown for each in told)
    assert not any("8362" in value for value in reply.tries[0].sent.values())


def test_what_is_shown_of_a_signer_is_dots() -> None:
    assert DOTS in repr(AwsSigner("AKIA", "s3cret-key", "a", "b"))
    assert repr(DigestSigner("u", "s3cret-key")) == DOTS
