"""Webhooks: requests with the parameters of a call or message, signed with the token of the account."""

import secrets
from urllib.parse import urldefrag, urlencode

from ivr.emulator.call.moves import Goto
from ivr.emulator.webhooks.signature import sign
from ivr.emulator.wire.client import Answer, HttpClient, OutgoingRequest
from ivr.emulator.wire.cookies import CookieJar
from ivr.emulator.wire.http import Pairs, Request

HEADERS: Pairs = (
    ("User-Agent", "TwilioProxy/1.1"),
    ("Accept", "text/xml, application/xml, text/html"),
    ("Cache-Control", "max-age=259200"),
)
FORM = ("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")


class Webhooks:
    """Sends signed webhooks for one account."""

    def __init__(self, client: HttpClient, auth_token: str) -> None:
        self._client = client
        self._auth_token = auth_token

    async def send(self, hook: Goto, params: Pairs, cookies: CookieJar | None = None, token: str = "") -> Answer:
        """Ask `hook.url` with `params` and those of the hook, and return whatever it answers.

        POST carries them as a form, GET in the query. `token` repeats the idempotency token of an earlier
        webhook; retries within one sending repeat it by themselves. Raises CarrierError when there is no answer.
        """
        pairs = params + hook.params
        headers = (*HEADERS, ("I-Twilio-Idempotency-Token", token or new_token()))
        if hook.method == "GET":
            asking = OutgoingRequest(Request("GET", with_query(hook.url, pairs), headers), (), self._proof, cookies)
        else:
            posting = Request("POST", hook.url, (*headers, FORM), urlencode(pairs).encode())
            asking = OutgoingRequest(posting, pairs, self._proof, cookies)
        return await self._client.send(asking)

    def _proof(self, url: str, form: Pairs) -> Pairs:
        return (("X-Twilio-Signature", sign(self._auth_token, url, form)),)


def new_token() -> str:
    """A fresh idempotency token."""
    return secrets.token_hex(16)


def with_query(url: str, pairs: Pairs) -> str:
    """`url` with the pairs appended to its query; a fragment stays at the end."""
    bare, fragment = urldefrag(url)
    joint = "&" if "?" in bare else "?"
    query = joint + urlencode(pairs) if pairs else ""
    return bare + query + (f"#{fragment}" if fragment else "")
