"""What all golden cases of a block together show that is not as the block declares."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from msgspec.structs import replace
from pydantic import ValidationError

from ivr.core.action import Action, Outcome, Start, Stay, Visit, Wait, within
from ivr.core.call import Call
from ivr.core.effects import Ask, Dial, Fetch, Gather, HandOver, Record, Say
from ivr.core.events import (
    Answered,
    Dialled,
    Event,
    Fetched,
    HandedBack,
    Happened,
    Jumped,
    Messaged,
    Pressed,
    Recorded,
    Requested,
    Texted,
    TextedBack,
)
from ivr.core.template import Template, secret_names
from ivr.core.values import to_json
from ivr.core.waiting import emitted
from ivr.testing.golden import BLOCK, Case
from ivr.testing.lies_of_cases import clips, too_short

MOST_QUESTIONS = 100
_happenings = ("call_ended", "sms_delivered", "sms_failed")
_EVENTS: tuple[tuple[Event, str, bool | None, str], ...] = (
    (Answered(at=0, caller="+15550100", dialled="+15550101"), "call", True, "nothing"),
    (Messaged(at=0, sender="+15550100", dialled="+15550101", text="x"), "sms", False, "nothing"),
    (Requested(at=0, caller="+15550100", dialled="+15550101"), "api", None, "nothing"),
    *((Happened(at=0, what=what), f"event {what}", False, "of the flow") for what in _happenings),  # type: ignore[arg-type]
    (Jumped(at=0), "", True, "anything"),
)
"""Everything that a block can begin at, and what its `starts_at`, `on_phone` and `brings` must be then."""
_step = re.compile(r"\w+|\[\d+\]")
_index = re.compile(r"\[\d+\]")
_MARK = "qzxmark"


def begins(cases: Sequence[Case]) -> Iterator[str]:
    """A block that begins at what it should not, or says something else of how it begins."""
    for action in _filled(cases):
        found = [each for each in _EVENTS if action.begins(each[0])]
        if action.card.trigger != bool(found):
            yield f"its card says trigger={action.card.trigger}, and `begins()` is {bool(found)}."
        for event, *expected in found:
            told = (action.starts_at, action.on_phone, action.brings)
            for name, value, right in zip(("starts_at", "on_phone", "brings"), told, expected, strict=True):
                if right is not None and value != right:
                    yield f"it begins at {type(event).__name__}: `{name}` must be {right!r}, not {value!r}."
    for case in cases:
        if case.action.card.trigger and case.reply is not None and not case.action.begins(case.reply):
            yield f"{case.name}: `begins()` is False for the event that began it."


def chain(cases: Sequence[Case]) -> Iterator[str]:
    """Waits that add up to more than `stay()` says, while a caller stays silent and nothing answers in time."""
    waited = any(isinstance(case.outcome, Wait) for case in cases)
    for action in _filled(cases):
        stay, shown = action.stay(), _walked(action)
        yield from too_short(stay, shown)
        if stay != Stay() and not waited:
            yield "`stay()` says that it waits, and it does in no case."


def covered(cases: Sequence[Case]) -> Iterator[str]:
    """Ports, variables and clips that are declared, and that no case shows."""
    outcomes = [case.outcome for case in cases]
    card = cases[0].action.card
    left = {getattr(outcome, "port", "") for outcome in outcomes}
    ports = {port.id for case in cases for port in case.action.ports}
    always = {port.id for port in card.ports} if card.ports_from else ports
    yield from _unshown("leaves by the port", always, ports, left)
    done = {name for outcome in outcomes for field in ("set", "share") for name in getattr(outcome, field, ())}
    names = {sets.name for case in cases for sets in case.action.variables()}
    yield from _unshown("sets the variable", {sets.name for sets in card.sets}, names, done)
    passed_along = {name for case in cases if isinstance(case.reply, Requested) for name in case.reply.inputs}
    passed_along -= {sets.name for sets in card.sets}
    if passed_along and not passed_along & names:
        yield "`variables()` names nothing of what a request passes along."
    named = {(_index.sub("[]", path), clip) for case in cases for path, clip in case.action.audio()}
    played = {clip for outcome in outcomes for clip in clips(outcome)}
    for path in sorted({path for path, _ in named} - {path for path, clip in named if clip in played}):
        yield f"no case plays the clip of `{path}`, which `audio()` names."


def _unshown(what: str, always: set[str], named: set[str], shown: set[str]) -> Iterator[str]:
    """Of what every block of the kind has, each that is not shown; of what its rows bring, that not one is."""
    yield from (f"no case {what} “{name}”." for name in sorted(always & named - shown))
    if (rows := named - always) and not rows & shown:
        yield f"no case {what} {' or '.join(f'“{name}”' for name in sorted(rows))}."


def sends(cases: Sequence[Case]) -> Iterator[str]:
    """Texts whose secrets leave in a request although `sends()` denies it, or don't although it says so."""
    said: dict[str, bool] = {}
    sent: dict[str, bool] = {}
    for case, path in _texts(cases):
        outcome = _entered(case, path, "https://api.test/?q=$SECRET.probe")
        if outcome is None:
            continue
        field = _index.sub("[]", path)
        said[field] = said.get(field, False) or case.action.sends(path)
        sent[field] = sent.get(field, False) or _sent(outcome)
    for field, told in said.items():
        if told != sent[field]:
            truth = "leave" if sent[field] else "never leave"
            yield f"secrets in `{field}` {truth} in a request, and `sends()` says {told}."


