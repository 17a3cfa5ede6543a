"""Signed as Twilio signs its webhooks: for services that only believe Twilio, and for other TwiML apps."""

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Sequence
from urllib.parse import parse_qsl

from msgspec import Struct
from msgspec.structs import replace

from ivr.core.fields import DOTS
from ivr.webcall.address import with_parameter
from ivr.webcall.outgoing import Line, Outgoing, Signer

FORM = "application/x-www-form-urlencoded"
MOST_FIELDS = 1000


class TwilioSigner(Struct, frozen=True):
    """Of a form, the address and all fields are signed; of any other body its hash, which is put into the address."""

    token: str

    def __repr__(self) -> str:
        return DOTS

    def sign(self, outgoing: Outgoing, now: int) -> Outgoing:
        body = outgoing.content or b""
        fields = ""
        if outgoing.header("Content-Type").partition(";")[0].strip().lower() == FORM:
            fields = _joined(body)
        elif body:
            digest = hashlib.sha256(body).hexdigest()
            outgoing = replace(outgoing, url=with_parameter(outgoing.url, "bodySHA256", digest), digests=(digest,))
        signed = hmac.digest(self.token.strip().encode(), f"{outgoing.url}{fields}".encode(), "sha1")
        return outgoing.with_lines(Line("X-Twilio-Signature", b64encode(signed).decode(), secret=True))

    def challenged(self, challenges: Sequence[str]) -> Signer | None:
        return None


def _joined(body: bytes) -> str:
    """Names and values by name, as Twilio joins them; of the same name each value once."""
    pairs = parse_qsl(body.decode(errors="replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    return "".join(f"{name}{value}" for name, value in sorted(set(pairs)))
