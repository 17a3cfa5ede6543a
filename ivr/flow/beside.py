"""Requests that run beside the line: started by one block, taken by another.

    block 3 ──Start──▶ runs ──reply──▶ came: what block 3 makes of it is kept ──Take──▶ set, as if block 3 were left now

What an answer sets, it sets when it is taken, and not when it comes. So no variable changes while the call is at other
blocks, and the same walk always sees the same values, however fast an API was. A block has one request: when it is
entered again, or when the call goes on to another flow, the one before is cancelled, or finished for itself.
"""

from collections.abc import Iterable

from msgspec.structs import replace

from ivr.core.action import Leave, Start, Take, Visit, WaitOn
from ivr.core.call import Closed, Started
from ivr.core.events import Fetched
from ivr.core.values import Value
from ivr.flow.keeping import facts
from ivr.flow.making import Making
from ivr.flow.model import Block

CLOSED_KEPT = 10
"""Questions that are remembered after something else than their reply has closed them."""


class Beside(Making):
    """The part of a turn that is about requests beside the line."""

    def _close(self, token: str, *, cancelled: bool = False) -> None:
        """Something else than its reply has closed a question."""
        closed = (*self.call.closed, Closed(token, cancelled))
        self.call = replace(self.call, closed=closed[-CLOSED_KEPT:])

    def _start_beside(self, block: Block, outcome: Start) -> None:
        """Start a request; the one that this block has started before is of no use any more."""
        self._let_go((each for each in self.call.started if each.block == block.number), "again")
        token = f"{self.call.turn}.{block.number}"
        started = Started(token, block.number, self.event.at, finish=outcome.job.finish)
        self.call = replace(self.call, started=(*self.call.started, started))
        self.beside.append((token, self._asked(token, outcome.job, beside=True)))

    def _land(self, started: Started, reply: Fetched) -> bool:
        """Keep what its block makes of the answer, until another takes it. False: the block waits for another one."""
        block = self.flow.by_number[started.block]
        self.about = block.number
        number, at = block.number, max(1, self.event.at)
        visit = Visit(self.call, number, at, self.flow.time_zone, self.flow.language, self.effort)
        outcome = block.action.resume(visit, reply)
        if isinstance(outcome, Leave):
            self._note_answer(reply, outcome)
            kept = self._kept(block.prefix, self._redacted(outcome.set))
            came = replace(started, came=at, port=outcome.port, set=kept, share=self._redacted(outcome.share))
            self._replace(started, came)
        elif isinstance(outcome, WaitOn) and outcome.job is not None:
            self._note("accepted", reply)
            self.beside.append((started.token, self._asked(started.token, outcome.job, beside=True)))
        else:
            raise TypeError(f"block {block.number} makes nothing of the answer to what it has started")
        self.about = 0
        if reply.called_back:
            self.call = replace(self.call, resumed=(*self.call.resumed, started.token)[-CLOSED_KEPT:])
        return isinstance(outcome, Leave)

    def _note_answer(self, reply: Fetched, outcome: Leave) -> None:
        judged: dict[str, Value] = {name: outcome.set[name] for name in ("cause", "error") if name in outcome.set}
        self._trace("replied", **{**facts(reply), **judged, "beside": True})

    def _take(self, outcome: Take) -> None:
        """Set what answers have brought, each as if its block were left now."""
        for started in self.call.started:
            if started.token in outcome.answers:
                block = self.flow.by_number[started.block]
                answer = Leave(started.port, set=started.set, share=started.share)
                self.about = block.number
                self._take_back(block, answer)
                self._set(block, answer, answer.share)
                self.about = 0
        left = tuple(each for each in self.call.started if each.token not in outcome.answers)
        self.call = replace(self.call, started=left)

    def _let_go(self, requests: Iterable[Started], why: str) -> None:
        """Nothing will take the answers of these any more. Those that run are cancelled, or finished for themselves."""
        for started in tuple(requests):
            self.call = replace(
                self.call, started=tuple(each for each in self.call.started if each.token != started.token)
            )
            if started.came:
                continue
            unsent = any(token == started.token for token, _ in self.beside)
            finish = started.finish and not (unsent and why == "again")
            if unsent and not finish:
                self.beside = [(token, job) for token, job in self.beside if token != started.token]
            else:
                self._close(started.token, cancelled=not finish)
                self.drop += () if finish else (started.token,)
            self.about = started.block
            self._trace("untaken" if finish else "cancelled", token=started.token, by=why)
            self.about = 0
        if why == "jump":
            closed = (each if each.flow else replace(each, flow=self.flow.id) for each in self.call.closed)
            self.call = replace(self.call, closed=tuple(closed))

    def _replace(self, started: Started, came: Started) -> None:
        self.call = replace(self.call, started=tuple(came if each is started else each for each in self.call.started))
