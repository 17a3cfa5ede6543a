"""Seals whatever is stored, so that a stolen database tells nothing.

A sealed token is `version (1 byte) · key id (4) · nonce (12) · AES-256-GCM ciphertext with its tag (n + 16)`.
`about` names the place a token belongs to, such as b"call:CA1": it is not stored, but opening needs the same,
so two rows can't be swapped.
"""

import hashlib
import hmac
import json
import os
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Sequence
from contextlib import suppress

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ivr.core.fields import Secret
from ivr.store.errors import BadKey, Damaged, KeyMissing

KEY_BYTES = 32
HEAD_BYTES = 5
"""Version and key id: what tells which key a token needs."""
_VERSION = b"\x01"
_NONCE_BYTES = 12
_TAG_BYTES = 16
OVERHEAD = HEAD_BYTES + _NONCE_BYTES + _TAG_BYTES
"""Bytes that sealed data has more than what is in it."""
_UNBOUND = b"secret"
_MAC_HEAD = 8
_is_mac = re.compile(r"[0-9a-f]{72}")


def key_id(key: bytes) -> bytes:
    """Four bytes that tell keys apart and say nothing about them."""
    return hashlib.sha256(key).digest()[:4]


class Vault:
    """The first key seals, all of them open: to rotate, put a new key in front and keep the old ones.

    Nonces are random, so give a key up before it has sealed four thousand million times.
    """

    def __init__(self, keys: Sequence[bytes]) -> None:
        if not keys or any(len(key) != KEY_BYTES for key in keys):
            raise BadKey(f"The vault needs at least one key, each of {KEY_BYTES} bytes.")
        self._ciphers = {key_id(key): AESGCM(key) for key in keys}
        self._head = _VERSION + key_id(keys[0])
        self._cipher = self._ciphers[key_id(keys[0])]
        self._printing = os.urandom(KEY_BYTES)
        self._searching = tuple(hmac.digest(key, b"search", "sha256") for key in keys)
        self._wording = tuple(hmac.digest(key, b"words", "sha256") for key in keys)
        self._vouching = {key_id(key).hex(): hmac.digest(key, b"vouch", "sha256") for key in keys}
        self.mac_head = key_id(keys[0]).hex()
        """What a mac by the first key begins with."""

    def seal(self, clear: bytes, about: bytes) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        return self._head + nonce + self._cipher.encrypt(nonce, clear, about)

    def open(self, token: bytes, about: bytes) -> bytes:
        """What was sealed. Raises KeyMissing and Damaged."""
        if len(token) < OVERHEAD or token[:1] != _VERSION:
            raise Damaged("This is not sealed data, or it was cut off.")
        self.check([token[:HEAD_BYTES]])
        cipher = self._ciphers[token[1:HEAD_BYTES]]
        nonce, sealed = token[HEAD_BYTES : HEAD_BYTES + _NONCE_BYTES], token[HEAD_BYTES + _NONCE_BYTES :]
        try:
            return cipher.decrypt(nonce, sealed, about)
        except InvalidTag:
            raise Damaged("Sealed data was changed, or stands in another place than its own.") from None

    def check(self, heads: Iterable[bytes]) -> None:
        """Raise KeyMissing unless tokens that begin with these five bytes can be opened."""
        missing = sorted({head[1:HEAD_BYTES].hex() for head in heads if head[1:HEAD_BYTES] not in self._ciphers})
        if missing:
            here = ", ".join(key.hex() for key in self._ciphers)
            raise KeyMissing(
                f"Stored data is sealed with key {', '.join(missing)}, which is not here; here: {here}. "
                "Bring back the old key: put it into IVR_KEY after the new one, or restore the key file."
            )

    def mac(self, kind: str, *meaning: str | int | None) -> str:
        """What shows that we wrote something of this kind, in the open: `key id · HMAC-SHA256`, in hex. What it says
        is no secret; only the key can make it, and for another kind or meaning it is another."""
        return self.mac_head + _mac(self._vouching[self.mac_head], kind, meaning)

    def vouches(self, mac: str, kind: str, *meaning: str | int | None) -> bool:
        """Whether `mac`, with any of the keys, made this of the same kind and meaning."""
        key = self._vouching.get(mac[:_MAC_HEAD])
        return key is not None and hmac.compare_digest(
            mac[_MAC_HEAD:].encode(errors="replace"), _mac(key, kind, meaning).encode()
        )

    def check_macs(self, macs: Iterable[str]) -> None:
        """Raise KeyMissing unless the keys of these macs are here. What is no mac is passed over."""
        self.check(_VERSION + bytes.fromhex(mac[:_MAC_HEAD]) for mac in macs if _is_mac.fullmatch(mac))

    def seal_text(self, clear: str, at: str, origins: tuple[str, ...]) -> str:
        """A secret inside a flow document, as text: it opens at this place only, for these origins."""
        return urlsafe_b64encode(self.seal(clear.encode(), _typed(at, origins))).decode()

    def is_ours(self, secret: Secret) -> bool:
        """Whether this is what `seal_text` returned for the place and origins that it names. Under a key that is not
        here it may be."""
        try:
            self.open_secret(secret)
        except Damaged:
            return False
        except KeyMissing:
            return True
        return True

    def print_of(self, secret: Secret) -> str:
        """A text that is the same for the same secret with the same origins, however often it was sealed, and says
        nothing about it.

        Only for comparing within this process's life. What can't be opened is only like itself.
        """
        with suppress(KeyMissing, Damaged):
            clear = json.dumps([self.open_secret(secret), *secret.origins])
            return hmac.digest(self._printing, clear.encode(), "sha256").hex()
        return secret.sealed or ""

    def prints(self, text: str) -> tuple[str, ...]:
        """By each key a text that is the same for the same text, and does not reveal it without the key. The
        first is the one to store, all of them may have been stored."""
        return tuple(hmac.digest(key, text.encode(), "sha256")[:16].hex() for key in self._searching)

    def print(self, text: str) -> str:
        """The first of `prints`: the one to store."""
        return hmac.digest(self._searching[0], text.encode(), "sha256")[:16].hex()

    def word_prints(self, word: str) -> tuple[str, ...]:
        """The same of a word, and short: 10 characters, 40 bits, enough that two words hardly ever share one. A call
        has many of them, and BLAKE2b takes a third of the time."""
        clear = word.encode()
        return tuple(hashlib.blake2b(clear, key=key, digest_size=5).hexdigest() for key in self._wording)

    def open_secret(self, secret: Secret) -> str:
        """A secret of a flow document. Raises KeyMissing and Damaged; the latter also where it was sealed for another
        place or for other origins than it says."""
        return self.open(_bytes(secret.sealed or ""), _typed(secret.at, secret.origins)).decode()

    def open_unbound(self, sealed: str) -> str:
        """A secret as versions sealed it that bound it to nothing, to bind it. Raises KeyMissing and Damaged."""
        return self.open(_bytes(sealed), _UNBOUND).decode()


def _mac(key: bytes, kind: str, meaning: tuple[str | int | None, ...]) -> str:
    return hmac.digest(key, json.dumps([kind, *meaning]).encode(), "sha256").hex()


def _typed(at: str, origins: tuple[str, ...]) -> bytes:
    return b"typed:" + json.dumps([at, *origins]).encode()


def _bytes(sealed: str) -> bytes:
    try:
        return urlsafe_b64decode(sealed)
    except ValueError:
        raise Damaged("A sealed secret is not base64 text.") from None
