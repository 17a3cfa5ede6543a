"""What a test call tells: what its caller hears, and what the flow does meanwhile, as one list of events."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal
from urllib.parse import quote

from ivr.core.call import Call, Entry
from ivr.core.fields import DOTS
from ivr.core.values import to_text
from ivr.emulator import Happening
from ivr.flow.discretion import masked_values
from ivr.runtime.facts import is_beginning, web_causes
from ivr.runtime.ports import CallRecord
from ivr.testcalls import lines
from ivr.testcalls.door import DOOR, Beginning, spread
from ivr.web.feed import Feed
from ivr.web.testcalls import CallEvent, Kind, Sound

KEPT = 20_000
"""Events of a call: far more than a flow's longest walk."""
Now = Callable[[], int]
Names = Mapping[str, str]


class Told:
    """Adds events to a feed. `now` gives milliseconds; `names` has clips by the last part of their URLs."""

    def __init__(self, flow: str, now: Now, names: Names, start: Beginning) -> None:
        self.feed: Feed[CallEvent] = Feed(KEPT)
        self._flow = self._first_flow = flow
        self._now = now
        self._names = names
        self._start = start
        self._began = now()
        self._record: CallRecord | None = None
        self._holding = ""
        self._said: list[tuple[int, str]] = []
        self._texts: dict[str, dict[str, Any]] = {}
        self._causes: Mapping[int, Mapping[str, Any]] = {}
        self._secrets: set[str] = set(start.secrets)
        self._by = ""

    def turned(self, record: CallRecord, trace: Iterable[Entry], *, own: bool) -> None:
        """A turn was saved: of this call, or (not `own`) of a run that it set off."""
        if own:
            self._record = record
        entries = tuple(trace)
        self._causes = web_causes(entries)
        for entry in entries:
            self._traced(entry)

    def heard(self, happening: Happening) -> None:
        """Something happened on the line."""
        teller = getattr(self, f"_on_{happening.kind}", None)
        if teller is not None:
            teller(happening.detail)

    def ended(self, status: str) -> None:
        """The line is dead, and the flow knows it."""
        failed = self._call is not None and self._call.status == "failed"
        by = "failure" if failed else self._by or ("caller" if status == "completed" else "carrier")
        self.tell("end", text=lines.END[by], detail={"by": by, "status": status})

    def noticed(self, sentence: str) -> None:
        """Something happened around the call that its author should know."""
        self.tell("error", 0, sentence, level="warning")

    def failed(self, sentence: str) -> None:
        """Something went wrong that is no part of the call."""
        self.tell("error", text=sentence, level="error")

    def tell(self, kind: Kind, block: int | None = None, text: str = "", **more: Any) -> None:
        """Add an event of now, at a block or where the call stands."""
        t = max(0, self._now() - self._began)
        at = self._block if block is None else block
        if self._flow != self._first_flow:
            more["detail"] = {**more.get("detail", {}), "flow": self._flow}
        self.feed.add(lambda seq: CallEvent(seq=seq, t=t, kind=kind, block=at, text=self._masked(text), **more))

    # What the flow did.

    def _traced(self, entry: Entry) -> None:
        data, block = entry.data, entry.block
        if block == DOOR:
            self._came_in(entry)
        elif entry.kind == "said":
            self._said.append((block, str(data["words"])))
        elif entry.kind == "jumped" and "flow" in data:
            self.tell("exit", block, f"On to flow {data['flow']}", detail=data)
            self._flow = str(data["flow"])
        elif is_beginning(entry):
            self.tell("enter", block)
        elif entry.kind in {"ended", "hung_up"}:
            self._by = self._by or {"ended": "flow", "hung_up": "caller"}[entry.kind]
        elif entry.kind == "asked":
            self._asked(block, data)
        elif entry.kind == "replied":
            self._replied(block, data)
        else:
            self._noted(entry)

    def _came_in(self, entry: Entry) -> None:
        """A call starts in the middle. Its door is none of the author's blocks, and never told."""
        if entry.kind == "jumped":
            self.tell("start", self._start.block, f"The test starts at “{self._start.title}”.")
        elif entry.kind == "set":
            self.tell("set", 0, variables=spread(entry.data))

    def _noted(self, entry: Entry) -> None:
        data, block = entry.data, entry.block
        match entry.kind:
            case "entered" | "passed" as how:
                kind: Kind = "enter" if how == "entered" else "pass"
                title = str(data.get("title") or data.get("action") or "")
                self.tell(kind, block, title, port=str(data.get("port", "")))
            case "left":
                why = {name: value for name, value in data.items() if name != "port"}
                self.tell("exit", block, lines.why(why), port=str(data["port"]), detail=why)
            case "set":
                self.tell("set", block, variables=data)
            case "cancelled":
                self.tell("response", block, "Cancelled: the caller hung up.", detail={**data, "cause": "cancelled"})
            case "problem":
                self._by = self._by or "failure"
                self.tell("error", block, str(data["message"]), detail=data, level="error")
            case "unset":
                text = f"{data['reference']} is not set, in {data['field']}."
                self.tell("error", block, text, detail=data, level="warning")
            case "unheard":
                self.tell("error", block, f"“{data['clip']}”: {data['why']}", detail=data, level="warning")

    def _asked(self, block: int, data: dict[str, Any]) -> None:
        if data.get("job") == "fetch":
            self.tell("request", block, f"{data['method']} {data['url']}", detail=data)
        elif data.get("job") == "text":
            self._texts[data["token"]] = data

    def _replied(self, block: int, data: dict[str, Any]) -> None:
        if "cause" in data:
            told = {**data, **self._causes.get(block, {})}
            level: Literal["", "error"] = "" if told["cause"] == "ok" else "error"
            self.tell("response", block, lines.answer(told), detail=told, level=level)
        elif "accepted" in data:
            text = self._texts.pop(data["token"], {})
            if data["accepted"]:
                self.tell("sms", block, to_text(text.get("body")), detail={"to": text.get("to"), "sid": data["sid"]})
            else:
                words = f"The text to {text.get('to')} was refused: {data['error']}"
                self.tell("error", block, words, detail={"to": text.get("to"), **data}, level="error")

    # What happened on the line. Each method is named for the kind it tells.

    def _on_ringing(self, detail: Mapping[str, Any]) -> None:
        self.tell("ring", 0, f"{detail['from']} calls {detail['to']}", detail=dict(detail))

    def _on_say(self, detail: Mapping[str, Any]) -> None:
        self._holding = ""
        text = str(detail["text"])
        spoken = {"voice": detail["voice"], "language": detail["language"], "hold": self._on_hold}
        self.tell("say", self._block_saying(text), text, detail=spoken)

    def _on_play(self, detail: Mapping[str, Any]) -> None:
        url_name = str(detail["url"]).rpartition("/")[2]
        name = self._names.get(url_name, url_name)
        url = f"/api/audio/{quote(name, safe='')}/content"
        seconds = {"seconds": detail["seconds"]}
        if not self._on_hold:
            block = self._block_saying(f"({name})")
            self.tell("play", block, name, detail=seconds, audio=Sound(url, loop=False, channel="prompt"))
        elif self._holding != url:  # else the same music goes on, in its next round
            self._holding = url
            self.tell("hold", text=name, detail=seconds, audio=Sound(url, loop=True, channel="hold"))

    def _on_pause(self, detail: Mapping[str, Any]) -> None:
        self._holding = ""
        self.tell("silence", detail={"seconds": detail["seconds"], "hold": self._on_hold})

    def _on_stopped(self, detail: Mapping[str, Any]) -> None:
        if detail["verb"] not in {"Say", "Play"}:
            return
        channel = "hold" if self._holding else "prompt"
        self._holding = ""
        self.tell("silence", detail={"stopped": channel, "by": detail["by"]})

    def _on_gather(self, detail: Mapping[str, Any]) -> None:
        self.tell("listen", text=lines.listens(detail), detail=dict(detail))

    def _on_record(self, detail: Mapping[str, Any]) -> None:
        self.tell("listen", text="Records", detail={"input": "record", **detail})

    def _on_pressed(self, detail: Mapping[str, Any]) -> None:
        keys = str(detail["keys"])
        if self._call and self._call.waiting and self._call.waiting.hidden:
            keys = DOTS
        self.tell("key", text=keys, detail={"heard": detail["heard"]})

    def _on_digits(self, detail: Mapping[str, Any]) -> None:
        waiting = self._call.waiting if self._call else None
        if waiting is not None and waiting.hidden:
            self._secrets |= {str(detail.get("digits", "")), str(detail.get("speech", ""))} - {""}

    def _on_spoken(self, detail: Mapping[str, Any]) -> None:
        hidden = self._call and self._call.waiting and self._call.waiting.hidden
        words = DOTS if hidden else str(detail["words"])
        self.tell("key", text=words, detail={"heard": detail["heard"], "speech": True})

    def _on_dial(self, detail: Mapping[str, Any]) -> None:
        self.tell("ring", text=f"Rings {', '.join(detail['to'])}", detail={"transfer": True, **detail})

    def _on_bridged(self, detail: Mapping[str, Any]) -> None:
        self.tell("silence", text=f"Connected to {detail['to']}", detail={"transfer": True, **detail})

    def _on_log(self, detail: Mapping[str, Any]) -> None:
        self.tell("error", text=str(detail["message"]), detail={"code": detail["code"]}, level="warning")

    @property
    def _call(self) -> Call | None:
        return self._record.call if self._record is not None else None

    @property
    def _block(self) -> int:
        return self._call.block if self._call is not None else 0

    @property
    def _on_hold(self) -> bool:
        """Whether what is heard now bridges the time until a job is done."""
        return self._record is not None and self._record.held_at is not None

    def _block_saying(self, text: str) -> int:
        """The block whose words these are; the flow may have gone on since."""
        wanted = " ".join(text.split())
        for index, (block, words) in enumerate(self._said):
            known = " ".join(words.split())
            if wanted in known:
                del self._said[: index + (known == wanted)]
                return block
        return self._block

    def _masked(self, text: str) -> str:
        for secret in sorted(self._secrets, key=len, reverse=True):
            text = text.replace(secret, DOTS)
        return str(masked_values({"": text}, self._call)[""]) if self._call is not None else text
