"""An imaginary caller on an imaginary line: the engine and the mailbox, and nothing else.

Between any two events everything is written as JSON and read again, as it would be in a store.
"""

from decimal import Decimal
from functools import cache
from typing import Any, TypeVar

import msgspec

from ivr.core.call import Call, Entry, Turn
from ivr.core.effects import AnyJob, Fetch, Hangup, Pause, Play, Say, Text
from ivr.core.events import Answered, Cause, Event, Fetched, HungUp, Reply, Texted
from ivr.core.mailbox import Mailbox
from ivr.core.values import parse_json
from ivr.flow.engine import advance, fail
from ivr.flow.model import Flow

CALLER = "+15551230001"
DIALLED = "+15559990000"
SID = "CA00000000000000000000000000000001"
HANGS_UP = "(hangs up)"

T = TypeVar("T")
_encoder = msgspec.json.Encoder(decimal_format="number")


@cache
def _decoder(kind: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(kind, float_hook=Decimal)


def stored(value: T, kind: Any) -> T:
    """The value as it comes back from JSON."""
    return _decoder(kind).decode(_encoder.encode(value))


def spoken(verb: Say | Play | Pause | Hangup) -> str:
    match verb:
        case Say(text):
            return text
        case Play(audio):
            return f"({audio})"
        case Pause(seconds):
            return f"({seconds} s of silence)"
        case Hangup():
            return HANGS_UP


class Line:
    """A call. `heard` is all that the caller has heard, `texts` the messages sent, `job` what is being waited for."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        self.call = Call(SID, flow.id, 1)
        self.mailbox = Mailbox()
        self.heard: list[str] = []
        self.voices: list[tuple[str, str]] = []
        self.texts: list[tuple[str, str, str]] = []
        self.jobs: list[AnyJob] = []
        self.trace: list[Entry] = []
        self.at = 1_000

    def rings(self, caller: str = CALLER, dialled: str = DIALLED, name: str = "") -> "Line":
        return self.happens(Answered(at=self.at, caller=caller, dialled=dialled, caller_name=name))

    def hangs_up(self) -> "Line":
        return self.happens(HungUp(at=self.at))

    def api_answers(self, json: Any = None, status: int = 200, *, body: str | None = None) -> "Line":
        """The API answers with this JSON, or with a body just as it is."""
        text = msgspec.json.encode(json).decode() if body is None else body
        value = parse_json(text) if body is None else text
        return self._replies(Fetched, cause="ok", status=status, body=text, value=value)

    def api_fails(self, cause: Cause, error: str = "It did not work.") -> "Line":
        return self._replies(Fetched, cause=cause, error=error)

    def text_is_taken(self, sid: str = "SM1") -> "Line":
        return self._replies(Texted, accepted=True, sid=sid)

    def text_is_refused(self, error: str = "This number does not take texts.") -> "Line":
        return self._replies(Texted, accepted=False, error=error)

    def breaks(self) -> "Line":
        """We make a mistake."""
        return self._take(fail(self.flow, self.call, self.at, "The system made a mistake."))

    def happens(self, event: Event) -> "Line":
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

    def _replies(self, kind: type[Reply], **fields: Any) -> "Line":
        return self.happens(kind(at=self.at, token=self.token, **fields))

    def _take(self, turn: Turn) -> "Line":
        self.call = stored(turn.call, Call)
        self.trace += stored(turn.trace, tuple[Entry, ...])
        self.mailbox = stored(self.mailbox.post(turn.verbs), Mailbox)
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
        while self.mailbox.unheard:
            self.mailbox = stored(self.mailbox.turn_to(self.mailbox.page + 1), Mailbox)
            self.heard += [spoken(verb) for verb in self.mailbox.read().verbs]
            self.voices += [(verb.voice, verb.language) for verb in self.mailbox.current if isinstance(verb, Say)]
