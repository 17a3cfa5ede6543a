import re
from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from msgspec.structs import replace
from pydantic import ConfigDict, Field

from ivr.actions.parts.choice_keys import Key, Words, port_of
from ivr.actions.parts.prompts import Again, asking, clips, heard, never_said
from ivr.core import speech_match
from ivr.core.action import Action, Card, Leave, Outcome, Port, Sets, Stay, Visit, Wait
from ivr.core.effects import Gather
from ivr.core.events import Pressed, Spoken
from ivr.core.fields import ui
from ivr.core.listening import LONGEST_SAID, hints
from ivr.core.problem import Problem
from ivr.core.template import SpokenText
from ivr.core.values import Value
from ivr.described import Described

_keys = re.compile(r"[0-9*#A-D]{1,40}")


class Choice(Described):
    """One way to choose."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: Key = Field(json_schema_extra=ui(half=True))
    """The key that chooses it: 0 to 9, * or #."""
    label: str = Field(min_length=1, max_length=60, json_schema_extra=ui(half=True))
    """What it is called, on the board, in reports and, where the caller may speak, by the caller."""
    words: Annotated[tuple[Words, ...], Field(max_length=20)] = ()
    """Other words that choose it when the caller says them, such as `billing` or `my invoice`."""

    @property
    def port(self) -> Port:
        return port_of(self.key, self.label)

    @property
    def spoken(self) -> tuple[str, ...]:
        """What chooses it when it is said."""
        return (self.label, *self.words)


