"""What is heard on a line, in words: what is said and played to the caller, and what the caller does."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from ivr.core.fields import DOTS
from ivr.flow.narration import words
from ivr.flow.narration.event import CallEvent, Sound, event

Detail = Mapping[str, Any]


class Heard:
    """Tells the happenings of a line, each by its kind, such as `say`, and its details, as a carrier reports them.

    `names` has clips by the last part of their URLs. `holding` says whether what is played now bridges the time until
    a job is done, and `hides` whether what the caller enters now is not to be seen.
    """

    def __init__(
        self, names: Mapping[str, str], holding: Callable[[], bool], hides: Callable[[], bool] = lambda: False
    ) -> None:
        self._names = names
        self._holding = holding
        self._hides = hides
        self._music = ""

    def tell(self, t: int, kind: str, detail: Detail) -> CallEvent | None:
        """The event of a happening at `t` milliseconds, or None where there is nothing to tell. Its block is 0."""
        teller = getattr(self, f"_on_{kind}", None)
        told: CallEvent | None = teller(t, detail) if teller is not None else None
        return told

    # Each method is named for the kind that it tells.

    def _on_ringing(self, t: int, detail: Detail) -> CallEvent:
        return event(t, "ring", 0, f"{detail['from']} calls {detail['to']}", detail=dict(detail))

    def _on_say(self, t: int, detail: Detail) -> CallEvent:
        self._music = ""
        text = str(detail["text"])
        spoken = {"voice": detail.get("voice"), "language": detail.get("language"), "hold": self._holding()}
        return event(t, "say", 0, f"“{text}”", text=text, detail=spoken)

    def _on_play(self, t: int, detail: Detail) -> CallEvent | None:
        url_name = str(detail["url"]).rpartition("/")[2]
        name = self._names.get(url_name, url_name)
        url = f"/api/audio/{quote(name, safe='')}/content"
        length = {"seconds": detail["seconds"]}
        if not self._holding():
            clip = Sound(url, loop=False, channel="prompt")
            return event(t, "play", 0, f"Plays {name}", text=name, detail=length, audio=clip)
        if self._music == name:  # the same music goes on, in its next round
            return None
        self._music = name
        clip = Sound(url, loop=True, channel="hold")
        return event(t, "hold", 0, words.music(name), text=name, detail=length, audio=clip)

    def _on_pause(self, t: int, detail: Detail) -> CallEvent:
        self._music = ""
        sentence = f"Silence for {detail['seconds']:g} s" if self._holding() else ""
        return event(t, "silence", 0, sentence, text="", detail={**detail, "hold": self._holding()})

    def _on_stopped(self, t: int, detail: Detail) -> CallEvent | None:
        if detail["verb"] not in {"Say", "Play"}:
            return None
        channel = "hold" if self._music else "prompt"
        self._music = ""
        sentence = "The hold music stops" if channel == "hold" else ""
        return event(t, "silence", 0, sentence, text="", detail={"stopped": channel, "by": detail["by"]})

    def _on_gather(self, t: int, detail: Detail) -> CallEvent:
        return event(t, "listen", 0, words.listens(str(detail["input"])), detail=dict(detail))

    def _on_record(self, t: int, detail: Detail) -> CallEvent:
        return event(t, "listen", 0, "Records", detail={"input": "record", **detail})

    def _on_pressed(self, t: int, detail: Detail) -> CallEvent:
        keys = DOTS if self._hides() else str(detail["keys"])
        heard = {"heard": detail["heard"]}
        return event(t, "key", 0, words.pressed(keys, heard=bool(detail["heard"])), text=keys, detail=heard)

    def _on_spoken(self, t: int, detail: Detail) -> CallEvent:
        text = DOTS if self._hides() else str(detail["words"])
        heard = {"heard": detail["heard"], "speech": True}
        return event(t, "key", 0, words.said(text, heard=bool(detail["heard"])), text=text, detail=heard)

    def _on_dial(self, t: int, detail: Detail) -> CallEvent:
        return event(t, "ring", 0, f"Rings {', '.join(detail['to'])}", detail={"transfer": True, **detail})

    def _on_bridged(self, t: int, detail: Detail) -> CallEvent:
        return event(t, "silence", 0, f"Connected to {detail['to']}", detail={"transfer": True, **detail})

    def _on_elsewhere(self, t: int, detail: Detail) -> CallEvent:
        sentence = f"<{detail['verb']}> has the call. A test call plays nothing of it, and is back in a moment."
        return event(t, "silence", 0, sentence, detail={"transfer": True, **detail})

    def _on_message(self, t: int, detail: Detail) -> CallEvent:
        text = str(detail["body"])
        return event(t, "sms", 0, f"SMS to {detail['to']}: {text}", text=text, detail={"to": detail["to"]})

    def _on_ended(self, t: int, detail: Detail) -> CallEvent:
        return event(t, "end", 0, f"The call is over ({detail['status']})", detail=dict(detail))

    def _on_log(self, t: int, detail: Detail) -> CallEvent:
        return event(t, "error", 0, str(detail["message"]), detail={"code": detail["code"]}, level="warning")
