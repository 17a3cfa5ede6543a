"""From a job to the request on the wire. The only place where secrets are opened and put in."""

import json
from base64 import b64encode
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol
from urllib.parse import quote_plus
from xml.sax.saxutils import escape as escape_xml

import httpx
from msgspec import Struct
from msgspec.structs import replace
from yarl import URL

from ivr.core.binding import binding_fault
from ivr.core.credentials import AnyAuth, ApiKey, Basic, Bearer, Exchange, OAuth2
from ivr.core.effects import Fetch
from ivr.core.fields import DOTS, Secret
from ivr.core.origin import Origin, origin
from ivr.core.template import masked, secret_names, url_encoded, with_secrets
from ivr.runtime.ports import Unavailable
from ivr.version import __version__
from ivr.webcall import address
from ivr.webcall.charset import written
from ivr.webcall.errors import Unsendable
from ivr.webcall.inflate import ACCEPTED
from ivr.webcall.outgoing import Line, Outgoing
from ivr.webcall.scrub import Scrubber
from ivr.webcall.signing import identity_of, signer_of

OWN_HEADERS = (("Accept", "*/*"), ("User-Agent", f"ivr/{__version__}"), ("Accept-Encoding", ACCEPTED))


class NamedSecret(Protocol):
    """A named secret, opened."""

    @property
    def value(self) -> str: ...

    def allows(self, to: Origin) -> bool:
        """Whether it may be sent there."""
        ...


class Secrets(Struct, frozen=True):
    """Who opens secrets: those typed into a flow, and those with a name."""

    open_typed: Callable[[Secret], str]
    open_named: Callable[[str], Awaitable[NamedSecret]]


class Opened(Struct, frozen=True):
    """The secrets of one job, opened: named ones by name, among them those that a token is bought with; typed-in ones
    by their sealed text; the token that OAuth credentials were exchanged for; and what Basic Auth makes of user and
    password."""

    named: Mapping[str, NamedSecret] = {}
    typed: Mapping[str, str] = {}
    token: str = ""
    login: str = ""

    def text(self, secret: Secret) -> str:
        return self.named[secret.name].value if secret.name is not None else self.typed[secret.sealed or ""]

    def fill(self, text: str, escape: Callable[[str], str]) -> str:
        return with_secrets(text, {name: named.value for name, named in self.named.items()}, escape)

    def scrubber(self, *more: str) -> Scrubber:
        """Blots out these secrets, as they are kept and as they are put into a request, and `more`."""
        kept = (*(each.value for each in self.named.values()), *self.typed.values(), self.token, self.login, *more)
        return Scrubber(way for secret in kept for way in (secret, secret.strip(), _one_line(secret)))

    def scrub(self, text: str) -> str:
        """A text without these secrets."""
        return self.scrubber().text(text)


async def open_secrets(job: Fetch, secrets: Secrets) -> Opened:
    """Open what a job needs, where all of it may go to. Raises Unsendable: with cause `no_secret` for what is not set,
    or not for this origin; with cause `blocked` for what may not go there. Raises Unavailable where the store is away.
    """
    opened = await known_secrets(job, secrets)
    _check_bound(job, opened)
    return opened


async def known_secrets(job: Fetch, secrets: Secrets) -> Opened:
    """Open what a job needs, to know it where it comes back: nothing says that it may be sent. Raises Unsendable with
    cause `no_secret`, and Unavailable."""
    buying = _buys(job.auth)
    own = job.auth.secrets if job.auth is not None and buying is None else ()
    marks = [job.url, job.body or "", *(value for _, value in (*job.headers, *job.form))]
    names = {name for text in (*marks, *_texts_of(buying)) for name in secret_names(text)}
    names |= {each.name for each in (*own, *(buying.secrets if buying else ())) if each.name}
    if any(each.name is None and each.sealed is None for each in own):
        raise Unsendable("A password of this web call is not set: type it in and publish again.", "no_secret")
    try:
        named = {name: await secrets.open_named(name) for name in sorted(names)}
        typed = {each.sealed: secrets.open_typed(each) for each in own if each.sealed is not None}
    except Unavailable:
        raise
    except Exception as error:
        # Whatever the vault complains of, no request leaves without its secrets.
        raise Unsendable(f"A secret of this web call can't be opened: {error}", "no_secret") from error
    opened = Opened(named, typed)
    login = job.auth.login if isinstance(job.auth, Exchange) else job.auth
    return replace(opened, login=_login(login, opened)) if isinstance(login, Basic) else opened


def _login(auth: Basic, opened: Opened) -> str:
    return b64encode(f"{auth.user}:{opened.text(auth.password)}".encode()).decode()


def build(job: Fetch, opened: Opened) -> Outgoing:
    """The request, secrets put in; it is signed when it is sent. Raises Unsendable."""
    try:
        url = _address(opened.fill(job.url, url_encoded), masked(job.url))
        if isinstance(job.auth, ApiKey) and job.auth.place == "query":
            url = address.with_parameter(url, job.auth.name, opened.text(job.auth.value))
        content, kind = _content(job, opened)
        lines = _lines(job, opened)
    except ValueError as error:
        raise Unsendable(f"The request can't be sent as it is: {opened.scrub(str(error)).rstrip('.')}.") from None
    if kind:
        lines = [Line("Content-Type", kind), *(line for line in lines if line.name.lower() != "content-type")]
    secret = bool(secret_names(job.body or "") or any(secret_names(value) for _, value in job.form))
    secret = secret or (isinstance(job.auth, Exchange) and bool(job.auth.fields))
    signer, identity = signer_of(job.auth, opened), identity_of(job.auth, opened)
    return Outgoing(job.method, url, tuple(lines), content, secret_body=secret, signer=signer, identity=identity)


