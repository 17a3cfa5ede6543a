"""What settings are made of: types that say, in the words of a sentence, what is wrong with a value."""

import re
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, NamedTuple

from pydantic import AfterValidator, BeforeValidator, SecretStr


class Secret(SecretStr):
    """Text that prints as three dots; empty when not set."""

    def _display(self) -> str:
        return "•••" if self else ""


class Address(NamedTuple):
    """Where to listen."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


_URL = re.compile(
    r"(https?://)([a-z0-9.-]+|\[[0-9a-f:.]+\])(?::([0-9]{1,5}))?((?:/[!$%&'()*+,;=:@\w.~-]*)*)", re.A | re.I
)
_PROXY = re.compile(
    r"http://(?:[^\s/?#@:]+(?::[^\s/?#@:]*)?@)?(?:[A-Za-z0-9._-]+|\[[0-9a-fA-F:.]+\])(?::[0-9]{1,5})?/?"
)
_LISTEN = re.compile(r"(?:\[([0-9a-fA-F:.]+)\]|([^\s:\[\]/]*)):([0-9]{1,5})", re.A)
_KEY = re.compile(r"[A-Za-z0-9_-]{43}=")  # 32 bytes
_DESTINATION = re.compile(r"[A-Za-z]{2}|\+[0-9]{1,14}|\*")
_QUIET = re.compile(r"((?:[01]\d|2[0-3]):[0-5]\d)-((?:[01]\d|2[0-3]):[0-5]\d)", re.A)
_SENDER = re.compile(r"\+[1-9][0-9]{4,14}|[0-9]{3,8}|MG[0-9a-fA-F]{32}")


def _url(text: str) -> str:
    match = _URL.fullmatch(text.strip())
    if match is None or not 0 < int(match[3] or 1) < 65536:
        raise ValueError(
            "must look like https://ivr.example.com: http or https, a host, perhaps a port and a path; "
            "no user name, no ?query, no #fragment"
        )
    scheme, host, port, path = match.groups()
    return f"{scheme}{host}{':' + port if port else ''}".lower() + path.rstrip("/")


def _listen(value: object) -> Address:
    if isinstance(value, Address):
        return value
    match = _LISTEN.fullmatch(str(value).strip())
    if match is None or int(match[3]) > 65535:
        raise ValueError("must look like 0.0.0.0:8080 or [::]:8080, with a port from 0 (any free one) to 65535")
    return Address(match[1] or match[2] or "0.0.0.0", int(match[3]))  # noqa: S104 - what an empty host means


def _account(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]+", text.strip()):
        raise ValueError("must be the account's SID, one word of letters and digits; copy it again")
    return text.strip()


def _sender(text: str) -> str:
    plain = re.sub(r"[\s().-]", "", text)
    if not _SENDER.fullmatch(plain):
        raise ValueError("must be a phone number such as +15550100, a short code, or a messaging service's SID (MG...)")
    return plain


def _token(secret: Secret) -> Secret:
    text = secret.get_secret_value().strip()
    if not re.fullmatch(r"[!-~]+", text):
        raise ValueError("must be one word of plain characters; copy it again")
    return Secret(text)


def _database(secret: Secret) -> Secret:
    text = secret.get_secret_value().strip()
    if not re.fullmatch(r"postgres(ql)?://\S+", text):
        raise ValueError("must look like postgresql://user:password@host/database")
    return Secret(text)


def _proxy(secret: Secret) -> Secret:
    text = secret.get_secret_value().strip()
    if text and not _PROXY.fullmatch(text):
        raise ValueError(
            "must look like http://proxy.example.com:3128 or http://user:password@proxy.example.com:3128, with the odd "
            "letters of user and password as %40 and the like"
        )
    return Secret(text)


def _keys(secret: Secret) -> Secret:
    keys = [key.strip() for key in secret.get_secret_value().split(",")]
    if not all(_KEY.fullmatch(key) for key in keys):
        raise ValueError(
            "must be one or several keys as `ivr key new` prints them (32 bytes, base64), comma between them"
        )
    return Secret(",".join(keys))


def _places(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9._:/\[\]*, \t-]*", text):
        raise ValueError("must be hosts and networks with a comma between them, such as crm.internal, 10.1.2.0/24")
    return text.strip()


def _networks(text: str) -> str:
    try:
        found = [ip_network(each.strip()) for each in text.split(",") if each.strip()]
    except ValueError:
        raise ValueError(
            "must be addresses or networks with a comma between them, such as 10.0.0.5, 192.168.7.0/24"
        ) from None
    if any(not network.prefixlen for network in found):
        raise ValueError("must not be everybody: name the proxies that stand before this server")
    return ",".join(map(str, found))


def _destinations(text: str) -> str:
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not all(_DESTINATION.fullmatch(part) for part in parts):
        raise ValueError("must be countries and prefixes with a comma between them, such as US, CA, +4420, or *")
    return ",".join(parts).upper()


def _quiet(text: str) -> str:
    found = _QUIET.fullmatch(re.sub(r"\s", "", text).replace("–", "-"))
    if found is None or found[1] == found[2]:
        raise ValueError("must be two times of day with a hyphen between them, such as 21:00-08:00")
    return f"{found[1]}-{found[2]}"


def _country(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z]{2}", text.strip()):
        raise ValueError("must be the two letters of a country (ISO 3166), such as US or DE")
    return text.strip().upper()


def _file(path: Path | None) -> Path | None:
    if path is not None and not path.is_file():
        raise ValueError("must be a file that can be read")
    return path


def _lower(value: object) -> object:
    return value.strip().lower() if isinstance(value, str) else value


Url = Annotated[str, AfterValidator(_url)]
Token = Annotated[Secret, AfterValidator(_token)]
Listen = Annotated[Address, BeforeValidator(_listen)]
Account = Annotated[str, AfterValidator(_account)]
Sender = Annotated[str, AfterValidator(_sender)]
DatabaseUrl = Annotated[Secret, AfterValidator(_database)]
ProxyUrl = Annotated[Secret, AfterValidator(_proxy)]
Keys = Annotated[Secret, AfterValidator(_keys)]
Destinations = Annotated[str, AfterValidator(_destinations)]
QuietTime = Annotated[str, AfterValidator(_quiet)]
Country = Annotated[str, AfterValidator(_country)]
Places = Annotated[str, AfterValidator(_places)]
Networks = Annotated[str, AfterValidator(_networks)]
File = Annotated[Path | None, AfterValidator(_file)]
YesNo = Annotated[bool, BeforeValidator(_lower)]
Lower = BeforeValidator(_lower)
