"""The engine: what happened to a call in, what to do about it out.

A call stands at a block. Entering a block, its action decides: leave by a port (walk on), wait for a job or for what
the caller answers (stop here, until the reply with the right token comes), jump to another flow, or end. One event
makes one turn: the walk from where the call stands to the next wait, jump or end, with all words met on the way.

             Answered, …                 reply with the open token
    (start) ─────────▶ walk ──Wait──▶ waiting ─────────────────────▶ walk …
                        │ │              │ HungUp
                        │ └──End──▶ ended ◀┘
                        └──Jump──▶ the same walk in another flow, from its Jump From block

A run need not have a caller: texts and other systems start flows too. Then nothing can be asked. A disabled block is
passed by: the call goes on by its first port, and its action knows nothing of it.

There is no clock, no chance and no I/O here: time comes in as `event.at`, and the token of a question is made of the
turn and the block. So the same event on the same call gives the same turn, and a repeated or late reply, whose token is
no longer open, changes nothing. Mistakes of the author (a port that leads nowhere, a flow that runs in circles) end
the call with a named problem in its trace, and so does a turn that is too much work or keeps too much. Whatever else
raises an exception here is our own mistake.
"""

from msgspec.structs import replace

from ivr.core.action import Break, End, Leave, Outcome, Start, Take, Wait, WaitOn
from ivr.core.call import Call, Jump, Started, Turn, Waiting
from ivr.core.effects import Alarm, AnyQuestion, Gather, HandOver, Hangup, Question, Say
from ivr.core.effort import BOUNDLESS, Effort, TooMuch, TooMuchEffort
from ivr.core.events import Event, Fetched, HungUp, Jumped, Pressed, Recorded, Reply
from ivr.core.template import SECRET, Unset
from ivr.core.values import Value
from ivr.flow.beside import CLOSED_KEPT, Beside
from ivr.flow.discretion import remembering, without_hidden
from ivr.flow.keeping import facts
from ivr.flow.meanwhile import answers, apart, interrupting, left_open
from ivr.flow.model import Block, Flow
from ivr.flow.noting import noted, noted_reply
from ivr.flow.setters import carried_on, passed_on
from ivr.flow.voices import held_in_voice, in_voice

STEPS_WITHOUT_WAIT = 100
STEPS_OF_A_CALL = 1000
EFFORT_OF_A_TURN = 20_000_000
"""Steps of effort: some seconds, in which a text of a mebibyte can be looked through more than a hundred times."""
JUMPS_OF_A_CALL = 20
APART_MOST = 10
"""Runs that wait apart from one call."""
FAILURE = "failure"
"""The port On Failure."""
LOST = "lost"
"""The reason of a hang-up without a status callback: the carrier has not asked about the call for too long."""


def advance(flow: Flow, call: Call, event: Event, effort: Effort | None = None) -> Turn:
    """The turn that an event makes of a call. An event that means nothing here gives the call back unchanged.

    `effort` is what the turn may do, by default EFFORT_OF_A_TURN. Raises TooMuchEffort where it is tentative.
    """
    if call.status != "active":
        return Turn(call)
    walk = _Walk(flow, call, event, effort or Effort(EFFORT_OF_A_TURN))
    try:
        return _walked(walk, event)
    except TooMuch as much:
        if isinstance(much, TooMuchEffort) and walk.effort.tentative:
            raise
        return walk.stop(much.code, str(much))


def _walked(walk: "_Walk", event: Event) -> Turn:
    call = walk.before
    match event:
        case HungUp():
            return walk.hang_up(event.reason)
        case Reply():
            return _replied(walk, call, event)
        case _ if call.turn == 0 or (isinstance(event, Jumped) and not call.block):
            return walk.begin()
    return Turn(call)


def _replied(walk: "_Walk", call: Call, reply: Reply) -> Turn:
    waiting = call.waiting
    if waiting is not None and reply.token == waiting.token and answers(reply, waiting):
        return walk.resume(waiting)
    if waiting is not None and (key := interrupting(reply, waiting)) is not None:
        return walk.press(waiting, key)
    if (started := call.request(reply.token)) is not None and isinstance(reply, Fetched):
        return walk.land(started, reply)
    return _too_late(call, reply)


