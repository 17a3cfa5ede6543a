"""The events of a test call: what its caller hears, and what the flow does meanwhile, as one list."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from msgspec import structs

from ivr.core.call import Call, Entry
from ivr.core.fields import DOTS
from ivr.emulator import Happening
from ivr.flow.discretion import masked_values
from ivr.flow.narration import CallEvent, Heard, Narrator
from ivr.flow.narration.event import Kind, Level, event
from ivr.runtime.ports import CallRecord
from ivr.testcalls.door import DOOR, Beginning, spread
from ivr.web.feed import Feed

KEPT = 20_000
"""Events of a call: far more than a flow's longest walk."""
Now = Callable[[], int]
Names = Mapping[str, str]


class CallEvents:
    """Adds events to a feed. `now` gives milliseconds; `names` has clips by the last part of their URLs."""

    def __init__(self, flow: str, now: Now, names: Names, start: Beginning) -> None:
        self.feed: Feed[CallEvent] = Feed(KEPT)
        self._now = now
        self._start = start
        self._began = now()
        self._record: CallRecord | None = None
        self._spoken: list[tuple[int, str]] = []
        self._secrets: set[str] = set(start.secrets)
        self._narrator = Narrator(self._began, speech=False, caller=False)
        self._line = Heard(names, self._holding, self._hides)

    def turned(self, record: CallRecord, trace: Iterable[Entry], *, own: bool) -> None:
        """A turn was saved: of this call, or (not `own`) of a run that it set off."""
        if own:
            self._record = record
        flow: list[Entry] = []
        for entry in trace:
            if entry.block == DOOR:
                self._came_in(entry)
                continue
            if entry.kind == "said":
                self._spoken.append((entry.block, str(entry.data["words"])))
            flow.append(entry)
        for each in self._narrator.tell(flow):
            self._add(each)

    def heard(self, happening: Happening) -> None:
        """Something happened on the line."""
        detail = happening.detail
        if happening.kind == "digits" and self._hides():
            self._secrets |= {str(detail.get("digits", "")), str(detail.get("speech", ""))} - {""}
        told = self._line.tell(self._t, happening.kind, detail)
        # The turn that sends a text reports it and knows its block; the end is reported once the flow knows of it.
        if told is not None and told.kind not in {"sms", "end"}:
            self._add(structs.replace(told, block=self._block_of(told)))

    def ended(self, status: str) -> None:
        """The line is dead, and the flow knows it."""
        if self._call is not None and self._call.status == "failed":
            self._narrator.by = "failure"
        self._add(self._narrator.end(self._t, "caller" if status == "completed" else "carrier", status=status))

    def noticed(self, sentence: str) -> None:
        """Something happened around the call that its author should know."""
        self._say("error", 0, sentence, level="warning")

    def failed(self, sentence: str) -> None:
        """Something went wrong that is no part of the call."""
        self._say("error", self._block, sentence, level="error")

    def _came_in(self, entry: Entry) -> None:
        """A call starts in the middle. Its door is none of the author's blocks, and is not shown."""
        if entry.kind == "jumped":
            self._say("start", self._start.block, f"The test starts at “{self._start.title}”.")
        elif entry.kind == "set":
            self._add(event(self._t, "set", variables=spread(entry.data)))

    def _say(self, kind: Kind, block: int, sentence: str, level: Level = "") -> None:
        self._add(event(self._t, kind, block, sentence, level=level))

    def _add(self, told: CallEvent) -> None:
        """Add an event of now."""
        words = {"text": self._masked(told.text), "sentence": self._masked(told.sentence)}
        t = self._t
        self.feed.add(lambda seq: structs.replace(told, seq=seq, t=t, **words))

    def _block_of(self, told: CallEvent) -> int:
        """Where a call stands as it hears this."""
        match told.kind:
            case "say":
                return self._block_saying(told.text)
            case "play":
                return self._block_saying(f"({told.text})")
            case "ring" if "transfer" not in told.detail:
                return 0
        return self._block

    def _block_saying(self, text: str) -> int:
        """The block whose words these are; the flow may have gone on since."""
        wanted = " ".join(text.split())
        for index, (block, words) in enumerate(self._spoken):
            known = " ".join(words.split())
            if wanted in known:
                del self._spoken[: index + (known == wanted)]
                return block
        return self._block

    @property
    def _t(self) -> int:
        return max(0, self._now() - self._began)

    @property
    def _call(self) -> Call | None:
        return self._record.call if self._record is not None else None

    @property
    def _block(self) -> int:
        return self._call.block if self._call is not None else 0

    def _holding(self) -> bool:
        """Whether what is heard now bridges the time until a job is done."""
        return self._record is not None and self._record.held_at is not None

    def _hides(self) -> bool:
        waiting: Any = self._call.waiting if self._call is not None else None
        return waiting is not None and bool(waiting.hidden)

    def _masked(self, text: str) -> str:
        for secret in sorted(self._secrets, key=len, reverse=True):
            text = text.replace(secret, DOTS)
        return str(masked_values({"": text}, self._call)[""]) if self._call is not None else text