def preview(job: Fetch) -> Outgoing | None:
    """The request as it will go out, each secret as dots, without its signature; None when only the secrets make it
    one."""
    unsigned = isinstance(job.auth, Basic | Bearer | ApiKey | OAuth2 | Exchange)
    try:
        return build(job if unsigned else replace(job, auth=None), _Dotted())
    except Unsendable:
        return None


class _Dotted(Opened, frozen=True):
    """Dots in the place of every secret."""

    def text(self, secret: Secret) -> str:
        return DOTS

    def fill(self, text: str, escape: Callable[[str], str]) -> str:
        return masked(text)


def _lines(job: Fetch, opened: Opened) -> list[Line]:
    """The header lines; those that hold a secret are marked so."""
    own = [Line(name, opened.fill(value, _one_line), bool(secret_names(value))) for name, value in job.headers]
    names = {line.name.lower() for line in own}
    lines = [Line(name, value) for name, value in OWN_HEADERS if name.lower() not in names] + own
    if job.idempotency_key:
        lines.append(Line("Idempotency-Key", job.idempotency_key))
    if (credentials := _credentials(job.auth, opened)) is not None:
        lines.append(credentials)
    return lines


def _credentials(auth: AnyAuth | None, opened: Opened) -> Line | None:
    match auth:
        case Basic() | Exchange(login=Basic()):
            return Line("Authorization", f"Basic {opened.login or DOTS}", secret=True)
        case Bearer():
            return Line("Authorization", f"Bearer {_one_line(opened.text(auth.token))}", secret=True)
        case OAuth2():
            return Line("Authorization", f"Bearer {_one_line(opened.token) or DOTS}", secret=True)
        case ApiKey() if auth.place == "header":
            return Line(auth.name, _one_line(opened.text(auth.value)), secret=True)
    return None


def _content(job: Fetch, opened: Opened) -> tuple[bytes | None, str]:
    """The body, and its content type when only the body knows it."""
    if job.body_kind == "multipart" and job.form:
        fields = [(name, (None, opened.fill(value, str).encode(errors="replace"))) for name, value in job.form]
        whole = httpx.Request("POST", "http://multipart.invalid", files=fields)
        return whole.read(), whole.headers["Content-Type"]
    if job.body is None:
        return None, ""
    body = opened.fill(job.body, _escapes[job.body_kind])
    if isinstance(job.auth, Exchange):
        body = _with_fields(body, {name: opened.text(secret) for name, secret in job.auth.fields}, job.body_kind)
    if job.body_kind in {"json", "form"}:  # which are UTF-8 whatever is declared
        return body.encode(errors="replace"), ""
    kind = next((value for name, value in job.headers if name.lower() == "content-type"), "")
    return written(body, kind, xml=job.body_kind == "xml"), ""


_escapes: dict[str, Callable[[str], str]] = {
    "json": lambda value: json.dumps(value, ensure_ascii=False)[1:-1],
    "xml": lambda value: escape_xml(value, {'"': "&quot;", "'": "&apos;"}),
    "form": quote_plus,
    "text": str,
    "multipart": str,
}


def _with_fields(body: str, fields: Mapping[str, str], kind: str) -> str:
    """A body with more fields: JSON, or a form."""
    if kind == "json":
        return json.dumps({**json.loads(body), **fields})
    return "&".join((body, *(f"{quote_plus(name)}={quote_plus(value)}" for name, value in fields.items())))


def _one_line(value: str) -> str:
    """A secret in a header line, without the line break that came along when it was pasted."""
    return " ".join(value.split())


def _address(url: str, shown: str) -> URL:
    """The address of an API; `shown` is how to call it. Raises ValueError."""
    try:
        return address.read(url)
    except address.HoldsUser:
        raise
    except address.NoAddress as error:
        raise ValueError(f"“{shown[:200]}” is not a web address; {error}") from None


def _buys(auth: AnyAuth | None) -> OAuth2 | None:
    """Credentials that go to their token URL only, in a request of its own."""
    return auth if isinstance(auth, OAuth2) else None


def _texts_of(buying: OAuth2 | None) -> tuple[str, ...]:
    return (buying.token_url, buying.client_id, buying.user) if buying is not None else ()


def _check_bound(job: Fetch, opened: Opened) -> None:
    """Raise Unsendable when a secret, or a token that is bought with one, may not be sent where this request goes."""
    if not opened.named and not opened.typed and not isinstance(job.auth, OAuth2):
        return
    to = _origin_of(job, opened)
    for name, named in opened.named.items():
        if not named.allows(to):
            place = opened.scrub(str(to) if to.scheme == "http" else to.host)
            sentence = f"The secret {name} may not be sent to {place}: `ivr secret set` says where it may go."
            raise Unsendable(sentence, "blocked")
    typed = job.auth.secrets if job.auth is not None else ()
    for secret in (each for each in typed if each.name is None):
        origins = secret.origins or ("",)
        if (fault := binding_fault(secret, origins[-1 if _buys(job.auth) else 0], to)) is not None:
            raise Unsendable(opened.scrub(f"{fault.message} {fault.hint}".rstrip()), fault.cause)


def _origin_of(job: Fetch, opened: Opened) -> Origin:
    try:
        url = _address(opened.fill(job.url, url_encoded), masked(job.url))
        found = origin(url.scheme, url.host or "", url.port)
    except ValueError as error:
        raise Unsendable(f"The request can't be sent as it is: {opened.scrub(str(error)).rstrip('.')}.") from None
    if found is None:
        raise Unsendable("A request to this host can't carry a secret: it is not written as hosts are.", "blocked")
    return found
