from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from msgspec.structs import replace
from pydantic import AfterValidator, Field

from ivr.actions.parts import holding
from ivr.actions.parts import while_waiting as meanwhile
from ivr.actions.parts.hold_lines import ClipName
from ivr.actions.parts.web_call import DefaultAudio, HoldAudio, TimedLine
from ivr.core.action import Action, Card, Outcome, Port, Sets, Stay, Take, Visit, Wait, WaitOn
from ivr.core.call import MOST_STARTED, Started
from ivr.core.effects import Alarm, Hold
from ivr.core.events import Elapsed, Fetched, Pressed
from ivr.core.fields import ui
from ivr.core.problem import Problem
from ivr.core.template import SpokenText
from ivr.core.values import Value
from ivr.core.waiting import SUPPOSED, job_stay

SUCCESS, FAILURE, TIMEOUT = "success", "failure", "timeout"
ENDS_LABELS = {"all": "All answers", "any": "The first answer", "good": "The first success"}
HANG_UP_LABELS = {"end": "End the flow", "go on": "Go on without the caller"}
PLAYS = {"play_hold_music": [True]}
WHILE_HOLDING = ui(group="Play Hold Music", advanced=True, half=True, unit="seconds", when=PLAYS)
_NEVER = ("",)


def _once(numbers: tuple[int, ...]) -> tuple[int, ...]:
    if len(set(numbers)) < len(numbers):
        raise ValueError("names a block twice")
    return numbers


BlockNumber = Annotated[int, Field(ge=1, le=9999, strict=True)]
BlockNumbers = Annotated[tuple[BlockNumber, ...], Field(max_length=MOST_STARTED), AfterValidator(_once)]


