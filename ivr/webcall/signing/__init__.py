"""Signatures of requests: each kind shows who sends a request by something that is made of it."""

from typing import Protocol

from ivr.core.credentials import AnyAuth, AwsSignature, ClientCertificate, Digest, Hmac, TwilioSignature
from ivr.core.fields import Secret
from ivr.webcall.outgoing import Identity, Signer
from ivr.webcall.signing.aws import AwsSigner
from ivr.webcall.signing.digest import DigestSigner
from ivr.webcall.signing.shared_key import SharedKeySigner
from ivr.webcall.signing.twilio import TwilioSigner

__all__ = ["Opener", "identity_of", "signer_of"]


class Opener(Protocol):
    """Gives the text of a secret."""

    def text(self, secret: Secret) -> str: ...


def signer_of(auth: AnyAuth | None, opened: Opener) -> Signer | None:
    """Who signs the requests of these credentials; None where nothing is signed. Raises Unsendable."""
    match auth:
        case Digest(user=user, password=password):
            return DigestSigner(user, opened.text(password))
        case Hmac(key=key):
            return SharedKeySigner.of(auth, opened.text(key))
        case TwilioSignature(auth_token=secret):
            return TwilioSigner(opened.text(secret))
        case AwsSignature(session_token=session):
            token = opened.text(session) if session is not None else ""
            return AwsSigner(auth.access_key, opened.text(auth.secret_key), auth.region, auth.service, token)
    return None


def identity_of(auth: AnyAuth | None, opened: Opener) -> Identity | None:
    """The certificate that is shown, where there is one."""
    if not isinstance(auth, ClientCertificate):
        return None
    return Identity(opened.text(auth.certificate), opened.text(auth.private_key))
