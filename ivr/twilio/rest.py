"""The REST calls we make: move a live call on, send a text, connect a number.

What the far side does comes back as a value, never as an exception: `Accepted`, `Number`s, or `Failed`.
"""

import asyncio
import functools
import json
import logging
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Any, Literal, Self
from urllib.parse import quote, urlencode, urlsplit

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport
from msgspec import Struct

from ivr.twilio.causes import CAUSES

# It logs every request with its whole URL.
logging.getLogger("httpx").setLevel(logging.WARNING)

API_URL = "https://api.twilio.com"
DEADLINE = 5.0
LONGEST_ANSWER = 64 * 1024
"""Bytes read of an answer; what is longer is cut off."""

PAGE_SIZE = 20
"""Numbers asked for at once; one takes some 2 KB."""

MOST_PAGES = 100
MESSAGES_AT_ONCE = 20
LONGEST_LIST = 512 * 1024
"""Bytes read of a list of messages: with their texts they are longer than numbers."""
LONGEST_PAUSE = 60.0
"""Seconds that an answer may ask to wait; a longer wait is not worth telling apart."""


class Accepted(Struct, frozen=True):
    """Twilio took it. `sid` is what it is called there; empty if the answer did not say."""

    sid: str = ""


class Failed(Struct, frozen=True):
    """It did not work, and `cause` says why in plain words.

    `refused`: the request was read and turned down; `code` is Twilio's error code, 0 if there was none.
    `busy`: too many requests at once, or out of service; nothing was done, so it is safe to repeat, `after` so many
    seconds if the answer named them.
    `unsent`: there was no connection; nothing was done, so it is safe to repeat.
    `unknown`: no answer, or none that can be trusted; it may have been done nevertheless.
    """

    kind: Literal["refused", "busy", "unsent", "unknown"]
    cause: str
    code: int = 0
    after: float = 0.0


class Number(Struct, frozen=True):
    """A phone number of the account: its sid, E.164 form, label, and the URLs that its calls, its texts and the ends of
    its calls are sent to."""

    sid: str
    number: str
    name: str = ""
    voice_url: str = ""
    sms_url: str = ""
    status_callback: str = ""


class SentMessage(Struct, frozen=True):
    """A message as the list of messages shows it. `created_at` in seconds since 1970, 0 where that is not readable."""

    sid: str
    sender: str
    service: str
    body: str
    direction: str
    media: int
    created_at: float


class Hooks(Struct, frozen=True):
    """Where a number's calls and texts go. `status` hears of each call's end; all URLs are absolute."""

    answer: str
    fallback: str
    status: str
    texts: str


Form = Iterable[tuple[str, str]]
"""Fields of a request, in order; a name may come several times."""

_trusted = functools.cache(httpx.create_ssl_context)
"""Checks the carrier's certificate. Made once: reading all authorities takes a tenth of a second."""
_CODE_OF_STATUS = {401: 20003, 403: 20003, 404: 20404, 429: 20429, 503: 20503}


