"""What to do. Verbs are words for the caller; jobs run off the line and come back as replies."""

from typing import ClassVar, Literal

from msgspec import Struct

from ivr.core.credentials import AnyAuth
from ivr.core.polling import Poll
from ivr.core.ssml import plain
from ivr.core.template import masked
from ivr.core.values import Value

LONGEST_SAY = 3000
"""Characters a carrier's voice speaks in one go."""


DEFAULT_AUDIO = "hold.wav"
"""The clip that is played when no other is chosen, or the one that was chosen is gone. It is always there."""


ELAPSED = "\ue0e1"
"""In a timed line: the seconds waited so far, which are known when it is said. No carrier could say the mark itself."""


class Verb(Struct, frozen=True, tag_field="verb", tag=str.lower):
    """Something the caller hears."""


class Say(Verb, frozen=True):
    """Speak. An empty voice or language means the flow's, else the carrier's own. `markup`: the text is SSML, with
    every value in it escaped already."""

    text: str
    voice: str = ""
    language: str = ""
    markup: bool = False

    @property
    def words(self) -> str:
        """What is heard, without markup."""
        return plain(self.text) if self.markup else self.text


class Play(Verb, frozen=True):
    """Play a clip of the audio library, `loop` times."""

    audio: str
    loop: int = 1


class Pause(Verb, frozen=True):
    """Silence, in whole seconds. As the first verb of an unanswered call it lets the phone ring on."""

    seconds: int = 1


class Hangup(Verb, frozen=True):
    """End the call."""


Prompt = Say | Play | Pause


class Question(Verb, frozen=True, kw_only=True):
    """A verb that something comes back from. A page ends with it; `token` is filled in by the engine."""

    kind: ClassVar[Literal["gather", "dial", "record", "handover"]]
    token: str = ""

    @property
    def summary(self) -> dict[str, Value]:
        """What the trace tells of it."""
        return {"question": self.kind}


class Gather(Question, frozen=True, kw_only=True):
    """Listen for keys or speech while the prompts play and `timeout` seconds after; what comes is Pressed or Spoken.

    `digits`: so many keys end it (None: the finish key or the timeout does). `interruptible`: input ends the prompts.
    `hidden`: what comes is never shown. `meanwhile`: nothing is asked, a job runs, and a key is listened for beside it.
    """

    kind = "gather"
    prompts: tuple[Prompt, ...] = ()
    keys: bool = True
    speech: bool = False
    timeout: int = 5
    digits: int | None = None
    finish_key: str = "#"
    hints: tuple[str, ...] = ()
    language: str = ""
    interruptible: bool = True
    hidden: bool = False
    meanwhile: bool = False

    @property
    def summary(self) -> dict[str, Value]:
        return {"question": "gather", "timeout": self.timeout, "digits": self.digits, "speech": self.speech}


class Dial(Question, frozen=True, kw_only=True):
    """Call another number and connect the two. Several numbers ring together, or one after the other.

    `keys` are pressed once they answer (`w` waits half a second); `whisper` is what they hear before the caller does.
    `fixed` are the numbers that the flow's author wrote; a caller can't choose these.
    """

    kind = "dial"
    numbers: tuple[str, ...]
    timeout: int = 45
    caller_id: str = ""
    keys: str = ""
    whisper: tuple[Prompt, ...] = ()
    in_turn: bool = False
    longest: int = 14_400
    fixed: tuple[str, ...] = ()

    @property
    def summary(self) -> dict[str, Value]:
        return {"question": "dial", "numbers": list(self.numbers), "timeout": self.timeout}


class Record(Question, frozen=True, kw_only=True):
    """Record the caller until a finish key, `silence` seconds without a word, or `longest` seconds."""

    kind = "record"
    beep: bool = True
    longest: int = 120
    silence: int = 5
    finish_keys: str = "#"

    @property
    def summary(self) -> dict[str, Value]:
        return {"question": "record", "longest": self.longest}


class HandOver(Question, frozen=True, kw_only=True):
    """Let verbs of the author's own have the call, or the document at an address, until they send it back.

    `document` is those verbs, with `twiml.BACK` where the address to come back to belongs. `numbers` are called by
    them; `fixed` are those of the numbers that the flow's author wrote. `shown` is what people see of it. `hidden`:
    what comes back is never shown.
    """

    kind = "handover"
    document: str = ""
    url: str = ""
    numbers: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()
    shown: str = ""
    hidden: bool = False

    @property
    def summary(self) -> dict[str, Value]:
        return {"question": "handover", "to": self.shown}


AnyQuestion = Gather | Dial | Record | HandOver
AnyVerb = Say | Play | Pause | Hangup | Gather | Dial | Record | HandOver


BodyKind = Literal["json", "xml", "form", "text", "multipart"]