class Menu(Action[Pressed | Spoken]):
    """Let the caller choose by pressing one key or, where that is allowed, by saying it. Each choice has its own way
    out; silence and a wrong key have theirs, after the last attempt. The prompt ends as soon as the caller chooses."""

    card: ClassVar = Card(
        "Menu",
        group="Voice",
        icon="list-tree",
        prefix="MENU",
        ports=(Port("no_input", "No Input"), Port("no_match", "No Match")),
        sets=(
            Sets("digit", "The key that was chosen, by pressing or by saying it"),
            Sets("choice", "The label of the choice; empty when none was made"),
            Sets("said", "What the caller said, as it was understood; empty for keys"),
            Sets("attempts", "How often the caller was asked"),
        ),
        ports_from="choices",
        summary="{prompt}",
        keywords=("menu tree", "ivr", "options", "dtmf", "press", "say", "speech"),
    )
    type: Literal["menu"] = "menu"

    prompt: SpokenText = Field(default=SpokenText(""), json_schema_extra=ui(group="Inputs"))
    """What the caller hears first, such as “For orders, press 1”. SSML is spoken."""
    clip: str = Field(default="", max_length=120, json_schema_extra=ui(group="Inputs", widget="clip"))
    """The name of a clip in the audio library, played before the words, or in place of them."""
    choices: Annotated[tuple[Choice, ...], Field(max_length=12, json_schema_extra=ui(group="Inputs"))] = ()
    """What there is to choose from, each with a key of its own."""
    timeout: int = Field(default=45, ge=1, le=120, json_schema_extra=ui(group="Inputs", unit="seconds", half=True))
    """Seconds to wait for a choice once the prompt is over."""
    attempts: int = Field(default=1, ge=1, le=10, json_schema_extra=ui(group="Inputs", half=True))
    """How often the caller is asked at most, before the call goes on by No Input or No Match."""
    prompts_again: Annotated[
        tuple[Again, ...], Field(max_length=9, json_schema_extra=ui(group="Asking again", row="prompt"))
    ] = ()
    """What is said in place of the prompt at attempt 2, 3 and so on; the last of them is also for those after it.
    Without any the prompt is said again."""
    no_input_words: SpokenText = Field(default=SpokenText(""), json_schema_extra=ui(group="Asking again"))
    """What is said first when the caller did not choose and is asked again."""
    no_match_words: SpokenText = Field(default=SpokenText(""), json_schema_extra=ui(group="Asking again"))
    """What is said first when the caller chose something that is not there and is asked again."""
    speech: bool = Field(default=False, json_schema_extra=ui(group="Speech"))
    """Whether the caller may speak too: a label or one of its words. Whole words count, capitals and accents written
    another way don't; of several that were said the longest counts, and two that are alike are no choice. A key may be
    said as well, in the language of the block: `1`, `one`, `eins`."""
    interruptible: bool = Field(default=True, json_schema_extra=ui(advanced=True))
    """Whether a key or a word ends the prompt. Otherwise it is heard to its end, and keys pressed before are lost."""
    voice: str = Field(default="", max_length=100, json_schema_extra=ui(widget="voice", advanced=True, half=True))
    """The carrier's name of a voice. Empty: the flow's."""
    language: str = Field(default="", max_length=35, json_schema_extra=ui(advanced=True, half=True))
    """A language tag such as `en-GB`, of the voice and of what the caller says. Empty: the flow's."""

    @property
    def ports(self) -> tuple[Port, ...]:
        by_key = {choice.key: choice.port for choice in reversed(self.choices)}
        return (*(by_key[key] for key in dict.fromkeys(choice.key for choice in self.choices)), *self.card.ports)

    def stay(self) -> Stay:
        """A caller whose turn it is does not take silence for a fault, so it counts as waiting alone."""
        return Stay(wait=self.timeout * self.attempts, outside=True, asks=True)

    def audio(self) -> tuple[tuple[str, str], ...]:
        again = ((f"prompts_again[{index}].clip", each.clip) for index, each in enumerate(self.prompts_again))
        return clips(("clip", self.clip), *again)

    def problems(self) -> Iterator[Problem]:
        if not self.choices:
            yield Problem("no_choices", "There is nothing to choose from.", path="choices", hint="Add a choice.")
        if not self.prompt.text.strip() and not self.clip:
            hint = "Write what the caller may choose, or pick a clip."
            yield Problem("no_prompt", "The caller hears nothing before the wait.", path="prompt", hint=hint)
        yield from self._alike()
        words = {"no_input_words": self.no_input_words, "no_match_words": self.no_match_words}
        yield from never_said(self.attempts, self.prompts_again, words)

    def _alike(self) -> Iterator[Problem]:
        """Choices that are alike."""
        keys: set[str] = set()
        said: dict[str, str] = {}
        for index, choice in enumerate(self.choices):
            if choice.key in keys:
                hint = "Give each choice its own key."
                yield Problem("key_twice", f"Key {choice.key} is taken.", path=f"choices[{index}].key", hint=hint)
            keys.add(choice.key)
            for text in choice.spoken if self.speech else ():
                words = speech_match.normal(text, self.language)
                if words and said.setdefault(words, choice.key) != choice.key:
                    hint = "A caller who says it is not understood; use other words for one of them."
                    path = f"choices[{index}].words"
                    yield Problem("words_twice", f"“{text}” chooses two things.", path=path, hint=hint)

    def enter(self, visit: Visit) -> Outcome:
        return self._ask(visit, 1, SpokenText(""))

    def resume(self, visit: Visit, reply: Pressed | Spoken) -> Outcome:
        said = reply.text[:LONGEST_SAID] if isinstance(reply, Spoken) else ""
        pressed = reply.digits if isinstance(reply, Pressed) else ""
        choice = self._said(said, self.language or visit.language) if said else self._pressed(pressed)
        key = choice.key if choice else pressed[:1]
        label = choice.label if choice else ""
        found: dict[str, Value] = {"digit": key, "choice": label, "said": said, "attempts": visit.attempt}
        if choice is not None:
            return Leave(choice.port.id, set=found)
        silent = not said and not pressed
        if visit.attempt < self.attempts:
            return self._ask(visit, visit.attempt + 1, self.no_input_words if silent else self.no_match_words)
        return Leave("no_input" if silent else "no_match", set=found)

    def _ask(self, visit: Visit, attempt: int, first: SpokenText) -> Wait:
        prompt = Again(text=self.prompt, clip=self.clip)
        if attempt > 1 and self.prompts_again:
            prompt = self.prompts_again[min(attempt - 2, len(self.prompts_again) - 1)]
        before = heard(visit, Again(text=first), self.voice, self.language)
        gather = Gather(
            timeout=self.timeout, digits=1, finish_key="", language=self.language, interruptible=self.interruptible
        )
        if self.speech:
            gather = replace(gather, speech=True, hints=self._hints())
        return asking((*before, *heard(visit, prompt, self.voice, self.language)), gather)

    def _hints(self) -> tuple[str, ...]:
        """Words the carrier listens for."""
        return hints(text for choice in self.choices for text in choice.spoken)

    def _pressed(self, digits: str) -> Choice | None:
        """The choice of the first key; a carrier may report more when a caller pressed twice."""
        key = digits[0] if _keys.fullmatch(digits) else ""
        return next((choice for choice in self.choices if choice.key == key), None)

    def _said(self, text: str, language: str) -> Choice | None:
        """The choice whose words were said or, without any, the one whose key was."""
        key = speech_match.meant(text, [(choice.key, choice.spoken) for choice in self.choices], language)
        return next((choice for choice in self.choices if choice.key == key), None)
