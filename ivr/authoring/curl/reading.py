"""From a curl command to the fields of an External Web Call. Pure: nothing is run, no file is read, nothing is sent."""

import math
import re
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Callable
from typing import Any, get_args

from msgspec import Struct
from pydantic import ValidationError

from ivr.actions.external_web_call import ExternalWebCall
from ivr.actions.parts.web_call import REFUSED_HEADERS
from ivr.authoring.curl.address import address
from ivr.authoring.curl.body import FORM_TYPE, MULTIPART, data, encoded, parts, rows
from ivr.authoring.curl.errors import NotCurl
from ivr.authoring.curl.options import FLAGS, SILENT_FLAGS, TAKEN, Given, read_options
from ivr.authoring.curl.windows import words
from ivr.core.effects import Method
from ivr.core.fields import DOTS

LONGEST = 200_000
"""Characters of a command that are read."""
MOST_NOTES = 30
_prompt = re.compile(
    r"\s*(?:(?:[$%>#]|PS [^>\n]*>|[A-Z]:\\[^>\n]*>)\s+)?"
    r"(?:(?:sudo|time|env|[A-Z_][A-Z0-9_]*=[^\s'\"]*)\s+){0,9}(?=\S*curl\b)",
    re.ASCII,
)
_piped = re.compile(r"(\s*(?:[$%>#]\s+)?(?:echo|printf)\s[^\n]{0,20000}?)\|\s*(?=(?:\S{0,200}/)?curl\s)", re.ASCII)
_prompt_sign = re.compile(r"\s*[$%>#]\s+")
_curly = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'"})
_curl = re.compile(r"(?!.*://)(?:.*[/\\])?curl(?:\.exe)?", re.IGNORECASE | re.DOTALL)
_name = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}")
_key_names = re.compile(
    r"(?:x-)?(?:api-?key|auth-?token|access-?token|api-?token|auth-?key)|ocp-apim-subscription-key", re.IGNORECASE
)


class Pasted(Struct, frozen=True):
    """The fields of an External Web Call that a command sets, as a flow file has them: passwords are typed in, and
    sealed when the flow is stored. `notes` say what was not taken over, or is better looked at."""

    fields: dict[str, Any]
    notes: tuple[str, ...]


def is_curl(text: str) -> bool:
    """Whether a text begins like a curl command."""
    first = _without(_prompt, _without(_piped, text[:25_000]))[:1000].split(maxsplit=1)
    return bool(first) and _curl.fullmatch(first[0]) is not None


def _without(begin: re.Pattern[str], text: str) -> str:
    """A text without how it begins. A search for it would begin anew at each character."""
    found = begin.match(text)
    return text[found.end() :] if found else text


def read_curl(text: str) -> Pasted:
    """What a command of bash, PowerShell or cmd, as copied from documentation or a browser, would send. Raises NotCurl
    with a sentence about what is in the way; what can merely not be taken over becomes a note."""
    if len(text) > LONGEST:
        raise NotCurl(f"The command is longer than {LONGEST:,} characters.")
    if not is_curl(text):
        raise NotCurl("This is not a curl command: it should begin with curl.")
    if not set(text) & {'"', "'"}:
        text = text.translate(_curly)  # a word processor's
    piped = _piped.match(text)
    split = words(_without(_prompt, text[piped.end() :] if piped else text))
    stdin = split.stdin if piped is None or split.stdin is not None else _echoed(piped[1])
    return _Reading(read_options(split.words[1:]), stdin, split.expansions, split.rest).pasted()


def _echoed(command: str) -> str:
    """What a command before a pipe says."""
    said = words(_without(_prompt_sign, command)).words[1:]
    return " ".join(word for word in said if word not in {"-n", "-e", "-ne", "-en"}) + "\n"


