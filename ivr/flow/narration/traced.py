"""What a flow did in a call, from the entries of its trace."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import structs

from ivr.actions.event_handler import EventHandler
from ivr.actions.inbound_api import InboundApi
from ivr.actions.inbound_call import InboundCall
from ivr.actions.inbound_sms import InboundSms
from ivr.actions.jump_from import JumpFrom
from ivr.core.call import Entry
from ivr.core.fields import DOTS
from ivr.core.values import to_text
from ivr.flow.narration import words
from ivr.flow.narration.event import CallEvent, Kind, event
from ivr.flow.narration.facts import broken_off, is_beginning, unjudged, web_causes

Data = Mapping[str, Any]
_TRIGGERS = {
    "answered": InboundCall.card.title,
    "messaged": InboundSms.card.title,
    "requested": InboundApi.card.title,
    "happened": EventHandler.card.title,
    "jumped": JumpFrom.card.title,
}
_NAMED = frozenset({"entered", "passed"})


class Narrator:
    """Tells the entries of one call; they may come in several parts, each with the entries of whole turns.

    `began` is when the call began, in milliseconds. `speech`: the trace tells what the flow says and asks, and
    `caller`: so is what the caller does. Where the line itself tells it (see `Heard`), it would stand there twice.
    """

    def __init__(self, began: int, *, speech: bool = True, caller: bool = True) -> None:
        self.by = ""
        """What ended the call, as far as it is known: a key of `words.END`."""
        self._began = began
        self._speech = speech
        self._caller = caller
        self._flow = ""
        self._titles: dict[tuple[str, int], str] = {}
        self._called: dict[tuple[str, str], set[int]] = {}
        self._texts: dict[str, Data] = {}
        self._causes: Mapping[int, Data] = {}
        self._beside: set[str] = set()
        self._over = False
        self._sounds = False
        self._ending: Data | None = None

    def tell(self, entries: Sequence[Entry]) -> Iterator[CallEvent]:
        """The events of some entries, in order, not numbered yet."""
        self._learn(entries)
        for index, entry in enumerate(entries):
            # What the block found when it looked at the answer; an answer may have come and not be accepted.
            self._causes = web_causes(entries[index + 1 : index + 4]) if "cause" in entry.data else {}
            flow = self._flow
            for each in self._told(entry):
                yield structs.replace(each, detail={**each.detail, "flow": flow}) if flow else each

    def end(self, t: int, by: str = "", **detail: Any) -> CallEvent:
        """The end of the call, by what is known to have ended it, else `by`. A `why` among the details is added."""
        known = self.by or by
        sentence = " ".join(filter(None, (words.END[known], to_text(detail.get("why")))))
        return event(t, "end", 0, sentence, detail={"by": known, **detail})

    def title(self, block: int) -> str:
        """What a block of the flow that the call is in is called, as far as the trace has shown: its title, with its
        number where another block would read the same."""
        known = self._titles.get((self._flow, block))
        if known is None:
            return f"Block {block}" if block else ""
        return f"{known} {block}" if len(self._called[self._flow, known]) > 1 else known

    def _learn(self, entries: Iterable[Entry]) -> None:
        """Take in the titles before the first event is told, or the first of two would be named as if it were alone."""
        flow = self._flow
        for entry in entries:
            if entry.kind in _NAMED or is_beginning(entry):
                title = str(entry.data.get("title") or entry.data.get("action") or _TRIGGERS.get(entry.kind, ""))
                self._titles[flow, entry.block] = title
                self._called.setdefault((flow, title), set()).add(entry.block)
            elif entry.kind == "jumped":
                flow = str(entry.data["flow"])

    def _told(self, entry: Entry) -> Iterable[CallEvent]:
        teller = getattr(self, f"_on_{entry.kind}", None)
        if teller is None:
            return ()
        told: Iterable[CallEvent] = teller(entry.at - self._began, entry.block, entry.data)
        return told

    def _enter(self, t: int, block: int) -> CallEvent:
        title = self.title(block)
        return event(t, "enter", block, title, title=title, text=title)

    # Where the call goes. Each method is named for the kind of entry that it tells.

    def _on_answered(self, t: int, block: int, data: Data) -> Iterator[CallEvent]:
        parties = {"from": data["caller"], "to": data["dialled"]}
        if self._caller:
            yield event(t, "ring", 0, f"{words.who(data['caller'])} calls {words.who(data['dialled'])}", detail=parties)
        yield self._enter(t, block)

    def _on_messaged(self, t: int, block: int, data: Data) -> Iterator[CallEvent]:
        yield event(t, "start", block, f"{words.who(data.get('sender'))} texts: {data.get('text')}")
        yield self._enter(t, block)

    def _on_requested(self, t: int, block: int, data: Data) -> Iterator[CallEvent]:
        yield event(t, "start", block, f"Another system asks for {words.who(data.get('caller'))}")
        yield self._enter(t, block)

    def _on_happened(self, t: int, block: int, data: Data) -> Iterator[CallEvent]:
        yield event(t, "start", block, f"Event: {words.named(str(data.get('what', '')))}")
        yield self._enter(t, block)

    def _on_jumped(self, t: int, block: int, data: Data) -> Iterator[CallEvent]:
        if is_beginning(Entry(0, "jumped", block, dict(data))):
            yield self._enter(t, block)
            return
        text = f"On to flow {data['flow']}"
        yield event(t, "exit", block, text, title=self.title(block), detail=dict(data))
        self._flow = str(data["flow"])

    def _on_entered(self, t: int, block: int, data: Data) -> Iterator[CallEvent]:
        yield self._enter(t, block)

    def _on_passed(self, t: int, block: int, data: Data) -> Iterator[CallEvent]:
        title, port = self._enter(t, block).title, str(data.get("port", ""))
        yield event(t, "pass", block, "Passed by (disabled)", title=title, text=title, port=port)

    def _on_left(self, t: int, block: int, data: Data) -> Iterator[CallEvent]:
        port, rest = str(data["port"]), {name: value for name, value in data.items() if name != "port"}
        reason, title = words.why(rest), self.title(block)
        yield event(t, "exit", block, words.left_by(port, reason), title=title, text=reason, port=port, detail=rest)

    def _on_set(self, t: int, block: int, data: Data) -> Iterator[CallEvent]:
        yield event(t, "set", block, words.variables(data), text="", variables=dict(data))

    # What it says and asks, and what comes back.

    def _on_said(self, t: int, block: int, data: Data) -> Iterator[CallEvent]:
        if self._speech:
            yield event(t, "say", block, f"“{data['words']}”", text=to_text(data["words"]))

    def _on_held(self, t: int, block: int, data: Data) -> Iterator[CallEvent]:
        if not self._speech:
            return
        for said in data.get("said", ()):
            yield self._held(t, "say", block, f"“{said}”", to_text(said))
        if "clips" in data:
            self._sounds = True
            yield self._held(t, "hold", block, words.music(data["clips"]), ", ".join(data["clips"]))
        elif "words" in data:
            self._sounds = True
            yield self._held(t, "say", block, f"“{data['words']}”", to_text(data["words"]))
        else:
            sentence = words.SILENT[str(data["silence"])]
            yield event(t, "silence", block, sentence, detail={"hold": True, "transfer": True})

    def _held(self, t: int, kind: Kind, block: int, sentence: str, text: str) -> CallEvent:
        return event(t, kind, block, sentence, text=text, detail={"hold": True})

    def _on_stopped(self, t: int, block: int, data: Data) -> Iterator[CallEvent]:
        if self._speech:
            detail = {**data, "stopped": "hold", "transfer": True}
            yield event(t, "silence", block, words.music_stops(data), text="", detail=detail)
            yield from self.rest(t)

    def rest(self, t: int) -> Iterator[CallEvent]:
        """What was not told yet: a flow ends the call in words that are heard once hold audio has stopped."""
        self._sounds, ending, self._ending = False, self._ending, None
        if ending is not None:
            yield from self._end(t, ending)

    def _on_asked(self, t: int, block: int, data: Data) -> Iterator[CallEvent]:
        if data.get("job") == "fetch":
            self._beside |= {str(data["token"])} if "beside" in data else set()
            yield event(t, "request", block, f"{data['method']} {data['url']}", detail=dict(data))
        elif data.get("job") == "alarm":
            yield event(
                t, "silence", block, words.awaits(data["blocks"], self.title), detail={**data, "transfer": True}
            )
        elif data.get("job") in {"text", "ask"}:
            self._texts[str(data["token"])] = data
        elif data.get("question") == "handover":
            yield event(t, "silence", block, f"Hands over to {data['to']}", detail={**data, "transfer": True})
        elif not self._speech:
            return
        elif data.get("question") == "dial":
            detail = {**data, "transfer": True}
            yield event(t, "ring", block, f"Rings {', '.join(data.get('numbers', ()))}", detail=detail)
        elif data.get("question") == "record":
            yield event(t, "listen", block, "Records", detail={**data, "input": "record"})

    def _on_replied(self, t: int, block: int, data: Data) -> Iterator[CallEvent]:
        if "cause" in data:
            found = {**data, **self._causes.get(block, {})}
            level = "" if found["cause"] == "ok" else "error"
            title = self.title(block) if "beside" in data else ""
            yield event(t, "response", block, words.answer(found), title=title, detail=found, level=level)
        elif "waited" in data:
            yield event(t, "silence", block, words.elapsed(data), detail={**data, "transfer": True})
        elif "accepted" in data:
            yield self._texted(t, block, data)
        elif "came" in data:
            yield event(t, "sms", block, words.texted_back(data), text=to_text(data["text"]), detail=dict(data))
        elif "fields" in data:
            level = "error" if data["error"] else ""
            yield event(t, "silence", block, words.handed_back(data), detail={**data, "transfer": True}, level=level)
        elif self._caller:
            yield self._entered_by_caller(t, block, data)

    def _on_accepted(self, t: int, block: int, data: Data) -> Iterator[CallEvent]:
        text = f"{words.answer(data)}. Waits for what is posted back"
        yield event(t, "response", block, text, detail={**data, "goes_on": True})

    def _texted(self, t: int, block: int, data: Data) -> CallEvent:
        sms = self._texts.pop(str(data["token"]), {})
        to, body = sms.get("to"), to_text(sms.get("body"))
        if data["accepted"]:
            asks = {"asks": True} if "reply_within" in sms else {}
            detail = {"to": to, "sid": data.get("sid"), **asks}
            return event(t, "sms", block, f"SMS to {to}: {body}", text=body, detail=detail)
        text = f"The SMS to {to} was refused: {data.get('error')}"
        return self._wrong(t, block, text, {"to": to, **data}, "error")

    def _entered_by_caller(self, t: int, block: int, data: Data) -> CallEvent:
        detail = {**data, "heard": True}
        if "hidden" in data:
            return event(t, "key", block, words.hidden(), text=DOTS, detail=detail)
        if "digits" in data:
            keys = to_text(data["digits"])
            return event(t, "key", block, words.pressed(keys), text=keys, detail=detail)
        if "confidence" in data:
            text = to_text(data["text"])
            return event(t, "key", block, words.said(text), text=text, detail={**detail, "speech": True})
        if "url" in data:
            text = f"Recorded {data['seconds']} s" if data["url"] else "Recorded nothing"
            return event(t, "listen", block, text, detail={**data, "input": "record"})
        text = words.named(to_text(data.get("status")))
        return event(t, "silence", block, text, detail={**data, "transfer": True})

    def _on_late(self, t: int, block: int, data: Data) -> Iterator[CallEvent]:
        if "digits" in data:
            keys = to_text(data["digits"])
            yield event(t, "key", block, words.pressed_late(keys), text=keys, detail={**data, "heard": False})
            return
        if "confidence" in data:
            said, detail = to_text(data["text"]), {**data, "heard": False, "speech": True}
            yield event(t, "key", block, words.said_late(said), text=said, detail=detail)
            return
        untaken = "untaken" if str(data.get("token")) in self._beside else "key"
        found = unjudged(data)
        text = words.late(found, "call" if self._over or self.by else untaken)
        failed = found.get("accepted") is False or found.get("cause", "ok") != "ok"
        yield event(t, "response", block, text, detail=dict(found), level="error" if failed else "warning")

    def _on_cancelled(self, t: int, block: int, data: Data) -> Iterator[CallEvent]:
        detail = {**data, "cause": "cancelled"}
        title = self.title(block) if str(data.get("token")) in self._beside else ""
        text = words.CANCELLED[str(data.get("by", "end" if self.by == "flow" else "call"))]
        yield event(t, "response", block, text, title=title, detail=detail)

    def _on_untaken(self, t: int, block: int, data: Data) -> Iterator[CallEvent]:
        text = words.UNTAKEN[str(data["by"])]
        yield event(t, "response", block, text, title=self.title(block), detail={**data, "cause": "parted"})

    def _on_parted(self, t: int, block: int, data: Data) -> Iterator[CallEvent]:
        if "of" in data:
            yield event(t, "start", block, words.PARTED["run"], detail=dict(data))
        else:
            yield event(t, "response", block, words.PARTED["call"], detail={**data, "cause": "parted"})

    def _on_delivery(self, t: int, block: int, data: Data) -> Iterator[CallEvent]:
        text = f"SMS {data.get('state')}" + (f": {data['error']}" if data.get("error") else "")
        yield event(t, "silence", block, text, detail={**data, "transfer": True})

    # What was wrong, and the end.

    def _wrong(self, t: int, block: int, sentence: str, data: Data, level: str) -> CallEvent:
        return event(t, "error", block, sentence, title=self.title(block), detail=dict(data), level=level)

    def _on_problem(self, t: int, block: int, data: Data) -> Iterator[CallEvent]:
        self.by = self.by or "failure"
        yield self._wrong(t, block, str(data["message"]), data, "error")
        if data.get("code") == "failed":  # the engine itself made a mistake: no other entry says that it is over
            yield from self._end(t, {})

    def _on_unset(self, t: int, block: int, data: Data) -> Iterator[CallEvent]:
        if "names" in data:
            yield event(t, "set", block, words.unset(data["names"]), text="", detail=dict(data))
            return
        yield self._wrong(t, block, f"{data['reference']} is not set, in {data['field']}.", data, "warning")

    def _on_unheard(self, t: int, block: int, data: Data) -> Iterator[CallEvent]:
        yield self._wrong(t, block, f"“{data['clip']}”: {data['why']}", data, "warning")

    def _on_unusable(self, t: int, block: int, data: Data) -> Iterator[CallEvent]:
        yield self._wrong(t, block, words.unusable(to_text(data.get("code"))), data, "error")

    def _on_refused(self, t: int, block: int, data: Data) -> Iterator[CallEvent]:
        yield self._wrong(t, block, f"{data['to']} is not called: {data['why']}", data, "error")

    def _on_hung_up(self, t: int, block: int, data: Data) -> Iterator[CallEvent]:
        word = broken_off(Entry(0, "hung_up", block, dict(data)))
        self.by = self.by or ("flow" if data.get("parting") else "carrier" if word else "caller")
        why = " ".join(filter(None, (words.broken_off(word), to_text(data.get("why")))))
        yield from self._end(t, {**data, "why": why} if why else data)

    def _on_ended(self, t: int, block: int, data: Data) -> Iterator[CallEvent]:
        self.by = self.by or "flow"
        yield from self._end(t, data)

    def _end(self, t: int, data: Data) -> Iterator[CallEvent]:
        """Only the first end is one. A line tells its own."""
        if self._sounds:
            self._ending = self._ending or data
        elif self._caller and not self._over:
            self._over = True
            yield self.end(t, **data)


def narrated(entries: Sequence[Entry]) -> list[CallEvent]:
    """A stored trace as the events of its call, numbered from 1."""
    began, over = (entries[0].at, entries[-1].at) if entries else (0, 0)
    narrator = Narrator(began)
    told = (*narrator.tell(entries), *narrator.rest(over - began))
    return [structs.replace(each, seq=seq) for seq, each in enumerate(told, 1)]
