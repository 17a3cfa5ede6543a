from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from ivr.core import query
from ivr.core.action import Action, Card, Leave, Outcome, Port, Sets, Visit, Wait
from ivr.core.effects import Fetch, Hold, Method
from ivr.core.events import Cause, Fetched
from ivr.core.fields import Secret, VariableName
from ivr.core.template import FORM, HEADER, JSON, PLAIN, URL, XML, Place, Template, Unset
from ivr.core.values import Value

DEFAULT_AUDIO = "hold.wav"

ContentType = Literal[
    "application/json",
    "application/json-patch+json",
    "application/xml",
    "text/xml",
    "application/x-www-form-urlencoded",
    "text/plain",
]
_places: dict[str | None, Place] = {
    "application/json": JSON,
    "application/json-patch+json": JSON,
    "application/xml": XML,
    "text/xml": XML,
    "application/x-www-form-urlencoded": FORM,
}
GENERATED = ("responsebody", "statuscode", "cause", "error")


def _known_query(text: str) -> str:
    query.check(text)
    return query.tidy(text)


def _own_name(name: str) -> str:
    if name in GENERATED:
        raise ValueError(f"{name} is set by the action itself; choose another name")
    return name


class Part(BaseModel):
    """Something an External Web Call is made of."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, arbitrary_types_allowed=True)


class Header(Part):
    name: Annotated[str, StringConstraints(pattern=r"^[!#$%&'*+.^_`|~0-9A-Za-z-]+$", max_length=128)]
    """The header's name, such as `X-Api-Key`."""
    value: Template
    """Its value; line breaks in variables become blanks."""


class BasicAuth(Part):
    user: Template
    """The user name."""
    password: Secret
    """The password; from the moment the flow is stored it can't be read any more, only replaced."""


class ResponseVariable(Part):
    name: Annotated[VariableName, AfterValidator(_own_name)]
    """What to call it: `AppointmentDate` becomes `$AppointmentDate`."""
    query: Annotated[str, AfterValidator(_known_query)]
    """Where it is in the answer: its exact label (`DateText`), a path (`a.b[0].c`), or a JSONPath (`$..c`)."""


class ExternalWebCall(Action[Fetched]):
    """Ask any API by HTTP while the caller hears hold audio, and go on the moment the answer is there."""

    card: ClassVar = Card(
        "External Web Call",
        group="Data",
        icon="globe",
        prefix="EXTCALL",
        ports=(Port("success", "On Success"), Port("failure", "On Failure")),
        sets=(
            Sets("responsebody", "The whole answer"),
            Sets("statuscode", "The answer's status: 200, 404, …"),
            Sets("cause", "`ok`, or why it failed: `timeout`, `status`, `connect`, …"),
            Sets("error", "Why it failed, in a sentence; empty on success"),
        ),
    )
    type: Literal["external_web_call"] = "external_web_call"

    method: Method = "GET"
    """What the request does."""
    timeout: int = Field(default=10, ge=1, le=200)
    """Seconds to wait for the whole answer, from 1 to 200, before the call goes on by On Failure."""
    url: Template
    """The address of the API. Variables in it are percent-encoded; one that begins it is the base address."""
    headers: Annotated[tuple[Header, ...], Field(max_length=50)] = ()
    """Extra header lines."""
    basic_auth: BasicAuth | None = None
    """User name and password, if the API wants them. The password is stored encrypted."""
    content_type: ContentType | None = None
    """The format of the body; variables in the body are escaped for it."""
    body: Template = Template("")
    """What is sent, for methods that send something."""
    response_variables: tuple[ResponseVariable, ...] = ()
    """Values to take out of the answer."""
    play_hold_music: bool = False
    """Play music, on a loop, until the answer is there."""
    when_caller_hangs_up: Literal["cancel", "finish"] | None = None
    """Whether the request is cancelled or finished. By default GET is cancelled and the others are finished."""

    def variables(self) -> tuple[Sets, ...]:
        chosen = tuple(Sets(each.name, f"{each.query} of the answer", shared=True) for each in self.response_variables)
        return (*self.card.sets, *chosen)

    def enter(self, visit: Visit) -> Outcome:
        job = Fetch(
            method=self.method,
            url=self.url.fill(visit, URL),
            headers=self._headers(visit),
            user=self.basic_auth.user.fill(visit, PLAIN) if self.basic_auth else "",
            password=self.basic_auth.password if self.basic_auth else None,
            body=self.body.fill(visit, _places.get(self.content_type, PLAIN)) if self.body else None,
            timeout=self.timeout,
            finish=(self.when_caller_hangs_up or ("cancel" if self.method == "GET" else "finish")) == "finish",
        )
        return Wait(job, hold=Hold(DEFAULT_AUDIO if self.play_hold_music else None))

    def resume(self, visit: Visit, reply: Fetched) -> Outcome:
        cause, error = _judged(reply)
        answered = {} if reply.status is None else {"statuscode": reply.status, "responsebody": reply.body}
        taken = self._taken(reply.value) if cause == "ok" else {}
        return Leave(
            "success" if cause == "ok" else "failure",
            set={**answered, "cause": cause, "error": error, **taken},
            share=taken,
        )

    def _headers(self, visit: Visit) -> tuple[tuple[str, str], ...]:
        own = tuple((header.name, header.value.fill(visit, HEADER)) for header in self.headers)
        if self.content_type is None or any(name.lower() == "content-type" for name, _ in own):
            return own
        return (("Content-Type", self.content_type), *own)

    def _taken(self, answer: Value) -> dict[str, Value]:
        found = {each.name: query.find(each.query, answer) for each in self.response_variables}
        return {name: value for name, value in found.items() if not isinstance(value, Unset)}


def _judged(reply: Fetched) -> tuple[Cause, str]:
    """Whether the answer is a success: any complete one with a status of 200 to 299."""
    if reply.cause == "ok" and not 200 <= (reply.status or 0) <= 299:
        return "status", f"The API answered with status {reply.status}."
    return reply.cause, reply.error
