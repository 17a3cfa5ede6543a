"""The signature of a webhook: which URL is signed, with which fields, and how."""

import base64
import hashlib
import hmac
from collections import defaultdict
from urllib.parse import urlsplit, urlunsplit

from ivr.emulator.wire.http import Pairs


def sign(auth_token: str, url: str, form: Pairs = ()) -> str:
    """Value of `X-Twilio-Signature` for a request to `url` with these form fields (none for GET)."""
    text = signed_url(url) + "".join(key + value for key, value in _sorted_once(form))
    digest = hmac.new(auth_token.encode(), text.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


def signed_url(url: str) -> str:
    """The URL as it is signed: no fragment, no user; no port for https, the port kept for http."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    if parts.scheme == "https" and parts.port is not None:
        host = host.rpartition(":")[0]
    return urlunsplit((parts.scheme, host, parts.path, parts.query, ""))


def _sorted_once(form: Pairs) -> list[tuple[str, str]]:
    values: defaultdict[str, set[str]] = defaultdict(set)
    for key, value in form:
        values[key].add(value)
    return [(key, value) for key in sorted(values) for value in sorted(values[key])]