class _Reading:
    def __init__(self, given: Given, stdin: str | None, expansions: tuple[str, ...], rest: str) -> None:
        self._given = given
        self._stdin = stdin
        self._notes: list[str] = []
        self._headers: list[tuple[str, str]] = []
        self._authentication: dict[str, Any] | None = None
        for each in given.unknown:
            self._note(f"{each} is not an option of curl that is known here, and was left out.")
        if expansions:
            named = ", ".join(expansions[:5])
            self._note(
                f"A shell would fill in {named}; it was taken as text: put the value, or a variable, in its place."
            )
        if rest.startswith("&"):
            self._note(f"What follows the & was left out ({rest[:60]}): an address with & has to stand in quotes.")
        elif rest:
            self._note(f"What follows the command was left out: {rest[:60]}")

    def _note(self, sentence: str) -> None:
        if sentence not in self._notes:
            self._notes.append(sentence)

    def pasted(self) -> Pasted:
        """Everything in its place."""
        given = self._given
        if given.has("form", "form-string") and data(given, self._stdin, lambda _: None) is not None:
            raise NotCurl("The command has both data and a form; curl sends only one of them.")
        body = data(given, self._stdin, self._note)
        queries = [encoded(value.removeprefix("+"), self._note) for value in given.all("url-query")]
        if given.has("get") and body:
            queries.append(body)
        found = address(given, "&".join(queries), self._note)
        self._read_headers()
        self._authenticate(found.user)
        fields: dict[str, Any] = {"method": self._method(body), "url": _text(found.url)}
        fields |= self._sent(None if given.has("get") else body)
        if self._authentication:
            fields["authentication"] = self._authentication
        if self._headers:
            fields["headers"] = [{"name": name, "value": _text(value)} for name, value in self._headers]
        fields |= self._limits()
        fields["follow_redirects"] = given.has("location", "location-trusted")
        self._tell()
        self._check(fields)
        notes = (
            self._notes if len(self._notes) <= MOST_NOTES else [*self._notes[:MOST_NOTES], "… and more of the kind."]
        )
        return Pasted(fields, tuple(notes))

    def _method(self, body: str | None) -> str:
        given = self._given
        by_options = (
            "HEAD" if given.has("head") else "GET" if given.has("get") else "POST" if self._sends(body) else "GET"
        )
        if given.has("head") and self._sends(body) and not given.has("get"):
            raise NotCurl("The command asks for the headers only (-I) and sends a body; curl refuses that.")
        asked = given.last("request") or by_options
        method = asked.upper()
        if method not in get_args(Method):
            raise NotCurl(f"The method {asked[:30]} can't be sent; there are {', '.join(get_args(Method))}.")
        if method != asked:
            self._note(f"The method {asked} is written {method}.")
        return method

    def _sends(self, body: str | None) -> bool:
        return body is not None or self._given.has("form", "form-string")

    def _read_headers(self) -> None:
        given = self._given
        if (agent := given.last("user-agent")) is not None:
            self._add("User-Agent", agent)
        if (referer := given.last("referer")) is not None:
            self._add("Referer", referer.removesuffix(";auto"))
        cookies = [each for each in given.all("cookie") if self._is_cookie(each)]
        if cookies:
            self._add("Cookie", ";".join(cookies))
        for line in given.all("header"):
            self._header(line)
        if given.has("json"):
            names = {name.lower() for name, _ in self._headers}
            self._headers += [("Accept", "application/json")] if "accept" not in names else []
            self._headers += [("Content-Type", "application/json")] if "content-type" not in names else []

    def _is_cookie(self, value: str) -> bool:
        if "=" in value:
            return True
        self._note(f"-b {value} reads cookies from a file, which is not read from here.")
        return False

    def _add(self, name: str, value: str) -> None:
        if value:
            self._headers.append((name, value))

    def _header(self, line: str) -> None:
        if line.startswith("@"):
            return self._note(f"-H {line} reads headers from a file, which is not read from here.")
        name, colon, value = line.partition(":")
        name, value = name.strip(), re.sub(r"[\x00-\x1f\x7f]+", " ", value).strip()
        if not colon:
            name, semicolon, rest = line.partition(";")
            if not semicolon or rest.strip():
                return self._note(f"“{line[:60]}” is no header line, and was left out.")
        elif not value:
            return None  # curl takes it for “do not send your own”
        if not _name.fullmatch(name) or name.lower() in REFUSED_HEADERS:
            return self._note(f"The header {name[:60]} is set by the connection itself, and was left out.")
        if name.lower() == "accept-encoding":
            return self._note("The header Accept-Encoding was left out: the server asks for what it can unpack.")
        # A line of one's own replaces what an option would send.
        if name.lower() in {"user-agent", "referer", "cookie"}:
            self._headers = [each for each in self._headers if each[0].lower() != name.lower()]
        self._headers.append((name, value))
        return None

    def _authenticate(self, in_address: str | None) -> None:
        """Who asks: by a header, which counts most, by option, or by what stood in the address."""
        given = self._given
        user = given.last("user") if given.has("user") else in_address
        if user is not None:
            self._authentication = self._of_user(user)
        if (bearer := given.last("oauth2-bearer")) is not None:
            self._authentication = {"type": "bearer", "token": self._secret(bearer)}
        for name, value in list(self._headers):
            read = self._credentials(name, value)
            if read:
                self._authentication = read
                self._headers.remove((name, value))
                break

    def _of_user(self, login: str) -> dict[str, Any] | None:
        """User and password, as the options want them sent."""
        given = self._given
        if (scope := given.last("aws-sigv4")) is not None:
            return self._aws(login, scope)
        if given.has("ntlm", "negotiate", "anyauth"):
            self._note("User and password were left out: they can be sent as Basic or Digest Auth, and sign for AWS.")
            return None
        basic = self._basic(login)
        return {**basic, "type": "digest"} if given.has("digest") else basic

    def _aws(self, login: str, scope: str) -> dict[str, Any] | None:
        _, _, region, service, *_ = [*scope.split(":"), "", "", "", ""]
        if not region or not service:
            self._note(
                f"--aws-sigv4 {scope} was left out: it should say region and service, as in aws:amz:eu-west-1:s3."
            )
            return None
        user, _, key = login.partition(":")
        secret = {"secret_key": self._secret(key), "region": region, "service": service}
        return {"type": "aws", "access_key": _text(user), **secret}

    def _credentials(self, name: str, value: str) -> dict[str, Any] | None:
        if name.lower() == "authorization":
            scheme, _, rest = value.partition(" ")
            if scheme == "Bearer" and rest.split() == [rest]:
                return {"type": "bearer", "token": self._secret(rest)}
            if scheme == "Basic" and (login := _decoded(rest)) is not None:
                return self._basic(login)
            return {"type": "api_key", "name": name, "value": self._secret(value), "place": "header"}
        if _key_names.fullmatch(name) and self._authentication is None:
            return {"type": "api_key", "name": name, "value": self._secret(value), "place": "header"}
        return None

    def _basic(self, login: str) -> dict[str, Any]:
        user, colon, password = login.partition(":")
        if not colon:
            self._note("curl would ask for the password: type it in.")
        return {"type": "basic", "user": _text(user), "password": self._secret(password)}

    def _secret(self, text: str) -> str:
        if DOTS in text:
            self._note("The command was copied without its password or key: type it in.")
            return ""
        return text

    def _sent(self, body: str | None) -> dict[str, Any]:
        """Body or form, and the content type."""
        written = [value for name, value in self._headers if name.lower() == "content-type"]
        if self._given.has("form", "form-string"):
            self._headers = [each for each in self._headers if each[0].lower() != "content-type"]
            form = [{"name": each["name"], "value": _text(each["value"])} for each in parts(self._given, self._note)]
            return {"content_type": MULTIPART, "form": form}
        kind = written[0] if written else FORM_TYPE if body is not None else None
        fields: dict[str, Any] = {}
        if kind is not None and len(written) <= 1 and self._is_content_type(kind):
            fields["content_type"] = kind
            self._headers = [each for each in self._headers if each[0].lower() != "content-type"]
        if not body:
            return fields
        form_rows = rows(body) if kind == FORM_TYPE else None
        if form_rows is not None:
            return fields | {"form": [{"name": each["name"], "value": _text(each["value"])} for each in form_rows]}
        if kind == FORM_TYPE and body.lstrip()[:1] in {"{", "["}:
            self._note(
                "curl sends this JSON as a form, as no content type is given: choose application/json if that is meant."
            )
        return fields | {"body": _text(body)}

    def _is_content_type(self, text: str) -> bool:
        """Whether the field takes it; else it stays a header line. A form in several parts gets its own."""
        if text.lower().startswith("multipart/"):
            return False
        try:
            block = ExternalWebCall.model_validate({"url": "https://", "content_type": text})
        except ValidationError:
            return False
        return block.content_type == text

    def _limits(self) -> dict[str, Any]:
        """Times and repeats."""
        found = {
            "timeout": self._number("max-time", 1, 200, math.ceil),
            "connect_timeout": self._number("connect-timeout", 1, 60, math.ceil),
            "retries": self._number("retry", 0, 5, math.floor),
            "retry_pause": self._number("retry-delay", 0.1, 30, float),
            "max_bytes": self._number("max-filesize", 1, 10_485_760, math.floor),
        }
        return {name: value for name, value in found.items() if value is not None}

    def _number(self, option: str, least: float, most: float, rounded: Callable[[float], float]) -> float | None:
        text = self._given.last(option)
        if text is None:
            return None
        if not re.fullmatch(r"\d{1,9}(?:\.\d{1,9})?", text):
            self._note(f"--{option} {text[:30]} is no number that can be taken over.")
            return None
        number = rounded(float(text))
        if number == 0 and option in {"max-time", "connect-timeout", "retry-delay"}:
            return None  # curl's word for its default
        if not least <= number <= most:
            self._note(
                f"--{option} {text} was brought to {min(most, max(least, number)):g}, the nearest that can be set."
            )
        return min(most, max(least, number))

    def _tell(self) -> None:
        """Say what could not be taken over."""
        given = self._given
        if given.has("insecure"):
            self._note("-k was left out: certificates are always checked.")
        for name in dict.fromkeys(name for name, _ in given.options):
            if name not in TAKEN | FLAGS | SILENT_FLAGS:
                self._note(f"--{name} can't be taken over, and was left out.")
        if any(name.lower().startswith(("sec-fetch-", "sec-ch-")) for name, _ in self._headers):
            self._note("The command comes from a browser: headers such as Sec-Fetch-Mode can usually be deleted.")
        if any(name.lower() == "cookie" for name, _ in self._headers):
            self._note("Cookies of a browser's session end with it: see whether the API takes a key or token instead.")

    def _check(self, fields: dict[str, Any]) -> None:
        """Raise NotCurl when a block could not hold it."""
        try:
            ExternalWebCall.model_validate(fields)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            where = ".".join(map(str, first["loc"]))
            raise NotCurl(f"The block can't hold this request: {where}: {first['msg']}.") from None


def _text(literal: str) -> str:
    """A text for a field in which `$` begins a variable."""
    return literal.replace("$", "$$")


def _decoded(login: str) -> str | None:
    """User and password out of a Basic header, when encoding them again gives the same."""
    try:
        text = b64decode(login, validate=True).decode()
    except (NotBase64, ValueError):
        return None
    return text if ":" in text else None
