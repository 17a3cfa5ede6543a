"""The carrier as HTTP client: retries, redirects, cookies and the limit on the time of all of it together."""

import base64
from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import unquote, urljoin

from ivr.emulator.clock import Clock, within
from ivr.emulator.cookies import CookieJar
from ivr.emulator.http import Fetch, FetchFailed, Pairs, Request, Response
from ivr.emulator.overrides import Overrides, split
from ivr.emulator.trouble import Trouble
from ivr.emulator.urls import usable, without_user

MOST_REDIRECTS = 10
REDIRECTS = frozenset({301, 302, 303, 307, 308})
CODES = {"connect": 11205, "dns": 11210, "tls": 11220, "read": 11200, "protocol": 11206}
POLICY_OF = {"connect": "ct", "dns": "ct", "tls": "ct", "read": "rt", "protocol": "rt"}

Signer = Callable[[str, Pairs], Pairs]  # (url, form) -> the headers that prove who asks


@dataclass(frozen=True, slots=True)
class Errand:
    """One thing to fetch: the request, the form it carries (for the signature), how to sign, where cookies live."""

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
    """Runs errands over a fetch. `send` answers with any HTTP status; only a missing answer is Trouble."""

    def __init__(self, fetch: Fetch, clock: Clock) -> None:
        self._fetch = fetch
        self._clock = clock

    async def send(self, errand: Errand) -> Answer:
        """Fetch, at most 15 s in all. Raises Trouble 11100, 11200, 11205, 11206, 11210, 11215, 11220 or 11243."""
        asked = errand.request.url
        url, rules = split(asked)
        if not usable(url):
            raise Trouble(11100, f"{asked!r} is not a valid URL", asked)
        errand = replace(
            errand, request=replace(errand.request, url=url, connect_seconds=rules.connect, read_seconds=rules.read)
        )
        try:
            return await within(self._clock, rules.total, self._attempts(errand, rules))
        except TimeoutError:
            raise Trouble(11205, f"no answer within {rules.total:g} s", url) from None

    async def _attempts(self, errand: Errand, rules: Overrides) -> Answer:
        left = rules.retries
        while True:
            try:
                answer = await self._follow(errand)
                failure = f"{answer.response.status // 100}xx"
                if not (left and failure in {"4xx", "5xx"} and rules.retries_after(failure)):
                    return answer
            except FetchFailed as failed:
                if not (left and rules.retries_after(POLICY_OF[failed.reason])):
                    raise Trouble(CODES[failed.reason], str(failed), errand.request.url) from failed
            left -= 1

    async def _follow(self, errand: Errand) -> Answer:
        request, form = errand.request, errand.form
        for _ in range(MOST_REDIRECTS + 1):
            response = await self._once(replace(errand, request=request, form=form))
            place = response.header("Location")
            if response.status not in REDIRECTS or not place:
                return Answer(response, request.url)
            request = _moved(request, response.status, place)
            form = form if request.body else ()
        raise Trouble(11215, f"more than {MOST_REDIRECTS} redirects", errand.request.url)

    async def _once(self, errand: Errand) -> Response:
        url, user = without_user(errand.request.url)
        headers = errand.request.headers
        if user:
            token = base64.b64encode(unquote(user).encode()).decode()
            headers += (("Authorization", f"Basic {token}"),)
        if errand.sign is not None:
            headers += errand.sign(url, errand.form)
        if errand.cookies is not None:
            headers += errand.cookies.header(url)
        response = await self._fetch(replace(errand.request, url=url, headers=headers))
        if errand.cookies is not None:
            errand.cookies.keep(url, response.headers)
        return response


def _moved(request: Request, status: int, place: str) -> Request:
    try:
        url = urljoin(request.url, place)
    except ValueError:
        url = ""
    if not usable(url):
        raise Trouble(11100, f"redirected to {place!r}, which is not a valid URL", request.url)
    if status in {307, 308}:
        return replace(request, url=url)
    plain = tuple(pair for pair in request.headers if pair[0].lower() != "content-type")
    return replace(request, method="GET", url=url, body=b"", headers=plain)
