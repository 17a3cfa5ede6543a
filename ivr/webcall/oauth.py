"""OAuth 2.0 by client credentials or a user's password: one token for all calls that wait for it, kept until shortly
before it ends."""

import asyncio
import json
import os
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from hashlib import blake2b
from urllib.parse import urlencode

from msgspec import Struct

from ivr.core import query
from ivr.core.credentials import Basic, Exchange, OAuth2
from ivr.core.cutting import cut
from ivr.core.effects import Fetch
from ivr.core.events import Cause
from ivr.core.template import UNSET, Unset, secret_names
from ivr.core.values import Value
from ivr.runtime.ports import Clock

EARLY = 30_000
"""Milliseconds before its end from which a token is not used any more."""
LIFETIME = 300
"""Seconds a token is taken to live when its answer does not say."""
USUAL_PATH = "access_token"
LONGEST_LIFETIME = 86_400 * 30
MOST_TOKENS = 1_000

LONGEST_REFUSAL = 200
"""Characters of what a token URL says."""
UNREAD = "The token URL's answer can't be read."
"""All that is told of an answer that was to hold a token, and may: whatever it says is a secret."""

_AROUND = ("error", "errors", "Error", "fault", "Fault")
_CODES = ("error", "code", "errorcode", "error_code")
_WORDS = (
    *("error_description", "errorsummary", "message", "detail", "errormessage", "error_message", "faultstring"),
    *("title", "msg"),
)

Ask = Callable[[OAuth2], Awaitable[Value]]
"""Asks the token URL; gives the parsed answer, or raises what a request raises."""


class NoToken(Exception):
    """The token URL gave no token; the sentence says why."""

    def __init__(self, sentence: str, cause: Cause) -> None:
        super().__init__(sentence)
        self.cause: Cause = cause


class Token(Struct, frozen=True):
    """`until` in milliseconds since 1970."""

    text: str
    until: int


class Purchase(Struct, frozen=True):
    """What a token is bought with: credentials, and a print of the values that the secrets named in them have now."""

    auth: OAuth2
    values: bytes = b""


_print_key = os.urandom(32)


def purchase(auth: OAuth2, named: Mapping[str, str]) -> Purchase:
    """What a token is bought with now; `named` has the values of secrets by name, among them those that it needs."""
    names = {each.name for each in auth.secrets if each.name}
    names |= {name for text in (auth.token_url, auth.client_id, auth.user) for name in secret_names(text)}
    if not names:
        return Purchase(auth)
    values = json.dumps([(name, named.get(name)) for name in sorted(names)])
    return Purchase(auth, blake2b(values.encode(errors="replace"), digest_size=32, key=_print_key).digest())


class Tokens:
    """The tokens of this process. They can be asked for anew at any time, so none is stored."""

    def __init__(self, ask: Ask, clock: Clock) -> None:
        self._ask = ask
        self._clock = clock
        self._tokens: OrderedDict[Purchase, Token] = OrderedDict()
        self._asking: dict[Purchase, asyncio.Task[Token]] = {}

    async def token(self, by: Purchase, *, anew: bool = False) -> str:
        """A token that is good now, `anew` one that is bought now. Raises NoToken, and what the request to the token
        URL raises."""
        known = self._tokens.get(by)
        if known is not None and self._clock.now() < known.until and not anew:
            return known.text
        if by not in self._asking:
            self._asking[by] = asyncio.create_task(self._renew(by))
            self._asking[by].add_done_callback(lambda task: self._done(by, task))
        # Shielded: a request that stops waiting must not take the token from the others that wait for the same one.
        return (await asyncio.shield(self._asking[by])).text

    def known(self, by: Purchase) -> str:
        """The last token that came for it; empty where none did."""
        found = self._tokens.get(by)
        return found.text if found is not None else ""

    def refused(self, by: Purchase, text: str) -> None:
        """The API did not take this token: the next call asks for another."""
        known = self._tokens.get(by)
        if known is not None and known.text == text:
            del self._tokens[by]

    async def close(self) -> None:
        for task in self._asking.values():
            task.cancel()
        await asyncio.gather(*self._asking.values(), return_exceptions=True)

    async def _renew(self, by: Purchase) -> Token:
        token = _read(await self._ask(by.auth), by.auth.token_path, self._clock.now())
        self._tokens[by] = token
        self._tokens.move_to_end(by)
        if len(self._tokens) > MOST_TOKENS:
            self._tokens.popitem(last=False)
        return token

    def _done(self, by: Purchase, task: asyncio.Task[Token]) -> None:
        self._asking.pop(by, None)
        if not task.cancelled():
            task.exception()  # all who waited have seen it; it is not to be logged as lost


