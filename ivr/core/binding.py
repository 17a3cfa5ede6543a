"""What is said of a typed secret that is not for the origin it would go to: the same when checking as in a call."""

from typing import Literal

from msgspec import Struct

from ivr.core.fields import Secret
from ivr.core.origin import Origin

_names = {
    "password": "password",
    "token": "token",
    "value": "key",
    "key": "key",
    "client_secret": "client secret",
    "auth_token": "auth token",
    "secret_key": "secret access key",
    "session_token": "session token",
    "certificate": "certificate",
    "private_key": "private key",
}


class BindingFault(Struct, frozen=True):
    """Why a secret is not sent, in a sentence, and what to do. `cause` is that of the web call."""

    code: Literal["secret_lost", "plain_http"]
    cause: Literal["no_secret", "blocked"]
    message: str
    hint: str = ""


def binding_fault(secret: Secret, typed_for: str, to: Origin) -> BindingFault | None:
    """What is wrong with sending a secret that was typed for one origin to another; None when it may go there. An
    empty `typed_for`: it was typed for none."""
    name = secret_name(secret)
    if typed_for != str(to):
        earlier = f"for {typed_for}" if typed_for else "for no address that was written out"
        return BindingFault("secret_lost", "no_secret", f"The {name} was typed {earlier}; type it again for {to}.")
    if not to.private:
        return BindingFault("plain_http", "blocked", f"The {name} would be sent to {to} unencrypted.", OPENLY)
    return None


def secret_name(secret: Secret) -> str:
    """What authors call it, by its field."""
    return _names.get(secret.at.rpartition(".")[2], "secret")


OPENLY = "Use https://; or a named secret whose hosts say that it may go there by http://."
