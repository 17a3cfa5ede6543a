import re
from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from msgspec.structs import replace
from pydantic import AfterValidator, Field

from ivr.actions.parts import beside, hold_lines, holding, web_call_address
from ivr.actions.parts import callback as posted
from ivr.actions.parts import web_call_problems as mistakes
from ivr.actions.parts import web_call_request as request
from ivr.actions.parts import web_call_verdict as verdict
from ivr.actions.parts import while_waiting as meanwhile
from ivr.actions.parts.poll import Poll
from ivr.actions.parts.web_call import (
    HANG_UP_LABELS,
    LATER_LABELS,
    MATCH_LABELS,
    START_LABELS,
    SUGGESTED,
    AnswerRule,
    ContentType,
    DefaultAudio,
    FormField,
    Header,
    HoldAudio,
    ResponseVariable,
    TimedLine,
)
from ivr.actions.parts.web_call_auth import AUTHENTICATION_LABELS, Authentication
from ivr.core import query, usual
from ivr.core.action import Action, Card, Leave, Outcome, Port, Sets, Stay, Visit, Wait, WaitOn
from ivr.core.compare import pointless
from ivr.core.effects import Expect, Fetch, Hold, Method
from ivr.core.events import Fetched, Pressed
from ivr.core.fields import ui
from ivr.core.problem import Problem
from ivr.core.template import URL, SpokenText, Template
from ivr.core.values import Value
from ivr.core.waiting import SUPPOSED, job_stay

_sent = re.compile(r"url|headers\b|body|form\b|authentication\.token_url")
_ANSWERED = ("success",)
"""The port that is only left by when there was an answer."""
_OVER = ("success", "failure")
"""The ports that are left by when the request is over."""
_NEVER = ("",)
WITH_BODY = {"method": ["POST", "PATCH", "PUT", "DELETE"]}
FORMS = {"content_type": ["application/x-www-form-urlencoded", "multipart/form-data"]}
"""When the board shows body and form."""
WAITS = {"start": ["wait"]}
"""When the board shows what is heard while the caller waits."""
PLAYS = {**WAITS, "play_hold_music": [True]}
WHILE_HOLDING = ui(group="Play Hold Music", advanced=True, half=True, unit="seconds", when=PLAYS)


