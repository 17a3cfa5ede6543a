"""How the request of an External Web Call shows who sends it: one model for each kind of credentials."""

import re
from typing import Annotated, Literal

from msgspec import structs
from pydantic import AfterValidator, Field, StringConstraints

from ivr.actions.parts.web_call import HeaderName, Part
from ivr.core import credentials as closed
from ivr.core import query
from ivr.core.action import Visit
from ivr.core.credentials import AnyAuth
from ivr.core.fields import Secret, ui
from ivr.core.signing import SIGNATURE, placeholders
from ivr.core.template import PLAIN, URL, Template

AUTHENTICATION_LABELS = {
    "basic": "Basic Auth",
    "bearer": "Bearer token",
    "api_key": "API key",
    "oauth2": "OAuth 2.0 client credentials",
    "oauth2_password": "OAuth 2.0 password",
    "digest": "Digest Auth",
    "hmac": "HMAC signature",
    "twilio": "Twilio signature",
    "aws": "AWS signature (SigV4)",
    "certificate": "Client certificate",
}
_begins = re.compile(r"-----BEGIN ([A-Z0-9 ]{1,40})-----")
_locked = re.compile(r"BEGIN ENCRYPTED|Proc-Type: 4,ENCRYPTED")


class BasicAuth(Part):
    type: Literal["basic"] = "basic"
    user: Template = Field(title="Username")
    """The user name."""
    password: Secret
    """The password: typed in, or `$SECRET.name`. Once stored it can't be read any more, only replaced."""

    def closed(self, visit: Visit) -> AnyAuth:
        return closed.Basic(self.user.fill(visit, PLAIN), self.password)


class BearerToken(Part):
    type: Literal["bearer"] = "bearer"
    token: Secret
    """The token: typed in, or `$SECRET.name`."""

    def closed(self, visit: Visit) -> AnyAuth:
        return closed.Bearer(self.token)


class KeyAuth(Part):
    type: Literal["api_key"] = "api_key"
    name: str = Field(min_length=1, max_length=128, pattern=r"^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")
    """The name of the header or of the query parameter."""
    value: Secret
    """The key: typed in, or `$SECRET.name`."""
    place: Literal["header", "query"] = "header"
    """Where the API expects it."""

    def closed(self, visit: Visit) -> AnyAuth:
        return closed.ApiKey(self.name, self.value, self.place)


class DigestAuth(Part):
    type: Literal["digest"] = "digest"
    user: Template = Field(title="Username")
    """The user name."""
    password: Secret
    """Typed in, or `$SECRET.name`. It is not sent: each request is first refused, and then answered by a digest."""

    def closed(self, visit: Visit) -> AnyAuth:
        return closed.Digest(self.user.fill(visit, PLAIN), self.password)


def _plain_path(text: str) -> str:
    if text:
        query.check(text)
    if text.startswith("$"):
        raise ValueError("must be a path such as data.token")
    return query.trimmed(text)


class _Client(Part):
    token_url: Template
    """Where tokens are given out."""
    client_id: Template
    """Who asks."""
    client_secret: Secret | None = None
    """Typed in, or `$SECRET.name`; nothing where the client has none."""


class _User(Part):
    user: Template = Field(title="Username")
    """Whose token it is."""
    password: Secret
    """That user's password: typed in, or `$SECRET.name`."""


class _Token(Part):
    scope: str = ""
    """What the token is for, where the API wants it said."""
    audience: str = ""
    """Whom the token is for, where the API wants it said."""
    send_as: Literal["header", "body", "json"] = Field(
        default="header", json_schema_extra=ui(labels={"header": "Header", "body": "Form", "json": "JSON"})
    )
    """How the token URL expects client id and secret: as Basic Auth in a `header`, in a form (`body`), or as `json`,
    with all that is asked for."""
    token_path: Annotated[str, AfterValidator(_plain_path)] = Field(
        default="", json_schema_extra=ui(placeholder="access_token", mono=True)
    )
    """Where the token stands in the answer, such as `data.token`. Empty: `access_token`."""


class ClientCredentials(_Token, _Client):
    type: Literal["oauth2"] = "oauth2"
    client_secret: Secret
    """Typed in, or `$SECRET.name`."""

    def closed(self, visit: Visit) -> AnyAuth:
        return _bought(visit, self)


class PasswordGrant(_Token, _User, _Client):
    type: Literal["oauth2_password"] = "oauth2_password"

    def closed(self, visit: Visit) -> AnyAuth:
        return structs.replace(_bought(visit, self), user=self.user.fill(visit, PLAIN), password=self.password)


def _bought(visit: Visit, auth: "ClientCredentials | PasswordGrant") -> closed.OAuth2:
    return closed.OAuth2(
        auth.token_url.fill(visit, URL),
        auth.client_id.fill(visit, PLAIN),
        auth.client_secret,
        auth.scope,
        auth.audience,
        in_body=auth.send_as == "body",
        in_json=auth.send_as == "json",
        token_path=auth.token_path,
    )


def _signable(text: str) -> str:
    if SIGNATURE in placeholders(text):
        raise ValueError("has {signature}, which is not there yet")
    return text


def _sendable(text: str) -> str:
    if "\n" in text or "\\n" in text:
        raise ValueError("has a line break, which a header can't have")
    placeholders(text)
    return text


