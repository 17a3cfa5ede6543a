"""Is a request from the carrier genuine? Pure: no clock, no I/O, nothing raised.

A carrier signs what it sends with the account's auth token: HMAC-SHA1 over the public URL it was given, followed by
every form field, sorted. That everyday case is done here by hand, because every webhook passes through it and the
vendor's validator takes several times as long. The rare cases go to the vendor's validator: SHA-256 signatures made
with a shared key, and bodies that are not a form (their hash travels in the URL).
"""

import hmac
from binascii import b2a_base64
from collections.abc import Mapping, Sequence
from hashlib import sha1
from itertools import chain

from multidict import MultiDict
from twilio.request_validator import HMAC_SHA1, HMAC_SHA256, RequestValidator, get_signature_algorithm

SIGNATURE = "X-Twilio-Signature"
"""Header with the signature, base64."""

SETTINGS = "X-Twilio-Webhooks-Signature-Settings"
"""Header that names key and algorithm; absent from everyday requests."""

Body = Sequence[tuple[str, str]] | bytes | None
"""The decoded form fields in any order, blanks included; or the raw body of any other kind; or nothing (a GET)."""


def sign(url: str, form: Mapping[str, str], auth_token: str) -> str:
    """The signature that the carrier would send with a form to this URL."""
    return str(RequestValidator(auth_token).compute_signature(url, form))


class Signature:
    """The keys of one account and the public URL of this server, made ready once."""

    __slots__ = ("_keyed", "_keys", "_public_url", "_shared", "_vendor")

    def __init__(self, auth_token: str, public_url: str, shared_key: str | None = None) -> None:
        """`public_url` is the scheme, host, port and path prefix that the carrier was given, with no slash at the end.

        Without a `shared_key`, SHA-256 signatures are refused. Raises ValueError for an empty auth token, because
        a stranger could sign with that.
        """
        if not auth_token:
            raise ValueError("An empty auth token would make every request genuine.")
        token = auth_token.encode()
        self._keyed = tuple(hmac.new(token, url.encode(), sha1) for url in _with_and_without_port(public_url))
        self._keys = auth_token, shared_key
        self._public_url = public_url
        self._vendor = RequestValidator(auth_token)
        self._shared = RequestValidator(shared_key) if shared_key else None

    def at(self, public_url: str) -> "Signature":
        """The same keys at another URL: to find out for which one a request was signed."""
        auth_token, shared_key = self._keys
        return Signature(auth_token, public_url, shared_key)

    def genuine(self, raw_path: str, body: Body, header: str, settings: str = "") -> bool:
        """True if `header` signs this request; anything odd is False.

        `raw_path` is path and query exactly as they came over the wire. `header` and `settings` are the values of the
        headers `SIGNATURE` and `SETTINGS`, empty when absent.
        """
        try:
            if settings or isinstance(body, bytes):
                return self._rarely(raw_path, body, header, settings)
            return self._usually(raw_path, body or (), header)
        except (TypeError, ValueError, AttributeError):
            # All of it comes from a stranger: lone surrogates, a body without its hash, files among the fields.
            return False

    def _usually(self, raw_path: str, pairs: Sequence[tuple[str, str]], header: str) -> bool:
        # A field sent twice with the same value counts once. fromkeys keeps the order, which is nearly sorted already.
        signed = (raw_path + "".join(chain.from_iterable(sorted(dict.fromkeys(pairs))))).encode()
        given = header.encode()
        for keyed in self._keyed:
            mac = keyed.copy()
            mac.update(signed)
            if hmac.compare_digest(b2a_base64(mac.digest(), newline=False), given):
                return True
        return False

    def _rarely(self, raw_path: str, body: Body, header: str, settings: str) -> bool:
        algorithm = get_signature_algorithm(settings).upper()
        if algorithm == HMAC_SHA1 and not isinstance(body, bytes):
            return self._usually(raw_path, body or (), header)
        vendor = {HMAC_SHA1: self._vendor, HMAC_SHA256: self._shared}.get(algorithm)
        if vendor is None:
            return False
        content = body.decode() if isinstance(body, bytes) else MultiDict(body or ())
        return bool(vendor.validate(self._public_url + raw_path, content, header, algorithm))


def _with_and_without_port(url: str) -> tuple[str, str]:
    """Carriers sometimes drop the port before they sign, and sometimes write the standard one out."""
    scheme, _, rest = url.partition("://")
    authority, slash, prefix = rest.partition("/")
    host, _, port = authority.rpartition(":")
    if not (host and port.isdigit()):
        host = f"{authority}:{443 if scheme.lower() == 'https' else 80}"
    return url, f"{scheme}://{host}{slash}{prefix}"
