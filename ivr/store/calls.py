"""Where calls live: each is one row, changed only by a save that has seen its latest version."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from itertools import zip_longest
from math import inf
from typing import Any

from msgspec import structs

from ivr.core.call import Entry
from ivr.core.effects import Ask, Text
from ivr.runtime.ports import CallRecord, Change, Message, Question, RunningJob
from ivr.runtime.replies import pair
from ivr.store import records
from ivr.store.call_facts import Facts, Saved, WebCall, facts_of, numbers_of
from ivr.store.database import Apart, Database, Params, Row, Statement
from ivr.store.errors import Damaged, KeyMissing, StoreError
from ivr.store.hot import Copy, Hot
from ivr.store.sql import calls as call_statements
from ivr.store.sql import core as statements
from ivr.store.sql import processes
from ivr.store.sql.ended import END_CALL
from ivr.store.vault import OVERHEAD, Vault

LEASE = 600
"""Milliseconds after which a process that has not renewed its lease, and lost its lock, counts as dead."""
SETTLE = 5.0
"""Seconds that others get to come back after this process was cut off from the database: they were too, perhaps."""
UNHEARD = 3_000
"""Milliseconds after which words that a held caller has not collected need another knock."""
KNOCKED = 5_000
"""Milliseconds after which a knock of another process that brought nobody may be followed by one of this process."""
HELD = 150_000
"""A held caller comes back every 45 s; after three rounds without, the call must be over, unless a long clip is played.
"""
SILENT = 16_200_000
"""No carrier lets a call last longer than 4 h; another half hour for a late status callback."""
ENDED = 600_000
"""A call we have ended is over soon; its status callback may have got lost."""
LEFT = 1_800_000
"""A run whose caller has hung up, and that nothing has happened to for so long, waits for nothing any more: no wait for
an API lasts longer than 15 minutes."""

QUEUED, SENDING, ASKED, RUNNING = "queued", "sending", "asked", "running"
"""How far a job is: a text that has not begun, a text that may have reached the carrier, one that was sent and waits
for its reply, any other job. One that is done has no row any more. What waits for its reply belongs to no process,
until its lease, which is the time for a reply, is over."""

MOST_PRINTS = 6
"""By up to three keys, for one number of ours and one messaging service."""

log = logging.getLogger(__name__)


class CallStore:
    """Implements `runtime.ports.Calls` and `runtime.texting.Outbox`. `owner` names this process, differently at each
    start. The `listeners` are called after each save, with each call that was saved; `timed` with the seconds of each
    `load` and `save`."""

    def __init__(self, database: Database, vault: Vault, owner: str, monotonic: Callable[[], float]) -> None:
        self._database = database
        self._vault = vault
        self._owner = owner
        self._monotonic = monotonic
        self._renewed = self._settled = -inf
        self._hot = Hot(0)
        self._under_way: dict[object, float] = {}
        self.listeners: list[Callable[[Saved], None]] = []
        self.timed: Callable[[str, float], None] = _untimed

    async def load(self, call_id: str) -> CallRecord | None:
        """The call as last saved, or None. Raises StoreError, KeyMissing and Damaged."""
        copy = self._hot.get(call_id) or await self._read(call_id)
        if copy is None:
            return None
        state = records.read_state(copy.state)
        done = copy.over_at is not None and state.call.status != "active"
        return CallRecord(state.call, state.mailbox, copy.version, copy.held_at, copy.over_at, copy.size, done)

    async def _read(self, call_id: str) -> Copy | None:
        began = self._monotonic()
        rows = await self._database.fetch(statements.LOAD_CALL, {"id": call_id})
        self.timed("load", self._monotonic() - began)
        for row in rows:
            state = self._vault.open(row["state"], _call(call_id))
            return Copy(state, row["version"], row["held_at"], row["over_at"], len(row["state"]))
        return None

    async def save(self, change: Change, now: int) -> bool:
        """True once durable. False: another save was first, or the job was started before; nothing was changed.

        Raises StoreError; then too nothing was changed, but see `Database.write`.
        """
        whole = [Saved(each, facts_of(each)) for each in (change, change.spawn) if each is not None]
        copies = [_copy(each.change.record) for each in whole]
        pairs = zip(whole, copies, strict=True)
        written: Sequence[Statement] = [
            statement for each, copy in pairs for statement in self._written(each, copy.state, now)
        ]
        if all(_is_apart(each.change) for each in whole):
            written = Apart(written)
        saves = [self._hot.begin(each.change.record.call.id) for each in whole]
        began, saved = self._monotonic(), False
        self._under_way[saves[0]] = began
        try:
            saved = await self._database.write(written)
        finally:
            del self._under_way[saves[0]]
            for each, copy, save in zip(whole, copies, saves, strict=True):
                keep = saved and each.change.record.call.status == "active"
                self._hot.end(each.change.record.call.id, save, copy if keep else None)
        self.timed("save", self._monotonic() - began)
        if saved:
            for each in whole:
                for listener in self.listeners:
                    listener(each)
        return saved

    def behind(self) -> float:
        """Seconds since the oldest save began that is under way; 0 where there is none."""
        oldest = next(iter(self._under_way.values()), None)
        return 0.0 if oldest is None else self._monotonic() - oldest

    async def attend(self) -> None:
        """Be a server from now on: show others that this process lives, until the store is closed."""
        await self._database.attend(self._owner)
        await self.renew_leases()
        if self._database.shared:
            await self._database.write([Statement(processes.OLD_PROCESSES)])

    def remember(self) -> None:
        """From now on keep copies of calls that are saved here, unless other servers may save them too."""
        if not self._database.shared:
            self._hot = Hot()

    def subscribe(self, heard: Callable[[str], None]) -> None:
        """From now on `heard` gets what other servers publish: `runtime.ports.Notices`."""
        self._database.subscribe(heard)

    async def publish(self, text: str) -> None:
        """Tell the other servers."""
        await self._database.publish(self._owner, text)

    async def renew_leases(self) -> None:
        """Show that this process lives. Not needed where it is the only one."""
        if self._database.shared:
            await self._database.write([Statement(processes.RENEW, {"owner": self._owner, "lease": LEASE})])
            before, self._renewed = self._renewed, self._monotonic()
            if before > -inf and self._renewed - before > SETTLE:
                self._settled = self._renewed + SETTLE

    async def adopt(self) -> list[RunningJob]:
        """At most 100 jobs of processes that are dead or have given them up, now ours. None while this process itself
        has just been cut off: then it can't tell who is dead."""
        now = self._monotonic()
        if self._database.shared and (now < self._settled or now > self._renewed + SETTLE):
            return []
        free = processes.FREE_JOBS if self._database.shared else processes.OTHERS_JOBS
        found = await self._database.fetch(free, {"owner": self._owner})
        jobs = await asyncio.gather(*(self._adopt(row) for row in found))
        return [job for job in jobs if job]

    async def release(self) -> None:
        await self._database.write([Statement(statements.RELEASE_LEASES, {"owner": self._owner})])

    async def unheard(self, now: int) -> list[str]:
        """At most 100, the oldest first."""
        found = await self._database.fetch(statements.CHANGED_WHILE_HELD, {"before": now - UNHEARD})
        return [row["id"] for row in found]

    async def take_knock(self, call_id: str, held_at: int, now: int, mine: int | None) -> bool:
        """Not needed where this is the only process, which has one knock at a time for each call."""
        if not self._database.shared:
            return True
        wanted: Params = {"id": call_id, "held_at": held_at, "now": now, "before": now - KNOCKED, "mine": mine}
        return await self._database.write([Statement(statements.TAKE_KNOCK, wanted, must_change=True)])

    async def over_here(self) -> list[str]:
        """Calls that are over while this process still runs a job of theirs, at most 100."""
        return [row["call"] for row in await self._database.fetch(processes.OVER_HERE, {"owner": self._owner})]

    async def begin(self, running: RunningJob) -> bool:
        """A text may reach the carrier from now on. False: another process has the job."""
        return await self._note(running, SENDING)

    async def set_aside(self, running: RunningJob) -> None:
        """The carrier surely has not taken the text yet."""
        await self._note(running, QUEUED)

    async def sid_of(self, call_id: str, token: str) -> str | None:
        """What the carrier calls the text of this job, as far as that is known."""
        key: Params = {"call": call_id, "token": token}
        return next((row["sid"] for row in await self._database.fetch(statements.MESSAGE_OF_JOB, key)), None)

    async def is_claimed(self, sid: str) -> bool:
        """Whether it is known which job this message is the text of."""
        return bool(await self._database.fetch(statements.MESSAGE, {"sid": sid}))

    async def claim(self, call_id: str, message: Message, now: int) -> bool:
        """Note that this message is the text of this job. False: it is the text of another one."""
        await self._database.write([_message(call_id, message, now)])
        owners = await self._database.fetch(statements.MESSAGE, {"sid": message.sid})
        return any((row["call"], row["token"]) == (call_id, message.token) for row in owners)

    async def lost(self, now: int) -> list[str]:
        """At most 100, the oldest first."""
        before = {"held_before": now - HELD, "silent_before": now - SILENT, "ended_before": now - ENDED}
        lost = await self._database.fetch(statements.LOST_CALLS, before)
        left = await self._database.fetch(statements.LEFT_CALLS, {"left_before": now - LEFT})
        return [row["id"] for row in (*lost, *left)]

    async def silent(self, before: int, behind: tuple[int, str], most: int) -> list[tuple[int, str]]:
        """Implements `runtime.silent.Silent`."""
        asked: Params = {"before": before, "at": behind[0], "id": behind[1], "most": most}
        found = await self._database.fetch(statements.SILENT_CALLS, asked)
        return [(row["touched_at"], row["id"]) for row in found]

    async def trace(self, call_id: str) -> list[Entry]:
        """All that happened in the call, in order."""
        rows = await self._database.fetch(statements.TRACE, {"call": call_id})
        opened = (self._vault.open(row["entries"], _turn(call_id, row["n"])) for row in rows)
        return [entry for raw in opened for entry in records.read_trace(raw)]

    def _written(self, saved: Saved, state: bytes, now: int) -> list[Statement]:
        change, facts = saved.change, saved.facts
        written = [self._save_call(change.record, state, facts, now)]
        for token in filter(None, (change.done, *change.drop)):
            key: Params = {"call": change.record.call.id, "token": token}
            written.append(Statement(statements.FINISH_JOB, key))
        written += [self._start(each) for each in change.starts]
        if change.message:
            written.append(_message(change.record.call.id, change.message, now))
        if change.opens:
            written.append(_open(change.opens))
        if change.trace:
            written.append(self._add_trace(change, now))
        written += [_web_call(change.record.call.id, each) for each in facts.web_calls]
        ended = [Statement(END_CALL, {"id": change.record.call.id})] if change.record.over_at is not None else []
        return written + ended

    def _save_call(self, record: CallRecord, state: bytes, facts: Facts, now: int) -> Statement:
        call = record.call
        columns: dict[str, Any] = {
            "id": call.id,
            "version": record.version + 1,
            "status": call.status,
            "now": now,
            "held_at": record.held_at,
            "over_at": record.over_at,
            "state": self._vault.seal(state, _call(call.id)),
            "result": facts.result,
            "flow": call.flow,
            "revision": call.revision,
            "block": call.block,
            "entered": facts.entered,
            "fetched": len(facts.web_calls),
            "slowest": facts.slowest,
        }
        if record.version:
            return Statement(statements.UPDATE_CALL, columns | {"seen": record.version}, must_change=True)
        new = columns | {"on_phone": int(call.on_phone), **structs.asdict(numbers_of(self._vault, call))}
        new |= {"result": facts.result or "live", "entered": f",{facts.entered}"}
        return Statement(statements.INSERT_CALL, new, must_change=True)

    def _start(self, running: RunningJob) -> Statement:
        job: Params = {
            "call": running.call_id,
            "token": running.token,
            "kind": type(running.job).__name__.lower(),
            "status": QUEUED if isinstance(running.job, Text) else RUNNING,
            "body": self._vault.seal(records.write(running.job), _job(running.call_id, running.token)),
            "owner": self._owner,
            "lease": processes.FAR,
            "started_at": running.started_at,
            "tries": running.tries,
        }
        return Statement(statements.START_JOB, job, must_change=True)

    def _add_trace(self, change: Change, now: int) -> Statement:
        call, n = change.record.call.id, change.record.version + 1
        entries = self._vault.seal(records.write(change.trace), _turn(call, n))
        return Statement(statements.INSERT_TRACE, {"call": call, "n": n, "now": now, "entries": entries})

    async def _adopt(self, row: Row) -> RunningJob | None:
        """The job, unless another process was faster. One that can't be read is left alone: the others must go on."""
        call, token, tries = row["call"], row["token"], row["tries"] + 1
        claim: Params = {
            "call": call,
            "token": token,
            "former_owner": row["owner"],
            "former_lease": row["lease"],
            "owner": self._owner,
            "lease": processes.FAR,
            "tries": tries,
        }
        try:
            job = records.read_job(self._vault.open(row["body"], _job(call, token)))
            mine = await self._database.write([Statement(statements.ADOPT_JOB, claim, must_change=True)])
        except (StoreError, KeyMissing, Damaged) as error:
            log.warning("Job %s of call %s can't be adopted: %s", token, call, error)
            return None
        begun = row["status"] != QUEUED
        asked = row["status"] == ASKED
        return RunningJob(call, token, job, row["started_at"], tries, begun, asked) if mine else None

    async def open_question(self, theirs: str, ours: tuple[str, ...]) -> tuple[str, str] | None:
        """The newest open question between these numbers: its call and its token."""
        prints = [each for one in ours for each in self._vault.prints(_asks(theirs, one))]
        asked: Params = {
            f"asks_{name}": each for name, each in zip_longest("abcdef", prints[:MOST_PRINTS], fillvalue="")
        }
        found = await self._database.fetch(statements.OPEN_QUESTION, asked)
        return next(((row["call"], row["token"]) for row in found), None)

    async def _note(self, running: RunningJob, status: str) -> bool:
        job: Params = {"call": running.call_id, "token": running.token, "owner": self._owner, "status": status}
        if not isinstance(running.job, Ask):
            return await self._database.write([Statement(statements.NOTE_JOB, job, must_change=True)])
        # From before the carrier has it, so that no reply can come too early.
        body = self._vault.seal(records.write(running.job), _job(running.call_id, running.token))
        asked: Params = {**job, "body": body, "asks": asks_print(self._vault, running.job)}
        return await self._database.write([Statement(statements.NOTE_QUESTION, asked, must_change=True)])


