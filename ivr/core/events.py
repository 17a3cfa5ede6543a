"""What happened. Every event says when (`at`, milliseconds since 1970), so the engine needs no clock."""

from typing import Literal

from msgspec import Struct

from ivr.core.values import Value, is_markup

Cause = Literal[
    "ok",
    "timeout",
    "dns",
    "connect",
    "tls",
    "status",
    "body",
    "too_large",
    "unreadable",
    "blocked",
    "skipped",
    "not_sent",
    "no_secret",
    "missing",
    "unsendable",
    "cancelled",
    "too_many",
    "unknown",
]
Happening = Literal["call_ended", "sms_delivered", "sms_failed"]
CAUSES: dict[Cause, str] = {
    "ok": "A complete answer came, and the success rule accepts its status and body. The only good one.",
    "timeout": "No complete answer within the timeout; retries, redirects and tokens count.",
    "dns": "The API's host name could not be found.",
    "connect": "The API could not be reached, or the connection broke.",
    "tls": "No secure connection: the certificate is expired, for another host, or not from a trusted issuer.",
    "status": "An answer came, but the success rule does not accept its status.",
    "body": "An answer came with an accepted status, but a condition on its body does not hold.",
    "too_large": "The answer is larger than allowed, or its query expressions look at too much of it.",
    "unreadable": "The answer broke off, is garbled, or is not what it says it is.",
    "blocked": "The egress guard refused the address, or a secret may not be sent to that host, or not unencrypted.",
    "skipped": "The API failed several times in a row, so requests to it pause for a moment.",
    "not_sent": "Not sent, or not sent on: all of its time it waited here for others to end, or for the database.",
    "no_secret": "A secret is not there, can't be opened or used, or was typed for another URL.",
    "missing": "An answer came, but it lacks a required response variable.",
    "unsendable": "The request can't be sent as it is: the address, a header.",
    "cancelled": "The caller hung up.",
    "too_many": "Not started: ten requests of this call run beside it, or wait to be taken by Await, already.",
    "unknown": "The end is unknown: the server stopped while the request ran, or an internal error ended it.",
}
"""Why a web call ended as it did."""


class Event(Struct, frozen=True, kw_only=True):
    """Something that happened to a call."""

    at: int


class Answered(Event, frozen=True, kw_only=True):
    """A caller rang one of our numbers and we take the call."""

    caller: str
    dialled: str
    caller_name: str = ""


class Messaged(Event, frozen=True, kw_only=True):
    """A sender texted one of our numbers. `media` holds the addresses of pictures and the like."""

    sender: str
    dialled: str
    text: str
    sid: str = ""
    media: tuple[str, ...] = ()


class Requested(Event, frozen=True, kw_only=True):
    """Another system started the flow by the API: with whom, from which of our numbers, and what it passed along."""

    caller: str
    dialled: str
    inputs: dict[str, Value] = {}


class Happened(Event, frozen=True, kw_only=True):
    """A call ended, or a message was delivered or failed, for an Event Handler: which of these, and its details."""

    what: Happening
    details: dict[str, Value] = {}


class Jumped(Event, frozen=True, kw_only=True):
    """The call comes from another flow, in by the Jump From block of this number; 0 is the only one there is."""

    entry: int = 0


class Delivered(Event, frozen=True, kw_only=True):
    """An update on a message that a block has sent: the carrier's word for its state, and why not, in plain words.
    `token` is that of the job that sent it, empty where that was not noted."""

    sid: str
    block: int
    state: str
    error: str = ""
    token: str = ""


class HungUp(Event, frozen=True, kw_only=True):
    """The call is over for the carrier. `reason` is the carrier's word, or why we think so."""

    reason: str = "completed"


class Reply(Event, frozen=True, kw_only=True):
    """The answer to a question. The token names the question, so a late or repeated reply changes nothing. `private`:
    values that must not be seen in what is told of it."""

    token: str
    private: tuple[Value, ...] = ()


_KEPT_BACK: frozenset[Cause] = frozenset({"skipped", "not_sent", "blocked", "no_secret", "unsendable"})


