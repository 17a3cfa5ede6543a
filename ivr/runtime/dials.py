"""The gate before a transfer: numbers that may not be called are taken out of it before the carrier sees any. To a
document of the author's own that calls such a number the call is not handed over."""

from msgspec.structs import replace

from ivr.core.call import Entry, Turn
from ivr.core.effects import Dial, HandOver
from ivr.core.events import Dialled, HandedBack
from ivr.flow.noting import noted
from ivr.runtime.gate import Gate, Verdict, Wish, of_call


async def permitted(turn: Turn, gate: Gate, at: int) -> tuple[Turn, Dialled | HandedBack | None]:
    """The turn, with a transfer to the admitted numbers only. When there are none, the transfer is left out, and the
    reply for the flow comes with it: no number is called, so the flow goes on at once by Failed."""
    dial = turn.verbs[-1] if turn.verbs else None
    if isinstance(dial, HandOver) and dial.numbers:
        return await _handed_over(turn, dial, gate, at)
    if not isinstance(dial, Dial):
        return turn, None
    verdicts = [(number, await gate.admit(_wish(turn, dial, place))) for place, number in enumerate(dial.numbers)]
    numbers = tuple(dict.fromkeys(verdict.number for _, verdict in verdicts if verdict.number))
    refused = [(number, verdict) for number, verdict in verdicts if verdict.cause]
    trace = [*_asked(turn, numbers), *(_entry(turn, number, verdict, at) for number, verdict in refused)]
    if numbers:
        return replace(turn, verbs=(*turn.verbs[:-1], replace(dial, numbers=numbers)), trace=tuple(trace)), None
    _, first = refused[0]
    reply = Dialled(at=at, token=dial.token, status="failed", refused=first.cause, error=first.reason)
    return replace(turn, verbs=turn.verbs[:-1], trace=tuple(trace)), reply


async def _handed_over(turn: Turn, given: HandOver, gate: Gate, at: int) -> tuple[Turn, HandedBack | None]:
    """The turn as it is, when all numbers that the author's document calls are admitted; else it is not handed over."""
    for place, number in enumerate(given.numbers):
        verdict = await gate.admit(_wish(turn, given, place))
        if verdict.cause:
            trace = (*_asked(turn, ()), _entry(turn, number, verdict, at))
            reply = HandedBack(at=at, token=given.token, error=verdict.reason, refused=verdict.cause)
            return replace(turn, verbs=turn.verbs[:-1], trace=trace), reply
    return turn, None


def _wish(turn: Turn, dial: Dial | HandOver, place: int) -> Wish:
    number = dial.numbers[place]
    return of_call(turn.call, f"{dial.token} {place}", "transfer", number, fixed=number in dial.fixed)


def _asked(turn: Turn, numbers: tuple[str, ...]) -> list[Entry]:
    """The trace, in which it rings at those numbers only, or not at all."""
    *before, last = turn.trace
    if last.kind != "asked":
        return [*turn.trace]
    if not numbers:
        return before
    return [*before, noted(turn.call, last.at, last.kind, {**last.data, "numbers": list(numbers)}, block=last.block)]


def _entry(turn: Turn, number: str, verdict: Verdict, at: int) -> Entry:
    return noted(turn.call, at, "refused", {"to": number, "cause": verdict.cause, "why": verdict.reason})