class ExternalWebCall(Action[Fetched | Pressed]):
    """Ask any API by HTTP while the caller hears hold audio, and go on the moment the answer is there."""

    card: ClassVar = Card(
        "External Web Call",
        group="Data",
        icon="globe",
        prefix="EXTCALL",
        ports=(Port("success", "On Success"), Port("failure", "On Failure")),
        sets=(
            Sets("responsebody", "The whole answer", ports=_ANSWERED),
            Sets("statuscode", "The answer's status: 200, 404, …", ports=_ANSWERED),
            Sets(
                "response",
                "The answer as a tree: `$EXTCALL_#.response.customer.name`, `….response.list[0]`",
                ports=_ANSWERED,
            ),
            Sets("headers", "The answer's headers: `$EXTCALL_#.headers.content_type`", ports=_ANSWERED),
            Sets("cause", "`ok`, or why it failed: `timeout`, `status`, `connect`, …", ports=_OVER),
            Sets("error", "Why it failed, in a sentence; empty on success", ports=_OVER),
            Sets("duration", "Milliseconds it took", ports=_OVER),
            Sets("attempts", "How many requests were tried; 0 where none could be", ports=_OVER),
        ),
        summary="{method} {url}",
    )
    type: Literal["external_web_call"] = "external_web_call"

    method: Method = Field(default="GET", json_schema_extra=ui(group="Inputs", half=True))
    """What the request does."""
    timeout: int = Field(default=10, ge=1, le=200, json_schema_extra=ui(group="Inputs", unit="seconds", half=True))
    """Seconds to wait for the whole answer, retries included, before the call goes on by On Failure."""
    url: Template = Field(
        title="URL of service", json_schema_extra=ui(group="Inputs", placeholder="https://", mono=True)
    )
    """The address of the API. Variables in it are percent-encoded; one that begins it is the base address."""
    content_type: ContentType | None = Field(
        default=None, json_schema_extra=ui(group="Inputs", suggestions=list(SUGGESTED), placeholder="application/json")
    )
    """The format of the body: any media type, with parameters where the API wants them. Variables in the body are
    escaped for it; a `Content-Type` among the headers counts before it."""
    headers: Annotated[
        tuple[Header, ...], Field(max_length=50, json_schema_extra=ui(group="Inputs", row="header"))
    ] = ()
    """Extra header lines."""
    authentication: Authentication | None = Field(
        default=None, json_schema_extra=ui(group="Authentication", collapsed=True, labels=AUTHENTICATION_LABELS)
    )
    """How the API knows who asks: by a password, a key or a token, by a signature of the request, or by a certificate.
    Secrets are stored encrypted."""
    body: Template = Field(
        default=Template(""), json_schema_extra=ui(group="Body", widget="template-code", when=WITH_BODY)
    )
    """What is sent, for methods that send something."""
    form: Annotated[
        tuple[FormField, ...],
        Field(max_length=100, json_schema_extra=ui(group="Body", row="field", when=WITH_BODY | FORMS)),
    ] = ()
    """The fields of a form, in place of a body, for the two form content types."""
    response_variables: Annotated[
        tuple[ResponseVariable, ...],
        Field(max_length=100, json_schema_extra=ui(group="Response Variables", row="response variable")),
    ] = ()
    """Values to take out of the answer."""
    success: Annotated[str, AfterValidator(verdict.known_rule)] = Field(
        default="2xx", json_schema_extra=ui(advanced=True)
    )
    """Which answers leave by On Success: `2xx`, `any`, or a list such as `200-299,404`."""
    success_conditions: Annotated[
        tuple[AnswerRule, ...], Field(max_length=20, json_schema_extra=ui(advanced=True, row="condition"))
    ] = ()
    """What must hold of the answer's body besides, to leave by On Success: for APIs that answer 200 with an error
    inside, `status equals ok` or `error is not set`."""
    success_match: Literal["all", "any"] = Field(
        default="all", title="Of these conditions", json_schema_extra=ui(advanced=True, labels=MATCH_LABELS)
    )
    """Whether `all` of the success conditions must hold, or `any` one of them is enough."""
    play_hold_music: bool = Field(default=False, json_schema_extra=ui(group="Play Hold Music", when=WAITS))
    """Play audio, on a loop, until the answer is there."""
    hold_audio: HoldAudio = Field(
        default=DefaultAudio(),
        json_schema_extra=ui(group="Play Hold Music", widget="audio", when=PLAYS),
    )
    """What is played: the `default` music, `speech`, or a `file` of the audio library."""
    hold_delay: float = Field(default=1, ge=0, le=10, json_schema_extra=WHILE_HOLDING)
    """Seconds of silence before the audio starts: most APIs are faster."""
    minimum_play: float = Field(default=0, ge=0, le=30, json_schema_extra=WHILE_HOLDING)
    """Seconds that the audio plays at least, once it has started."""
    opening_line: SpokenText = Field(
        default=SpokenText(""), json_schema_extra=ui(group="Play Hold Music", advanced=True, when=WAITS)
    )
    """What is said before the audio; SSML is spoken."""
    timed_lines: Annotated[
        tuple[TimedLine, ...],
        Field(max_length=10, json_schema_extra=ui(group="Play Hold Music", advanced=True, row="line", when=WAITS)),
    ] = ()
    """What is said while the audio plays, such as “still working on it” after 8 seconds."""
    start: Literal["wait", "go on"] = Field(
        default="wait",
        title="Once the request is sent",
        json_schema_extra=ui(group="While Waiting", collapsed=True, labels=START_LABELS),
    )
    """Whether the call waits here for the answer. `go on`: it leaves at once by Started, the request runs on beside it,
    and a block Await takes the answer later. At most 10 requests of a call may be out like that: one more leaves by On
    Failure."""
    more_clips: Annotated[
        tuple[hold_lines.ClipName, ...],
        Field(max_length=20, json_schema_extra=ui(group="While Waiting", collapsed=True, row="clip", when=WAITS)),
    ] = ()
    """Clips of the audio library that follow the hold audio, one after the other, then from the first on again. A later
    wait in the same call goes on where the last one was."""
    shuffle: bool = Field(default=False, json_schema_extra=ui(group="While Waiting", collapsed=True, when=WAITS))
    """Whether each call hears them in an order of its own."""
    while_waiting: Annotated[
        meanwhile.Keys,
        Field(
            max_length=12,
            title="Keys",
            json_schema_extra=ui(group="While Waiting", collapsed=True, row="key", when=WAITS),
        ),
    ] = ()
    """Keys that count while the caller waits, also before the audio starts: each says something and waits on, or leaves
    by a port of its own."""
    soft_limit: int | None = Field(
        default=None,
        ge=1,
        le=900,
        json_schema_extra=ui(group="While Waiting", collapsed=True, unit="seconds", when=WAITS),
    )
    """Seconds after which this takes longer than usual. Then the line below is said, and from then on the keys count
    that are marked for it. The timeout is what ends the wait."""
    soft_limit_line: SpokenText = Field(
        default=SpokenText(""), json_schema_extra=ui(group="While Waiting", collapsed=True, when=WAITS)
    )
    """What is said then, such as “This takes longer than usual. Press 1, and we text you.” SSML is spoken."""
    when_caller_hangs_up: Literal["cancel", "finish", "go on"] | None = Field(
        default=None, json_schema_extra=ui(advanced=True, none="By the method", labels=HANG_UP_LABELS)
    )
    """Whether the request is cancelled or finished. By default GET is cancelled and the others are finished. `go on`:
    it is finished, and the flow goes on without the caller by On Success or On Failure: it can text them the answer."""
    later: Annotated[Poll | posted.Callback, Field(discriminator="type")] | None = Field(
        default=None,
        title="Answer that comes later",
        json_schema_extra=ui(group="While Waiting", collapsed=True, none="It comes at once", labels=LATER_LABELS),
    )
    """For APIs that take a request and answer it later. `poll`: ask again until the answer is there; then `timeout` is
    the time of each single request. `callback`: wait until the API posts it to `$EXTCALL_#.resume_url`, an address that
    the request sends along."""
    connect_timeout: int = Field(default=5, ge=1, le=60, json_schema_extra=ui(advanced=True, half=True, unit="seconds"))
    """Seconds to wait for a connection."""
    max_bytes: int = Field(
        default=1_048_576,
        ge=1,
        le=10_485_760,
        title="Largest answer",
        json_schema_extra=ui(advanced=True, half=True, unit="bytes"),
    )
    """The largest answer that is read, in bytes after decompression."""
    follow_redirects: bool = Field(default=True, json_schema_extra=ui(advanced=True))
    """Whether redirects are followed, up to 5. Secrets stay with the host they were meant for."""
    retries: int = Field(default=0, ge=0, le=5, json_schema_extra=ui(advanced=True, half=True))
    """How often a request is repeated after a failed connection or a status of 429 or 503, within the timeout, where
    that is harmless: by its method, or by an idempotency key."""
    retry_pause: float = Field(
        default=0.5, ge=0.1, le=30, json_schema_extra=ui(advanced=True, half=True, unit="seconds")
    )
    """Seconds before the first repeat; they double each time, and an answer's Retry-After is honoured."""
    idempotency_key: bool = Field(default=False, json_schema_extra=ui(advanced=True))
    """Send an `Idempotency-Key` header that stays the same over the repeats of one request."""

    @property
    def ports(self) -> tuple[Port, ...]:
        if self._goes_on:
            return beside.PORTS
        return (*self.card.ports, *meanwhile.ports(self.while_waiting))

    def variables(self) -> tuple[Sets, ...]:
        address = (Sets(posted.RESUME_URL, "Where the API posts its answer", ports=_NEVER),) if self._callback else ()
        address = (*address, Sets(usual.NAME, usual.ABOUT, ports=_NEVER))
        if self._goes_on:
            return (*beside.not_started(self.card.sets), *address)
        by_key = tuple(port.id for port in meanwhile.ports(self.while_waiting))
        key = (Sets("pressed", "The key by which the caller left", ports=by_key),) if by_key else ()
        return (*self.card.sets, *key, *address, *self._chosen)

    def lands(self) -> tuple[Sets, ...]:
        return (*self.card.sets, *self._chosen) if self._goes_on else ()

    @property
    def _chosen(self) -> tuple[Sets, ...]:
        sure = {each.name: _ANSWERED if each.default is None else _OVER for each in self.response_variables}
        about = {each.name: f"{each.query} of the answer" for each in self.response_variables}
        return tuple(Sets(name, about[name], shared=True, ports=ports) for name, ports in sure.items())

    def stay(self) -> Stay:
        return Stay() if self._goes_on else job_stay(self._longest, self._hold(SUPPOSED))

    def audio(self) -> tuple[tuple[str, str], ...]:
        return () if self._goes_on else holding.audio(self)

    @property
    def timed(self) -> bool:
        return True

    @property
    def posted_to(self) -> bool:
        return self._callback is not None

    def posted_for(self, visit: Visit) -> Fetch | None:
        return self._fetch(visit) if self._callback is not None else None

    def knows(self, path: str) -> tuple[str, ...]:
        own = (posted.RESUME_URL,) if self._callback is not None and self.sends(path) else ()
        return (*own, *holding.knows(path))

    def hides(self, number: int) -> tuple[str, ...]:
        return (f"{self.card.prefix}_{number}.{posted.RESUME_URL}",) if self._callback is not None else ()

    def sends(self, path: str) -> bool:
        return _sent.match(path) is not None

    def problems(self) -> Iterator[Problem]:
        yield from web_call_address.problems(self.url)
        yield from mistakes.credentials(self.authentication, self.url)
        for index, rule in enumerate(self.success_conditions):
            yield from pointless(rule, f"success_conditions[{index}]")
        yield from mistakes.content(self._format, self.body, self.form)
        if self._goes_on:
            yield from beside.problems(self.when_caller_hangs_up)
            return
        yield from holding.problems(self, self._longest)

    def enter(self, visit: Visit) -> Outcome:
        own: dict[str, Value] = {}
        secret: tuple[str, ...] = ()
        if self._callback is not None:
            name = f"{self.card.prefix}_{visit.block}"
            visit, url = posted.with_address(visit, name)
            own, secret = {posted.RESUME_URL: url}, (f"{name}.{posted.RESUME_URL}",)
        fetch = self._fetch(visit)
        if self._goes_on:
            return beside.start(visit, fetch, own, secret)
        return Wait(fetch, hold=self._hold(visit), set=own, hide=secret)

    def resume(self, visit: Visit, reply: Fetched | Pressed) -> Outcome:
        if isinstance(reply, Pressed):
            return meanwhile.pressed(visit, self.while_waiting, reply)
        accepted = reply.cause == "ok" and verdict.accepts(self.success, reply.status or 0)
        if self._callback is not None and not reply.called_back and accepted:
            left = max(1, self._callback.within - reply.milliseconds // 1000)
            return WaitOn(job=Expect(timeout=left, finish=self._finishes, onward=self.when_caller_hangs_up == "go on"))
        try:
            taken = self._taken(reply)
        except query.TooMuchWork as much:
            taken, reply = {}, replace(reply, cause="too_large", error=str(much))
        cause, error = self._rules.judge(visit, reply, taken)
        answered = {} if reply.status is None else verdict.answered(reply)
        defaults = {each.name: each.default for each in self.response_variables if each.default is not None}
        given = {each.name: taken[each.name] for each in self.response_variables if each.name in taken}
        # A default is for whenever there is no value: nothing there, null, or no answer at all.
        found = {name: value for name, value in given.items() if value is not None or name not in defaults}
        shared = {**defaults, **found} if reply.status is not None else dict(defaults)
        own = {
            "cause": cause,
            "error": error,
            "duration": reply.milliseconds,
            "attempts": reply.attempts,
        }
        return Leave("success" if cause == "ok" else "failure", set={**answered, **own, **shared}, share=shared)

    def _fetch(self, visit: Visit) -> Fetch:
        lines = request.headers(visit, self.headers, self.content_type)
        sent = next((value for name, value in lines if name.lower() == "content-type"), self.content_type)
        kind = request.body_kind(sent)
        key = f"{visit.call.id}.{visit.call.turn}.{visit.block}" if self.idempotency_key else ""
        return Fetch(
            method=self.method,
            url=self.url.fill(visit, URL),
            headers=lines,
            auth=self.authentication.closed(visit) if self.authentication else None,
            body=request.body(visit, sent, self.body, self.form),
            body_kind=kind,
            form=request.form(visit, self.form) if kind == "multipart" else (),
            timeout=self._poll.within if self._poll is not None else self.timeout,
            connect_timeout=self.connect_timeout,
            max_bytes=self.max_bytes,
            follow_redirects=self.follow_redirects,
            retries=self.retries,
            backoff=self.retry_pause,
            idempotency_key=key,
            take=tuple(self._queries.items()),
            finish=self._finishes,
            onward=self.when_caller_hangs_up == "go on",
            poll=self._poll.plan(visit, self.timeout) if self._poll is not None else None,
        )

    @property
    def _goes_on(self) -> bool:
        """Whether the call leaves as soon as the request is started."""
        return self.start == "go on"

    @property
    def _poll(self) -> Poll | None:
        return self.later if isinstance(self.later, Poll) else None

    @property
    def _callback(self) -> posted.Callback | None:
        return self.later if isinstance(self.later, posted.Callback) else None

    @property
    def _finishes(self) -> bool:
        return (self.when_caller_hangs_up or ("cancel" if self.method == "GET" else "finish")) != "cancel"

    @property
    def _longest(self) -> int:
        """Seconds until the call goes on, at the latest."""
        if self._callback is not None:
            return max(self._callback.within, self.timeout + 1)
        return self._poll.within if self._poll is not None else self.timeout

    @property
    def _format(self) -> str | None:
        """The content type that is sent, as far as the author wrote it."""
        own = (each.value.text for each in self.headers if each.name.lower() == "content-type")
        return next(own, self.content_type)

    def _hold(self, visit: Visit) -> Hold:
        return holding.hold(visit, self, self.card.prefix)

    @property
    def _rules(self) -> verdict.Rules:
        required = tuple(each.name for each in self.response_variables if each.required)
        return verdict.Rules(self.success, self.success_conditions, required, self.success_match == "any")

    @property
    def _queries(self) -> dict[str, str]:
        """What is taken from the answer: response variables by name, and what is compared by its own expression, which
        no variable can be called."""
        rules = {f"?{rule.query}": rule.query for rule in self.success_conditions}
        return {**{each.name: each.query for each in self.response_variables}, **rules}

    def _taken(self, reply: Fetched) -> dict[str, Value]:
        """What the query expressions took from the answer."""
        return query.take(self._queries, reply.value, lone=reply.is_markup) if reply.taken is None else reply.taken
