"""Known signatures, agreement with the vendor's validator, and strangers who send nonsense."""

import base64
import hashlib
import hmac
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import MultiDict
from twilio.request_validator import RequestValidator

from ivr.twilio.signature import Signature

VECTORS = json.loads(Path(__file__).with_name("signature_vectors.json").read_text(encoding="utf-8"))
TOKEN = "0123456789abcdef0123456789abcdef"
SHARED = "shared key of the account"
PUBLIC = "https://ivr.example.com"
CHECK = Signature(TOKEN, PUBLIC, SHARED)
SHA256 = "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256"

PAIRS = st.lists(st.tuples(st.text(max_size=8), st.text(max_size=8)), max_size=6)
WORDS = st.text("abcXYZ019-._~%/+:@", max_size=20)
PATHS = st.builds(lambda path, query: f"/{path}" + (f"?{query}" if query else ""), WORDS, WORDS)


def sign(url: str, pairs: list[tuple[str, str]], key: str = TOKEN, digest: str = "sha1") -> str:
    text = url + "".join(name + value for name, value in sorted(set(pairs)))
    return base64.b64encode(hmac.digest(key.encode(), text.encode(), digest)).decode()


def pairs_of(params: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (name, value) for name, values in params.items() for value in (values if isinstance(values, list) else [values])
    ]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["id"])
def test_known_signatures(vector: dict[str, Any]) -> None:
    url = vector["presented_url"]
    origin = url[: url.index("/", url.index("://") + 3)]
    body = vector["json_body"]
    content = pairs_of(vector["params"]) if body is None else body.encode()
    check = Signature(vector["auth_token"], origin)
    assert check.genuine(url[len(origin) :], content, vector["signature"]) is vector["valid"]


@given(
    st.sampled_from([PUBLIC, "http://ivr.example.com", "https://ivr.example.com:8443", "https://ivr.example.com/line"]),
    PATHS,
    PAIRS,
    st.sampled_from(["", ":80", ":443", ":8443"]),
    st.booleans(),
)
def test_agrees_with_the_vendor(public: str, path: str, pairs: list[tuple[str, str]], port: str, honest: bool) -> None:
    parts = urlsplit(public)
    signed_url = f"{parts.scheme}://{parts.hostname}{port}{parts.path}{path}"
    signature = sign(signed_url, pairs, TOKEN if honest else "another")
    expected = RequestValidator(TOKEN).validate(public + path, MultiDict(pairs), signature)
    assert Signature(TOKEN, public).genuine(path, pairs, signature) is expected


@given(PATHS, PAIRS, st.randoms())
def test_the_order_and_repetition_of_fields_do_not_matter(path: str, pairs: list[tuple[str, str]], rng: Any) -> None:
    signature = sign(PUBLIC + path, pairs)
    mixed = pairs + pairs[:2]
    rng.shuffle(mixed)
    assert CHECK.genuine(path, mixed, signature)


@given(PATHS, PAIRS, st.tuples(st.text(min_size=1), st.text()))
def test_one_more_field_is_noticed(path: str, pairs: list[tuple[str, str]], extra: tuple[str, str]) -> None:
    signature = sign(PUBLIC + path, pairs)
    assert CHECK.genuine(path, [*pairs, extra], signature) is (extra in pairs)


@given(PATHS, PAIRS)
def test_sha256_with_the_shared_key(path: str, pairs: list[tuple[str, str]]) -> None:
    signature = sign(PUBLIC + path, pairs, SHARED, "sha256")
    assert CHECK.genuine(path, pairs, signature, SHA256)
    assert not CHECK.genuine(path, pairs, signature)
    assert not CHECK.genuine(path, pairs, sign(PUBLIC + path, pairs, TOKEN, "sha256"), SHA256)
    assert not Signature(TOKEN, PUBLIC).genuine(path, pairs, signature, SHA256)


def test_settings_that_name_sha1_or_nothing_mean_the_auth_token() -> None:
    signature = sign(PUBLIC + "/voice", [("a", "b")])
    assert CHECK.genuine("/voice", [("a", "b")], signature, "key=k,algorithm=HMAC_SHA1")
    assert CHECK.genuine("/voice", [("a", "b")], signature, "key=k")
    assert not CHECK.genuine("/voice", [("a", "b")], signature, "algorithm=HMAC_MD5")


@pytest.mark.parametrize(("key", "digest", "settings"), [(TOKEN, "sha1", ""), (SHARED, "sha256", SHA256)])
def test_a_body_that_is_no_form_is_signed_by_its_hash(key: str, digest: str, settings: str) -> None:
    body = '{"name": "año"}'.encode()
    path = f"/voice?bodySHA256={hashlib.sha256(body).hexdigest()}"
    signature = sign(PUBLIC + path, [], key, digest)
    assert CHECK.genuine(path, body, signature, settings)
    assert not CHECK.genuine(path, body + b" ", signature, settings)
    assert not CHECK.genuine(path, b"\xff\xfe", signature, settings)
    assert not CHECK.genuine("/voice", body, sign(PUBLIC + "/voice", [], key, digest), settings)


def test_a_get_is_signed_by_its_url() -> None:
    signature = sign(PUBLIC + "/voice?page=3", [])
    assert CHECK.genuine("/voice?page=3", None, signature)
    assert not CHECK.genuine("/voice?page=4", None, signature)


ODD = st.text(st.characters(codec=None), max_size=20)
"""Lone surrogates included."""


@given(
    ODD,
    st.one_of(st.none(), st.binary(), st.lists(st.tuples(ODD, ODD))),
    ODD,
    st.one_of(ODD, st.sampled_from([SHA256, "algorithm=HMAC_SHA1", "algorithm="])),
)
def test_nonsense_is_refused_quietly(path: str, body: Any, header: str, settings: str) -> None:
    assert CHECK.genuine(path, body, header, settings) is False


@pytest.mark.parametrize("header", ["", "é", "\udc80", "=", "A" * 100_000])
@pytest.mark.parametrize("settings", ["", SHA256])
def test_odd_headers_are_refused_quietly(header: str, settings: str) -> None:
    assert CHECK.genuine("/voice", [("a", "b")], header, settings) is False


def test_a_field_that_is_no_text_is_refused_quietly() -> None:
    upload: Any = [("file", object())]
    assert CHECK.genuine("/voice", upload, "x") is False
    assert CHECK.genuine("/voice", upload, "x", SHA256) is False


def test_an_empty_token_is_not_a_key() -> None:
    with pytest.raises(ValueError, match="empty auth token"):
        Signature("", PUBLIC)


def test_an_ipv6_address_keeps_its_colons() -> None:
    check = Signature(TOKEN, "http://[::1]:8080")
    assert check.genuine("/", None, sign("http://[::1]/", []))
    assert Signature(TOKEN, "http://[::1]").genuine("/", None, sign("http://[::1]:80/", []))
