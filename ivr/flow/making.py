"""A turn in the making: what a walk says, sets and writes down."""

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from ivr.core.action import Leave, Visit, Wait
from ivr.core.call import Call, Entry
from ivr.core.effects import AnyJob, AnyVerb
from ivr.core.events import Event, Reply
from ivr.core.values import Value
from ivr.flow.discretion import hidden_values, recalling, redactor
from ivr.flow.keeping import facts, is_small
from ivr.flow.model import Block, Flow
from ivr.flow.noting import noted
from ivr.flow.setters import AWAY
from ivr.flow.voices import in_voice, words_of


class Making:
    """One turn, for as long as a call of `advance` takes. `about` is the block that is written about, 0 for the one at
    which the call stands."""

    def __init__(self, flow: Flow, call: Call, event: Event) -> None:
        self.flow = flow
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

    def _visit(self) -> Visit:
        return Visit(self.call, self.call.block, self.event.at, self.flow.time_zone, self.flow.language)

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
        self.trace.append(noted(self._discreet, self.event.at, kind, data, block=self.about))

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
            self.call = replace(self.call, hidden=tuple(hidden))
        if not outcome.set and not share:
            return
        prefix = block.prefix
        own = {f"{prefix}.{name}": value for name, value in outcome.set.items()}
        own, share = self._redacted(own), self._redacted(share)
        self.call.variables.update(share)
        if own:
            kept = {name: own[f"{prefix}.{name}"] for name in outcome.set}
            self.call.variables[prefix] = self._kept(prefix, kept)
        self._trace("set", **own, **share)

    def _redacted(self, values: Mapping[str, Value]) -> dict[str, Value]:
        """Values without what is hidden, such as a card number that an API sends back. Its own place keeps it."""
        hidden = redactor(self._discreet) if self.call.hidden else None
        if not hidden:
            return dict(values)
        return {name: value if name in self.call.hidden else hidden.value(value) for name, value in values.items()}

    def _kept(self, prefix: str, values: dict[str, Value]) -> dict[str, Value]:
        """What a block sets, without large values that no block of the flow reads: they would be stored every turn."""
        return {name: value for name, value in values.items() if is_small(value) or self.flow.reads(f"{prefix}.{name}")}