def token_request(auth: OAuth2, timeout: int) -> Fetch:
    """The request for a token. It is not a try of the web call, and keeps to the same rules."""
    grant = "client_credentials" if auth.password is None else "password"
    fields = {"grant_type": grant, "scope": auth.scope, "audience": auth.audience, "username": auth.user}
    exchange = _credentials(auth)
    if exchange.login is None:
        fields |= {"client_id": auth.client_id}
    fields = {name: value for name, value in fields.items() if value}
    kind = "application/json" if auth.in_json else "application/x-www-form-urlencoded"
    return Fetch(
        method="POST",
        url=auth.token_url,
        headers=(("Content-Type", kind), ("Accept", "application/json")),
        auth=exchange,
        body=json.dumps(fields) if auth.in_json else urlencode(fields),
        body_kind="json" if auth.in_json else "form",
        timeout=timeout,
        follow_redirects=False,
    )


def refusal(answer: Value) -> str:
    """What a token URL says of why it gives none: its code and its own words, by RFC 6749, section 5.2, or as other
    systems have them."""
    if isinstance(answer, str):
        plain = not answer.lstrip().startswith("<")
        return f": {_one_line(answer).rstrip('.')}" if plain and answer.strip() else ""
    told = _innermost(answer)
    found = (next((told[name] for name in names if _is_told(told.get(name))), None) for names in (_CODES, _WORDS))
    words = [_one_line(str(each)) for each in found if each is not None]
    return f": {': '.join(dict.fromkeys(words)).rstrip('.')}" if words else ""


def _standard_refusal(answer: Value) -> str:
    """What an answer that was to hold a token says of an error in the standard's own fields. Any other may be a
    token's."""
    told = answer if isinstance(answer, dict) and isinstance(answer.get("error"), str) and answer["error"] else {}
    return refusal({name: told[name] for name in ("error", "error_description") if name in told})


def _innermost(answer: Value) -> dict[str, Value]:
    """The object that tells of an error: it may stand within another, or in a list."""
    for _ in range(3):
        if isinstance(answer, list):
            answer = answer[0] if answer else None
        if not isinstance(answer, dict):
            return {}
        inside = next((answer[name] for name in _AROUND if isinstance(answer.get(name), dict | list)), None)
        if not inside:
            return {name.lower(): value for name, value in answer.items()}
        answer = inside
    return {}


def _is_told(value: Value) -> bool:
    return (isinstance(value, str) and bool(value.strip())) or (isinstance(value, int) and not isinstance(value, bool))


def _one_line(text: str) -> str:
    return cut(" ".join(cut(text, 4 * LONGEST_REFUSAL).split()), LONGEST_REFUSAL)


def _credentials(auth: OAuth2) -> Exchange:
    fields = {"client_secret": auth.client_secret, "password": auth.password}
    login = None
    if auth.client_secret is not None and not (auth.in_body or auth.in_json):
        login = Basic(auth.client_id, auth.client_secret)
        fields["client_secret"] = None
    return Exchange(login, tuple((name, secret) for name, secret in fields.items() if secret is not None))


def _read(answer: Value, path: str, now: int) -> Token:
    """The token that stands at a path of the answer; beside it, or at the top, is how long it lives."""
    path = path or USUAL_PATH
    text = query.find(path, answer)
    if not isinstance(text, str) or not text.strip():
        said = _standard_refusal(answer)
        raise NoToken(f"No token could be had: the token URL's answer holds no {path}{said}.", "unreadable")
    around, dot, _ = path.rpartition(".")
    beside = query.find(f"{around}.expires_in", answer) if dot else UNSET
    told = query.find("expires_in", answer) if isinstance(beside, Unset) else beside
    lifetime = _lifetime(None if isinstance(told, Unset) else told)
    return Token(text, now + max(lifetime - EARLY, lifetime // 2))


def _lifetime(told: Value) -> int:
    """Milliseconds. What a token URL tells may be any number, also one that has a million digits when written out."""
    try:
        seconds = float(told)
    except (TypeError, ValueError, OverflowError):
        return LIFETIME * 1000
    return round(seconds * 1000) if 0 < seconds <= LONGEST_LIFETIME else LIFETIME * 1000
