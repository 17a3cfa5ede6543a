"""What to do. Verbs are words for the caller; jobs run off the line and come back as replies."""

from typing import Literal

from msgspec import Struct

from ivr.core.fields import Secret
from ivr.core.template import masked
from ivr.core.values import Value

LONGEST_SAY = 3000
"""Characters a carrier's voice speaks in one go."""


DEFAULT_AUDIO = "hold.wav"
"""The clip of hold music that is always there."""


class Verb(Struct, frozen=True, tag_field="verb", tag=str.lower):
    """Something the caller hears."""


class Say(Verb, frozen=True):
    """Speak. An empty voice or language means the flow's, else the carrier's own."""

    text: str
    voice: str = ""
    language: str = ""


class Play(Verb, frozen=True):
    """Play a clip of the audio library, `loop` times."""

    audio: str
    loop: int = 1


class Pause(Verb, frozen=True):
    """Silence, in whole seconds. As the first verb of an unanswered call it lets the phone ring on."""

    seconds: int = 1


class Hangup(Verb, frozen=True):
    """End the call."""


AnyVerb = Say | Play | Pause | Hangup


class Auth(Struct, frozen=True, tag_field="auth", tag=str.lower):
    """How a request shows who sends it."""


class Basic(Auth, frozen=True):
    user: str
    password: Secret


class Bearer(Auth, frozen=True):
    token: Secret


class ApiKey(Auth, frozen=True):
    """A key in a header, in the address, or among the fields of a form."""

    name: str
    value: Secret
    place: Literal["header", "query", "form"] = "header"


class OAuth2(Auth, frozen=True):
    """A token that the client's credentials are exchanged for."""

    token_url: str
    client_id: str
    client_secret: Secret
    scope: str = ""
    audience: str = ""
    in_body: bool = False


AnyAuth = Basic | Bearer | ApiKey | OAuth2
BodyKind = Literal["json", "xml", "form", "text", "multipart"]


class Job(Struct, frozen=True, kw_only=True, tag_field="job", tag=str.lower):
    """Work off the line. `finish`: goes on to its end when the caller hangs up."""

    finish: bool = False

    @property
    def repeatable(self) -> bool:
        """Whether doing it a second time is harmless, should nobody know if the first time got through."""
        return False

    @property
    def summary(self) -> dict[str, Value]:
        """What the trace tells of it."""
        return {}


class Fetch(Job, frozen=True, kw_only=True):
    """An HTTP request, its templates already filled and escaped. Passwords are sealed, and named secrets are marks.

    Times in seconds, sizes in bytes. `body_kind` says how a secret in the body is escaped; `form` is what a multipart
    body is made of. `idempotency_key` makes a repeat harmless whatever the method.
    """

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    auth: AnyAuth | None = None
    body: str | None = None
    body_kind: BodyKind = "text"
    form: tuple[tuple[str, str], ...] = ()
    timeout: int = 10
    connect_timeout: int = 5
    max_bytes: int = 1_048_576
    follow_redirects: bool = True
    retries: int = 0
    backoff: float = 0.5
    idempotency_key: str = ""

    @property
    def repeatable(self) -> bool:
        return bool(self.idempotency_key) or self.method in {"GET", "HEAD", "OPTIONS", "PUT", "DELETE"}

    @property
    def summary(self) -> dict[str, Value]:
        shown: dict[str, Value] = {"job": "fetch", "method": self.method, "url": masked(self.url)}
        if self.headers:
            shown["headers"] = {name: masked(value) for name, value in self.headers}
        if self.body:
            shown["body"] = masked(self.body)
        return shown


class Text(Job, frozen=True, kw_only=True):
    """A text message. Without a sender it comes from the configured one, else from the number that was `called`."""

    to: str
    body: str
    sender: str = ""
    called: str = ""
    finish: bool = True

    @property
    def summary(self) -> dict[str, Value]:
        return {"job": "text", "to": self.to, "body": self.body}


AnyJob = Fetch | Text


class Line(Struct, frozen=True):
    """Something said while a caller waits: `after` so many seconds, then again `every` so many, or (0) once."""

    say: Say
    after: int
    every: int = 0

    def due(self, seconds: float) -> int:
        """How often it should have been said by now."""
        late = seconds - self.after
        if late < 0:
            return 0
        return 1 + int(late // self.every) if self.every else 1


class Hold(Struct, frozen=True):
    """What the caller hears while a job runs: a looping clip, or words with pauses between, or silence.

    `delay` is how long an answer may take, in milliseconds, before the audio starts; `minimum` how long it then plays
    at least; `pause` the seconds between repeats of the words. `opening` is said before the audio, once.
    """

    audio: str | None = None
    words: tuple[Say, ...] = ()
    pause: int = 8
    delay: int = 1000
    minimum: int = 0
    opening: tuple[Say, ...] = ()
    lines: tuple[Line, ...] = ()

    @property
    def silent(self) -> bool:
        """Whether it has no sound at all."""
        return self.audio is None and not self.words


Method = Literal["GET", "POST", "PATCH", "PUT", "DELETE", "HEAD", "OPTIONS"]
