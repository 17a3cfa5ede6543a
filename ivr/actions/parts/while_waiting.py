"""Keys that count while a job runs: what each says, and whether the call waits on or leaves."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from ivr.actions.parts.choice_keys import Key, Words, port_of
from ivr.actions.parts.spoken import speak
from ivr.core import speech_match
from ivr.core.action import Break, Port, Visit, WaitOn
from ivr.core.effects import KeyWords, Say
from ivr.core.events import Pressed
from ivr.core.fields import ui
from ivr.core.problem import Problem
from ivr.core.template import SpokenText
from ivr.described import Described

Then = Literal["wait", "cancel", "finish", "go on"]
THEN_LABELS = {
    "wait": "Wait on",
    "cancel": "Leave, and cancel the request",
    "finish": "Leave, and let the request finish",
    "go on": "Leave, and go on without the caller when the answer is there",
}
AWAIT_LABELS = {"wait": "Wait on", "leave": "Leave, and let the requests run on"}


class _Key(Described):
    """One key that counts while a block waits."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    key: Key = Field(json_schema_extra=ui(half=True))
    """The key: 0 to 9, * or #."""
    label: str = Field(min_length=1, max_length=60, json_schema_extra=ui(half=True))
    """What it is called on the board and in reports."""
    then: str
    says: SpokenText = SpokenText("")
    """What the caller hears first; SSML is spoken."""
    words: Annotated[tuple[Words, ...], Field(max_length=20)] = ()
    """Words that choose it when the caller says them, such as `text me`, in the language of the flow, as in a Menu.
    With any, the label and the key itself may be said too. Without any the caller presses the key."""
    late: bool = Field(default=False, title="Only after the soft limit")
    """Whether it counts only once the line of the soft limit was said."""

    @property
    def port(self) -> Port:
        return port_of(self.key, self.label)


class WaitingKey(_Key):
    """One key that counts while the request runs."""

    then: Then = Field(default="cancel", json_schema_extra=ui(labels=THEN_LABELS))
    """What follows. `wait`: the caller waits on. Otherwise the call leaves by the key's own port, and the request is
    cancelled (`cancel`), or finished without anything made of its answer (`finish`), or finished, and a run without the
    caller goes on from On Success or On Failure (`go on`): it can text them the answer."""


class AwaitKey(_Key):
    """One key that counts while the call waits for requests that were started before."""

    then: Literal["wait", "leave"] = Field(default="leave", json_schema_extra=ui(labels=AWAIT_LABELS))
    """What follows. `wait`: the caller waits on. `leave`: the call leaves by the key's own port, with the answers that
    are there, and the other requests run on."""


Keys = tuple[WaitingKey, ...]
AwaitKeys = tuple[AwaitKey, ...]
AnyKeys = Sequence[WaitingKey | AwaitKey]


def ports(keys: AnyKeys) -> tuple[Port, ...]:
    """The ways out by a key."""
    leaving = {row.key: row.port for row in reversed(keys) if row.then != "wait"}
    return tuple(leaving[key] for key in dict.fromkeys(row.key for row in keys) if key in leaving)


def listened_for(keys: AnyKeys) -> str:
    """The keys alone, each once."""
    return "".join(dict.fromkeys(row.key for row in keys))


def speech(keys: AnyKeys) -> tuple[KeyWords, ...]:
    """What may be said in place of keys."""
    return tuple(KeyWords(row.key, (row.label, *row.words)) for row in keys if row.words)


def pressed(visit: Visit, keys: Keys, reply: Pressed) -> Break | WaitOn:
    """What a key leads to. One that is none of these changes nothing."""
    row = next((row for row in keys if row.key == reply.digits[:1]), None)
    if row is None or row.then == "wait":
        return waits_on(visit, row)
    return Break(row.port.id, words(visit, row), set={"pressed": row.key}, job=row.then)


def waits_on(visit: Visit, row: WaitingKey | AwaitKey | None) -> WaitOn:
    """A key that lets the call wait on, or none that counts."""
    return WaitOn(words(visit, row) if row is not None else ())


def words(visit: Visit, row: WaitingKey | AwaitKey) -> tuple[Say, ...]:
    """What the caller hears first."""
    return speak(visit, row.says, "", "")


def problems(keys: AnyKeys) -> Iterator[Problem]:
    """What is wrong with the rows, at the path `while_waiting`."""
    taken: set[str] = set()
    said: dict[str, str] = {}
    for index, row in enumerate(keys):
        path = f"while_waiting[{index}]"
        if row.key in taken:
            yield Problem(
                "key_twice", f"Key {row.key} is taken.", path=f"{path}.key", hint="Give each row its own key."
            )
        taken.add(row.key)
        if row.then == "wait" and not row.says.text.strip():
            hint = "Write what the caller hears, or choose that the call leaves."
            yield Problem("key_does_nothing", "This key does nothing.", path=f"{path}.says", hint=hint)
        for text in (row.label, *row.words) if row.words else ():
            if said.setdefault(speech_match.normal(text), row.key) != row.key:
                hint = "A caller who says it is not understood; use other words for one of them."
                yield Problem("words_twice", f"“{text}” chooses two things.", path=f"{path}.words", hint=hint)
