"""What the handlers of the API work with."""

from msgspec import Struct

from ivr.operation.alerts.watch import Alerts
from ivr.operation.erasure import DeleteRecording
from ivr.operation.meters import Meters
from ivr.runtime.ports import Clock
from ivr.runtime.runner import Runner
from ivr.settings import Settings
from ivr.sound.library import Library
from ivr.store import Store
from ivr.web.doors import Doors
from ivr.web.readiness import Readiness
from ivr.web.testcalls import TestCalls
from ivr.web.watch import Watch
from ivr.webcall.client import WebCalls


class Context(Struct, frozen=True):
    """Everything the API reaches. `runner` runs live calls in this process; `testcalls` are test calls,
    `watch` tells what changes, and `readiness` whether calls are taken. `delete_recording` does so at the carrier;
    `meters` are those of this process; `alerts` those of the database."""

    settings: Settings
    store: Store
    library: Library
    web_calls: WebCalls
    runner: Runner
    clock: Clock
    doors: Doors
    testcalls: TestCalls
    watch: Watch
    readiness: Readiness
    delete_recording: DeleteRecording
    meters: Meters
    alerts: Alerts
