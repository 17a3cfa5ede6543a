"""From a request to a curl command for bash: what would be sent, with dots in place of secrets."""

import re
import shlex

from ivr.core.credentials import (
    AnyAuth,
    ApiKey,
    AwsSignature,
    Basic,
    Bearer,
    ClientCertificate,
    Digest,
    Hmac,
    OAuth2,
    TwilioSignature,
)
from ivr.core.effects import Fetch
from ivr.core.fields import DOTS
from ivr.core.template import masked

_controls = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def curl_command(fetch: Fetch) -> str:
    """The command, an option a line. It holds no secret: dots stand for each, to be replaced by who runs it."""
    url, lines = masked(fetch.url), [f"--header {quoted(line)}" for line in _headers(fetch)]
    if isinstance(fetch.auth, ApiKey) and fetch.auth.place == "query":
        url = f"{url}{'&' if '?' in url else '?'}{fetch.auth.name}={DOTS}"
    content = _content(fetch)
    lines += [*_credentials(fetch.auth), *content, *_limits(fetch, url)]
    return " \\\n  ".join([f"curl {_method(fetch, bool(content))}{quoted(url)}", *lines])


def quoted(text: str) -> str:
    """A word as bash reads it back, whatever is in it."""
    if not _controls.search(text):
        return shlex.quote(text)
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return "$'" + _controls.sub(lambda odd: f"\\x{ord(odd[0]):02x}", escaped) + "'"


def _credentials(auth: AnyAuth | None) -> list[str]:
    """The options that show who sends it. What is signed by a key that curl knows nothing of is a header of dots."""
    match auth:
        case Basic(user=user):
            return [f"--user {quoted(f'{user}:{DOTS}')}"]
        case Digest(user=user):
            return ["--digest", f"--user {quoted(f'{user}:{DOTS}')}"]
        case ClientCertificate():
            return [f"--cert {DOTS}"]
        case AwsSignature(access_key=user, region=region, service=service):
            return [f"--aws-sigv4 aws:amz:{region}:{service}", f"--user {quoted(f'{user}:{DOTS}')}"]
    return [f"--header {quoted(f'{name}: {value}')}" for name, value in _shown(auth)]


def _shown(auth: AnyAuth | None) -> list[tuple[str, str]]:
    """Header lines that show who sends it."""
    match auth:
        case ApiKey(name=name, place="header"):
            return [(name, DOTS)]
        case Bearer() | OAuth2():
            return [("Authorization", f"Bearer {DOTS}")]
        case Hmac(headers=headers):
            return [(name, DOTS) for name, _ in headers]
        case TwilioSignature():
            return [("X-Twilio-Signature", DOTS)]
    return []


def _method(fetch: Fetch, sends: bool) -> str:
    if fetch.method == "HEAD" and not sends:
        return "--head "
    usual = "POST" if sends else "GET"
    return "" if fetch.method == usual == "GET" else f"--request {fetch.method} "


def _headers(fetch: Fetch) -> list[str]:
    """Header lines, as curl takes them: a line that ends in `;` has no value, one that ends in `:` is not sent."""
    lines = [f"{name}: {masked(value)}" if value else f"{name};" for name, value in fetch.headers]
    if fetch.idempotency_key:
        lines.append(f"Idempotency-Key: {fetch.idempotency_key}")
    names = {name.lower() for name, _ in fetch.headers}
    if fetch.body is not None and "content-type" not in names:
        lines.append("Content-Type:")
    return lines


def _content(fetch: Fetch) -> list[str]:
    if fetch.body_kind == "multipart" and fetch.form:
        return [f"--form-string {quoted(f'{name}={masked(value)}')}" for name, value in fetch.form]
    return [f"--data-raw {quoted(masked(fetch.body))}"] if fetch.body is not None else []


def _limits(fetch: Fetch, url: str) -> list[str]:
    lines = [f"--max-time {fetch.timeout}"]
    lines += ["--location"] if fetch.follow_redirects else []
    lines += [f"--retry {fetch.retries}"] if fetch.retries else []
    lines += ["--globoff"] if re.search(r"[\[\]{}]", url) else []
    lines += ["--path-as-is"] if re.search(r"/\.\.?(?:[/?#]|$)", url) else []
    return lines
