"""Listening while a job runs: words and audio inside a question that nobody has to answer."""

from collections.abc import Iterable

from msgspec.structs import replace

from ivr.core.call import Waiting
from ivr.core.effects import AnyVerb, Gather, Pause, Play, Prompt, Say

ROOM = 6_000
"""Characters that a question holds. What comes before is said on its own, so that no page grows too long."""
EAR = 1
"""Seconds for which a carrier listens on when the words or the audio of a page are over."""
LONGEST_SAID = 500
"""Characters of what a caller said that are looked at, and kept."""
LONGEST_HINT = 100


def first_inside(prompts: tuple[Prompt, ...]) -> int:
    """The first of the prompts that are inside of the question behind them, as far as there is room."""
    room = ROOM
    for index in reversed(range(len(prompts))):
        prompt = prompts[index]
        room -= len(prompt.text) if isinstance(prompt, Say) else 0
        if room < 0:
            return index + 1
    return 0


def listens(waiting: Waiting | None) -> bool:
    """Whether a key counts while this wait lasts."""
    return waiting is not None and bool(waiting.keys)


def hints(texts: Iterable[str]) -> tuple[str, ...]:
    """Words the carrier listens for, each once."""
    return tuple(dict.fromkeys(" ".join(text.replace(",", " ").split())[:LONGEST_HINT] for text in texts))


def with_ear(verbs: tuple[AnyVerb, ...], waiting: Waiting) -> tuple[AnyVerb, ...]:
    """The verbs as the last prompts of a question for one key, or for what may be said in place of one; unchanged where
    they end with something else."""
    prompts: tuple[Prompt, ...] = tuple(verb for verb in verbs if isinstance(verb, Say | Play | Pause))
    if len(prompts) < len(verbs) or not verbs:
        return verbs
    first = first_inside(prompts)
    ear = Gather(token=waiting.keys_token, timeout=EAR, digits=1, finish_key="", meanwhile=True)
    said = [text for each in waiting.hold.speech if each.key in waiting.keys for text in each.words]
    if said:
        ear = replace(ear, speech=True, hints=hints(said), language=waiting.hold.language)
    return (*prompts[:first], replace(ear, prompts=prompts[first:]))