class AwaitWebCalls(Action[Fetched | Elapsed | Pressed]):
    """Wait for External Web Calls that were started before, while the caller hears hold audio. What they set is set
    here, when their answers are taken."""

    card: ClassVar = Card(
        "Await",
        group="Data",
        icon="hourglass",
        prefix="AWAIT",
        ports=(Port(SUCCESS, "All Succeeded"), Port(FAILURE, "Some Failed"), Port(TIMEOUT, "Timed Out")),
        sets=(
            Sets("answered", "How many answers were taken"),
            Sets("succeeded", "How many of them were good"),
            Sets("open", "How many requests have no answer yet, and run on"),
            Sets("first", "The number of the block whose answer came first, of those taken", ports=_NEVER),
        ),
        keywords=("wait", "join", "parallel", "answer", "race", "several"),
    )
    type: Literal["await"] = "await"

    wait_for: Literal["all", "any", "good"] = Field(
        default="all", json_schema_extra=ui(group="Inputs", half=True, labels=ENDS_LABELS)
    )
    """What ends the wait. `all`: every answer is there. `any`: one is there, good or bad. `good`: a good one is there,
    or all are. Then it leaves by All Succeeded or Some Failed; of `any` and `good` by One Succeeded or None Succeeded.
    """
    timeout: int = Field(default=30, ge=1, le=900, json_schema_extra=ui(group="Inputs", unit="seconds", half=True))
    """Seconds to wait at most. Then it leaves by Timed Out with the answers that are there; what has none yet runs on,
    and can be awaited again."""
    blocks: BlockNumbers = Field(
        default=(), title="External Web Calls", json_schema_extra=ui(group="Inputs", widget="blocks", row="block")
    )
    """Which blocks are waited for, by their numbers. Empty: all that were started. One that is named and was not
    started, or whose answer was taken before, counts as failed."""
    play_hold_music: bool = Field(default=False, json_schema_extra=ui(group="Play Hold Music"))
    """Play audio, on a loop, until the answers are there."""
    hold_audio: HoldAudio = Field(
        default=DefaultAudio(), json_schema_extra=ui(group="Play Hold Music", widget="audio", when=PLAYS)
    )
    """What is played: the `default` music, `speech`, or a `file` of the audio library."""
    hold_delay: float = Field(default=1, ge=0, le=10, json_schema_extra=WHILE_HOLDING)
    """Seconds of silence before the audio starts: most answers are there sooner."""
    minimum_play: float = Field(default=0, ge=0, le=30, json_schema_extra=WHILE_HOLDING)
    """Seconds that the audio plays at least, once it has started."""
    opening_line: SpokenText = Field(
        default=SpokenText(""), json_schema_extra=ui(group="Play Hold Music", advanced=True)
    )
    """What is said before the audio; SSML is spoken."""
    timed_lines: Annotated[
        tuple[TimedLine, ...],
        Field(max_length=10, json_schema_extra=ui(group="Play Hold Music", advanced=True, row="line")),
    ] = ()
    """What is said while the audio plays, such as “still working on it” after 8 seconds of waiting here."""
    more_clips: Annotated[
        tuple[ClipName, ...],
        Field(max_length=20, json_schema_extra=ui(group="While Waiting", collapsed=True, row="clip")),
    ] = ()
    """Clips of the audio library that follow the hold audio, one after the other, then from the first on again. A later
    wait in the same call goes on where the last one was."""
    shuffle: bool = Field(default=False, json_schema_extra=ui(group="While Waiting", collapsed=True))
    """Whether each call hears them in an order of its own."""
    while_waiting: Annotated[
        meanwhile.AwaitKeys,
        Field(max_length=12, title="Keys", json_schema_extra=ui(group="While Waiting", collapsed=True, row="key")),
    ] = ()
    """Keys that count while the caller waits: each says something and waits on, or leaves by a port of its own, with
    the answers that are there. The requests run on."""
    soft_limit: int | None = Field(
        default=None, ge=1, le=900, json_schema_extra=ui(group="While Waiting", collapsed=True, unit="seconds")
    )
    """Seconds after which this takes longer than usual. Then the line below is said, and from then on the keys count
    that are marked for it. The timeout is what ends the wait."""
    soft_limit_line: SpokenText = Field(
        default=SpokenText(""), json_schema_extra=ui(group="While Waiting", collapsed=True)
    )
    """What is said then, such as “This takes longer than usual. Press 1, and we text you.” SSML is spoken."""

    when_caller_hangs_up: Literal["end", "go on"] = Field(
        default="end", json_schema_extra=ui(advanced=True, labels=HANG_UP_LABELS)
    )
    """Whether the flow ends then, and each request is cancelled or finished by its own rule; or goes on without the
    caller once the wait is over, with the answers: it can text them."""

    @property
    def ports(self) -> tuple[Port, ...]:
        by_key = meanwhile.ports(self.while_waiting)
        if self.wait_for == "all":
            return (*self.card.ports, *by_key)
        return (Port(SUCCESS, "One Succeeded"), Port(FAILURE, "None Succeeded"), self.card.ports[2], *by_key)

    def variables(self) -> tuple[Sets, ...]:
        by_key = tuple(port.id for port in meanwhile.ports(self.while_waiting))
        key = (Sets("pressed", "The key by which the caller left", ports=by_key),) if by_key else ()
        return (*self.card.sets, *key)

    def takes(self, number: int) -> tuple[str, ...] | None:
        if self.blocks and number not in self.blocks:
            return None
        sure = bool(self.blocks) and (self.wait_for == "all" or len(self.blocks) == 1)
        return (SUCCESS,) if sure else ()

    def stay(self) -> Stay:
        return job_stay(self.timeout, self._hold(SUPPOSED))

    def audio(self) -> tuple[tuple[str, str], ...]:
        return holding.audio(self)

    def knows(self, path: str) -> tuple[str, ...]:
        return holding.knows(path)

    def problems(self) -> Iterator[Problem]:
        yield from holding.problems(self, self.timeout)

    def enter(self, visit: Visit) -> Outcome:
        port = self._decided(visit)
        if port:
            return self._take(visit, port)
        waited = tuple(each.block for each in self._mine(visit) if not each.came)
        return Wait(
            Alarm(timeout=self.timeout, blocks=waited, onward=self.when_caller_hangs_up == "go on"),
            hold=self._hold(visit),
        )

    def resume(self, visit: Visit, reply: Fetched | Elapsed | Pressed) -> Outcome:
        if isinstance(reply, Elapsed):
            return self._take(visit, TIMEOUT)
        if isinstance(reply, Pressed):
            row = next((row for row in self.while_waiting if row.key == reply.digits[:1]), None)
            if row is None or row.then == "wait":
                return meanwhile.waits_on(visit, row)
            left = self._take(visit, row.port.id)
            return replace(left, verbs=meanwhile.words(visit, row), set={**left.set, "pressed": row.key})
        port = self._decided(visit)
        return self._take(visit, port) if port else WaitOn()

    def _mine(self, visit: Visit) -> list[Started]:
        """What this block waits for, or takes, of all that was started."""
        return [each for each in visit.call.started if not self.blocks or each.block in self.blocks]

    def _decided(self, visit: Visit) -> str:
        """The port by which the answers that are there lead on; empty as long as more are needed."""
        mine = self._mine(visit)
        came = [each for each in mine if each.came]
        good = [each for each in came if each.port == SUCCESS]
        enough = {"all": len(came) == len(mine), "any": bool(came), "good": bool(good)}
        if not enough[self.wait_for] and len(came) < len(mine):
            return ""
        if self.wait_for != "all":
            return SUCCESS if good else FAILURE
        whole = len(mine) >= len(self.blocks)
        return SUCCESS if whole and len(good) == len(mine) else FAILURE

    def _take(self, visit: Visit, port: str) -> Take:
        mine = self._mine(visit)
        came = sorted((each for each in mine if each.came), key=lambda each: each.came)
        first: dict[str, Value] = {"first": came[0].block} if came else {}
        counts: dict[str, Value] = {
            "answered": len(came),
            "succeeded": sum(each.port == SUCCESS for each in came),
            "open": len(mine) - len(came),
        }
        return Take(port, set={**counts, **first}, answers=tuple(each.token for each in came))

    def _hold(self, visit: Visit) -> Hold:
        return holding.hold(visit, self, self.card.prefix)
