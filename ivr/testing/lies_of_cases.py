"""What one golden case shows of a block that is not as the block declares."""

from collections.abc import Iterator
from typing import Any

from ivr.core.action import End, Leave, Stay, Wait
from ivr.core.effects import DEFAULT_AUDIO, Dial, Gather, HandOver, Hangup, Play, Say
from ivr.core.events import Fetched, Requested
from ivr.core.waiting import emitted
from ivr.testing.golden import Case


def leaves(case: Case) -> Iterator[str]:
    """A port that is left by, and is not in `ports`."""
    if isinstance(case.outcome, Leave) and case.outcome.port not in {port.id for port in case.action.ports}:
        yield f"it leaves by the port “{case.outcome.port}”, which `ports` does not name."


def sets(case: Case) -> Iterator[str]:
    """Variables that are set and not in `variables()`, and those that it says are sure, and are not set."""
    outcome = case.outcome
    if not isinstance(outcome, Leave) or (case.action.card.trigger and case.reply is None):
        return
    declared = {each.name: each for each in case.action.variables()}
    passed_along = set(case.reply.inputs) if isinstance(case.reply, Requested) else set()
    passed_along -= {each.name for each in case.action.card.sets}
    for name in sorted({*outcome.set, *outcome.share} - passed_along - declared.keys()):
        yield f"it sets “{name}”, which `variables()` does not name."
    for name in sorted(outcome.share.keys() & declared.keys() - passed_along):
        if not declared[name].shared:
            yield f"it shares “{name}”, which `variables()` does not call shared."
    for name, each in declared.items():
        sure = not each.ports or outcome.port in each.ports
        found = outcome.share if each.shared else outcome.set
        # An API may leave out what a response variable looks for; the trace of the call tells it.
        if sure and name not in found and not (each.shared and isinstance(case.reply, Fetched)):
            yield f"it leaves by “{outcome.port}” without “{name}”, which `variables()` calls sure."


def plays(case: Case) -> Iterator[str]:
    """Clips that are played and not in `audio()`."""
    named = {clip for _, clip in case.action.audio()} | {DEFAULT_AUDIO}
    for clip in sorted(clips(case.outcome) - named):
        yield f"it plays the clip “{clip}”, which `audio()` does not name."


def says(case: Case) -> Iterator[str]:
    """Words from a block that looks silent: the audit of silence would count on through it."""
    outcome = case.outcome
    heard = isinstance(outcome, Leave | End) and any(isinstance(verb, Say | Play) for verb in outcome.verbs)
    declared = any(text.text.strip() for _, text in case.action.spoken()) or case.action.audio()
    if heard and not declared and not case.action.stay().asks:
        yield "the caller hears something, and neither `spoken()` nor `audio()` names any of it."


def waits(case: Case) -> Iterator[str]:
    """Waits that are longer, or more silent, than `stay()` says, or of another kind."""
    if not isinstance(case.outcome, Wait):
        return
    stay, shown = case.action.stay(), emitted(case.outcome)
    if not stay.outside:
        yield "it waits, and `stay()` does not say that something must come from outside."
    if stay.asks != shown.asks:
        yield f"`stay()` says asks={stay.asks}, and it {'asks the caller' if shown.asks else 'waits for a job'}."
    yield from too_short(stay, shown)


def sends_off(case: Case) -> Iterator[str]:
    """Callers whose call ends here although `sends_off` denies it, or doesn't although it says so."""
    outcome = case.outcome
    if isinstance(outcome, Wait):
        found = bool(outcome.verbs) and isinstance(outcome.verbs[-1], Hangup)
        if found != case.action.sends_off:
            yield f"`sends_off` is {case.action.sends_off}, and the call {'ends' if found else 'goes on'}."


def too_short(stay: Stay, shown: Stay) -> Iterator[str]:
    """Where a block keeps a caller longer than it says."""
    if shown.wait > stay.wait:
        yield f"it waits up to {shown.wait:g} s, and `stay()` says {stay.wait:g} s."
    if shown.silence > stay.silence:
        yield f"it is silent for up to {shown.silence:g} s, and `stay()` says {stay.silence:g} s."


def hides(case: Case) -> Iterator[str]:
    """Values that must not be shown and are, and values that are hidden and not declared."""
    outcome = case.outcome
    if not isinstance(outcome, Leave | Wait):
        return
    number, prefix = case.visit.block, f"{case.action.card.prefix}_{case.visit.block}"
    declared = case.action.hides(number)
    found = {f"{prefix}.{name}" for name in outcome.set} | set(getattr(outcome, "share", ()))
    for name in sorted(found & {*declared} - {*outcome.hide}):
        yield f"it sets “{name}” for all to see, which `hides()` names."
    for name in sorted({*outcome.hide} - {*declared}):
        yield f"it hides “{name}”, which `hides()` does not name."
    names = {each.name for each in case.action.variables()}
    for name in sorted(each for each in outcome.hide if each.rpartition(".")[2] not in names):
        yield f"it hides “{name}”, which `variables()` does not name."
    asked = outcome.effect if isinstance(outcome, Wait) and case.reply is None else None
    if isinstance(asked, Gather | HandOver) and bool(declared) != asked.hidden:
        yield f"it asks with hidden={asked.hidden}, and `hides()` names {len(declared)} variables."


def clips(outcome: Any) -> set[str]:
    """Every clip that an outcome plays, to the caller or to the phone that is called."""
    heard = list(getattr(outcome, "verbs", ()))
    found: set[str] = set()
    if isinstance(outcome, Wait):
        if isinstance(outcome.effect, Gather):
            heard += outcome.effect.prompts
        if isinstance(outcome.effect, Dial):
            heard += outcome.effect.whisper
        found |= {outcome.hold.audio or DEFAULT_AUDIO, *outcome.hold.clips}
    return found | {verb.audio for verb in heard if isinstance(verb, Play)}
