"""What a block says before it asks: words and clips in order, and what of it fits into the question itself."""

from collections.abc import Iterator

from msgspec.structs import replace
from pydantic import ConfigDict, Field

from ivr.actions.parts.spoken import speak
from ivr.core.action import Visit, Wait
from ivr.core.effects import Gather, Play, Prompt
from ivr.core.fields import ui
from ivr.core.listening import first_inside
from ivr.core.problem import Problem
from ivr.core.template import SpokenText
from ivr.described import Described

Prompts = tuple[Prompt, ...]


class Again(Described):
    """What is said in place of the prompt when the caller is asked once more."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    text: SpokenText = SpokenText("")
    """What is said; SSML is spoken."""
    clip: str = Field(default="", max_length=120, json_schema_extra=ui(widget="clip"))
    """The name of a clip in the audio library, played before the words."""

    @property
    def silent(self) -> bool:
        """Whether nothing would be heard of it."""
        return not self.text.text.strip() and not self.clip


def heard(visit: Visit, said: Again, voice: str, language: str) -> Prompts:
    """The clip, then the words; nothing for nothing."""
    clip = (Play(said.clip),) if said.clip else ()
    return (*clip, *speak(visit, said.text, voice, language))


def asking(prompts: Prompts, gather: Gather) -> Wait:
    """The question behind its prompts. They are inside of it, so that a key ends them, as far as there is room; all
    of them come before it when nothing may interrupt them."""
    first = first_inside(prompts) if gather.interruptible else len(prompts)
    return Wait(replace(gather, prompts=prompts[first:]), verbs=prompts[:first])


def clips(*said: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    """Of paths and clip names those that name a clip."""
    return tuple((path, name) for path, name in said if name)


def never_said(attempts: int, again: tuple[Again, ...], words: dict[str, SpokenText]) -> Iterator[Problem]:
    """What is wrong with the words for asking again; `words` are those that are said first, by the field's name."""
    for index, each in enumerate(again):
        path = f"prompts_again[{index}]"
        if index >= attempts - 1:
            hint = "Raise the attempts, or remove it."
            yield Problem("never_said", "This is never said.", path=path, hint=hint, level="warning")
        if each.silent:
            hint = "Write what is said, or remove the row."
            yield Problem("no_prompt", "This attempt has no words.", path=f"{path}.text", hint=hint)
    for name, text in words.items():
        if text and attempts == 1:
            hint = "With one attempt the caller is not asked again: raise the attempts, or say it in the next block."
            yield Problem("never_said", "This is never said.", path=name, hint=hint, level="warning")
