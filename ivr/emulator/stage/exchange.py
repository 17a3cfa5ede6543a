"""The exchange: what all calls and messages of one carrier share."""

from collections.abc import Callable
from dataclasses import dataclass, field

from ivr.emulator.call.call import PhoneCall
from ivr.emulator.clock.clock import Clock
from ivr.emulator.clock.tasks import Tasks
from ivr.emulator.errors.debugger import LogEntry, entry
from ivr.emulator.setup.callee import Callee
from ivr.emulator.setup.faults import Faults
from ivr.emulator.setup.timing import Timing
from ivr.emulator.twiml.grammar import Grammar
from ivr.emulator.webhooks.sender import Webhooks
from ivr.emulator.wire.media import Media


@dataclass(slots=True)
class Exchange:
    """Collaborators and settings. The faults are asked for anew each time: they may change while calls run."""

    clock: Clock
    timing: Timing
    faults_now: Callable[[], Faults]
    webhooks: Webhooks
    media: Media
    tasks: Tasks
    grammar: Grammar
    log: list[LogEntry]
    callees: dict[str, Callee] = field(default_factory=dict)

    @property
    def faults(self) -> Faults:
        """What goes wrong at the moment."""
        return self.faults_now()

    def report(self, call: PhoneCall, code: int, message: str) -> None:
        """Write to the debugger, and into the happenings of the call."""
        found = entry(self.clock.now(), code, call.sid, message)
        self.log.append(found)
        call.happen("log", code=code, level=found.level, message=message)
