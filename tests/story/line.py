"""An imaginary caller on an imaginary line: the engine and the mailbox, and nothing else.

Between any two events everything is written as JSON and read again, as it would be in a store.
"""

from functools import cache
from typing import Any, Self, TypeVar

import msgspec

from ivr.core.call import Call, Entry, Turn
from ivr.core.effects import AnyJob, AnyVerb, Dial, Fetch, Gather, Pause, Play, Record, Say, Text
from ivr.core.events import (
    Answered,
    Cause,
    Dialled,
    DialStatus,
    Event,
    Fetched,
    HungUp,
    Messaged,
    Pressed,
    Recorded,
    Reply,
    Requested,
    Spoken,
    Texted,
)
from ivr.core.mailbox import Mailbox
from ivr.core.values import decimal, parse_json, written
from ivr.flow.engine import advance, fail
from ivr.flow.model import Flow

CALLER = "+15551230001"
DIALLED = "+15559990000"
SID = "CA00000000000000000000000000000001"
HANGS_UP = "(hangs up)"

T = TypeVar("T")
_encoder = msgspec.json.Encoder(decimal_format="number", enc_hook=written)


@cache
def _decoder(kind: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(kind, float_hook=decimal)


def stored(value: T, kind: Any) -> T:
    """The value as it comes back from JSON."""
    return _decoder(kind).decode(_encoder.encode(value))


def spoken(verb: AnyVerb) -> str:
    """What is heard of a verb; what is asked stands in brackets, behind the words that ask it."""
    heard = HANGS_UP
    match verb:
        case Say():
            heard = verb.words
        case Gather(prompts=prompts):
            heard = " ".join([*(spoken(prompt) for prompt in prompts), "(listens)"])
        case Dial(numbers=numbers):
            heard = f"(rings {', '.join(numbers)})"
        case Record():
            heard = "(records)"
        case Play(audio):
            heard = f"({audio})"
        case Pause(seconds):
            heard = f"({seconds} s of silence)"
    return heard


class Line:
    """A call. `heard` is all that the caller has heard, `texts` the messages sent, `job` what is being waited for,
    `beside` what was started to run beside the line."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        self.call = Call(SID, flow.id, 1)
        self.mailbox = Mailbox()
        self.heard: list[str] = []
        self.voices: list[tuple[str, str]] = []
        self.texts: list[tuple[str, str, str]] = []
        self.jobs: list[AnyJob] = []
        self.beside: list[AnyJob] = []
        self.trace: list[Entry] = []
        self.at = 1_000

    def rings(self, caller: str = CALLER, dialled: str = DIALLED, name: str = "") -> Self:
        return self.happens(Answered(at=self.at, caller=caller, dialled=dialled, caller_name=name))

    def sends_text(self, text: str, sender: str = CALLER) -> Self:
        """Nobody rings: a text comes in."""
        self.call = msgspec.structs.replace(self.call, on_phone=False)
        return self.happens(Messaged(at=self.at, sender=sender, dialled=DIALLED, text=text, sid="SMin"))

    def is_started(self, *, on_phone: bool = True, **inputs: Any) -> Self:
        """Another system starts the flow."""
        self.call = msgspec.structs.replace(self.call, on_phone=on_phone)
        return self.happens(Requested(at=self.at, caller=CALLER, dialled=DIALLED, inputs=inputs))

    def presses(self, digits: str, finished_by: str = "") -> Self:
        return self._replies(Pressed, digits=digits, finished_by=finished_by)

    def is_silent(self) -> Self:
        """The caller presses nothing until the time is up."""
        return self.presses("")

    def says(self, text: str, confidence: float = 0.9) -> Self:
        return self._replies(Spoken, text=text, confidence=confidence)

    def callee(self, status: DialStatus, seconds: int = 0) -> Self:
        """The call to somebody else ends like this."""
        return self._replies(Dialled, status=status, seconds=seconds, sid="CAother")

    def records(self, url: str = "https://api.test/RE1", seconds: int = 7, *, hangs_up: bool = False) -> Self:
        return self._replies(Recorded, url=url, seconds=seconds, hung_up=hangs_up)

    def hangs_up(self) -> Self:
        return self.happens(HungUp(at=self.at))

    def api_answers(self, json: Any = None, status: int = 200, *, body: str | None = None) -> Self:
        """The API answers with this JSON, or with a body just as it is."""
        text = msgspec.json.encode(json).decode() if body is None else body
        value = parse_json(text) if body is None else text
        return self._replies(Fetched, cause="ok", status=status, body=text, value=value)

    def api_fails(self, cause: Cause, error: str = "It did not work.") -> Self:
        return self._replies(Fetched, cause=cause, error=error)

    def text_is_taken(self, sid: str = "SM1") -> Self:
        return self._replies(Texted, accepted=True, sid=sid)

    def text_is_refused(self, error: str = "This number does not take texts.") -> Self:
        return self._replies(Texted, accepted=False, error=error, code="21610", segments=1)

    def breaks(self) -> Self:
        """We make a mistake."""
        return self._take(fail(self.flow, self.call, self.at, "The system made a mistake."))

    def happens(self, event: Event) -> Self:
        self.at += 1_000
        return self._take(advance(self.flow, self.call, event))

    @property
    def job(self) -> AnyJob | None:
        return self.jobs[-1] if self.call.waiting else None

    @property
    def token(self) -> str:
        """The open question."""
        assert self.call.waiting, "nothing is being waited for"
        return self.call.waiting.token

    @property
    def requests(self) -> list[tuple[str, str]]:
        return [(job.method, job.url) for job in self.jobs if isinstance(job, Fetch)]

    def variable(self, reference: str) -> Any:
        found: Any = self.call.variables
        for name in reference.split("."):
            found = found[name]
        return found

    def traced(self, kind: str) -> list[dict[str, Any]]:
        """What the trace tells of one kind of thing."""
        return [entry.data for entry in self.trace if entry.kind == kind]

    @property
    def problems(self) -> list[str]:
        return [data["code"] for data in self.traced("problem")]

    def _replies(self, kind: type[Reply], **fields: Any) -> Self:
        return self.happens(kind(at=self.at, token=self.token, **fields))

    def _take(self, turn: Turn) -> Self:
        self.call = stored(turn.call, Call)
        self.trace += stored(turn.trace, tuple[Entry, ...])
        self.mailbox = stored(self.mailbox.post(turn.verbs), Mailbox)
        self.beside += [stored(job, AnyJob) for _, job in turn.beside]
        if turn.job is not None:
            self._start(stored(turn.job, AnyJob))
        self._listen()
        return self

    def _start(self, job: AnyJob) -> None:
        self.jobs.append(job)
        if isinstance(job, Text):
            self.texts.append((job.to, job.sender or job.called, job.body))

    def _listen(self) -> None:
        """The caller hears whatever there is to hear, page by page."""
        while self.call.on_phone and self.mailbox.unheard:
            self.mailbox = stored(self.mailbox.turn_to(self.mailbox.page + 1), Mailbox)
            self.heard += [spoken(verb) for verb in self.mailbox.read().verbs]
            self.voices += [(verb.voice, verb.language) for verb in self.mailbox.current if isinstance(verb, Say)]
