"""The engine: what happened to a call in, what to do about it out.

A call stands at a block. Entering a block, its action decides: leave by a port (walk on), wait for a job (stop here,
until the reply with the right token comes), or end. One event makes one turn: the walk from where the call stands to
the next wait or the end, with all words met on the way.

             Answered                    reply with the open token
    (start) ─────────▶ walk ──Wait──▶ waiting ─────────────────────▶ walk …
                        │                │ HungUp
                        └──End──▶ ended ◀┘

There is no clock, no chance and no I/O here: time comes in as `event.at`, and the token of a question is made of the
turn and the block. So the same event on the same call gives the same turn, and a repeated or late reply, whose token is
no longer open, changes nothing. Mistakes of the author (an exit that leads nowhere, a flow that runs in circles) end
the call with a named problem in its trace. Whatever raises an exception here is our own mistake.
"""

from typing import Any

from msgspec import to_builtins
from msgspec.structs import replace

from ivr.core.action import End, Leave, Outcome, Visit, Wait
from ivr.core.call import Call, Entry, Turn, Waiting
from ivr.core.effects import AnyJob, AnyVerb, Hangup, Hold, Say
from ivr.core.events import Answered, Event, HungUp, Reply
from ivr.core.template import SECRET, Unset
from ivr.core.values import Value, to_text
from ivr.flow.model import Block, Flow

STEPS_WITHOUT_WAIT = 100
STEPS_OF_A_CALL = 1000
TRACED_CHARACTERS = 2000
KEPT_CHARACTERS = 1000
"""Length up to which a value is kept whether a block reads it or not."""
_UNTRACED = {"at", "body", "value", "headers"}


def advance(flow: Flow, call: Call, event: Event) -> Turn:
    """The turn that an event makes of a call. An event that means nothing here gives the call back unchanged."""
    if call.status != "active":
        return Turn(call)
    match event:
        case Answered() if call.turn == 0:
            return _Walk(flow, call, event).answer()
        case HungUp():
            return _Walk(flow, call, event).hang_up(event.reason)
        case Reply() if call.waiting is not None and event.token == call.waiting.token:
            return _Walk(flow, call, event).resume()
    return Turn(call)


def fail(flow: Flow, call: Call, at: int, problem: str) -> Turn:
    """The turn that ends a call because we made a mistake: the caller hears the flow's apology."""
    failed = replace(call, status="failed", turn=call.turn + 1, waiting=None)
    words = (Say(flow.apology, flow.voice, flow.language), Hangup())
    return Turn(failed, words, trace=(Entry(at, "problem", call.block, {"code": "failed", "message": problem}),))


