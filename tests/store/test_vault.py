import hashlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from ivr.core.fields import Secret
from ivr.store import BadKey, Damaged, KeyMissing, Vault

from .making import KEY, OTHER_KEY

AT, HERE = "a/3/authentication.password", ("https://api.example.com",)


def typed(vault: Vault, clear: str) -> Secret:
    """A secret as it stands in a stored flow."""
    return Secret(sealed=vault.seal_text(clear, AT, HERE), at=AT, origins=HERE)


@given(clear=st.binary(max_size=5000), about=st.binary(max_size=40))
def test_what_is_sealed_can_be_opened(clear: bytes, about: bytes) -> None:
    vault = Vault([KEY])
    sealed = vault.seal(clear, about)
    assert vault.open(sealed, about) == clear
    assert len(sealed) == len(clear) + 33


@given(st.text())
def test_text_can_be_sealed_as_text(clear: str) -> None:
    vault = Vault([KEY])
    assert vault.open_secret(typed(vault, clear)) == clear


def test_the_same_is_never_sealed_alike() -> None:
    vault = Vault([KEY])
    assert vault.seal(b"x", b"") != vault.seal(b"x", b"")


def test_what_was_sealed_as_text_is_told_from_what_somebody_wrote() -> None:
    vault = Vault([KEY])
    assert vault.is_ours(typed(vault, ""))
    assert Vault([OTHER_KEY]).is_ours(typed(vault, "s3cret")), "whatever its key"
    for text in ("", "s3cret", "AQ==", "correct horse battery staple " * 3, "AAAA" * 20, "é" * 80):
        assert not vault.is_ours(Secret(sealed=text, at=AT, origins=HERE))


@pytest.mark.parametrize(
    "moved",
    [
        {"at": "a/4/authentication.password"},
        {"at": "b/3/authentication.password"},
        {"at": "a/3/authentication.token"},
        {"at": ""},
        {"origins": ("https://other.example.com",)},
        {"origins": ("http://api.example.com",)},
        {"origins": ("https://api.example.com:8443",)},
        {"origins": (*HERE, *HERE)},
        {"origins": ()},
    ],
)
def test_a_secret_that_was_moved_opens_nowhere(moved: dict[str, Any]) -> None:
    vault = Vault([KEY])
    secret = replace(typed(vault, "s3cret"), **moved)
    assert not vault.is_ours(secret)
    with pytest.raises(Damaged, match="stands in another place"):
        vault.open_secret(secret)


def test_the_same_text_has_the_same_print_however_often_it_was_sealed() -> None:
    vault = Vault([OTHER_KEY, KEY])
    one, again, older = typed(vault, "s3cret"), typed(vault, "s3cret"), typed(Vault([KEY]), "s3cret")
    assert one != again
    assert vault.print_of(one) == vault.print_of(again) == vault.print_of(older)
    assert vault.print_of(one) != vault.print_of(typed(vault, "s3cret "))
    assert Vault([OTHER_KEY, KEY]).print_of(one) != vault.print_of(one), "it says nothing to another process"
    assert vault.print_of(Secret(sealed="no token")) == "no token"


def test_the_first_key_seals_and_all_open() -> None:
    old = Vault([KEY]).seal(b"old", b"a")
    rotated = Vault([OTHER_KEY, KEY])
    assert rotated.open(old, b"a") == b"old"
    assert Vault([OTHER_KEY]).open(rotated.seal(b"new", b"a"), b"a") == b"new"


def test_a_missing_key_is_named_beside_those_that_are_here() -> None:
    sealed = Vault([KEY]).seal(b"x", b"")
    missing, here = (hashlib.sha256(key).hexdigest()[:8] for key in (KEY, OTHER_KEY))
    with pytest.raises(KeyMissing, match=rf"key {missing}, which is not here; here: {here}\. Bring back"):
        Vault([OTHER_KEY]).open(sealed, b"")


def test_data_belongs_to_its_place() -> None:
    vault = Vault([KEY])
    with pytest.raises(Damaged, match="another place"):
        vault.open(vault.seal(b"x", b"call:1"), b"call:2")


@given(at=st.integers(0, 42), bit=st.integers(0, 7))
def test_a_changed_bit_is_noticed(at: int, bit: int) -> None:
    vault = Vault([KEY])
    sealed = bytearray(vault.seal(b"0123456789", b""))
    sealed[at] ^= 1 << bit
    with pytest.raises((Damaged, KeyMissing)):
        vault.open(bytes(sealed), b"")


@given(st.binary(max_size=60))
def test_anything_else_is_damaged_or_of_another_key(noise: bytes) -> None:
    with pytest.raises((Damaged, KeyMissing)):
        Vault([KEY]).open(noise, b"")


@pytest.mark.parametrize("noise", ["", "x", "é", "AAAA", "ÄÖ=="])
def test_text_that_is_no_sealed_secret_is_damaged(noise: str) -> None:
    with pytest.raises(Damaged):
        Vault([KEY]).open_secret(Secret(sealed=noise))


@pytest.mark.parametrize("keys", [[], [b"short"], [KEY, b""]])
def test_keys_that_are_none_are_refused(keys: list[bytes]) -> None:
    with pytest.raises(BadKey, match="32 bytes"):
        Vault(keys)