def speaks(cases: Sequence[Case]) -> Iterator[str]:
    """Texts that are spoken, and that `spoken()` does not name."""
    for case, path in _texts(cases):
        named = {name for name, _ in case.action.spoken()}
        outcome = _entered(case, path, _MARK) if path not in named else None
        if outcome is not None and any(_MARK in say.text for say in _words(outcome)):
            yield f"it speaks `{path}`, which `spoken()` does not name: let it be a SpokenText."


def _filled(cases: Sequence[Case]) -> list[Action[Any]]:
    """The actions of the cases, each way of filling one in once."""
    return list({to_json(case.action.model_dump(mode="json")): case.action for case in cases}.values())


def _texts(cases: Sequence[Case]) -> Iterator[tuple[Case, str]]:
    """Every text of every block that a call enters, with its path."""
    for case in cases:
        if case.reply is None:
            yield from ((case, path) for path, _ in within(case.action, Template))


def _entered(case: Case, path: str, text: str) -> Outcome | None:
    """What is decided when this text stands at a path; None when it may not stand there."""
    document = case.action.model_dump(mode="json")
    *steps, last = (int(step[1:-1]) if step[0] == "[" else step for step in _step.findall(path))
    place: Any = document
    for step in steps:
        place = place[step]
    place[last] = text
    try:
        action = type(case.action).model_validate(document)
    except ValidationError:
        return None
    return action.enter(case.visit)


def _sent(outcome: Outcome) -> bool:
    """Whether the probe of a secret is in a request."""
    fetch = outcome.effect if isinstance(outcome, Wait) else outcome.job if isinstance(outcome, Start) else None
    return isinstance(fetch, Fetch) and "probe" in secret_names(to_json(fetch))


def _words(outcome: Outcome) -> list[Say]:
    verbs = list(getattr(outcome, "verbs", ()))
    if isinstance(outcome, Wait):
        verbs += [*outcome.hold.words, *outcome.hold.opening, *(line.say for line in outcome.hold.lines)]
        verbs += outcome.effect.prompts if isinstance(outcome.effect, Gather) else ()
        verbs += outcome.effect.whisper if isinstance(outcome.effect, Dial) else ()
    return [verb for verb in verbs if isinstance(verb, Say)]


def _walked(action: Action[Any]) -> Stay:
    """The wait of a block, from its first question or job to its end, when the worst comes each time."""
    visit = Visit(Call("CA1", "a-flow", 1, block=BLOCK, attempt=1), BLOCK, at=0)
    outcome = action.enter(visit)
    total = Stay()
    for _ in range(MOST_QUESTIONS):
        if not isinstance(outcome, Wait):
            break
        one = emitted(outcome)
        total = replace(one, wait=total.wait + one.wait, silence=max(total.silence, one.silence))
        variables = {**visit.call.variables, f"{action.card.prefix}_{BLOCK}": dict(outcome.set)}
        visit = replace(visit, call=replace(visit.call, variables=variables))
        outcome = action.resume(visit, _worst(outcome))
        visit = replace(visit, call=replace(visit.call, attempt=visit.attempt + 1))
    return total


def _worst(asked: Wait) -> Event:
    """The reply that takes longest to come."""
    now: dict[str, Any] = {"at": 0, "token": f"1.{BLOCK}"}
    none: Event = Texted(accepted=False, error="No answer in time.", **now)
    match asked.effect:
        case Gather():
            none = Pressed(**now)
        case Dial():
            none = Dialled(status="no_answer", **now)
        case Record():
            none = Recorded(**now)
        case Fetch():
            none = Fetched(cause="timeout", error="No answer in time.", **now)
        case HandOver():
            none = HandedBack(error="It never came back.", **now)
        case Ask():
            none = TextedBack(came=False, **now)
    return none
