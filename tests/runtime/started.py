"""A world in which runs start in other ways than by a ringing phone, and a carrier that calls by script."""

from typing import Any

from msgspec.structs import replace

from ivr.core.events import Delivered, Messaged, Texted
from ivr.flow.model import Flow
from ivr.runtime.dialling import Dialler
from ivr.runtime.intake import Starting
from ivr.runtime.starts import RANKS, Placed, Progress, Start
from tests.runtime.imagined import CALL, World
from tests.story.flows import Row, drawn, ends, says, texts
from tests.story.line import CALLER, DIALLED

STEP = 1.0


def trigger(kind: str, to: int, **fields: Any) -> Row:
    return {"action": {"type": kind, **fields}, "exits": {"next": to}}


FLOW = drawn(
    trigger("inbound_call", 2),
    texts("Your code is 1234.", 3, 3),
    says("Goodbye.", 4),
    ends(),
    trigger("event_handler", 8, event="call_ended"),
    trigger("event_handler", 9, event="sms_failed"),
    trigger("event_handler", 10, event="sms_delivered"),
    texts("The call ended: $EVENT_5.reason.", 4, 4),
    texts("Not sent: $EVENT_6.error.", 4, 4, to="+15550009999"),
    texts("Sent: $EVENT_7.sid to $ANI.", 4, 4, to="+15550009999"),
    trigger("inbound_sms", 12),
    texts("You said: $ISMS_11.message", 4, 4),
    trigger("inbound_api", 14),
    says("Hello $Name.", 4),
)
QUIET = drawn(trigger("inbound_call", 2), texts("Hi.", 3, 3), ends())


class Memory:
    """Starts in memory. `faults` says what goes wrong next."""

    def __init__(self) -> None:
        self.rows: dict[str, Start] = {}
        self.until: dict[str, int | None] = {}
        self.slot = 0
        self.clock: Any = None
        self.faults: list[Exception] = []
        self.update_faults: list[Exception] = []

    def _fail(self) -> None:
        if self.faults:
            raise self.faults.pop(0)

    async def add(self, start: Start, until: int) -> bool:
        if start.id in self.rows:
            return False
        self.rows[start.id] = replace(start, queued_at=self.clock.now(), changed_at=self.clock.now())
        self.until[start.id] = until
        return True

    async def get(self, run: str) -> Start | None:
        self._fail()
        return self.rows.get(run)

    async def waiting(self) -> int:
        return len([row for row in self.rows.values() if row.status == "queued"])

    def _due(self, status: str, kinds: set[str], now: int) -> list[Start]:
        rows = [row for row in self.rows.values() if row.status == status and row.reach_by in kinds]
        return sorted(
            (row for row in rows if (self.until[row.id] or 0) <= now), key=lambda row: (row.queued_at, row.id)
        )

    async def next(self, now: int) -> Start | None:
        self._fail()
        return next(iter(self._due("queued", {"call", "text"}, now)), None)

    async def forgotten_texts(self, now: int) -> list[Start]:
        return self._due("calling", {"text"}, now)

    async def next_slot(self) -> int:
        return self.slot

    async def claim(self, start: Start, slot: int, following: int, until: int) -> bool:
        if self.slot != slot or self.rows[start.id].status != "queued":
            return False
        self.slot, self.until[start.id] = following, until
        self.rows[start.id] = replace(self.rows[start.id], status="calling")
        return True

    async def put_back(self, start: Start, not_before: int) -> None:
        self.until[start.id] = not_before
        self.rows[start.id] = replace(self.rows[start.id], status="queued", tries=start.tries + 1)

    async def update(self, run: str, progress: Progress, until: int | None = None) -> bool:
        if self.update_faults:
            raise self.update_faults.pop(0)
        row = self.rows[run]
        if RANKS[progress.status] < RANKS[row.status] or RANKS[row.status] == 5:
            return False
        self.until[run] = until
        self.rows[run] = replace(row, status=progress.status, sid=progress.sid or row.sid, reason=progress.reason)
        return True

    async def tidy(self, now: int, queued_before: int) -> None:
        for row in self.rows.values():
            until = self.until[row.id]
            if row.status in {"calling", "ringing"} and row.reach_by == "call" and until is not None and until < now:
                self.rows[row.id] = replace(row, status="unknown")
            if row.status == "queued" and row.queued_at < queued_before:
                self.rows[row.id] = replace(row, status="expired")


class Stage(World):
    """A world with other ways in, and a carrier that calls by script."""

    def __init__(self, flow: Flow = FLOW, rate: float = 1.0, memory: Memory | None = None) -> None:
        super().__init__(flow)
        self.starts = memory or Memory()
        self.starts.clock = self.clock
        self.starting = Starting(self.ports, self.starts, self.runner)
        self.script: list[Placed] = []
        self.called: list[tuple[str, int]] = []
        self.dialler = Dialler(self.starts, self.starting, self.place_call, self.clock, rate)

    async def place_call(self, start: Start) -> Placed:
        self.called.append((start.id, self.clock.now()))
        return self.script.pop(0) if self.script else Placed("placed", sid=f"CA{start.id}")

    async def queue(self, *names: str, kind: Any = "call", until: int = 0) -> None:
        for name in names:
            start = Start(
                id=name,
                flow="a-flow",
                revision=1,
                reach_by=kind,
                caller=CALLER,
                dialled=DIALLED,
                inputs={"Name": "Ada"},
            )
            await self.starts.add(start, until)
            self.clock.time += 1

    async def rounds(self, seconds: float) -> None:
        """Let the dialler go on for so long."""
        until = self.clock.now() + seconds * 1000
        while self.clock.now() < until:
            pause = await self.dialler.step()
            await self.clock.settle()
            await self.clock.advance(min(pause, (until - self.clock.now()) / 1000))

    async def delivered(self, state: str, sid: str = "SM1", call: str = CALL, error: str = "") -> None:
        await self.runner.texts.delivered(
            call, Delivered(at=self.clock.now(), sid=sid, block=2, state=state, error=error)
        )
        await self.clock.settle()

    async def text_is_sent(self, sid: str) -> None:
        now = self.clock.now()
        self.carrier.ends(lambda token: Texted(at=now, token=token, accepted=True, sid=sid))
        await self.clock.settle()

    @property
    def bodies(self) -> list[tuple[str, str]]:
        """The texts sent: by which run, and what they say."""
        return [(running.call_id, running.job.body) for running in self.carrier.started]  # type: ignore[union-attr]

    def status(self, run: str) -> str:
        return self.starts.rows[run].status


async def rung(stage: Stage) -> None:
    """A call that has sent its text, and is over."""
    stage.rings()
    await stage.clock.settle()
    await stage.text_is_sent("SM1")


def message(sid: str = "SM9", dialled: str = DIALLED) -> Messaged:
    return Messaged(at=1, sender=CALLER, dialled=dialled, text="hello <b>", sid=sid)
