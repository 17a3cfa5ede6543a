"""What an External Web Call is made of: headers, form fields, response variables, hold audio."""

from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints

from ivr.core import query
from ivr.core.compare import Comparison
from ivr.core.fields import VariableName, ui
from ivr.core.template import SpokenText, Template
from ivr.described import Described

SUGGESTED = (
    "application/json",
    "application/json-patch+json",
    "application/xml",
    "text/xml",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "text/plain",
)
_piece = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
ContentType = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=200, pattern=rf"^{_piece}/{_piece}(?:\s*;[\x20-\x7e]*)?$")
]
HANG_UP_LABELS = {
    "cancel": "Cancel the request",
    "finish": "Finish the request",
    "go on": "Go on without the caller",
}
START_LABELS = {"wait": "Wait for the answer", "go on": "Go on at once, and read the answer later"}
LATER_LABELS = {"poll": "Ask again until it is there", "callback": "Wait to be called back"}
MATCH_LABELS = {"all": "All must hold", "any": "One is enough"}
GENERATED = ("responsebody", "statuscode", "response", "headers", "cause", "error", "duration", "attempts")
"""Variables that the action sets by itself."""
REFUSED_HEADERS = frozenset(
    {
        "connection",
        "content-length",
        "host",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
"""Headers that belong to the connection, not to its user."""


def known_query(text: str) -> str:
    """A query expression that may take something. Raises ValueError for any other."""
    query.check(text)
    return query.trimmed(text)


def _own_name(name: str) -> str:
    if name in GENERATED:
        raise ValueError(f"{name} is set by the action itself; choose another name")
    return name


def _free_header(name: str) -> str:
    if name.lower() in REFUSED_HEADERS:
        raise ValueError(f"{name} is set by the connection itself and can't be chosen")
    return name


class Part(Described):
    """Something an External Web Call is made of."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


HeaderName = Annotated[
    str, StringConstraints(pattern=r"^[!#$%&'*+.^_`|~0-9A-Za-z-]+$", max_length=128), AfterValidator(_free_header)
]


class Header(Part):
    name: HeaderName
    """The header's name, such as `X-Api-Key`."""
    value: Template
    """Its value; line breaks in variables become blanks."""


class FormField(Part):
    name: str = Field(min_length=1, max_length=200)
    """The field's name."""
    value: Template
    """Its value."""


class ResponseVariable(Part):
    name: Annotated[VariableName, AfterValidator(_own_name)] = Field(
        json_schema_extra=ui(before="$", placeholder="name")
    )
    """What to call it: `AppointmentDate` becomes `$AppointmentDate`."""
    query: Annotated[str, AfterValidator(known_query)] = Field(
        title="Query expression", json_schema_extra=ui(placeholder="query expression", mono=True)
    )
    """Where it is in the answer: its exact label (`DateText`), a path (`a.b[0].c`), or a JSONPath (`$..c`)."""
    default: str | None = Field(default=None, json_schema_extra=ui(advanced=True))
    """What it is when the answer does not have it, has null there, or never came. Without one it stays unset."""
    required: bool = Field(default=False, json_schema_extra=ui(advanced=True))
    """Whether an answer without it counts as a failure."""


class _Answered(Described):
    query: Annotated[str, AfterValidator(known_query)] = Field(
        title="Query expression", json_schema_extra=ui(placeholder="status", mono=True)
    )
    """Which value of the answer is compared, as in a response variable: `status`, `error.code`, `$.items[*].id`."""


class AnswerRule(Comparison, _Answered):
    """A condition on a value of the answer."""

    @property
    def words(self) -> str:
        """The condition as one reads it: `status equals ok`."""
        return f"{self.query} {self.test}"


class DefaultAudio(Part):
    type: Literal["default"] = "default"


class SpokenAudio(Part):
    type: Literal["speech"] = "speech"
    text: SpokenText
    """What is said, over and over; SSML is spoken."""
    voice: str = Field(default="", json_schema_extra=ui(widget="voice", half=True))
    """The carrier's name of a voice. Empty: the flow's."""
    language: str = Field(default="", json_schema_extra=ui(half=True, widget="language"))
    """A language tag such as `en-GB`. Empty: the flow's."""
    pause: int = Field(default=8, ge=1, le=60, json_schema_extra=ui(unit="seconds"))
    """Seconds of silence between repeats."""


class FileAudio(Part):
    type: Literal["file"] = "file"
    file: str = Field(min_length=1, max_length=120)
    """The name of a clip in the audio library."""


HoldAudio = Annotated[DefaultAudio | SpokenAudio | FileAudio, Field(discriminator="type")]


class TimedLine(Part):
    text: SpokenText
    """What is said between the hold audio; SSML is spoken."""
    after: int = Field(ge=1, le=900, json_schema_extra=ui(half=True, unit="seconds"))
    """Seconds after the request began."""
    every: int | None = Field(default=None, ge=5, le=200, json_schema_extra=ui(half=True, unit="seconds"))
    """Seconds until it is said again, and again. Without it: once."""
