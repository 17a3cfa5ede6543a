"""AWS Signature Version 4, in the Authorization header.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import hashlib
import hmac
import posixpath
from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import parse_qsl, quote

from msgspec import Struct
from msgspec.structs import replace

from ivr.core.fields import DOTS
from ivr.webcall.outgoing import Line, Outgoing, Signer

ALGORITHM = "AWS4-HMAC-SHA256"
AS_IT_IS = frozenset({"s3", "s3-outposts", "s3express"})
"""Services whose paths are signed as they are sent, neither encoded again nor made shorter."""


class AwsSigner(Struct, frozen=True):
    """`session_token` is empty for keys that last."""

    access_key: str
    secret_key: str
    region: str
    service: str
    session_token: str = ""

    def __repr__(self) -> str:
        return DOTS

    def sign(self, outgoing: Outgoing, now: int) -> Outgoing:
        moment = datetime.fromtimestamp(now // 1000, UTC).strftime("%Y%m%dT%H%M%SZ")
        digest = hashlib.sha256(outgoing.content or b"").hexdigest()
        lines = [Line("X-Amz-Date", moment), Line("X-Amz-Content-Sha256", digest, secret=True)]
        if self.session_token:
            lines.append(Line("X-Amz-Security-Token", self.session_token.strip(), secret=True))
        dated = replace(outgoing.with_lines(*lines), digests=(digest,))
        headers = _signed_headers(dated)
        scope = f"{moment[:8]}/{self.region}/{self.service}/aws4_request"
        request = self._canonical(dated, headers, digest)
        text = f"{ALGORITHM}\n{moment}\n{scope}\n{hashlib.sha256(request.encode()).hexdigest()}"
        signature = hmac.digest(self._key(scope), text.encode(), "sha256").hex()
        value = (
            f"{ALGORITHM} Credential={' '.join(self.access_key.split())}/{scope}, "
            f"SignedHeaders={';'.join(headers)}, Signature={signature}"
        )
        return dated.with_lines(Line("Authorization", value, secret=True))

    def challenged(self, challenges: Sequence[str]) -> Signer | None:
        return None

    def _canonical(self, outgoing: Outgoing, headers: dict[str, str], digest: str) -> str:
        lines = "".join(f"{name}:{value}\n" for name, value in headers.items())
        path = _path(outgoing.url.raw_path, as_it_is=self.service in AS_IT_IS)
        query = _query(outgoing.url.raw_query_string)
        return f"{outgoing.method}\n{path}\n{query}\n{lines}\n{';'.join(headers)}\n{digest}"

    def _key(self, scope: str) -> bytes:
        key = f"AWS4{self.secret_key.strip()}".encode()
        for part in scope.split("/"):
            key = hmac.digest(key, part.encode(), "sha256")
        return key


def _signed_headers(outgoing: Outgoing) -> dict[str, str]:
    """The header lines that are signed, by their names in small letters, in order."""
    names = {line.name.lower() for line in outgoing.headers}
    chosen = sorted(name for name in names if name in {"host", "content-type"} or name.startswith("x-amz-"))
    return {name: outgoing.header(name) for name in chosen}


def _path(raw: str, *, as_it_is: bool) -> str:
    if as_it_is:
        return raw or "/"
    short = posixpath.normpath(raw or "/").replace("//", "/", 1)
    if raw.endswith(("/", "/.", "/..")) and short != "/":
        short += "/"
    return quote(short, safe="/-_.~")


def _query(raw: str) -> str:
    """Parameters by name and value, encoded in the one way."""
    pairs = parse_qsl(raw, keep_blank_values=True, encoding="utf-8", errors="surrogateescape")
    encoded = [(_encoded(name), _encoded(value)) for name, value in pairs]
    return "&".join(f"{name}={value}" for name, value in sorted(encoded))


def _encoded(text: str) -> str:
    return quote(text, safe="-_.~", errors="surrogateescape")
