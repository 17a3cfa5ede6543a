"""HTTP Digest (RFC 7616): the API asks with a challenge, and is answered with a hash of it and the password."""

import hashlib
import re
from collections.abc import Sequence
from itertools import islice
from uuid import uuid4

from msgspec import Struct
from msgspec.structs import replace

from ivr.core.fields import DOTS
from ivr.webcall.outgoing import Line, Outgoing, Signer

_HASHES = {"SHA-512-256": "sha512_256", "SHA-256": "sha256", "MD5": "md5"}
"""Strongest first."""
_digest = re.compile(r"(?:^|,)\s*Digest\s+", re.IGNORECASE)
_next_scheme = re.compile(r",\s*[A-Za-z][A-Za-z0-9-]*\s+[A-Za-z]")
_parameter = re.compile(
    r'(?<![A-Za-z0-9*_-])([A-Za-z0-9*_-]++)\s*+=\s*+(?:"((?:[^"\\]|\\.)*+)(?:"|\\?\Z)|([^\s,"]++))', re.DOTALL
)
"""A name, and its value in quotes or without. Quotes that nothing closes go on to the end, so that nothing of what an
API sends is looked at again and again."""
_in_quotes = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)', re.DOTALL)
FIRST = "00000001"
"""How often a challenge was answered: each is answered once."""
LONGEST = 8_000
"""Characters of a line of challenges that are read."""
MOST = 5
"""Lines, and challenges of a line, that are read."""


class Challenge(Struct, frozen=True):
    """What the API asks. `qop` is empty where it is of the old kind (RFC 2069)."""

    realm: str
    nonce: str
    algorithm: str
    opaque: str | None = None
    qop: str = ""
    user_hashed: bool = False

    @property
    def hash_name(self) -> str:
        return _HASHES[self.algorithm.removesuffix("-SESS")]


class DigestSigner(Struct, frozen=True):
    """Says nothing until it is asked."""

    user: str
    password: str
    challenge: Challenge | None = None

    def __repr__(self) -> str:
        return DOTS

    def sign(self, outgoing: Outgoing, now: int) -> Outgoing:
        if self.challenge is None:
            return outgoing
        value = self._answer(self.challenge, outgoing, uuid4().hex)
        return outgoing.with_lines(Line("Authorization", value, secret=True))

    def challenged(self, challenges: Sequence[str]) -> Signer | None:
        found = [each for line in challenges[:MOST] for each in read(line[:LONGEST])]
        if not found:
            return None
        best = min(found, key=lambda each: [*_HASHES].index(each.algorithm.removesuffix("-SESS")))
        return replace(self, challenge=best)

    def _answer(self, asked: Challenge, outgoing: Outgoing, cnonce: str) -> str:
        def digest(*parts: str | bytes) -> str:
            joined = b":".join(part if isinstance(part, bytes) else part.encode() for part in parts)
            return hashlib.new(asked.hash_name, joined, usedforsecurity=False).hexdigest()

        uri = outgoing.url.raw_path_qs
        who = digest(self.user, asked.realm, self.password)
        if asked.algorithm.endswith("-SESS"):
            who = digest(who, asked.nonce, cnonce)
        body = (digest(outgoing.content or b""),) if asked.qop == "auth-int" else ()
        what = digest(outgoing.method, uri, *body)
        extra = (FIRST, cnonce, asked.qop) if asked.qop else ()
        fields = {
            "username": _quoted(digest(self.user, asked.realm) if asked.user_hashed else self.user),
            "realm": _quoted(asked.realm),
            "nonce": _quoted(asked.nonce),
            "uri": _quoted(uri),
            "response": _quoted(digest(who, asked.nonce, *extra, what)),
            "algorithm": asked.algorithm.replace("-SESS", "-sess"),
        }
        if asked.opaque is not None:
            fields["opaque"] = _quoted(asked.opaque)
        if asked.qop:
            fields |= {"qop": asked.qop, "nc": FIRST, "cnonce": _quoted(cnonce)}
        if asked.user_hashed:
            fields["userhash"] = "true"
        return "Digest " + ", ".join(f"{name}={value}" for name, value in fields.items())


def read(line: str) -> list[Challenge]:
    """The challenges of a `WWW-Authenticate` line that can be answered."""
    found = []
    for match in islice(_digest.finditer(line), MOST):
        rest = line[match.end() :]
        end = _next_scheme.search(_without_quotes(rest))
        told = {
            name.lower(): _plain(quoted, bare)
            for name, quoted, bare in _parameter.findall(rest[: end.start()] if end else rest)
        }
        if (challenge := _challenge(told)) is not None:
            found.append(challenge)
    return found


def _challenge(told: dict[str, str]) -> Challenge | None:
    algorithm = told.get("algorithm", "MD5").upper()
    offered = [each.strip().lower() for each in told.get("qop", "").split(",") if each.strip()]
    qop = next((each for each in ("auth", "auth-int") if each in offered), "")
    known = _HASHES.get(algorithm.removesuffix("-SESS"), "") in hashlib.algorithms_available
    if not known or (offered and not qop) or not told.get("nonce"):
        return None
    user_hashed = told.get("userhash", "").lower() == "true"
    return Challenge(told.get("realm", ""), told["nonce"], algorithm, told.get("opaque"), qop, user_hashed)


def _without_quotes(text: str) -> str:
    """The text with what stands in quotes blotted out, as long as before."""
    return _in_quotes.sub(lambda quoted: "_" * len(quoted[0]), text)


def _plain(quoted: str, bare: str) -> str:
    return re.sub(r"\\(.)", r"\1", quoted) or bare


def _quoted(text: str) -> str:
    """In quotes; what can't stand in a header line is left out."""
    clean = "".join(letter for letter in text if letter.isprintable())
    return '"' + clean.replace("\\", "\\\\").replace('"', '\\"') + '"'
