import re
from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from ivr.actions.parts.prompts import Again, clips, heard
from ivr.core.action import Action, Card, Leave, Outcome, Port, Sets, Stay, Visit, Wait
from ivr.core.effects import Dial, Prompt
from ivr.core.events import Dialled
from ivr.core.fields import ui
from ivr.core.problem import Problem
from ivr.core.refusals import of_calls
from ivr.core.template import PHONE, SpokenText, Template

MOST_NUMBERS = 10
MOST_KEYS = 32
_number = re.compile(r"\+?[0-9]{2,20}")
_separators = re.compile(r"[\s().\-/]")
_key = re.compile(r"[0-9*#A-Da-dwW,]")


class Transfer(Action[Dialled]):
    """Connect the caller with another phone. When the two have talked and the other side hangs up, the call goes on by
    Answered. The caller hears the phone ring until then."""

    card: ClassVar = Card(
        "Transfer",
        group="Connect",
        icon="phone-forwarded",
        prefix="TRANSFER",
        ports=(
            Port("answered", "Answered"),
            Port("no_answer", "No Answer"),
            Port("busy", "User Busy"),
            Port("failed", "Failed"),
        ),
        sets=(
            Sets("status", "How it went: `answered`, `no_answer`, `busy` or `failed`"),
            Sets("seconds", "How many seconds the two talked"),
            Sets("sid", "The carrier's id of the other call"),
            Sets("error", "Why no call could be placed, in plain words; empty when one was"),
            Sets("cause", of_calls()),
        ),
        summary="{numbers}",
        keywords=("dial", "connect", "agent", "forward", "phone"),
    )
    type: Literal["transfer"] = "transfer"

    numbers: Annotated[tuple[Template, ...], Field(max_length=MOST_NUMBERS, json_schema_extra=ui(group="Inputs"))] = ()
    """Who is called, such as `+15550100200` or `$agent`: the country's code first, behind a plus sign. One that turns
    out to be no phone number, or not allowed to be called (setting `IVR_DESTINATIONS`), is left out."""
    in_turn: bool = Field(default=False, json_schema_extra=ui(group="Inputs"))
    """Call several numbers one after the other, each as long as the timeout. Otherwise they ring together, and the
    first to answer gets the call."""
    timeout: int = Field(default=45, ge=5, le=600, json_schema_extra=ui(group="Inputs", unit="seconds", half=True))
    """Seconds that a phone rings before the call goes on by No Answer."""
    caller_id: Template = Field(default=Template(""), json_schema_extra=ui(group="Inputs", half=True))
    """The number that is shown to who is called: one of yours, or one the carrier has verified. Empty: the caller's."""
    message: SpokenText = Field(default=SpokenText(""), json_schema_extra=ui(group="Words"))
    """What the caller hears first, such as “One moment, I will connect you”. SSML is spoken."""
    clip: str = Field(default="", max_length=120, json_schema_extra=ui(group="Words", widget="clip"))
    """The name of a clip in the audio library, played to the caller before the words, or in place of them."""
    whisper: SpokenText = Field(default=SpokenText(""), json_schema_extra=ui(group="Words"))
    """What who answers hears before the two are connected, such as “A call from $ANI”. The caller does not hear it."""
    whisper_clip: str = Field(default="", max_length=120, json_schema_extra=ui(group="Words", widget="clip"))
    """The name of a clip in the audio library, played before the whispered words."""
    keys: Template = Field(default=Template(""), json_schema_extra=ui(advanced=True, placeholder=",,204#"))
    """Keys that are pressed once the other side answers, such as an extension: up to 32 of 0 to 9, * and #. A comma
    waits for one second, a `w` for half of one."""
    longest: int = Field(default=14_400, ge=10, le=86_400, json_schema_extra=ui(advanced=True, unit="seconds"))
    """Seconds after which the two are cut off. The carrier has a limit of its own, mostly 4 hours."""
    voice: str = Field(default="", max_length=100, json_schema_extra=ui(widget="voice", advanced=True, half=True))
    """The carrier's name of a voice. Empty: the flow's."""
    language: str = Field(default="", max_length=35, json_schema_extra=ui(advanced=True, half=True))
    """A language tag such as `en-GB`. Empty: the flow's."""

    def stay(self) -> Stay:
        """The time that it rings, which is not silent. The time that the two talk is no wait."""
        ringing = self.timeout * (len(self.numbers) if self.in_turn else 1)
        return Stay(wait=ringing, outside=True, asks=True)

    def audio(self) -> tuple[tuple[str, str], ...]:
        return clips(("clip", self.clip), ("whisper_clip", self.whisper_clip))

    def problems(self) -> Iterator[Problem]:
        if not self.numbers:
            yield Problem("no_number", "There is no number to call.", path="numbers", hint="Add a phone number.")
        for index, number in enumerate(self.numbers):
            if not number.references and not _phone(number.text):
                hint = "Write it with the country's code, such as +15550100200, or as a variable."
                yield Problem("not_a_number", "This is no phone number.", path=f"numbers[{index}]", hint=hint)
        if self.caller_id and not self.caller_id.references and not _phone(self.caller_id.text):
            hint = "Write it with the country's code, or leave it empty for the caller's own."
            yield Problem("not_a_number", "This is no phone number.", path="caller_id", hint=hint)
        text = self.keys.text.replace(" ", "")
        if not self.keys.references and (len(text) > MOST_KEYS or _key.sub("", text)):
            hint = f"Up to {MOST_KEYS} of 0 to 9, * and #; a comma waits for one second."
            yield Problem("not_keys", "These are no keys that can be pressed.", path="keys", hint=hint)
        if self.in_turn and len(self.numbers) == 1:
            hint = "Add another number, or switch it off."
            yield Problem("one_number", "There is only one number to call.", path="in_turn", hint=hint, level="warning")

    def enter(self, visit: Visit) -> Outcome:
        filled = [(_phone(number.fill(visit, PHONE)), bool(number.references)) for number in self.numbers]
        numbers = tuple(dict.fromkeys(number for number, _ in filled if number))
        if not numbers:
            error = "None of the numbers to call is a phone number."
            found = {"status": "failed", "seconds": 0, "sid": "", "error": error, "cause": "not_a_number"}
            return Leave("failed", set=found, why={"cause": "not_a_number", "error": error})
        dial = Dial(
            numbers=numbers,
            timeout=self.timeout,
            caller_id=_phone(self.caller_id.fill(visit, PHONE)),
            keys=_pressed(self.keys.fill(visit, PHONE)),
            whisper=self._whispered(visit),
            in_turn=self.in_turn and len(numbers) > 1,
            longest=self.longest,
            fixed=tuple(dict.fromkeys(number for number, chosen in filled if number and not chosen)),
        )
        return Wait(dial, verbs=heard(visit, Again(text=self.message, clip=self.clip), self.voice, self.language))

    def resume(self, visit: Visit, reply: Dialled) -> Outcome:
        failed = "The carrier could not place the call." if reply.status == "failed" else ""
        error = reply.error or failed
        found = {"status": reply.status, "seconds": reply.seconds, "sid": reply.sid, "error": error}
        found["cause"] = reply.refused
        return Leave(reply.status, set=found)

    def _whispered(self, visit: Visit) -> tuple[Prompt, ...]:
        """What is whispered: a clip and a minute or so of words, since the caller waits meanwhile."""
        said = Again(text=self.whisper, clip=self.whisper_clip)
        return heard(visit, said, self.voice, self.language)[:2]


def _phone(text: str) -> str:
    """A phone number without blanks, hyphens and brackets; empty when it is none."""
    number = _separators.sub("", text)
    return number if _number.fullmatch(number) else ""


def _pressed(text: str) -> str:
    """Keys as the carrier presses them. What can't be pressed is left out."""
    keys = "".join(_key.findall(text))[:MOST_KEYS]
    return keys.upper().replace("W", "w").replace(",", "ww")