class _Walk:
    """One turn in the making; it lives no longer than a call of `advance`."""

    def __init__(self, flow: Flow, call: Call, event: Event) -> None:
        self.flow = flow
        self.call = replace(call, turn=call.turn + 1, waiting=None, variables=dict(call.variables))
        self.event = event
        self.verbs: list[AnyVerb] = []
        self.job: AnyJob | None = None
        self.trace: list[Entry] = []

    def answer(self) -> Turn:
        block = self.flow.start
        if block is None:
            return self._stop("no_start", "The flow has no Inbound Call block.")
        self.call = replace(self.call, block=block.number, attempt=1)
        self._note("answered", self.event)
        return self._go(block, block.action.resume(self._visit(), self.event))  # type: ignore[arg-type]

    def resume(self) -> Turn:
        block = self.flow.by_number[self.call.block]
        self._note("replied", self.event)
        outcome = block.action.resume(self._visit(), self.event)  # type: ignore[arg-type]
        if isinstance(outcome, Wait):
            self.call = replace(self.call, attempt=self.call.attempt + 1)
        return self._go(block, outcome)

    def hang_up(self, reason: str) -> Turn:
        self._trace("hung_up", reason=reason)
        self.call = replace(self.call, status="ended")
        return self._turn()

    def _go(self, block: Block, outcome: Outcome) -> Turn:
        """Follow outcomes from block to block until one waits or ends."""
        for walked in range(STEPS_WITHOUT_WAIT + 1):
            self._say(outcome.verbs)
            match outcome:
                case Wait():
                    return self._wait(outcome)
                case End():
                    return self._end()
            self._leave(block, outcome)
            following = self.flow.by_number.get(block.exits.get(outcome.port, 0))
            if following is None:
                return self._stop("no_exit", f"Port “{outcome.port}” leads nowhere, so the call ends here.")
            if self.call.steps >= STEPS_OF_A_CALL:
                return self._stop("too_many_steps", f"The call walked {STEPS_OF_A_CALL} blocks, so it ends here.")
            if walked == STEPS_WITHOUT_WAIT:
                break
            block = following
            outcome = self._enter(block)
        return self._stop("endless_loop", f"{STEPS_WITHOUT_WAIT} blocks without a wait: the flow runs in circles.")

    def _enter(self, block: Block) -> Outcome:
        self.call = replace(self.call, block=block.number, attempt=1, steps=self.call.steps + 1)
        self._trace("entered", action=block.action.card.title, title=block.title)
        visit = self._visit()
        for path, template in block.action.templates:
            for reference in template.references:
                if not reference.startswith(SECRET) and isinstance(visit.lookup(reference), Unset):
                    self._trace("unset", field=path, reference=f"${reference}")
        return block.action.enter(visit)

    def _leave(self, block: Block, outcome: Leave) -> None:
        self.call.variables.update(outcome.share)
        if outcome.set:
            self.call.variables[block.prefix] = self._kept(block, outcome.set)
        if outcome.set or outcome.share:
            own = {f"{block.prefix}.{name}": value for name, value in outcome.set.items()}
            self._trace("set", **own, **outcome.share)
        self._trace("left", port=outcome.port)

    def _kept(self, block: Block, values: dict[str, Value]) -> dict[str, Value]:
        """What a block sets, without large values that no block of the flow reads: they would be stored every turn."""
        return {
            name: value for name, value in values.items() if _small(value) or self.flow.reads(f"{block.prefix}.{name}")
        }

    def _wait(self, outcome: Wait) -> Turn:
        token = f"{self.call.turn}.{self.call.block}"
        self.call = replace(self.call, waiting=Waiting(token, self.event.at, self._in_voice(outcome.hold)))
        self.job = outcome.job
        self._trace("asked", token=token, **outcome.job.summary)
        return self._turn()

    def _end(self) -> Turn:
        self.verbs.append(Hangup())
        self.call = replace(self.call, status="ended")
        self._trace("ended")
        return self._turn()

    def _stop(self, code: str, message: str) -> Turn:
        """End the call over a mistake in the flow."""
        self._trace("problem", code=code, message=message)
        if not self.verbs:
            self._say((Say(self.flow.apology),))
        return self._end()

    def _turn(self) -> Turn:
        return Turn(self.call, tuple(self.verbs), self.job, tuple(self.trace))

    def _visit(self) -> Visit:
        return Visit(self.call, self.call.block, self.event.at)

    def _say(self, verbs: tuple[AnyVerb, ...]) -> None:
        for verb in verbs:
            self.verbs.append(self._voiced(verb) if isinstance(verb, Say) else verb)

    def _voiced(self, say: Say) -> Say:
        return replace(say, voice=say.voice or self.flow.voice, language=say.language or self.flow.language)

    def _in_voice(self, hold: Hold) -> Hold:
        return replace(
            hold,
            words=tuple(self._voiced(say) for say in hold.words),
            opening=tuple(self._voiced(say) for say in hold.opening),
            lines=tuple(replace(line, say=self._voiced(line.say)) for line in hold.lines),
        )

    def _note(self, kind: str, event: Event) -> None:
        self._trace(kind, **facts(event))

    def _trace(self, kind: str, /, **data: Any) -> None:
        """Add an entry. Its data may have any names, since authors choose some of them."""
        shown = {name: _short(value) for name, value in data.items()}
        self.trace.append(Entry(self.event.at, kind, self.call.block, shown))


def facts(event: Event) -> dict[str, Value]:
    """What the trace tells of an event; a body is kept where it is set as a variable, not here too."""
    fields = {name: getattr(event, name) for name in event.__struct_fields__}
    lists = {name: list(to_builtins(value)) for name, value in fields.items() if isinstance(value, tuple)}
    return {name: value for name, value in {**fields, **lists}.items() if name not in _UNTRACED}


def _small(value: Value) -> bool:
    return not isinstance(value, str | dict | list) or len(to_text(value)) <= KEPT_CHARACTERS


def _short(value: Value) -> Value:
    """A value as the trace keeps it: long ones are cut."""
    text = value if isinstance(value, str) else to_text(value) if isinstance(value, dict | list) else ""
    return value if len(text) <= TRACED_CHARACTERS else f"{text[:TRACED_CHARACTERS]}… ({len(text)} characters)"
