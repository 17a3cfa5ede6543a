from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from msgspec.structs import replace
from pydantic import Field, StringConstraints

from ivr.actions.parts.collect_rules import PATTERN, fits, is_card, is_date, is_digits, places
from ivr.actions.parts.prompts import Again, asking, clips, heard, never_said
from ivr.core.action import Action, Card, Leave, Outcome, Port, Sets, Stay, Visit, Wait
from ivr.core.effects import Gather, Say
from ivr.core.events import Pressed, Spoken
from ivr.core.fields import VariableName, ui
from ivr.core.problem import Problem
from ivr.core.template import SpokenText
from ivr.core.values import Value

CONFIRMATION = Again(text=SpokenText("If that is right, press 1. To enter it again, press 2."))
LONGEST_KEPT = 64


class CollectDigits(Action[Pressed | Spoken]):
    """Ask the caller for digits: an order number, a date, a PIN. Only a complete and valid entry leaves by Success. If
    an entry is too short when the time is up, the block asks again, and leaves by Invalid after the last attempt."""

    card: ClassVar = Card(
        "Collect Digits",
        group="Voice",
        icon="grid-3x3",
        prefix="COLLECT",
        ports=(Port("success", "On Success"), Port("no_input", "No Input"), Port("invalid", "Invalid")),
        sets=(
            Sets("digits", "What was entered, without the finish key; on Invalid the last entry"),
            Sets("spoken", "The digits as they are read aloud, one by one: `4, 7, 1, 1`"),
            Sets("attempts", "How often the caller was asked to enter it"),
        ),
        summary="{prompt}",
        keywords=("collect dtmf", "keypad", "pin", "number", "enter"),
    )
    type: Literal["collect_digits"] = "collect_digits"

    prompt: SpokenText = Field(default=SpokenText(""), json_schema_extra=ui(group="Inputs"))
    """What the caller hears first, such as “Please enter your order number”. SSML is spoken."""
    clip: str = Field(default="", max_length=120, json_schema_extra=ui(group="Inputs", widget="clip"))
    """The name of a clip in the audio library, played before the words, or in place of them."""
    length: int | None = Field(default=None, ge=1, le=40, json_schema_extra=ui(group="Inputs", unit="digits"))
    """How many digits exactly. The last one ends the entry, without a finish key. Empty: the next two count."""
    shortest: int = Field(default=1, ge=1, le=40, json_schema_extra=ui(group="Inputs", unit="digits", half=True))
    """How many digits at least."""
    longest: int = Field(default=20, ge=1, le=40, json_schema_extra=ui(group="Inputs", unit="digits", half=True))
    """How many digits at most. The last one ends the entry."""
    finish_key: Literal["#", "*", ""] = Field(default="#", json_schema_extra=ui(group="Inputs", half=True))
    """The key that ends an entry; empty: none does."""
    timeout: int = Field(default=10, ge=1, le=120, json_schema_extra=ui(group="Inputs", unit="seconds", half=True))
    """Seconds to wait for the first digit once the prompt is over, and for each one after it."""
    attempts: int = Field(default=3, ge=1, le=10, json_schema_extra=ui(group="Inputs"))
    """How often the caller may try, before the call goes on by No Input or Invalid."""
    accepts: Literal["digits", "card", "date", "pattern"] = Field(
        default="digits", json_schema_extra=ui(group="Validation")
    )
    """What is valid: any `digits`; the number of a payment `card`, whose last digit proves the others; a `date` of the
    calendar in eight digits; or what the `pattern` says."""
    date_order: Literal["month_day_year", "day_month_year", "year_month_day"] = Field(
        default="month_day_year", json_schema_extra=ui(group="Validation", when={"accepts": ["date"]})
    )
    """In which order a date is entered: two digits for the month and the day, four for the year."""
    pattern: Annotated[str, StringConstraints(pattern=rf"^({PATTERN.pattern})?$", max_length=60)] = Field(
        default="", json_schema_extra=ui(group="Validation", when={"accepts": ["pattern"]}, placeholder="##-####")
    )
    """`#` stands for any digit and a digit for itself; hyphens, blanks, dots and the like are only for the eye:
    `##-####` is six digits, `49########` ten that begin with 49."""
    confirm: bool = Field(default=False, json_schema_extra=ui(group="Confirmation"))
    """Read the digits back, one by one, and let the caller press 1 if they are right, or 2 to enter them again."""
    confirm_before: SpokenText = Field(
        default=SpokenText("You have entered"), json_schema_extra=ui(group="Confirmation", when={"confirm": [True]})
    )
    """What is said before the digits."""
    confirm_after: SpokenText = Field(
        default=CONFIRMATION.text, json_schema_extra=ui(group="Confirmation", when={"confirm": [True]})
    )
    """What is said after the digits; the keys are always 1 and 2."""
    prompts_again: Annotated[
        tuple[Again, ...], Field(max_length=9, json_schema_extra=ui(group="Asking again", row="prompt"))
    ] = ()
    """What is said in place of the prompt at attempt 2, 3 and so on; the last of them is also for those after it.
    Without any the prompt is said again."""
    no_input_words: SpokenText = Field(default=SpokenText(""), json_schema_extra=ui(group="Asking again"))
    """What is said first when nothing was entered and the caller is asked again."""
    invalid_words: SpokenText = Field(default=SpokenText(""), json_schema_extra=ui(group="Asking again"))
    """What is said first when the entry was not valid and the caller is asked again."""
    sensitive: bool = Field(default=False, json_schema_extra=ui(group="Privacy"))
    """Whether the entry is private, such as a PIN or a card number: then it prints as dots in every trace, and is gone
    when the call ends. Blocks of this call can still use it."""
    variable: VariableName | None = Field(default=None, json_schema_extra=ui(advanced=True))
    """A name for the entry that every block can use, such as `order` for `$order`. Empty: only `$COLLECT_#.digits`."""
    voice: str = Field(default="", max_length=100, json_schema_extra=ui(widget="voice", advanced=True, half=True))
    """The carrier's name of a voice. Empty: the flow's."""
    language: str = Field(default="", max_length=35, json_schema_extra=ui(advanced=True, half=True))
    """A language tag such as `en-GB`. Empty: the flow's."""

    def variables(self) -> tuple[Sets, ...]:
        named = (Sets(self.variable, "What was entered", shared=True, ports=("success",)),) if self.variable else ()
        return (*self.card.sets, *named)

    def stay(self) -> Stay:
        """A caller whose turn it is does not take silence for a fault, so it counts as waiting alone."""
        questions = self.attempts * (1 + self.confirm)
        return Stay(wait=self.timeout * questions, outside=True, asks=True)

    def audio(self) -> tuple[tuple[str, str], ...]:
        again = ((f"prompts_again[{index}].clip", each.clip) for index, each in enumerate(self.prompts_again))
        return clips(("clip", self.clip), *again)

    def problems(self) -> Iterator[Problem]:
        if not self.prompt.text.strip() and not self.clip:
            hint = "Write what the caller is to enter, or pick a clip."
            yield Problem("no_prompt", "The caller hears nothing before the wait.", path="prompt", hint=hint)
        yield from self._length_problems()
        yield from self._pattern_problems()
        if self.sensitive and self.confirm:
            hint = "People nearby can hear it: don't read it back, or don't call it sensitive."
            yield Problem("read_aloud", "A private entry is read aloud.", path="confirm", hint=hint, level="warning")
        words = {"no_input_words": self.no_input_words, "invalid_words": self.invalid_words}
        yield from never_said(self.attempts, self.prompts_again, words)

    def _length_problems(self) -> Iterator[Problem]:
        if self.accepts == "digits" and self.length is None and self.shortest > self.longest:
            hint = "Make the shortest no longer than the longest."
            yield Problem("never_valid", "No entry can be valid.", path="shortest", hint=hint)
        if self.accepts != "digits" and self.length not in {None, self.lengths[1]}:
            hint = f"A {self.accepts} has its own length: leave this empty."
            yield Problem("length_unused", "This length does not count.", path="length", hint=hint, level="warning")
        least, most = self.lengths
        if not self.finish_key and least < most:
            hint = "Choose a finish key, or an exact length."
            message = "A short entry ends only when the time is up."
            yield Problem("slow_end", message, path="finish_key", hint=hint, level="warning")

    def _pattern_problems(self) -> Iterator[Problem]:
        if self.accepts == "pattern" and not self.pattern:
            hint = "Write one, such as ##-####, or accept any digits."
            yield Problem("no_pattern", "There is no pattern to compare with.", path="pattern", hint=hint)
        if self.accepts != "pattern" and self.pattern:
            hint = "Let it accept “pattern”, or remove it."
            yield Problem("pattern_unused", "The pattern does not count.", path="pattern", hint=hint, level="warning")

    @property
    def lengths(self) -> tuple[int, int]:
        """How many digits at least, and at most."""
        match self.accepts:
            case "card":
                return 12, 19
            case "date":
                return 8, 8
            case "pattern" if self.pattern:
                return len(places(self.pattern)), len(places(self.pattern))
        return (self.length, self.length) if self.length else (self.shortest, self.longest)

    def enter(self, visit: Visit) -> Outcome:
        return self._ask(visit, 1, SpokenText(""))

    def resume(self, visit: Visit, reply: Pressed | Spoken) -> Outcome:
        entries, repeats, entered = self._memory(visit)
        pressed = reply.digits if isinstance(reply, Pressed) else ""
        if repeats:
            return self._confirmed(visit, pressed, (entries, repeats, entered))
        digits = pressed[:LONGEST_KEPT]
        if self._valid(pressed):
            if self.confirm:
                return self._read_back(visit, (entries, 1, digits))
            return self._leave(visit, "success", digits)
        words = self.invalid_words if digits else self.no_input_words
        return self._again(visit, entries, digits, words)

    def _confirmed(self, visit: Visit, key: str, memory: tuple[int, int, str]) -> Outcome:
        """What to do once the caller has heard the digits again: anything but 1 and 2 is asked once more."""
        entries, repeats, digits = memory
        match key[:1]:
            case "1":
                return self._leave(visit, "success", digits)
            case "2":
                return self._again(visit, entries, digits, SpokenText(""))
        if repeats < self.attempts:
            return self._read_back(visit, (entries, repeats + 1, digits))
        return self._leave(visit, "invalid" if key else "no_input", digits)

    def _again(self, visit: Visit, entries: int, digits: str, words: SpokenText) -> Outcome:
        if entries < self.attempts:
            return self._ask(visit, entries + 1, words)
        return self._leave(visit, "invalid" if digits else "no_input", digits)

    def _ask(self, visit: Visit, entry: int, first: SpokenText) -> Wait:
        prompt = Again(text=self.prompt, clip=self.clip)
        if entry > 1 and self.prompts_again:
            prompt = self.prompts_again[min(entry - 2, len(self.prompts_again) - 1)]
        before = heard(visit, Again(text=first), self.voice, self.language)
        gather = Gather(timeout=self.timeout, digits=self.lengths[1], finish_key=self.finish_key, hidden=self.sensitive)
        asked = asking((*before, *heard(visit, prompt, self.voice, self.language)), gather)
        return replace(asked, set={"attempts": entry})

    def _read_back(self, visit: Visit, memory: tuple[int, int, str]) -> Wait:
        """Ask whether this is right. What was entered is kept until the answer comes."""
        entries, repeats, digits = memory
        before = heard(visit, Again(text=self.confirm_before), self.voice, self.language)
        after = heard(visit, Again(text=self.confirm_after), self.voice, self.language)
        read = Say(spelled(digits), self.voice, self.language)
        asked = asking((*before, read, *after), Gather(timeout=self.timeout, digits=1, finish_key=""))
        kept = {**_values(digits), "attempts": entries, "repeats": repeats}
        return replace(asked, set=kept, hide=self.hides(visit.block))

    def _leave(self, visit: Visit, port: str, digits: str) -> Leave:
        entries, _, _ = self._memory(visit)
        found = {**_values(digits), "attempts": entries}
        named: dict[str, Value] = {self.variable: digits} if self.variable and port == "success" else {}
        return Leave(port, set=found, share=named, hide=self.hides(visit.block))

    def _valid(self, digits: str) -> bool:
        least, most = self.lengths
        if not is_digits(digits) or not least <= len(digits) <= most:
            return False
        match self.accepts:
            case "card":
                return is_card(digits)
            case "date":
                return is_date(digits, self.date_order)
            case "pattern" if self.pattern:
                return fits(digits, self.pattern)
        return True

    def _memory(self, visit: Visit) -> tuple[int, int, str]:
        """How often it was entered, how often it was read back since (0: this is an entry), and the entry."""
        kept = visit.call.variables.get(self._object(visit), {})
        return kept.get("attempts", 1), kept.get("repeats", 0), kept.get("digits", "")

    def _object(self, visit: Visit) -> str:
        return f"{self.card.prefix}_{visit.block}"

    def hides(self, number: int) -> tuple[str, ...]:
        if not self.sensitive:
            return ()
        own = tuple(f"{self.card.prefix}_{number}.{name}" for name in ("digits", "spoken"))
        return (*own, self.variable) if self.variable else own


def spelled(digits: str) -> str:
    """Digits as a voice reads them one by one."""
    return ", ".join(digits)


def _values(digits: str) -> dict[str, Value]:
    return {"digits": digits, "spoken": spelled(digits)}
