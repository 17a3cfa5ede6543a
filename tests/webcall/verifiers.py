"""APIs that believe nobody without the right credentials. Each reckons for itself what the credentials have to be."""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass, field
from urllib.parse import quote, unquote_plus

from tests.webcall.peer import Behaviour, Talk, answer, as_json

USER, PASSWORD = "ada", "PÄSS,w=ord"
FINE = as_json('{"status": "ok"}')
REFUSED = answer(b"no", status="401 Unauthorized")
Headers = dict[str, str]


def parts(talk: Talk) -> tuple[str, str, Headers, bytes]:
    """Method, target, header lines by small letters, body."""
    head, _, body = talk.asked.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    method, target, _ = first.split(" ")
    return (
        method,
        target,
        {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)},
        body,
    )


@dataclass
class DigestApi:
    """Asks with one challenge after another, each good for one answer. `algorithm` and `qop` are what it offers."""

    algorithm: str = "SHA-256"
    qop: str = "auth"
    userhash: bool = False
    nonces: list[str] = field(default_factory=list)
    more: str = ""

    async def __call__(self, talk: Talk) -> None:
        method, target, headers, body = parts(talk)
        given = headers.get("authorization", "")
        if given and self.believes(method, target, given, body):
            await talk.send(FINE)
            return
        self.nonces.append(f"n{len(self.nonces)}")
        offers = ['realm="a \\"realm\\", here"', f'nonce="{self.nonces[-1]}"', 'opaque="0p"']
        offers += [f"algorithm={self.algorithm}"] if self.algorithm else []
        offers += [f'qop="{self.qop}"'] if self.qop else []
        offers += ["userhash=true"] if self.userhash else []
        lines = [f"WWW-Authenticate: {self.more}Digest {', '.join(offers)}"]
        await talk.send(answer(b"who?", *lines, status="401 Unauthorized"))

    def believes(self, method: str, target: str, given: str, body: bytes) -> bool:
        told = {
            name: quoted or bare for name, quoted, bare in re.findall(r'(\w+)=(?:"((?:[^"\\]|\\.)*)"|([^", ]+))', given)
        }
        name = {"MD5": "md5", "SHA-256": "sha256", "SHA-512-256": "sha512_256"}[
            (self.algorithm or "MD5").split("-sess")[0]
        ]

        def h(text: str) -> str:
            return hashlib.new(name, text.encode()).hexdigest()

        realm = 'a "realm", here'
        secret = h(f"{USER}:{realm}:{PASSWORD}")
        if self.algorithm.endswith("-sess"):
            secret = h(f"{secret}:{told['nonce']}:{told['cnonce']}")
        what = h(f"{method}:{target}" + (f":{hashlib.new(name, body).hexdigest()}" if self.qop == "auth-int" else ""))
        middle = f"{told['nc']}:{told['cnonce']}:{told['qop']}:" if self.qop else ""
        user = h(f"{USER}:{realm}") if self.userhash else USER
        return (
            told["username"] == user
            and told["uri"] == target
            and told["opaque"] == "0p"
            and bool(self.nonces)
            and told["nonce"] == self.nonces.pop()
            and told["response"] == h(f"{secret}:{told['nonce']}:{middle}{what}")
        )


@dataclass
class AwsApi:
    """Checks a signature as AWS describes it."""

    secret: str
    region: str
    service: str
    token: str = ""

    async def __call__(self, talk: Talk) -> None:
        method, target, headers, body = parts(talk)
        await talk.send(FINE if self.believes(method, target, headers, body) else REFUSED)

    def believes(self, method: str, target: str, headers: Headers, body: bytes) -> bool:
        match = re.fullmatch(
            r"AWS4-HMAC-SHA256 Credential=AKIA/(\d{8})/([\w-]+)/([\w-]+)/aws4_request, SignedHeaders=([\w;-]+), "
            r"Signature=([0-9a-f]{64})",
            headers.get("authorization", ""),
        )
        if match is None or (match[2], match[3]) != (self.region, self.service):
            return False
        names = match[4].split(";")
        if not {"host", "x-amz-date"} <= set(names) or headers.get("x-amz-security-token", "") != self.token:
            return False
        if headers["x-amz-content-sha256"] != hashlib.sha256(body).hexdigest():
            return False
        path, _, query = target.partition("?")
        canonical_path = path if self.service == "s3" else quote(path, safe="/-_.~")
        pairs = sorted(
            (quote(unquote_plus(name), safe="-_.~"), quote(unquote_plus(value), safe="-_.~"))
            for name, _, value in (each.partition("=") for each in query.split("&") if each)
        )
        request = "\n".join(
            [
                method,
                canonical_path,
                "&".join(f"{name}={value}" for name, value in pairs),
                *(f"{name}:{' '.join(headers[name].split())}" for name in names),
                "",
                match[4],
                hashlib.sha256(body).hexdigest(),
            ]
        )
        scope = f"{match[1]}/{self.region}/{self.service}/aws4_request"
        text = f"AWS4-HMAC-SHA256\n{headers['x-amz-date']}\n{scope}\n{hashlib.sha256(request.encode()).hexdigest()}"
        key = f"AWS4{self.secret}".encode()
        for part in (match[1], self.region, self.service, "aws4_request", text):
            key = hmac.new(key, part.encode(), "sha256").digest()
        return hmac.compare_digest(key.hex(), match[5])


def hmac_api(key: bytes, algorithm: str, canonical: str, header: str, *, encoded: bool = False) -> Behaviour:
    """Wants in a header the HMAC of a text. In the text, `METHOD`, `TARGET`, `TIME`, `HOST` and `BODY` are replaced."""

    async def behave(talk: Talk) -> None:
        method, target, headers, body = parts(talk)
        text = canonical.encode().replace(b"METHOD", method.encode()).replace(b"TARGET", target.encode())
        text = text.replace(b"TIME", headers.get("x-timestamp", "").encode()).replace(b"HOST", headers["host"].encode())
        digest = hmac.new(key, text.replace(b"BODY", body), algorithm).digest()
        wanted = base64.b64encode(digest).decode() if encoded else digest.hex()
        await talk.send(FINE if headers.get(header.lower()) == wanted else REFUSED)

    return behave
