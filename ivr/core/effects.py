"""What to do. Verbs are words for the caller; jobs run off the line and come back as replies."""

from typing import Literal

from msgspec import Struct

from ivr.core.fields import Secret

LONGEST_SAY = 3000
"""Characters a carrier's voice speaks in one go."""


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


class Job(Struct, frozen=True, kw_only=True, tag_field="job", tag=str.lower):
    """Work off the line. `finish`: goes on to its end when the caller hangs up."""

    finish: bool = False

    @property
    def repeatable(self) -> bool:
        """Whether doing it a second time is harmless, should nobody know if the first time got through."""
        return False

    @property
    def summary(self) -> dict[str, str]:
        """What the trace tells of it."""
        return {}


class Fetch(Job, frozen=True, kw_only=True):
    """An HTTP request, its templates already filled and escaped; the password is still sealed."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    user: str = ""
    password: Secret | None = None
    body: str | None = None
    timeout: int = 10
    max_bytes: int = 1_048_576

    @property
    def repeatable(self) -> bool:
        return self.method in {"GET", "HEAD", "OPTIONS", "PUT", "DELETE"}

    @property
    def summary(self) -> dict[str, str]:
        return {"job": "fetch", "method": self.method, "url": self.url}


class Text(Job, frozen=True, kw_only=True):
    """A text message. Without a sender it comes from the configured one, else from the number that was `called`."""

    to: str
    body: str
    sender: str = ""
    called: str = ""
    finish: bool = True

    @property
    def summary(self) -> dict[str, str]:
        return {"job": "text", "to": self.to, "body": self.body}


AnyJob = Fetch | Text


class Hold(Struct, frozen=True):
    """What the caller hears while a job runs: a looping clip, or silence when `audio` is None.

    `delay` is how long an answer may take, in milliseconds, before the audio starts.
    """

    audio: str | None = None
    delay: int = 1000


Method = Literal["GET", "POST", "PATCH", "PUT", "DELETE"]