def _too_late(call: Call, reply: Reply) -> Turn:
    """What comes for a question that something else has closed is noted, once. Silence of the caller is nothing."""
    closed = next((each for each in call.closed if each.token == reply.token), None)
    if closed is None or (isinstance(reply, Pressed) and not reply.digits):
        return Turn(call)
    left = tuple(each for each in call.closed if each is not closed)
    flow = {"flow": closed.flow} if closed.flow else {}
    return Turn(replace(call, closed=left), trace=(noted_reply(call, "late", reply, **flow),))


def fail(flow: Flow, call: Call, at: int, problem: str) -> Turn:
    """The turn that ends a call because we made a mistake: the caller hears the flow's apology."""
    failed = replace(call, status="failed", turn=call.turn + 1, waiting=None, started=())
    words = (*in_voice(flow, (Say(flow.apology),)), Hangup())
    return Turn(failed, words, trace=(noted(call, at, "problem", {"code": "failed", "message": problem}),))


def onward(turn: Turn, flow: Flow, revision: int, at: int, effort: Effort | None = None) -> Turn:
    """The turn after its jump: the walk goes on in this flow, all heard and traced so far kept."""
    entry = turn.jump.entry if turn.jump is not None else 0
    before = turn.call
    setters = passed_on(before.setters, before.flow, flow.id)
    memories = carried_on(before.memories, before.flow, flow.id)
    call = replace(before, flow=flow.id, revision=revision, block=0, jumps=before.jumps + 1)
    call = replace(call, setters=setters, memories=memories)
    return _behind(turn, advance(flow, call, Jumped(at=at, entry=entry), effort))


def afterwards(flow: Flow, turn: Turn, reply: Reply, effort: Effort | None = None) -> Turn:
    """The turn after a reply to its question that came at once, without asking: all heard and traced so far kept."""
    return _behind(turn, advance(flow, turn.call, reply, effort))


def _behind(turn: Turn, further: Turn) -> Turn:
    """The second of two turns that are saved as one, with all that the first has led to."""
    beside = tuple(each for each in turn.beside if each[0] not in further.drop)
    return replace(
        further,
        verbs=turn.verbs + further.verbs,
        trace=turn.trace + further.trace,
        drop=turn.drop + further.drop,
        beside=beside + further.beside,
        apart=further.apart or turn.apart,
    )


def jump_failed(flow: Flow, turn: Turn, at: int) -> Turn:
    """The turn after a jump to a flow that is not there, or has never been published: the call ends here."""
    target = turn.jump.flow if turn.jump is not None else ""
    walk = _Walk(flow, turn.call, Jumped(at=at), BOUNDLESS)
    walk.verbs = list(turn.verbs)
    stopped = walk.stop("no_such_flow", f"There is no published flow “{target}” to go on to.")
    return replace(_behind(turn, stopped), verbs=stopped.verbs)


def _failed(block: Block, why: str) -> Leave | None:
    """How a block is left that could not do its work; None where it has no port for that."""
    if all(port.id != FAILURE for port in block.action.ports):
        return None
    own = {each.name for each in block.action.variables()}
    told: dict[str, Value] = {"cause": "too_large", "error": why}
    return Leave(FAILURE, set={name: value for name, value in told.items() if name in own})


