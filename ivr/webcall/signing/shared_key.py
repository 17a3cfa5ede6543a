"""Signatures by a key that both sides know, of whatever text the author lets be signed."""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from uuid import uuid4

from msgspec import Struct
from msgspec.structs import replace

from ivr.core.credentials import Hmac
from ivr.core.fields import DOTS
from ivr.core.signing import HEADER, SIGNATURE, Placeholder, pieces, placeholders
from ivr.webcall.errors import Unsendable
from ivr.webcall.outgoing import Line, Outgoing, Signer

_DIGESTS = ("body_hash", "body_hash_base64")
_SECRET = frozenset({SIGNATURE, "body", *_DIGESTS})
"""Placeholders of header lines that are shown as dots: the body may hold what a caller has entered."""


class SharedKeySigner(Struct, frozen=True):
    """`key` is its bytes."""

    key: bytes
    auth: Hmac

    def __repr__(self) -> str:
        return DOTS

    @classmethod
    def of(cls, auth: Hmac, key: str) -> "SharedKeySigner":
        """Raises Unsendable for a key that is not written as it says."""
        return cls(_bytes(key.strip(), auth.key_format), auth)

    def sign(self, outgoing: Outgoing, now: int) -> Outgoing:
        """With the headers that hold the signature."""
        told = _Told(outgoing, self.auth, now, uuid4().hex)
        signature = hmac.digest(self.key, told.fill(self.auth.sign), self.auth.algorithm)
        shown = signature.hex() if self.auth.encoding == "hex" else base64.b64encode(signature).decode()
        lines = [
            Line(name, told.fill(value, shown).decode(), secret=not _SECRET.isdisjoint(placeholders(value)))
            for name, value in self.auth.headers
        ]
        digests = tuple(told.value(name, shown).decode() for name in _DIGESTS)
        return replace(outgoing.with_lines(*lines), digests=digests)

    def challenged(self, challenges: Sequence[str]) -> Signer | None:
        return None


class _Told(Struct, frozen=True):
    """What the placeholders stand for, in one request."""

    outgoing: Outgoing
    auth: Hmac
    now: int
    nonce: str

    def fill(self, text: str, signature: str = "") -> bytes:
        """The text with every placeholder filled in."""
        return b"".join(
            self.value(piece, signature) if isinstance(piece, Placeholder) else piece.encode() for piece in pieces(text)
        )

    def value(self, name: str, signature: str) -> bytes:
        url, body = self.outgoing.url, self.outgoing.content or b""
        match name:
            case "body":
                return body
            case "body_hash":
                return hashlib.new(self.auth.algorithm, body).hexdigest().encode()
            case "body_hash_base64":
                return base64.b64encode(hashlib.new(self.auth.algorithm, body).digest())
        texts = {
            SIGNATURE: signature,
            "method": self.outgoing.method,
            "url": str(url),
            "host": self.outgoing.header("Host"),
            "path": url.raw_path,
            "query": url.raw_query_string,
            "timestamp": timestamp(self.now, self.auth.time_format),
            "nonce": self.nonce,
        }
        return (texts[name] if name in texts else self.outgoing.header(name.removeprefix(HEADER))).encode()


def timestamp(now: int, written: str) -> str:
    """A time in milliseconds since 1970, written in one of the ways that APIs want."""
    if written == "milliseconds":
        return str(now)
    if written == "seconds":
        return str(now // 1000)
    moment = datetime.fromtimestamp(now // 1000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}" if written == "iso" else format_datetime(moment, usegmt=True)


def _bytes(key: str, written: str) -> bytes:
    try:
        if written == "hex":
            return bytes.fromhex(key)
        if written == "base64":
            return base64.b64decode(key, validate=True)
    except ValueError:
        raise Unsendable(f"The key of the signature is not {written}: type it in again.") from None
    return key.encode()
