"""The pretend account: its token, and the requests of its carrier, as bytes with a genuine signature."""

import hmac
from base64 import b64encode
from hashlib import sha1
from itertools import count
from urllib.parse import quote_plus
from uuid import uuid4

ACCOUNT = "AC" + "0" * 32
TOKEN = "0123456789abcdef0123456789abcdef"
NUMBER = "+15550100100"
CALLER = "+15550123456"

_FIELDS = {
    "AccountSid": ACCOUNT,
    "ApiVersion": "2010-04-01",
    "CallSid": "",
    "CallStatus": "in-progress",
    "Called": NUMBER,
    "CalledCity": "",
    "CalledCountry": "US",
    "CalledState": "",
    "CalledZip": "",
    "Caller": CALLER,
    "CallerCity": "NEW YORK",
    "CallerCountry": "US",
    "CallerName": "A. Caller",
    "CallerState": "NY",
    "CallerZip": "10001",
    "Direction": "inbound",
    "From": CALLER,
    "FromCity": "NEW YORK",
    "FromCountry": "US",
    "FromState": "NY",
    "FromZip": "10001",
    "To": NUMBER,
    "ToCity": "",
    "ToCountry": "US",
    "ToState": "",
    "ToZip": "",
}
"""What a voice webhook carries, sorted by name."""
_numbers = count(1)
_key = hmac.new(TOKEN.encode(), digestmod=sha1)


def new_sid() -> str:
    """A CallSid that no call of this run has had."""
    return f"CA{next(_numbers):032x}"


def fields(sid: str) -> dict[str, str]:
    """The form of a webhook about a call."""
    return {**_FIELDS, "CallSid": sid}


def signature(url: str, form: dict[str, str]) -> str:
    """The carrier's signature of a form whose names are sorted."""
    mac = _key.copy()
    mac.update((url + "".join(name + value for name, value in form.items())).encode())
    return b64encode(mac.digest()).decode()


def webhook(url: str, sid: str) -> bytes:
    """The whole request to a URL such as http://127.0.0.1:8080/voice/answer."""
    form = fields(sid)
    authority, _, path = url.removeprefix("http://").partition("/")
    body = "&".join([f"{name}={quote_plus(value)}" for name, value in form.items()]).encode()
    head = (
        f"POST /{path} HTTP/1.1\r\nHost: {authority}\r\nUser-Agent: TwilioProxy/1.1\r\nAccept: */*\r\n"
        "Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\n"
        f"X-Twilio-Signature: {signature(url, form)}\r\nI-Twilio-Idempotency-Token: {uuid4()}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