class SignedHeader(Part):
    name: HeaderName
    """The header's name, such as `X-Signature`."""
    value: Annotated[str, StringConstraints(max_length=1000), AfterValidator(_sendable)]
    """What it says, such as `sha256={signature}` or `{timestamp}`."""


def _with_signature(headers: tuple[SignedHeader, ...]) -> tuple[SignedHeader, ...]:
    if not any(SIGNATURE in placeholders(header.value) for header in headers):
        raise ValueError("none of these headers has {signature}")
    return headers


class HmacSignature(Part):
    type: Literal["hmac"] = "hmac"
    key: Secret
    """The shared key: typed in, or `$SECRET.name`."""
    key_format: Literal["text", "hex", "base64"] = "text"
    """How the key is written: as it is, or as hex or base64 of its bytes."""
    algorithm: Literal["sha256", "sha512", "sha1"] = Field(
        default="sha256", json_schema_extra=ui(labels={"sha256": "SHA-256", "sha512": "SHA-512", "sha1": "SHA-1"})
    )
    """The hash of the HMAC, and of `{body_hash}`."""
    sign: Annotated[str, StringConstraints(min_length=1, max_length=4000), AfterValidator(_signable)] = Field(
        default="{timestamp}.{body}", title="What is signed", json_schema_extra=ui(mono=True)
    )
    """The text that is signed, of `{method}`, `{url}`, `{host}`, `{path}`, `{query}`, `{body}`, `{body_hash}`,
    `{body_hash_base64}`, `{timestamp}`, `{nonce}` and `{header:Name}`; `\\n` is a line break and `{{` a brace."""
    encoding: Literal["hex", "base64"] = "hex"
    """How the signature is written."""
    headers: Annotated[
        tuple[SignedHeader, ...],
        Field(max_length=10, json_schema_extra=ui(row="header")),
        AfterValidator(_with_signature),
    ] = (
        SignedHeader(name="X-Signature", value="{signature}"),
        SignedHeader(name="X-Timestamp", value="{timestamp}"),
    )
    """The headers that are added; they may have the same placeholders, and `{signature}`."""
    time_format: Literal["seconds", "milliseconds", "iso", "http"] = Field(
        default="seconds",
        title="Timestamp",
        json_schema_extra=ui(
            labels={"seconds": "Seconds since 1970", "milliseconds": "Milliseconds", "iso": "ISO 8601", "http": "HTTP"}
        ),
    )
    """How `{timestamp}` is written: seconds or milliseconds since 1970, as ISO 8601, or as in the header Date."""

    def closed(self, visit: Visit) -> AnyAuth:
        headers = tuple((header.name, header.value) for header in self.headers)
        return closed.Hmac(
            self.key, self.sign, headers, self.algorithm, self.encoding, self.key_format, self.time_format
        )


class TwilioAuth(Part):
    type: Literal["twilio"] = "twilio"
    auth_token: Secret
    """The token that the receiver checks `X-Twilio-Signature` with: typed in, or `$SECRET.name`."""

    def closed(self, visit: Visit) -> AnyAuth:
        return closed.TwilioSignature(self.auth_token)


class AwsAuth(Part):
    type: Literal["aws"] = "aws"
    access_key: Template = Field(title="Access key ID")
    """Who asks."""
    secret_key: Secret = Field(title="Secret access key")
    """Typed in, or `$SECRET.name`. It is not sent."""
    region: str = Field(pattern=r"^[a-z0-9-]{1,40}$", json_schema_extra=ui(half=True, placeholder="eu-central-1"))
    """The region of the service."""
    service: str = Field(pattern=r"^[a-z0-9-]{1,40}$", json_schema_extra=ui(half=True, placeholder="execute-api"))
    """The service, by its short name: `execute-api`, `s3`, `lambda`."""
    session_token: Secret | None = None
    """What comes with temporary keys: typed in, or `$SECRET.name`."""

    def closed(self, visit: Visit) -> AnyAuth:
        access_key = self.access_key.fill(visit, PLAIN)
        return closed.AwsSignature(access_key, self.secret_key, self.region, self.service, self.session_token)


def _pem(*kinds: str) -> AfterValidator:
    """What is typed in has to be PEM of one of these kinds. What is sealed already can't be seen."""

    def checked(secret: Secret) -> Secret:
        found = _begins.findall(secret.text or "")
        if secret.text and not any(each in kinds for each in found):
            raise ValueError(f"is not PEM: it begins with -----BEGIN {kinds[0]}-----")
        if _locked.search(secret.text or ""):
            raise ValueError("has a passphrase: take it off; the key is stored encrypted")
        return secret

    return AfterValidator(checked)


class CertificateAuth(Part):
    type: Literal["certificate"] = "certificate"
    certificate: Annotated[Secret, _pem("CERTIFICATE")]
    """The certificate, and those between it and its authority, as PEM: pasted, or `$SECRET.name`."""
    private_key: Annotated[Secret, _pem("PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY")]
    """Its key as PEM, without a passphrase: pasted, or `$SECRET.name`."""

    def closed(self, visit: Visit) -> AnyAuth:
        return closed.ClientCertificate(self.certificate, self.private_key)


Authentication = Annotated[
    BasicAuth
    | BearerToken
    | KeyAuth
    | ClientCredentials
    | PasswordGrant
    | DigestAuth
    | HmacSignature
    | TwilioAuth
    | AwsAuth
    | CertificateAuth,
    Field(discriminator="type"),
]
