"""Is the line healthy? Each check says that something is right, or what is wrong and what to do.

The network is asked as the carrier asks: our own public address from outside, and the carrier's API. What a check needs
and another has found missing, it leaves out.
"""

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from email.utils import parsedate_to_datetime
from typing import Literal
from urllib.parse import urlsplit

import aiohttp
from msgspec import Struct
from yarl import URL

from ivr.core.counted import counted
from ivr.core.phone_numbers import shown
from ivr.settings import Settings
from ivr.store import BadKey, Damaged, KeyMissing, Store, StoreError
from ivr.twilio.rest import Failed, Number, TwilioRest
from ivr.twilio.signature import SIGNATURE, sign
from ivr.twilio.twiml import Addresses

Check = Literal["settings", "database", "clock", "certificate", "public URL", "signature", "account", "numbers"]
PATIENCE = 10.0
"""Seconds that one request may take."""
CLOCKS_APART = 30
"""Seconds by which clocks may differ."""
RENEW_DAYS = 14
"""Days before its end from which a certificate should have been renewed."""
DAY = 86_400
TUNNELS = (".ngrok.io", ".ngrok.app", ".ngrok.dev", ".ngrok-free.app", ".ngrok-free.dev", ".trycloudflare.com")
NGROK_ERROR = "Ngrok-Error-Code"
TUNNEL_DOWN = frozenset({404, 502, 530})
"""What a tunnel's own servers answer when nobody is at its other end."""


class Finding(Struct, frozen=True):
    """What one check has found. Without `to_do` nothing has to be done."""

    check: Check
    says: str
    to_do: str = ""

    @property
    def ok(self) -> bool:
        return not self.to_do


class Answer(Struct, frozen=True):
    """What came back: 0 is no answer, and `error` says why."""

    status: int = 0
    headers: Mapping[str, str] = {}
    body: str = ""
    error: str = ""


class Outside:
    """Asks over the network. `trust`: whose certificates are believed; the system's authorities unless given."""

    def __init__(self, trust: ssl.SSLContext | None = None) -> None:
        self._trust = trust or ssl.create_default_context()

    async def ask(
        self, url: str, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """A GET, or a POST of a form; redirects are not followed, as the carrier's signature would not fit then."""
        method, signed = "GET" if form is None else "POST", URL(url, encoded=True)  # the query goes as it is signed
        try:
            async with (
                asyncio.timeout(PATIENCE),
                aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=self._trust)) as session,
                session.request(method, signed, data=form, headers=headers, allow_redirects=False) as answer,
            ):
                body = await answer.content.read(1000)
                return Answer(answer.status, dict(answer.headers), body.decode("utf-8", "replace"))
        except TimeoutError:
            return Answer(error=f"no answer within {PATIENCE:g} s")
        except aiohttp.ClientConnectorCertificateError as error:
            return Answer(error=f"its certificate is not valid ({error.certificate_error})")
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return Answer(error=str(error) or type(error).__name__)

    async def certificate_ends(self, host: str, port: int) -> float:
        """When the certificate of a server ends, in seconds since 1970. Raises OSError where there is no connection."""
        async with asyncio.timeout(PATIENCE):
            _, writer = await asyncio.open_connection(host, port, ssl=self._trust)
        try:
            return ssl.cert_time_to_seconds(writer.get_extra_info("peercert")["notAfter"])
        finally:
            writer.close()


async def examine(
    settings: Settings, store: Store | Exception, outside: Outside, now: Callable[[], float] = time.time
) -> AsyncIterator[Finding]:
    """Check everything, one after the other. `store` is open, or why it can't be opened."""
    for slip in settings.warnings:
        yield Finding("settings", slip, "Correct its name, or remove it.")
    if not settings.warnings:
        yield Finding("settings", "All that is set can be read.")
    yield await _database(store, now)
    yield await _clock(settings, outside, now)
    if settings.public_url.startswith("https://"):
        yield await _certificate(settings, outside, now)
    reached = await _public_url(settings, outside)
    yield reached
    if reached.ok:
        yield await _signature(settings, outside)
    token = settings.auth_token.get_secret_value()
    async with TwilioRest(settings.account_sid, token, base_url=settings.twilio_api_url) as rest:
        owned = await rest.numbers()
    if isinstance(owned, Failed):
        yield Finding(
            "account", owned.cause, "Compare TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN with the Twilio console."
        )
        return
    yield Finding("account", f"The carrier knows the account; it has {counted(len(owned), 'number')}.")
    if isinstance(store, Store):
        for finding in _numbers(await store.flows.own_numbers(), owned, Addresses(settings.public_url)):
            yield finding


