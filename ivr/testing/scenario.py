"""A scenario: who calls, what they do, what APIs answer, and what must come of it. Written in YAML, read here."""

from collections.abc import Iterator
from datetime import datetime
from difflib import get_close_matches
from typing import Annotated, Any, Literal, get_args

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from ivr.core.events import Cause, DialStatus
from ivr.testing.seen import CALLER, DIALLED

LARGEST = 1_000_000
"""Characters of a scenario file."""
Does = Literal["hangs up", "is silent"]


class BrokenScenario(ValueError):
    """A file that is no scenario; the message holds every mistake with its line."""


def _as_text(raw: Any) -> Any:
    """Keys and numbers that YAML took for integers, as their author meant them."""
    return str(raw) if isinstance(raw, int) and not isinstance(raw, bool) else raw


def _as_number(raw: Any) -> Any:
    return f"+{raw}" if isinstance(raw, int) and not isinstance(raw, bool) else raw


Text = Annotated[str, BeforeValidator(_as_text)]
PhoneNumber = Annotated[str, BeforeValidator(_as_number)]


class _Written(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Step(_Written):
    """One thing that happens, in the order written. Exactly one field."""

    hears: Text | None = None
    """What is heard next, whatever comes before it; part of it is enough, capitals don't matter, `*` is anything."""
    presses: Text | None = None
    """Keys, in quotes: `"1"` or `"1234#"`."""
    says: str | None = None
    """What the caller says, where the flow listens to speech."""
    replies: Text | None = None
    """The text with which the question of a block Ask by SMS is answered, once it has been sent."""
    waits: float | None = Field(default=None, ge=0, le=604_800)
    """Seconds that pass, wherever the call is then."""
    does: Does | None = None
    """`hangs up`, or `is silent`: enters nothing until the flow's patience is over. Written alone: `- hangs up`."""

    @model_validator(mode="before")
    @classmethod
    def _alone(cls, raw: Any) -> Any:
        return {"does": raw} if isinstance(raw, str) else raw

    @model_validator(mode="after")
    def _one(self) -> "Step":
        if len(self.model_fields_set) != 1:
            raise ValueError("a step does one thing: hears, presses, says, replies, waits, hangs up, is silent")
        return self


class Api(_Written):
    """What a web call is answered."""

    block: Text | None = None
    """The block's title or number."""
    url: str | None = None
    """In place of the block: the address, with `*` for anything."""
    after: float = Field(default=0.2, ge=0, le=1000)
    """Seconds until the answer."""
    status: int = Field(default=200, ge=100, le=599)
    json_: Any = Field(default=None, alias="json")
    """The answer as JSON."""
    text: str | None = None
    """Or as it is."""
    content_type: str = ""
    headers: dict[str, str] = {}
    posts: Any = None
    """The JSON that it posts back later, to a block that waits to be called back."""
    posts_after: float = Field(default=5.0, ge=0, le=1000)
    """Seconds until then, counted from the answer."""
    fails: Cause | None = None
    """Or no answer: `timeout`, `connect`, `dns`, `tls` …"""

    @model_validator(mode="after")
    def _whose(self) -> "Api":
        if (self.block is None) == (self.url is None):
            raise ValueError("say whose answer it is: block or url")
        return self


class Taken(_Written):
    """How the other number takes a transferred call."""

    status: DialStatus
    rings: float = Field(default=5.0, ge=0, le=600)
    """Seconds until then."""
    talks: float = Field(default=30.0, ge=0, le=14_400)
    """Seconds that the two talk."""


class ComesBack(_Written):
    """How a call that is handed over comes back."""

    answer: dict[str, Text] = {}
    """What it brings along, such as `QueueResult: bridged`."""
    after: float = Field(default=30.0, ge=0, le=14_400)
    """Seconds until then."""
    error: str = ""
    """In place of that: why it could not be handed over."""
    code: Text = ""


class Refusal(_Written):
    """A text that the carrier refuses."""

    error: str = "The carrier refused it."
    code: Text = ""


class Recorded(_Written):
    """What the caller leaves when they are recorded."""

    seconds: int = Field(default=7, ge=0, le=3600)
    url: str = "https://recordings.example/1"


class SentText(_Written):
    """A text that must have been sent."""

    to: PhoneNumber = ""
    contains: Text = ""


class Expect(_Written):
    """What must be so in the end. Only what is written is looked at."""

    heard: tuple[Text, ...] = ()
    """In this order, with anything between."""
    not_heard: tuple[Text, ...] = ()
    sent: tuple[SentText, ...] | None = None
    """Exactly these texts, in order; an empty list: none."""
    set: dict[str, Any] = {}
    """Variables and their values."""
    ended_by: Literal["flow", "caller", "failed"] | None = None
    path: tuple[int, ...] = ()
    """The numbers of the blocks that the call walked."""
    longest_silence_below: float | None = Field(default=None, gt=0)
    """Seconds of silence, at most, in one piece."""


class Scenario(_Written):
    """One call."""

    name: str = ""
    caller: PhoneNumber = CALLER
    dialled: PhoneNumber = DIALLED
    caller_name: str = ""
    at: datetime | None = None
    """When the call begins, in the flow's time zone, such as `2026-01-05 10:00`."""
    sends_text: str | None = None
    """In place of a call: a text that comes in."""
    asked_with: dict[str, Any] | None = None
    """In place of a call: another system starts the flow, with these inputs."""
    api: tuple[Api, ...] = ()
    usual: dict[Text, Annotated[float, Field(ge=0, le=1000)]] = {}
    """Seconds that the requests of blocks, by their title or number, have usually taken: `$EXTCALL_3.usual`."""
    refused_texts: tuple[Refusal, ...] = ()
    """One for each text that the carrier refuses; it takes those after."""
    transfers: tuple[Taken, ...] = ()
    """One for each transfer."""
    comes_back: tuple[ComesBack, ...] = ()
    """One for each time that the call is handed over."""
    recording: Recorded = Recorded()
    steps: tuple[Step, ...] = ()
    expect: Expect = Expect()


def read_scenarios(text: str) -> list[Scenario]:
    """The scenarios of a file: documents parted by `---`, or a list. Raises BrokenScenario."""
    if len(text) > LARGEST:
        raise BrokenScenario(f"The file is larger than {LARGEST:,} characters.")
    try:
        nodes = [*yaml.compose_all(text, Loader=_PlainLoader)]
        documents = [_PlainLoader("").construct_document(node) for node in nodes]
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BrokenScenario(f"line {line}: {error.problem}.") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise BrokenScenario(f"This is not YAML: {error}.") from None
    rows = [row for node, document in zip(nodes, documents, strict=True) for row in _rows(node, document)]
    if not rows:
        raise BrokenScenario("There is no scenario in it.")
    mistakes = [mistake for node, document in rows for mistake in _mistakes(node, document)]
    if mistakes:
        raise BrokenScenario("\n".join(mistakes))
    return [Scenario.model_validate(document) for _, document in rows]


class _PlainLoader(yaml.SafeLoader):
    """Plain values only. An alias is refused: a few of them could stand for more than fits into memory."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(problem="write it out, aliases (*) are not read here", problem_mark=mark)
        return super().compose_node(parent, index)


def _rows(node: yaml.Node, document: Any) -> list[tuple[yaml.Node, Any]]:
    if isinstance(node, yaml.SequenceNode) and isinstance(document, list):
        return list(zip(node.value, document, strict=True))
    return [(node, document)]


def _mistakes(node: yaml.Node, document: Any) -> Iterator[str]:
    try:
        Scenario.model_validate(document)
    except ValidationError as error:
        for found in error.errors(include_url=False):
            location = [part for part in found["loc"] if part != "function-after"]
            where = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location).lstrip(".")
            yield f"line {_line(node, location)}: {where or 'scenario'}: {_worded(dict(found))}"


def _worded(found: dict[str, Any]) -> str:
    if found["type"] == "extra_forbidden":
        close = get_close_matches(str(found["loc"][-1]), _FIELDS, n=1)
        return "there is no such field." + (f" Did you mean “{close[0]}”?" if close else "")
    if found["type"] == "literal_error" and found["loc"][-1] == "does":
        close = get_close_matches(str(found["input"]), get_args(Does), n=1)
        return "there is no such step." + (f" Did you mean “{close[0]}”?" if close else "")
    return str(found["msg"]).removeprefix("Value error, ").replace("Input should", "must").rstrip(".") + "."


_FIELDS = [
    field.alias or name
    for model in (Scenario, Step, Api, Taken, ComesBack, Refusal, Recorded, SentText, Expect)
    for name, field in model.model_fields.items()
]


def _line(node: yaml.Node, location: list[Any]) -> int:
    """The line, from 1, of what stands at a location, or of the nearest thing around it."""
    line = node.start_mark.line + 1
    for part in location:
        found: yaml.Node | None = None
        if isinstance(node, yaml.MappingNode):
            pairs = [pair for pair in node.value if getattr(pair[0], "value", None) == part]
            if pairs:
                line, found = pairs[0][0].start_mark.line + 1, pairs[0][1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            found = node.value[part]
            line = found.start_mark.line + 1
        if found is None:
            break
        node = found
    return line
