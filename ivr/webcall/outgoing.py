"""A request ready to go, and what becomes of it when it is sent on to another address."""

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace
from yarl import URL

from ivr.core.cutting import cut
from ivr.core.fields import DOTS
from ivr.webcall.address import NoAddress, joined

MOST_REDIRECTS = 5
REDIRECTS = frozenset({301, 302, 303, 307, 308})
_OF_A_BODY = frozenset({"POST", "PUT", "PATCH", "DELETE"})
"""Methods whose requests say how long their body is, even when they have none."""
_OF_THE_BODY = frozenset({"content-type", "content-length", "content-encoding"})
_SCHEMES = frozenset({"Basic", "Bearer", "Digest", "AWS4-HMAC-SHA256"})
_OF_THE_HOST = frozenset({"authorization", "cookie", "proxy-authorization"})


class Line(Struct, frozen=True):
    """A header line. `secret`: it holds one."""

    name: str
    value: str
    secret: bool = False


class LeaksSecret(ValueError):
    """A redirect would hand a secret to another host."""


class Signer(Protocol):
    """Shows who sends a request by something that is made of it, so that it is made anew for each."""

    def sign(self, outgoing: "Outgoing", now: int) -> "Outgoing":
        """The request as it is sent now, in milliseconds since 1970."""
        ...

    def challenged(self, challenges: Sequence[str]) -> "Signer | None":
        """Who signs after the API has asked for it with these `WWW-Authenticate` lines; None when that is no use."""
        ...


class Identity(Struct, frozen=True):
    """A certificate that is shown to the other side, and its private key; both PEM."""

    certificate: str
    private_key: str

    def __repr__(self) -> str:
        return DOTS


class Outgoing(Struct, frozen=True):
    """A request. `secret_body`: its body holds a secret. `signer` and `identity` belong to its origin alone.

    `digests` are what a signer has put into it of the body. They are shown to nobody: who has one can try out which
    body it is of, and so come by the digits that a caller has entered.
    """

    method: str
    url: URL
    lines: tuple[Line, ...] = ()
    content: bytes | None = None
    secret_body: bool = False
    signer: Signer | None = None
    identity: Identity | None = None
    digests: tuple[str, ...] = ()

    def signed(self, now: int) -> "Outgoing":
        """As it is sent now, in milliseconds since 1970. Raises Unsendable."""
        return self if self.signer is None else self.signer.sign(self, now)

    def with_lines(self, *lines: Line) -> "Outgoing":
        """With these header lines, in place of those of the same names."""
        names = {line.name.lower() for line in lines}
        return replace(self, lines=(*(line for line in self.lines if line.name.lower() not in names), *lines))

    def header(self, name: str) -> str:
        """What a header line that is sent says; empty when there is none."""
        found = [line.value for line in self.headers if line.name.lower() == name.lower()]
        return ", ".join(" ".join(value.split()) for value in found)

    def challenged(self, challenges: Sequence[str]) -> "Outgoing | None":
        """The request with an answer to a challenge of the API; None when there is none to give."""
        signer = self.signer.challenged(challenges) if self.signer is not None else None
        return replace(self, signer=signer) if signer is not None else None

    @property
    def headers(self) -> tuple[Line, ...]:
        """Every header line that is sent, in order."""
        lines = [Line("Host", self.url.host_port_subcomponent or ""), *self.lines]
        if self.content is not None or self.method in _OF_A_BODY:
            lines.append(Line("Content-Length", str(len(self.content or b""))))
        return tuple(lines)

    @property
    def shown(self) -> dict[str, str]:
        """The header lines for showing: dots in the place of what tells a secret, or how long one is."""
        told = {"content-length": DOTS} if self.secret_body else {}
        lines: dict[str, str] = {}
        for line in self.headers:
            value = _hidden(line) if line.secret else told.get(line.name.lower(), line.value)
            lines[line.name] = f"{lines[line.name]}, {value}" if line.name in lines else value
        return lines

    def with_token(self, before: str, token: str) -> "Outgoing":
        """With another bearer token in place of the one before; where it bears none, as it is."""
        old, new = (f"Bearer {' '.join(each.split())}" for each in (before, token))
        lines = (replace(line, value=new) if line.secret and line.value == old else line for line in self.lines)
        return replace(self, lines=tuple(lines))

    def redirected(self, status: int, location: str, *, secret: bool = False) -> "Outgoing":
        """The request that follows a redirect. Raises LeaksSecret, and ValueError for a location that is none.

        `secret`: the location holds one.

        Another origin gets nothing that shows who sends it: no credentials, no line with a secret in it.
        """
        try:
            url = joined(self.url, location)
        except NoAddress:
            raise ValueError(f"The answer redirects to “{cut(location, 100)}”, which is not a web address.") from None
        after = replace(self, url=url)
        if (status == 303 and self.method != "HEAD") or (status in {301, 302} and self.method == "POST"):
            lines = tuple(line for line in self.lines if line.name.lower() not in _OF_THE_BODY)
            after = replace(after, method="GET", content=None, lines=lines, secret_body=False)
        if after.same_origin(self):
            return after
        if secret:
            raise LeaksSecret(f"The answer redirects to {url.host}, which would get a secret in the address.")
        return after._for_strangers()

    def same_origin(self, other: "Outgoing") -> bool:
        """Whether both go to the same scheme, host and port."""
        return _origin(self.url) == _origin(other.url)

    def _for_strangers(self) -> "Outgoing":
        if self.secret_body:
            raise LeaksSecret(f"The answer redirects to {self.url.host}, which would get a secret in the body.")
        lines = tuple(line for line in self.lines if not line.secret and line.name.lower() not in _OF_THE_HOST)
        return replace(self, lines=lines, signer=None, identity=None)


def _hidden(line: Line) -> str:
    """Dots, behind the scheme of credentials."""
    scheme, blank, _ = line.value.partition(" ")
    return f"{scheme} {DOTS}" if blank and scheme in _SCHEMES else DOTS


def _origin(url: URL) -> tuple[str, str | None, int | None]:
    return url.scheme, url.host, url.port
