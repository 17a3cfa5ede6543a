"""The carrier as HTTP client: retries, redirects, cookies and the limit on the time of all of it together."""

import base64
from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import unquote, urljoin

from ivr.emulator.clock.clock import Clock, within
from ivr.emulator.errors.carrier_error import CarrierError
from ivr.emulator.wire.cookies import CookieJar
from ivr.emulator.wire.http import Fetch, FetchFailed, Pairs, Request, Response
from ivr.emulator.wire.overrides import Overrides, split
from ivr.emulator.wire.urls import as_sent, usable, without_user

MOST_REDIRECTS = 10
REDIRECTS = frozenset({301, 302, 303, 307, 308})
CODES = {"connect": 11205, "dns": 11210, "tls": 11220, "read": 11200, "protocol": 11206}
POLICY_OF = {"connect": "ct", "dns": "ct", "tls": "ct", "read": "rt", "protocol": "rt"}

Signer = Callable[[str, Pairs], Pairs]  # (url, form) -> the headers that prove who asks


@dataclass(frozen=True, slots=True)
class OutgoingRequest:
    """A request on its way out: with the form it carries (for the signature), how to sign it, and its cookies."""

    request: Request
    form: Pairs = ()
    sign: Signer | None = None
    cookies: CookieJar | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, and the URL it came from in the end."""

    response: Response
    url: str


class HttpClient:
    """Sends requests over a fetch. `send` answers with any HTTP status; only a missing answer is CarrierError."""

    def __init__(self, fetch: Fetch, clock: Clock) -> None:
        self._fetch = fetch
        self._clock = clock

    async def send(self, outgoing: OutgoingRequest) -> Answer:
        """Fetch, at most 15 s in all. Raises CarrierError 11100, 11200, 11205, 11206, 11210, 11215, 11220 or 11243."""
        asked = outgoing.request.url
        url, rules = split(asked)
        if not usable(url):
            raise CarrierError(11100, f"{asked!r} is not a valid URL", asked)
        outgoing = replace(
            outgoing,
            request=replace(outgoing.request, url=as_sent(url), connect_seconds=rules.connect, read_seconds=rules.read),
        )
        try:
            return await within(self._clock, rules.total, self._attempts(outgoing, rules))
        except TimeoutError:
            raise CarrierError(11205, f"no answer within {rules.total:g} s", url) from None

    async def _attempts(self, outgoing: OutgoingRequest, rules: Overrides) -> Answer:
        left = rules.retries
        while True:
            try:
                answer = await self._follow(outgoing)
                failure = f"{answer.response.status // 100}xx"
                if not (left and failure in {"4xx", "5xx"} and rules.retries_after(failure)):
                    return answer
            except FetchFailed as failed:
                if not (left and rules.retries_after(POLICY_OF[failed.reason])):
                    raise CarrierError(CODES[failed.reason], str(failed), outgoing.request.url) from failed
            left -= 1
            # What ended one connection may have ended all that were kept open to the same server.
            outgoing = replace(outgoing, request=replace(outgoing.request, fresh=True))

    async def _follow(self, outgoing: OutgoingRequest) -> Answer:
        request, form = outgoing.request, outgoing.form
        for _ in range(MOST_REDIRECTS + 1):
            response = await self._once(replace(outgoing, request=request, form=form))
            place = response.header("Location")
            if response.status not in REDIRECTS or not place:
                return Answer(response, request.url)
            request = _moved(request, response.status, place)
            form = form if request.body else ()
        raise CarrierError(11215, f"more than {MOST_REDIRECTS} redirects", outgoing.request.url)

    async def _once(self, outgoing: OutgoingRequest) -> Response:
        url, user = without_user(outgoing.request.url)
        headers = outgoing.request.headers
        if user:
            token = base64.b64encode(unquote(user).encode()).decode()
            headers += (("Authorization", f"Basic {token}"),)
        if outgoing.sign is not None:
            headers += outgoing.sign(url, outgoing.form)
        if outgoing.cookies is not None:
            headers += outgoing.cookies.header(url)
        response = await self._fetch(replace(outgoing.request, url=url, headers=headers))
        if outgoing.cookies is not None:
            outgoing.cookies.keep(url, response.headers)
        return response


def _moved(request: Request, status: int, place: str) -> Request:
    try:
        url = urljoin(request.url, place)
    except ValueError:
        url = ""
    if not usable(url):
        raise CarrierError(11100, f"redirected to {place!r}, which is not a valid URL", request.url)
    url = as_sent(url)
    if status in {307, 308}:
        return replace(request, url=url)
    plain = tuple(pair for pair in request.headers if pair[0].lower() != "content-type")
    return replace(request, method="GET", url=url, body=b"", headers=plain)
