"""Trying a scenario: the call is made in virtual time, and what came of it is compared with what was expected."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from ivr.core.moments import milliseconds
from ivr.core.values import to_json, to_text
from ivr.flow.model import Flow
from ivr.testing.caller import Sound
from ivr.testing.line import Line
from ivr.testing.scenario import Api, Expect, Scenario, Step
from ivr.testing.seen import START, fits
from ivr.testing.timeline import timeline

PATIENCE = 50
"""Questions that a caller without any steps leaves unanswered."""


class Tried(Struct, frozen=True):
    """What came of a scenario: what was not as expected, what is worth a look, and the whole call, line by line.
    `seconds` is how long the call took, of its own time."""

    name: str
    failures: tuple[str, ...]
    notes: tuple[str, ...]
    timeline: tuple[str, ...]
    seconds: float


def attempt(flow: Flow, scenario: Scenario, others: Mapping[str, Flow] | None = None) -> Tried:
    """Make the call of a scenario."""
    start = milliseconds(scenario.at, flow.time_zone) if scenario.at is not None else START
    with Line(flow, others, start=start) as line:
        _prepare(line, scenario)
        failures = [*_walk(line, scenario), *_differences(line, scenario.expect)]
        return Tried(
            scenario.name or "A call",
            tuple(failures),
            tuple(_notes(line)),
            tuple(timeline(line.trace, line.sounds, start)),
            line.seconds,
        )


def _prepare(line: Line, scenario: Scenario) -> None:
    for answer in scenario.api:
        line.api(answer.block or answer.url or "", **_answer(answer))
    for which, seconds in scenario.usual.items():
        line.usually_takes(which, seconds)
    for refusal in scenario.refused_texts:
        line.text_is_refused(refusal.error, refusal.code)
    for taken in scenario.transfers:
        line.callee(taken.status, rings=taken.rings, talks=taken.talks)
    for each in scenario.comes_back:
        line.comes_back(each.answer, after=each.after, error=each.error, code=each.code)
    line.will_record(scenario.recording.seconds, scenario.recording.url)


def _answer(api: Api) -> dict[str, object]:
    body = {"body": api.text} if api.text is not None else {}
    kind = api.content_type or ("text/plain" if api.text is not None else "application/json")
    given: dict[str, object] = {"after": api.after, "status": api.status, "content_type": kind, "fails": api.fails}
    if api.posts is not None:
        given |= {"posts": to_json(api.posts), "posts_after": api.posts_after}
    return {**given, **body, "json": api.json_, "headers": tuple(api.headers.items())}


def _walk(line: Line, scenario: Scenario) -> Iterator[str]:
    """Take the steps. The first one that can't be taken ends the walk."""
    _begin(line, scenario)
    waited = heard = False
    for number, step in enumerate(scenario.steps, 1):
        if mistake := _step(line, step, at_once=waited or (heard and line.open_to_keys)):
            yield f"step {number}: {mistake}"
            return
        waited, heard = step.waits is not None, step.hears is not None
    if not line.has_caller:
        return
    line.listens()
    for _ in range(0 if scenario.steps else PATIENCE):
        if line.ended or line.is_silent().ended:
            break


def _step(line: Line, step: Step, *, at_once: bool) -> str:
    """Take a step; gives why it can't be taken. Keys and words wait for the flow's question, unless `at_once`."""
    if step.hears is not None:
        if line.hears(step.hears):
            return ""
        return f"expected to hear “{step.hears}”; heard so far: {' '.join(line.heard) or 'nothing'}"
    if step.replies is not None:
        return _reply(line, step.replies)
    if line.has_caller and not at_once and step.waits is None and step.does != "hangs up":
        line.listens()
    if step.waits is None and (not line.has_caller or (line.ended and step.does != "hangs up")):
        return "the call was over already." if line.ended else "nobody is on the phone."
    _take(line, step)
    return ""


