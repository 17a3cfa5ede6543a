"""A request ready to go, and what becomes of it when it is sent on to another address."""

import httpx
from msgspec import Struct
from msgspec.structs import replace

MOST_REDIRECTS = 5
REDIRECTS = frozenset({301, 302, 303, 307, 308})
_OF_THE_BODY = frozenset({"content-type", "content-length", "content-encoding"})
_OF_THE_HOST = frozenset({"authorization", "cookie", "proxy-authorization"})


class Line(Struct, frozen=True):
    """A header line. `secret`: it holds one."""

    name: str
    value: str
    secret: bool = False


class LeaksSecret(ValueError):
    """A redirect would hand a secret to another host."""


class Outgoing(Struct, frozen=True):
    """A request. `secret_body`: its body holds a secret."""

    method: str
    url: httpx.URL
    lines: tuple[Line, ...] = ()
    content: bytes | None = None
    secret_body: bool = False

    def request(self, connect_timeout: float) -> httpx.Request:
        """For httpx. Raises ValueError for lines that are none."""
        headers = [(line.name.encode(), line.value.encode()) for line in self.lines]
        extensions = {"timeout": {"connect": connect_timeout}}
        return httpx.Request(self.method, self.url, headers=headers, content=self.content, extensions=extensions)

    def redirected(self, status: int, location: str, *, secret: bool = False) -> "Outgoing":
        """The request that follows a redirect. Raises LeaksSecret, and ValueError for a location that is none.

        `secret`: the location holds one.

        Another origin gets nothing that shows who sends it: no credentials, no line with a secret in it.
        """
        try:
            url = self.url.join(location)
        except httpx.InvalidURL as error:
            raise ValueError(f"The answer redirects to “{location[:100]}”: {str(error).rstrip('.')}.") from None
        if url.scheme not in {"http", "https"} or not url.host:
            raise ValueError(f"The answer redirects to “{location[:100]}”, which is not a web address.")
        after = replace(self, url=url.copy_with(fragment=None, username=None, password=None))
        if (status == 303 and self.method != "HEAD") or (status in {301, 302} and self.method == "POST"):
            lines = tuple(line for line in self.lines if line.name.lower() not in _OF_THE_BODY)
            after = replace(after, method="GET", content=None, lines=lines, secret_body=False)
        if _origin(url) == _origin(self.url):
            return after
        if secret:
            raise LeaksSecret(f"The answer redirects to {url.host}, which would get a secret in the address.")
        return after._for_strangers()

    def _for_strangers(self) -> "Outgoing":
        if self.secret_body:
            raise LeaksSecret(f"The answer redirects to {self.url.host}, which would get a secret in the body.")
        return replace(
            self, lines=tuple(line for line in self.lines if not line.secret and line.name.lower() not in _OF_THE_HOST)
        )


def _origin(url: httpx.URL) -> tuple[str, str, int]:
    return url.scheme, url.host, url.port or (443 if url.scheme == "https" else 80)