class _Walk(Beside):
    """One turn, from block to block."""

    def begin(self) -> Turn:
        block = self._start()
        if block is None:
            return self.stop("no_start", f"The flow has no block that starts at this: {type(self.event).__name__}.")
        self.call = replace(self.call, block=block.number, attempt=1)
        usual: dict[str, Value] = {"usual": {**self.call.usual}} if self.call.usual else {}
        self._trace(type(self.event).__name__.lower(), **facts(self.event), **usual)
        return self._go(block, block.action.resume(self._visit(), self.event))

    def _start(self) -> Block | None:
        if isinstance(self.event, Jumped) and self.event.entry:
            block = self.flow.by_number.get(self.event.entry)
            return block if block is not None and block.action.begins(self.event) else None
        return self.flow.start(self.event)

    def resume(self, asked: Waiting) -> Turn:
        block = self.flow.by_number[self.call.block]
        if asked.parting or (isinstance(self.event, Recorded) and self.event.hung_up):
            self.call = replace(self.call, on_phone=False)
        outcome = block.action.resume(self._visit(), self.event)
        if asked.hidden:
            self._trace("replied", token=asked.token, hidden=True)
        else:
            self._note("accepted" if isinstance(outcome, WaitOn) else "replied", self.event)
        if isinstance(outcome, WaitOn):
            return self._wait_on(asked, outcome)
        if asked.keys:
            self._close(asked.keys_token)
        if isinstance(self.event, Fetched) and self.event.called_back:
            self.call = replace(self.call, resumed=(*self.call.resumed, asked.token)[-CLOSED_KEPT:])
        if isinstance(outcome, Wait):
            self.call = replace(self.call, attempt=self.call.attempt + 1)
        return self._go(block, outcome)

    def press(self, asked: Waiting, key: Pressed) -> Turn:
        """A key was pressed, or said, while a job runs: the block says whether it goes on waiting, or what becomes of
        the job."""
        block = self.flow.by_number[self.call.block]
        self._note("replied", self.event)
        outcome = block.action.resume(self._visit(), key)
        if isinstance(outcome, WaitOn):
            return self._wait_on(replace(asked, pressed=asked.pressed + 1), outcome)
        if asked.awaits:
            self.drop = (asked.token,)
        else:
            self._break(asked, outcome.job if isinstance(outcome, Break) else "cancel")
        return self._go(block, outcome)

    def land(self, started: Started, reply: Fetched) -> Turn:
        """An answer has come to a request beside the line. Where the call waits for such, its block says whether it
        goes on with it; elsewhere nothing else changes."""
        waiting = self.before.waiting
        self.call = replace(self.call, waiting=waiting)
        if not self._land(started, reply) or waiting is None or not waiting.awaits:
            return self._turn()
        block = self.flow.by_number[self.call.block]
        outcome = block.action.resume(self._visit(), reply)
        if isinstance(outcome, WaitOn):
            return self._turn()
        self.call = replace(self.call, waiting=None)
        self.drop = (waiting.token,)
        if waiting.keys:
            self._close(waiting.keys_token)
        return self._go(block, outcome)

    def _wait_on(self, asked: Waiting, outcome: WaitOn) -> Turn:
        """The question stays open. The caller, who may be listening for long, notices nothing but the words."""
        self._say(outcome.verbs)
        self.call = replace(self.call, waiting=asked)
        if outcome.job is not None:
            self.job = self._asked(asked.token, outcome.job)
        return self._turn()

    def _break(self, asked: Waiting, how: str) -> None:
        """What becomes of a job that the call waits for no longer."""
        if how == "go on" and len(self.call.apart) < APART_MOST:
            self.apart = apart(self.before, asked)
            self.call = replace(self.call, apart=(*self.call.apart, asked.token))
            self._trace("parted", token=asked.token)
        elif how == "finish":
            self._close(asked.token)
        else:
            self._close(asked.token, cancelled=True)
            self._trace("cancelled", token=asked.token, by="key")
            self.drop = (asked.token,)

    def hang_up(self, reason: str) -> Turn:
        """The end, but for a run that goes on without its caller: with a recording, or with the answer of an API."""
        open_question = self.before.waiting
        onward = open_question is not None and open_question.onward
        recording = open_question is not None and open_question.asks == "record"
        self._trace("hung_up", reason=reason, **(left_open(open_question) if open_question is not None else {}))
        if onward or (reason != LOST and (recording or not self.before.on_phone)):
            self.call = replace(self.call, on_phone=False, waiting=open_question)
            return self._turn()
        self.call = replace(self.call, variables=without_hidden(self.call))
        return self._over()

    def _go(self, block: Block, outcome: Outcome) -> Turn:
        """Follow outcomes from block to block until one waits or ends."""
        for walked in range(STEPS_WITHOUT_WAIT + 1):
            if isinstance(outcome, Jump):
                return self._jump(outcome)
            if isinstance(outcome, Wait | WaitOn):
                return self._wait(block, outcome)
            self._say(outcome.verbs)
            if isinstance(outcome, End):
                return self._end()
            outcome = self._leave(block, outcome)
            following = self.flow.by_number.get(block.exits.get(outcome.port, 0))
            if following is None:
                return self.stop("no_exit", f"Port “{outcome.port}” leads nowhere, so the call ends here.")
            if self.call.steps >= STEPS_OF_A_CALL:
                return self.stop("too_many_steps", f"The call walked {STEPS_OF_A_CALL} blocks, so it ends here.")
            if walked == STEPS_WITHOUT_WAIT:
                break
            block = following
            outcome = self._enter(block)
        return self.stop("endless_loop", f"{STEPS_WITHOUT_WAIT} blocks without a wait: the flow runs in circles.")

    def _enter(self, block: Block) -> Outcome:
        self.call = replace(self.call, block=block.number, attempt=1, steps=self.call.steps + 1)
        named = {"action": block.action.card.title, "title": block.title}
        if (way := block.bypass) is not None:
            self._trace("passed", **named, port=way.id)
            return Leave(way.id)
        self._trace("entered", **named)
        visit = self._visit()
        for path, template in block.action.templates:
            known = {f"{block.prefix}.{name}" for name in block.action.knows(path)}
            for reference in template.references:
                if (
                    reference not in known
                    and not reference.startswith(SECRET)
                    and isinstance(visit.lookup(reference), Unset)
                ):
                    self._trace("unset", field=path, reference=f"${reference}")
        return block.action.enter(visit)

    def _jump(self, jump: Jump) -> Turn:
        if self.call.jumps >= JUMPS_OF_A_CALL:
            return self.stop("too_many_jumps", f"The call went on to {JUMPS_OF_A_CALL} flows, so it ends here.")
        self._let_go(self.call.started, "jump")
        self._trace("jumped", flow=jump.flow, entry=jump.entry, from_flow=self.flow.id)
        return replace(self._turn(), jump=jump)

    def _leave(self, block: Block, outcome: Leave) -> Leave:
        """How the block is left: by On Failure, if it has that, where a call may not keep what it sets."""
        if block.bypass is not None:
            return outcome
        call = self.call
        try:
            self._settle(block, outcome)
        except TooMuch as much:
            failed = _failed(block, str(much))
            if failed is None or isinstance(much, TooMuchEffort) or isinstance(outcome, Take):
                raise
            self.call, outcome = call, failed
            self._settle(block, outcome)
        return outcome

    def _settle(self, block: Block, outcome: Leave) -> None:
        self._take_back(block, outcome)
        self._set(block, outcome, outcome.share)
        self._remember(block, outcome)
        if isinstance(outcome, Start):
            self._start_beside(block, outcome)
        elif isinstance(outcome, Take):
            self._take(outcome)
        self._trace("left", port=outcome.port, **outcome.why)

    def _wait(self, block: Block, outcome: Wait | WaitOn) -> Turn:
        if isinstance(outcome, WaitOn):
            raise TypeError(f"block {block.number} waits on, and no job of it runs")
        self._set(block, outcome)
        self._say(outcome.verbs)
        token = f"{self.call.turn}.{self.call.block}"
        effect = outcome.effect
        if isinstance(effect, Question):
            return self._ask(effect, token)
        hold = held_in_voice(self.flow, outcome.hold)
        parting = bool(self.verbs) and isinstance(self.verbs[-1], Hangup)
        waiting = Waiting(token, self.event.at, hold=hold, onward=effect.onward, parting=parting)
        waiting = replace(waiting, awaits=isinstance(effect, Alarm))
        self.call = replace(self.call, waiting=waiting)
        self.job = self._asked(token, effect)
        return self._turn()

    def _ask(self, question: AnyQuestion, token: str) -> Turn:
        if not self.call.on_phone:
            return self._end("There is no caller on the phone to ask.")
        (verb,) = in_voice(self.flow, (replace(question, token=token),))
        hidden = isinstance(question, Gather | HandOver) and question.hidden
        self.call = replace(self.call, waiting=Waiting(token, self.event.at, asks=question.kind, hidden=hidden))
        self._heard(verb)
        self.verbs.append(verb)
        self._trace("asked", token=token, **question.summary)
        return self._turn()

    def _end(self, why: str = "") -> Turn:
        self.verbs.append(Hangup())
        self._trace("ended", **({"why": why} if why else {}))
        return self._over()

    def _over(self) -> Turn:
        self.call = replace(self.call, status="ended", started=())
        return self._turn()

    def stop(self, code: str, message: str) -> Turn:
        """End the call over a mistake in the flow."""
        self.effort = BOUNDLESS
        self._trace("problem", code=code, message=message)
        self.about = 0
        if self.call.waiting is not None:
            self.drop += (self.call.waiting.token,)
            self.call = replace(self.call, waiting=None)
        if not self.verbs:
            self._say((Say(self.flow.apology),))
        return self._end()

    def _turn(self) -> Turn:
        verbs, trace, beside = tuple(self.verbs), tuple(self.trace), tuple(self.beside)
        call = remembering(self.before, self.call)
        return Turn(call, verbs, self.job, trace, drop=self.drop, apart=self.apart, beside=beside)