class Job(Struct, frozen=True, kw_only=True, tag_field="job", tag=str.lower):
    """Work off the line. `finish`: goes on to its end when the caller hangs up. `onward`: so does the run, without the
    caller, from what comes of it. `private`: values of the call that must not be seen in what is told of it, however
    long it outlives them there."""

    finish: bool = False
    onward: bool = False
    private: tuple[Value, ...] = ()

    @property
    def repeatable(self) -> bool:
        """Whether it is harmless to do it again, when it is unknown if the first time got through."""
        return False

    @property
    def summary(self) -> dict[str, Value]:
        """What the trace tells of it."""
        return {}


class Fetch(Job, frozen=True, kw_only=True):
    """An HTTP request, its templates already filled and escaped. Passwords are sealed, and named secrets are marks.

    Times in seconds, sizes in bytes. `body_kind` says how a secret in the body is escaped; `form` is what a multipart
    body is made of. `idempotency_key` makes a repeat harmless whatever the method. `take` are query expressions, each
    after the name of what it takes from the answer: evaluated where the answer is read, within the same deadline.
    None: nothing is taken there, as in jobs that an older version began; then the block does it. With `poll` the
    request is sent again until its answer is final, within the same timeout.
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
    take: tuple[tuple[str, str], ...] | None = None
    poll: Poll | None = None

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
    """A text message. Without a sender it comes from the configured one, else from the number that was `called`.

    `media` are addresses of pictures and the like. `block` is the sending block, for updates on the delivery.
    `fixed`: the flow's author wrote the recipient; a caller can't choose it.
    """

    to: str
    body: str
    sender: str = ""
    called: str = ""
    media: tuple[str, ...] = ()
    block: int = 0
    fixed: bool = False
    finish: bool = True

    @property
    def summary(self) -> dict[str, Value]:
        return {"job": "text", "to": self.to, "body": self.body}


class Ask(Text, frozen=True, kw_only=True):
    """A text message whose reply is waited for: by no process, for up to `timeout` seconds."""

    timeout: int
    onward: bool = True

    @property
    def summary(self) -> dict[str, Value]:
        return {"job": "ask", "to": self.to, "body": self.body, "reply_within": self.timeout}


class Expect(Job, frozen=True, kw_only=True):
    """Wait for what is posted back to the call, for so many seconds; what is posted ends it."""

    timeout: int

    @property
    def repeatable(self) -> bool:
        return True

    @property
    def summary(self) -> dict[str, Value]:
        return {"job": "expect", "timeout": self.timeout}


class Alarm(Job, frozen=True, kw_only=True):
    """Come back after so many seconds, unless what is waited for comes before: answers to requests that blocks, named
    by their numbers, have started."""

    timeout: int
    blocks: tuple[int, ...] = ()

    @property
    def repeatable(self) -> bool:
        return True

    @property
    def summary(self) -> dict[str, Value]:
        return {"job": "alarm", "timeout": self.timeout, "blocks": list(self.blocks)}


AnyJob = Fetch | Text | Ask | Expect | Alarm


class Line(Struct, frozen=True):
    """Something said while a caller waits: `after` so many seconds, then again `every` so many, or (0) once. The keys
    that it `offers` count once it was said."""

    say: Say
    after: int
    every: int = 0
    offers: str = ""

    def due(self, seconds: float) -> int:
        """How often it should have been said by now."""
        late = seconds - self.after
        if late < 0:
            return 0
        return 1 + int(late // self.every) if self.every else 1


class KeyWords(Struct, frozen=True):
    """What a caller may say in place of a key."""

    key: str
    words: tuple[str, ...]


class Hold(Struct, frozen=True):
    """What the caller hears while a job runs: a looping clip, or words with pauses between, or silence.

    `delay` is how long an answer may take, in milliseconds, before the audio starts; `minimum` how long it then plays
    at least; `pause` the seconds between repeats of the words. `opening` is said before the audio, once. `keys` are
    those that are listened for meanwhile. `clips` follow the audio one after the other, in an order of each call's own
    when `shuffled`. In the lines ELAPSED stands for the seconds waited so far. `speech` has what may be said in place
    of keys, in this `language`.
    """

    audio: str | None = None
    words: tuple[Say, ...] = ()
    pause: int = 8
    delay: int = 1000
    minimum: int = 0
    opening: tuple[Say, ...] = ()
    lines: tuple[Line, ...] = ()
    keys: str = ""
    clips: tuple[str, ...] = ()
    shuffled: bool = False
    speech: tuple[KeyWords, ...] = ()
    language: str = ""

    @property
    def silent(self) -> bool:
        """Whether it has no sound at all."""
        return self.audio is None and not self.words


Method = Literal["GET", "POST", "PATCH", "PUT", "DELETE", "HEAD", "OPTIONS"]
