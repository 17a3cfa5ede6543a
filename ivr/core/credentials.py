"""How a request shows who sends it, its secrets still closed."""

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

from ivr.core.fields import Secret


class Auth(Struct, frozen=True, tag_field="auth", tag=str.lower):
    """How a request shows who sends it."""

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """Every secret in it."""
        return _closed(getattr(self, name) for name in self.__struct_fields__)


class Basic(Auth, frozen=True):
    user: str
    password: Secret


class Digest(Auth, frozen=True):
    """The password is never sent: a challenge of the API is answered with a digest of it (RFC 7616)."""

    user: str
    password: Secret


class Bearer(Auth, frozen=True):
    token: Secret


class ApiKey(Auth, frozen=True):
    """A key in a header, or in the address."""

    name: str
    value: Secret
    place: Literal["header", "query"] = "header"


class OAuth2(Auth, frozen=True):
    """A token that credentials are exchanged for: those of the client, and of a user where there is one.

    They go to the token URL in a header, `in_body` as a form, or `in_json`. `token_path` is where the token stands in
    the answer; empty: in `access_token`.
    """

    token_url: str
    client_id: str
    client_secret: Secret | None
    scope: str = ""
    audience: str = ""
    in_body: bool = False
    in_json: bool = False
    user: str = ""
    password: Secret | None = None
    token_path: str = ""


class Exchange(Auth, frozen=True):
    """What a token is asked for with: a `login` in a header, and secrets among the fields of the body."""

    login: Basic | None = None
    fields: tuple[tuple[str, Secret], ...] = ()

    @property
    def secrets(self) -> tuple[Secret, ...]:
        login = self.login.secrets if self.login is not None else ()
        return (*login, *(secret for _, secret in self.fields))


class Hmac(Auth, frozen=True):
    """A signature by a shared key. `sign` is what is signed, and `headers` what is sent of it, both with placeholders:
    see `core.signing`."""

    key: Secret
    sign: str
    headers: tuple[tuple[str, str], ...]
    algorithm: Literal["sha256", "sha512", "sha1"] = "sha256"
    encoding: Literal["hex", "base64"] = "hex"
    key_format: Literal["text", "hex", "base64"] = "text"
    time_format: Literal["seconds", "milliseconds", "iso", "http"] = "seconds"


class TwilioSignature(Auth, frozen=True):
    """Signed as Twilio signs its webhooks."""

    auth_token: Secret


class AwsSignature(Auth, frozen=True):
    """AWS Signature, version 4. A session token comes with temporary credentials."""

    access_key: str
    secret_key: Secret
    region: str
    service: str
    session_token: Secret | None = None


class ClientCertificate(Auth, frozen=True):
    """A certificate that is shown when the connection is made, and its private key; both PEM."""

    certificate: Secret
    private_key: Secret


AnyAuth = (
    Basic | Digest | Bearer | ApiKey | OAuth2 | Exchange | Hmac | TwilioSignature | AwsSignature | ClientCertificate
)


def _closed(values: Iterable[object]) -> tuple[Secret, ...]:
    return tuple(value for value in values if isinstance(value, Secret))