def _reply(line: Line, text: str) -> str:
    if not line.awaits_reply():
        return "no question was sent by text."
    line.replies(text, on=False)
    return ""


def _begin(line: Line, scenario: Scenario) -> None:
    if scenario.sends_text is not None:
        line.sends_text(scenario.sends_text, scenario.caller, scenario.dialled)
    elif scenario.asked_with is not None:
        line.is_asked_for(scenario.asked_with, scenario.caller, scenario.dialled, on=False)
    else:
        line.rings(scenario.caller, scenario.dialled, name=scenario.caller_name, on=False)


def _take(line: Line, step: Step) -> None:
    if step.presses is not None:
        line.presses(step.presses, on=False)
    elif step.says is not None:
        line.says(step.says, on=False)
    elif step.waits is not None:
        line.waits(step.waits)
    elif step.does == "hangs up":
        line.hangs_up()
    else:
        line.is_silent()


def _differences(line: Line, expect: Expect) -> Iterator[str]:
    yield from _heard(line.heard, expect)
    if expect.sent is not None:
        yield from _sent(line, expect)
    for name, wanted in expect.set.items():
        found = line.variable(name)
        if found != wanted and to_text(found) != to_text(wanted):
            yield f"expected ${name.removeprefix('$')} = {to_text(wanted)!r}, but it is {to_text(found)!r}"
    if expect.ended_by is not None and line.ended != expect.ended_by:
        yield f"expected the call to be ended by the {expect.ended_by}, but: {line.ended or 'it still goes on'}"
    if expect.path and list(expect.path) != line.path:
        yield f"expected the way {_arrows(expect.path)}, but it was {_arrows(line.path)}"
    limit = expect.longest_silence_below
    if limit is not None and (silence := longest_silence(line.sounds, line.seconds)) >= limit:
        yield f"expected less than {limit:g} s of silence, but there were {silence:.1f} s"
    yield from (f"the flow made a mistake: {problem}" for problem in line.problems)


def _heard(heard: list[str], expect: Expect) -> Iterator[str]:
    at = 0
    for wanted in expect.heard:
        found = next((index for index in range(at, len(heard)) if fits(wanted, heard[index])), None)
        if found is None:
            yield f"expected to hear “{wanted}”" + (f" after “{heard[at - 1]}”" if at else "")
            return
        at = found + 1
    for unwanted in expect.not_heard:
        yield from (f"expected not to hear “{unwanted}”, but: {words}" for words in heard if fits(unwanted, words))


def _sent(line: Line, expect: Expect) -> Iterator[str]:
    wanted, sent = expect.sent or (), line.sent
    if len(wanted) != len(sent):
        yield f"expected {len(wanted)} texts, but {len(sent)} were sent"
    for number, (want, text) in enumerate(zip(wanted, sent, strict=False), 1):
        if want.to and want.to != text.to:
            yield f"text {number}: expected it to go to {want.to}, but it went to {text.to}"
        if not fits(want.contains, text.body):
            yield f"text {number}: expected “{want.contains}” in it, but it says: {text.body}"


def _notes(line: Line) -> Iterator[str]:
    for request in line.requests:
        if not request.scripted:
            yield f"{request.method} {request.url} had no answer prepared, so it was answered 200 and {{}}."


def _arrows(path: list[int] | tuple[int, ...]) -> str:
    return " → ".join(map(str, path)) or "nowhere"


def longest_silence(sounds: list[Sound], until: float) -> float:
    """The longest stretch, in seconds, in which nothing was heard and the flow did not listen."""
    longest = reach = 0.0
    for sound in sounds:
        if sound.kind == "silence":
            continue
        longest = max(longest, sound.at - reach)
        reach = max(reach, sound.at + sound.seconds)
        if sound.kind in {"asked", "rings", "away"}:
            following = next((each.at for each in sounds if each.at > sound.at), until)
            reach = max(reach, following)
    return max(longest, until - reach) if sounds else 0.0