class TwilioRest:
    """One account's REST API. Made once for the process: `async with TwilioRest(sid, token) as rest`."""

    def __init__(
        self, account_sid: str, auth_token: str, *, base_url: str = API_URL, deadline: float = DEADLINE
    ) -> None:
        """`deadline` is in seconds and spans one call whole, from connecting to the last byte of the answer."""
        self._root = f"{base_url.rstrip('/')}/2010-04-01/Accounts/{_segment(account_sid)}"
        self._auth = httpx.BasicAuth(account_sid, auth_token)
        self._deadline = deadline
        self._http: httpx.AsyncClient | None = None

    async def __aenter__(self) -> Self:
        tls = _trusted()
        session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, ssl=tls), cookie_jar=aiohttp.DummyCookieJar()
        )
        self._http = httpx.AsyncClient(
            transport=AiohttpTransport(verify=tls, client=session),
            auth=self._auth,
            headers={"Accept": "application/json", "Accept-Encoding": "identity"},
            timeout=None,  # noqa: S113 - it would be per read; the deadline around each call is total
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._http is not None:
            await self._http.aclose()
            self._http = None

    async def update_call(self, sid: str, url: str, fallback_url: str) -> Accepted | Failed:
        """Break off what the call is doing and fetch its next document from `url`; both URLs absolute.

        The fallback is asked when that document cannot be fetched or run. Safe to repeat.
        """
        form = {"Url": url, "Method": "POST", "FallbackUrl": fallback_url, "FallbackMethod": "POST"}
        return _accepted(await self._call("POST", f"/Calls/{_segment(sid)}.json", form.items()))

    async def send_message(self, to: str, from_: str, body: str, more: Form = ()) -> Accepted | Failed:
        """Send a text. `from_` is a number of the account, or a messaging service (MG...) that chooses one; `more` has
        further fields, such as MediaUrl, once for each picture.

        Accepted means queued; delivery comes later. Not safe to repeat after `unknown`: it may arrive twice.
        """
        sender = "MessagingServiceSid" if from_.startswith("MG") else "From"
        form = [("To", to), (sender, from_), *([("Body", body)] if body else []), *more]
        return _accepted(await self._call("POST", "/Messages.json", form))

    async def messages(self, to: str, since: float = 0.0) -> tuple[SentMessage, ...] | Failed:
        """The latest messages to a number, at most 20; those sent from `since` on, in seconds since 1970, or all."""
        wanted: dict[str, str | int] = {"To": to, "PageSize": MESSAGES_AT_ONCE}
        if since:
            wanted["DateSent>"] = datetime.fromtimestamp(since, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        path = f"/Messages.json?{urlencode(wanted, errors='replace')}"
        answer = await self._call("GET", path, longest=LONGEST_LIST)
        if isinstance(answer, Failed):
            return answer
        rows = answer.get("messages")
        if not isinstance(rows, list):
            return Failed("unknown", "Twilio's list of messages could not be read.")
        return tuple(_message(row) for row in rows if isinstance(row, dict))

    async def call_status(self, sid: str) -> str | Failed:
        """How a call is: `in-progress`, `completed`, …; empty if the answer does not say."""
        answer = await self._call("GET", f"/Calls/{_segment(sid)}.json")
        return answer if isinstance(answer, Failed) else _text(answer.get("status"))

    async def delete_recording(self, sid: str) -> Accepted | Failed:
        """Delete a recording. Safe to repeat: then it is refused with code 20404, as there is none any more."""
        return _accepted(await self._call("DELETE", f"/Recordings/{_segment(sid)}.json"))

    async def place_call(self, to: str, from_: str, more: Form) -> Accepted | Failed:
        """Place a call from a number of the account. `more` has at least Url: the document when they answer.

        Accepted means queued. Not safe to repeat after `unknown`: it may ring twice.
        """
        return _accepted(await self._call("POST", "/Calls.json", [("To", to), ("From", from_), *more]))

    async def numbers(self) -> tuple[Number, ...] | Failed:
        """All phone numbers of the account, in Twilio's order."""
        return await self._numbers({})

    async def find_number(self, e164: str) -> Number | Failed | None:
        """The account's number that is exactly `e164`, such as +15550100; None if the account has no such number."""
        # Twilio takes the filter for a pattern, so more than the one number may come back.
        found = await self._numbers({"PhoneNumber": e164})
        if isinstance(found, Failed):
            return found
        return next((number for number in found if number.number == e164), None)

    async def connect_number(self, sid: str, hooks: Hooks) -> Accepted | Failed:
        """Send the number's calls and texts here."""
        form = {
            "VoiceUrl": hooks.answer,
            "VoiceMethod": "POST",
            "VoiceFallbackUrl": hooks.fallback,
            "VoiceFallbackMethod": "POST",
            "StatusCallback": hooks.status,
            "StatusCallbackMethod": "POST",
            "VoiceApplicationSid": "",  # an application would win over the URL
            "SmsUrl": hooks.texts,
            "SmsMethod": "POST",
            "SmsFallbackUrl": hooks.texts,  # the same once more: a text must not be lost over one broken connection
            "SmsFallbackMethod": "POST",
            "SmsApplicationSid": "",
        }
        return _accepted(await self._call("POST", f"/IncomingPhoneNumbers/{_segment(sid)}.json", form.items()))

    async def _numbers(self, wanted: dict[str, str]) -> tuple[Number, ...] | Failed:
        numbers: list[Number] = []
        query = urlencode({**wanted, "PageSize": PAGE_SIZE}, errors="replace")
        for _ in range(MOST_PAGES):
            answer = await self._call("GET", f"/IncomingPhoneNumbers.json?{query}")
            if isinstance(answer, Failed):
                return answer
            rows = answer.get("incoming_phone_numbers")
            if not isinstance(rows, list):
                return Failed("unknown", "Twilio's list of numbers could not be read.")
            numbers += [_number(row) for row in rows if isinstance(row, dict)]
            # Only the query of the next page is believed, so that the credentials stay with this host.
            query = _query(_text(answer.get("next_page_uri")))
            if not query:
                break
        return tuple(numbers)

    async def _call(
        self, method: str, path: str, form: Form | None = None, *, longest: int = LONGEST_ANSWER
    ) -> dict[str, Any] | Failed:
        if self._http is None:
            raise RuntimeError("TwilioRest is not open: use it in `async with`.")
        # Encoded here, because a lone surrogate in a text must not stop it from being sent.
        content = urlencode([*form], errors="replace").encode() if form is not None else None
        headers = {"Content-Type": "application/x-www-form-urlencoded"} if form is not None else None
        try:
            async with (
                asyncio.timeout(self._deadline),
                self._http.stream(method, self._root + path, content=content, headers=headers) as response,
            ):
                return _understood(response, await _beginning(response, longest))
        except TimeoutError:
            return Failed("unknown", f"Twilio did not answer within {self._deadline:g} seconds.")
        except httpx.InvalidURL:
            return Failed("refused", "There is no address for that: the sid or number is far too long.")
        except (httpx.HTTPError, aiohttp.ClientError, OSError, UnicodeError) as error:
            # For httpx a connection that breaks later is the same as one that was never made: only the cause tells.
            unsent = isinstance(error.__cause__, aiohttp.ClientConnectorError)
            return Failed("unsent" if unsent else "unknown", "Twilio could not be reached.")


async def _beginning(response: httpx.Response, longest: int) -> bytes:
    """The body as far as it is needed: broken or endless ones must not hide the status, which says most."""
    body = bytearray()
    try:
        async for chunk in response.aiter_raw():
            body += chunk
            if len(body) > longest:
                break
    except (httpx.HTTPError, aiohttp.ClientError):
        pass
    return bytes(body[:longest])


def _understood(response: httpx.Response, body: bytes) -> dict[str, Any] | Failed:
    status = response.status_code
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        answer = {}
    if not isinstance(answer, dict):
        answer = {}
    if 200 <= status < 300:
        return answer
    given = answer.get("code")
    code = given if type(given) is int else _CODE_OF_STATUS.get(status, 0)
    cause = CAUSES.get(code) or _said(answer.get("message")) or f"Twilio answered with HTTP status {status}."
    if status in {429, 503} or code == 20429:
        return Failed("busy", cause, code, _seconds(response.headers.get("Retry-After", "")))
    return Failed("refused" if 400 <= status < 500 else "unknown", cause, code)


def _accepted(answer: dict[str, Any] | Failed) -> Accepted | Failed:
    return answer if isinstance(answer, Failed) else Accepted(_text(answer.get("sid")))


def _seconds(text: str) -> float:
    """What a Retry-After asks to wait; 0 where it has no number. Twilio sends no dates."""
    return min(float(text), LONGEST_PAUSE) if text.isascii() and text.isdigit() else 0.0


def _message(row: dict[str, Any]) -> SentMessage:
    media = _text(row.get("num_media"))
    return SentMessage(
        sid=_text(row.get("sid")),
        sender=_text(row.get("from")),
        service=_text(row.get("messaging_service_sid")),
        body=_text(row.get("body")),
        direction=_text(row.get("direction")),
        media=int(media) if media.isascii() and media.isdigit() and len(media) < 4 else 0,
        created_at=_moment(_text(row.get("date_created"))),
    )


def _moment(text: str) -> float:
    """A time as Twilio writes it, in seconds since 1970; 0 for what is none."""
    try:
        return parsedate_to_datetime(text).timestamp()
    except (ValueError, OverflowError):
        return 0.0


def _number(row: dict[str, Any]) -> Number:
    names = ("sid", "phone_number", "friendly_name", "voice_url", "sms_url", "status_callback")
    return Number(*(_text(row.get(name)) for name in names))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _said(message: object) -> str:
    """A stranger's words, short and on one line."""
    words = " ".join(_text(message).split())
    return "".join(sign for sign in words if sign.isprintable())[:200]


def _query(uri: str) -> str:
    try:
        return urlsplit(uri).query
    except ValueError:
        return ""


def _segment(text: str) -> str:
    """Any text as one segment of a path, so that a made-up sid cannot reach another resource."""
    return quote(text, safe="", errors="replace")
