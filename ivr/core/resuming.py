"""Addresses to which the answers of requests are posted back: each of use once, and not to be guessed."""

import hmac
from base64 import urlsafe_b64encode

from ivr.core.call import Call


def sign(key: str, token: str) -> str:
    """What shows that an address was given out: 43 characters."""
    return urlsafe_b64encode(hmac.digest(key.encode(), token.encode(), "sha256")).rstrip(b"=").decode()


def address(call: Call, token: str) -> str:
    """Where the answer to the question of this token is posted; empty where nobody can post anything."""
    place = call.resume
    return f"{place.base}/{token}/{sign(place.key, token)}" if place is not None else ""


def genuine(call: Call, token: str, signature: str) -> bool:
    """Whether the address of this question was given out."""
    return call.resume is not None and hmac.compare_digest(sign(call.resume.key, token), signature)
