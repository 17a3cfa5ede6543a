"""A turn in the making: what a walk says, sets and writes down."""

from collections.abc import Mapping
from operator import is_not
from typing import Any

from msgspec.structs import replace

from ivr.core.action import Leave, Remember, Visit, Wait
from ivr.core.call import Call, Entry
from ivr.core.effects import AnyJob, AnyVerb
from ivr.core.effort import ITEM, Effort, TooMuch, copied
from ivr.core.events import Event, Reply
from ivr.core.redaction import MOST_VEILED, Redactor
from ivr.core.values import Value
from ivr.flow.discretion import NOTHING, hidden_values, recalling
from ivr.flow.keeping import MOST_KEPT, MOST_UNMEASURED, facts, is_small, lengths
from ivr.flow.model import Block, Flow
from ivr.flow.noting import Noter
from ivr.flow.setters import AWAY, without_stale
from ivr.flow.voices import in_voice, words_of


class Making:
    """One turn, for as long as a call of `advance` takes. `about` is the block that is written about, 0 for the one at
    which the call stands, `room` the characters that may be set before all are measured."""

    def __init__(self, flow: Flow, call: Call, event: Event, effort: Effort) -> None:
        self.flow = flow
        self.effort = effort
        self.before = call
        self.call = replace(call, turn=call.turn + 1, waiting=None, variables=dict(call.variables))
        self.event = event
        self.verbs: list[AnyVerb] = []
        self.job: AnyJob | None = None
        self.drop: tuple[str, ...] = ()
        self.apart: Call | None = None
        self.beside: list[tuple[str, AnyJob]] = []
        self.trace: list[Entry] = []
        self.about = 0
        self.room = MOST_UNMEASURED
        self._hidden: tuple[Value, ...] = ()
        self._redactor = NOTHING

    def _visit(self) -> Visit:
        return Visit(self.call, self.call.block, self.event.at, self.flow.time_zone, self.flow.language, self.effort)

    def _say(self, verbs: tuple[AnyVerb, ...]) -> None:
        for verb in in_voice(self.flow, verbs):
            self._heard(verb)
            self.verbs.append(verb)

    def _heard(self, verb: AnyVerb) -> None:
        """Trace what the caller is going to hear."""
        if self.call.on_phone and (words := words_of(verb)):
            self._trace("said", words=words)

    def _note(self, kind: str, event: Event) -> None:
        self._trace(kind, **facts(event))

    def _trace(self, kind: str, /, **data: Any) -> None:
        """Add an entry. Its data may have any names, since authors choose some of them."""
        noter = Noter(self._curtain(), self.effort)
        self.trace.append(noter.line(self.event.at, self.about or self.call.block, kind, data))

    @property
    def _discreet(self) -> Call:
        """The call with all that must not be seen of it now, and of the reply that has come."""
        return recalling(self.call, self.event.private) if isinstance(self.event, Reply) else self.call

    def _asked(self, token: str, job: AnyJob, **told: Any) -> AnyJob:
        """Trace a job that is to run. It takes along what must not be seen of its call, which may forget it first."""
        self._trace("asked", token=token, **told, **job.summary)
        private = hidden_values(self.call)
        return replace(job, private=private) if private else job

    def _take_back(self, block: Block, outcome: Leave) -> None:
        """Unset what an earlier visit of the block has set and this one does not: a result of then is none of now.

        A shared variable that another block has set since is that block's, and stays. What a trigger has set tells how
        the call began, so it stays however often the call passes by.
        """
        if block.action.card.trigger:
            return
        setters = self.call.setters
        earlier = self.call.variables.pop(block.prefix, None)
        if earlier is None and not setters and not outcome.share:
            return
        own = earlier.keys() - outcome.set.keys() if isinstance(earlier, dict) else set()
        shared = {name for name, setter in setters.items() if setter == block.number and AWAY not in name}
        shared -= outcome.share.keys()
        for name in shared:
            self.call.variables.pop(name, None)
        kept = {name: setter for name, setter in setters.items() if name not in shared}
        self.call = replace(self.call, setters={**kept, **dict.fromkeys(outcome.share, block.number)})
        gone = [f"${name}" for name in sorted(shared)]
        gone += [f"${block.prefix}.{name}" for name in sorted(own - shared)]
        if gone:
            self._trace("unset", names=gone)

    def _set(self, block: Block, outcome: Leave | Wait, share: Mapping[str, Value] = {}) -> None:
        """Set the variables of an outcome, and hide those that are secret from now on."""
        if outcome.hide:
            hidden = dict.fromkeys((*self.call.hidden, *outcome.hide))
            if len(hidden) > MOST_VEILED:
                sentence = f"The call hides more than {MOST_VEILED} variables, so it ends here."
                raise TooMuch("too_many_hidden", sentence)
            self.call = replace(self.call, hidden=tuple(hidden))
        if not outcome.set and not share:
            return
        prefix = block.prefix
        own = {f"{prefix}.{name}": value for name, value in outcome.set.items()}
        own, share = self._redacted(own), self._redacted(share)
        kept = dict(share)
        if own:
            kept[prefix] = self._kept(prefix, {name: own[f"{prefix}.{name}"] for name in outcome.set})
        self._make_room(kept)
        self.call.variables.update(kept)
        if self.call.memories:
            self.call = replace(self.call, memories=without_stale(self.call.memories, kept))
        self._trace("set", **own, **share)

    def _remember(self, block: Block, outcome: Leave) -> None:
        """Keep what a block is to know at its next visit, in place of what it knew."""
        if isinstance(outcome, Remember):
            self.call = replace(self.call, memories={**self.call.memories, block.prefix: outcome.memory})
        elif block.prefix in self.call.memories:
            left = {prefix: memory for prefix, memory in self.call.memories.items() if prefix != block.prefix}
            self.call = replace(self.call, memories=left)

    def _make_room(self, kept: Mapping[str, Value]) -> None:
        """Raise TooMuch where all variables with these are more than a call may keep. As long as a turn sets little,
        nothing is measured; then what is left is counted down, and measured again once it is used up."""
        self.room -= lengths(kept)
        if self.room >= 0:
            return
        characters = lengths({**self.call.variables, **kept})
        self.effort.spend(copied(characters))
        if characters > MOST_KEPT:
            sentence = f"With these, all variables of the call are longer than {MOST_KEPT:,} characters together"
            raise TooMuch("too_much_kept", f"{sentence}: more than it may keep.")
        self.room = MOST_KEPT - characters

    def _curtain(self) -> Redactor:
        """What keeps hidden values out of all that is written beside them; made anew when there are others."""
        hidden = hidden_values(self._discreet)
        self.effort.spend(ITEM * len(hidden))
        if len(hidden) != len(self._hidden) or any(map(is_not, hidden, self._hidden)):
            self._hidden, self._redactor = hidden, Redactor(hidden, self._spend)
        return self._redactor

    def _spend(self, steps: int) -> None:
        self.effort.spend(steps)

    def _redacted(self, values: Mapping[str, Value]) -> dict[str, Value]:
        """Values without what is hidden, such as a card number that an API sends back. Its own place keeps it."""
        hidden = self._curtain() if self.call.hidden else None
        if not hidden:
            return dict(values)
        return {name: value if name in self.call.hidden else hidden.value(value) for name, value in values.items()}

    def _kept(self, prefix: str, values: dict[str, Value]) -> dict[str, Value]:
        """What a block sets, without large values that no block of the flow reads: they would be stored every turn."""
        return {name: value for name, value in values.items() if is_small(value) or self.flow.reads(f"{prefix}.{name}")}