class Try(Struct, frozen=True, omit_defaults=True):
    """One request that was sent, or could not be: where to, how it ended, and where its milliseconds went. `sent` has
    the header lines, secrets as dots: of the first request, which those after it repeat."""

    url: str
    cause: Cause
    status: int | None = None
    error: str = ""
    milliseconds: dict[str, int] = {}
    sent: dict[str, str] = {}

    @property
    def begun(self) -> bool:
        """Whether the API was turned to: what we kept back ourselves was not."""
        return self.cause not in _KEPT_BACK


class Fetched(Reply, frozen=True, kw_only=True):
    """A web call ended. `status` is None when no answer came; `value` is the parsed body, or None; `taken` what the
    job's query expressions took from it, by name, None when the job had none. `notes`: what was overlooked to read it.
    `sent` counts the requests that were begun, where not all `tries` are reported. `called_back`: it was posted to the
    call, not fetched.
    """

    cause: Cause
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""
    value: Value = None
    taken: dict[str, Value] | None = None
    error: str = ""
    notes: tuple[str, ...] = ()
    milliseconds: int = 0
    tries: tuple[Try, ...] = ()
    sent: int = 0
    called_back: bool = False

    @property
    def attempts(self) -> int:
        """How many requests were begun. Of an answer that was posted is only known that there was one."""
        return max(self.sent or sum(each.begun for each in self.tries), int(self.called_back))

    @property
    def is_markup(self) -> bool:
        """Whether the answer came as XML."""
        content_type = next((value for name, value in self.headers if name == "content-type"), "")
        return is_markup(self.value, self.body, content_type)


class Elapsed(Reply, frozen=True, kw_only=True):
    """The time is over that a block waits for answers to requests which were started before."""

    waited: int


class Pressed(Reply, frozen=True, kw_only=True):
    """The keys a caller pressed, or none within the time. `finished_by` is the key that ended the entry, if one did."""

    digits: str = ""
    finished_by: str = ""


class Spoken(Reply, frozen=True, kw_only=True):
    """What a caller said, as the carrier understood it; `confidence` from 0 to 1."""

    text: str
    confidence: float = 0.0


DialStatus = Literal["answered", "no_answer", "busy", "failed"]


class Dialled(Reply, frozen=True, kw_only=True):
    """The transfer of the caller to another number is over. `seconds` is how long the two talked.
    When we refused to dial, `refused` is the reason and `error` says it in plain words."""

    status: DialStatus
    sid: str = ""
    seconds: int = 0
    refused: str = ""
    error: str = ""


class Recorded(Reply, frozen=True, kw_only=True):
    """A recording has ended: by a key, by silence, at its longest, or by a hang-up. Without an address it is empty."""

    url: str = ""
    seconds: int = 0
    finished_by: str = ""
    hung_up: bool = False


class HandedBack(Reply, frozen=True, kw_only=True):
    """A call that was handed over is back, with what the carrier sent along, by name. Or it could not be handed over:
    `error` says why in plain words, `code` is the carrier's number, `refused` why it was refused here."""

    fields: dict[str, str] = {}
    error: str = ""
    code: str = ""
    refused: str = ""


class TextedBack(Reply, frozen=True, kw_only=True):
    """Whoever was asked by text has replied, or (not `came`) has not within the time. `media` holds the addresses of
    what came with it; `sid` is the carrier's id of the reply."""

    came: bool
    text: str = ""
    media: tuple[str, ...] = ()
    sid: str = ""


class Texted(Reply, frozen=True, kw_only=True):
    """The carrier took the message, or refused it: `error` says why in plain words, `code` is the carrier's number. Of
    what was refused here and never sent, `refused` is why; `opted_out` also where the carrier knows that they want
    none. `unknown`: the carrier may have taken it, and has not said so; a receipt may still come. Of a question
    `sender` is the number, or the messaging service, that it came from, and `to` the number that it went to."""

    accepted: bool
    sid: str = ""
    error: str = ""
    code: str = ""
    segments: int = 0
    refused: str = ""
    unknown: bool = False
    sender: str = ""
    to: str = ""