def _is_apart(change: Change) -> bool:
    """Whether each of its statements changes rows that none of the others changes or reads: a question that is opened
    is a job that may end with it, and what a call is after its end is read out of its row."""
    return not change.opens and change.record.over_at is None


def _untimed(_: str, __: float) -> None:
    """Nobody measures."""


def _copy(record: CallRecord) -> Copy:
    state = records.write(records.State(record.call, record.mailbox))
    return Copy(state, record.version + 1, record.held_at, record.over_at, len(state) + OVERHEAD)


def _call(call_id: str) -> bytes:
    return f"call:{call_id}".encode()


def _web_call(call_id: str, ended: WebCall) -> Statement:
    kept = {name: value for name, value in structs.asdict(ended).items() if name != "error"}
    return Statement(call_statements.INSERT_WEB_CALL, {"call": call_id, **kept})


def _message(call_id: str, message: Message, now: int) -> Statement:
    return Statement(
        statements.INSERT_MESSAGE, {"sid": message.sid, "call": call_id, "token": message.token, "now": now}
    )


def asks_print(vault: Vault, asked: Ask) -> str:
    """By which a question is found by the two numbers it is open between."""
    return vault.print(_asks(asked.to, asked.sender))


def _asks(theirs: str, ours: str) -> str:
    return f"asks {pair(theirs, ours)}"


def _open(question: Question) -> Statement:
    running = question.running
    return Statement(statements.OPEN_JOB, {"call": running.call_id, "token": running.token, "until": question.until})


def _job(call_id: str, token: str) -> bytes:
    return f"job:{call_id}:{token}".encode()


def _turn(call_id: str, n: int) -> bytes:
    return f"trace:{call_id}:{n}".encode()