async def _database(store: Store | Exception, now: Callable[[], float]) -> Finding:
    try:
        if isinstance(store, Exception):
            raise store
        await store.check(int(now() * 1000))
    except (KeyMissing, BadKey, Damaged) as error:
        return Finding("database", str(error), "Bring the key back: IVR_KEY, or the key file in the data folder.")
    except (StoreError, OSError) as error:
        return Finding("database", str(error), "Start the database, and compare IVR_DATABASE_URL and IVR_DATA.")
    return Finding("database", "It can be written, and the key opens what is in it.")


async def _clock(settings: Settings, outside: Outside, now: Callable[[], float]) -> Finding:
    answer = await outside.ask(settings.twilio_api_url)
    try:
        theirs = parsedate_to_datetime(answer.headers.get("Date", "")).timestamp()
    except ValueError:
        why = answer.error or "its answer has no date"
        return Finding("clock", f"The carrier could not be asked for the time: {why}.", "Allow HTTPS to the carrier.")
    apart = now() - theirs
    if abs(apart) > CLOCKS_APART:
        return Finding("clock", f"This machine's clock is {apart:+.0f} s off the carrier's.", "Let NTP set the clock.")
    return Finding("clock", "It agrees with the carrier's.")


async def _certificate(settings: Settings, outside: Outside, now: Callable[[], float]) -> Finding:
    address = urlsplit(settings.public_url)
    try:
        ends = await outside.certificate_ends(address.hostname or "", address.port or 443)
    except (OSError, TimeoutError) as error:
        return Finding(
            "certificate", f"No secure connection: {error}.", "Let the proxy have a valid certificate for this host."
        )
    days = int((ends - now()) // DAY)
    if days < RENEW_DAYS:
        return Finding(
            "certificate", f"It ends in {counted(days, 'day')}.", "Renew it, and see why that did not happen by itself."
        )
    return Finding("certificate", f"It is valid for {days} more days.")


async def _public_url(settings: Settings, outside: Outside) -> Finding:
    url = settings.public_url
    answer = await outside.ask(f"{url}/healthz")
    host = urlsplit(url).hostname or ""
    if host.endswith(TUNNELS) and (NGROK_ERROR in answer.headers or answer.status in TUNNEL_DOWN):
        return Finding("public URL", f"The tunnel {host} leads nowhere.", "Start the tunnel, to the public port only.")
    if answer.error:
        return Finding(
            "public URL", f"{url} can't be reached: {answer.error}.", "Start the server, and look at DNS and the proxy."
        )
    if 300 <= answer.status < 400:
        to = answer.headers.get("Location", "")[:200]
        return Finding("public URL", f"{url} leads on to {to!r}.", "Set IVR_PUBLIC_URL to where it leads.")
    if answer.status != 200 or answer.body.strip() != "ok":
        return Finding(
            "public URL",
            f"{url}/healthz answers {answer.status}, but this server would say ok.",
            "Let the proxy pass everything below IVR_PUBLIC_URL to the public listener (IVR_LISTEN).",
        )
    return Finding("public URL", "The server answers there.")


async def _signature(settings: Settings, outside: Outside) -> Finding:
    """A signed request that says nothing: whether it is believed shows that path and query come through unchanged."""
    url = f"{settings.public_url}/voice/status?doctor=a%20b&x=%2F"
    form = {"Doctor": "1"}
    given = sign(url, form, settings.auth_token.get_secret_value())
    answer = await outside.ask(url, form, {SIGNATURE: given})
    if answer.status == 204:
        return Finding("signature", "What the carrier signs is believed.")
    return Finding(
        "signature",
        f"A signed request is answered with {answer.status or answer.error}.",
        "Let the proxy pass path, query and the header X-Twilio-Signature unchanged; the log of the server says which "
        "URL it expected. Its settings must be the same as here.",
    )


def _numbers(ours: Sequence[str], owned: Sequence[Number], addresses: Addresses) -> list[Finding]:
    """Whether each number that a flow answers points here."""
    by_number = {each.number: each for each in owned}
    if not ours:
        return [Finding("numbers", "No flow answers a number yet.", "Assign one: ivr numbers assign NUMBER FLOW")]
    found = []
    for number in ours:
        there = by_number.get(number)
        if there is None:
            found.append(
                Finding("numbers", f"{shown(number)} is no number of this account.", "Buy it, or unassign it.")
            )
            continue
        wrong = [
            what
            for what, url, right in (
                ("calls", there.voice_url, addresses.answer),
                ("status callbacks", there.status_callback, addresses.status),
                ("texts", there.sms_url, addresses.texts),
            )
            if url.partition("#")[0] != right
        ]
        if wrong:
            says = f"{shown(number)} points elsewhere with its {', '.join(wrong)}."
            found.append(Finding("numbers", says, f"ivr twilio connect {number}"))
        else:
            found.append(Finding("numbers", f"{shown(number)} points here."))
    return found
