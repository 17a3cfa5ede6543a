"""Gather: prompts, and what the caller enters."""

import asyncio
from dataclasses import dataclass

from ivr.emulator.call.keypad import Ear
from ivr.emulator.call.moves import Move
from ivr.emulator.clock.clock import cancel_all, within
from ivr.emulator.stage.stage import UNLIMITED, Stage
from ivr.emulator.twiml.grammar import Spec, Verb
from ivr.emulator.verbs.prompts import PROMPTS
from ivr.emulator.wire.http import Pairs

MOST_HINTS, LONGEST_HINT = 500, 100


@dataclass(frozen=True, slots=True)
class Entered:
    """What was collected, and the key that finished it (empty: time or count did)."""

    digits: str = ""
    finished_by: str = ""
    speech: str = ""


async def run(stage: Stage, verb: Verb) -> Move | None:
    """Play the prompts until the first input, collect, and ask `action`; without input go on to the next verb."""
    takes = frozenset(verb["input"].split())
    hints = verb["hints"].split(",")
    if len(hints) > MOST_HINTS or max(map(len, hints)) > LONGEST_HINT:
        stage.warn(12200, f"<Gather> takes up to {MOST_HINTS} hints of {LONGEST_HINT} characters")
    stage.call.happen("gather", input=verb["input"], num_digits=verb["numDigits"], timeout=verb["timeout"])
    with stage.call.keypad.listening(takes) as ear:
        await _prompt(stage, verb, ear)
        with stage.running("Gather"):
            entered = await _collect(stage, verb, ear)
    if entered.speech:
        stage.call.happen("digits", speech=entered.speech)
    else:
        stage.call.happen("digits", digits=entered.digits, finished_by=entered.finished_by or "timeout")
    empty = not (entered.digits or entered.speech)
    if empty and verb["actionOnEmptyResult"].lower() != "true":
        return None
    return stage.goto(verb, _params(verb, entered))


async def _prompt(stage: Stage, verb: Verb, ear: Ear) -> None:
    speaking = asyncio.ensure_future(_perform_all(stage, verb.children))
    touched = asyncio.ensure_future(ear.touched())
    try:
        await asyncio.wait({speaking, touched}, return_when=asyncio.FIRST_COMPLETED)
        if not speaking.done():
            stage.call.stopping_by = "digit"
    finally:
        await cancel_all(speaking, touched)
        if stage.call.stopping_by == "digit":
            stage.call.stopping_by = "close"
    if not speaking.cancelled():
        speaking.result()


async def _perform_all(stage: Stage, verbs: tuple[Verb, ...]) -> None:
    for verb in verbs:
        await PROMPTS[verb.name](stage, verb)


async def _collect(stage: Stage, verb: Verb, ear: Ear) -> Entered:
    most = stage.whole(verb, "numDigits", least=1) if verb["numDigits"] else UNLIMITED
    timeout = stage.whole(verb, "timeout")
    digits = ""
    while len(digits) < most:
        try:
            entered = await within(stage.clock, timeout, ear.next())
        except TimeoutError:
            return Entered(digits)
        if entered.speech:
            return Entered(speech=entered.speech)
        if entered.key in verb["finishOnKey"]:
            return Entered(digits, entered.key)
        digits += entered.key
    return Entered(digits, "count")


def _params(verb: Verb, entered: Entered) -> Pairs:
    if entered.speech:
        return (("SpeechResult", entered.speech), ("Confidence", "0.9"), ("Language", verb["language"]))
    key = entered.finished_by if entered.finished_by != "count" else ""
    return (("Digits", entered.digits), ("FinishedOnKey", key))


SPEC = Spec(
    "Gather",
    {
        "action": "",
        "method": "POST",
        "timeout": "5",
        "numDigits": "",
        "finishOnKey": "#",
        "input": "dtmf",
        "actionOnEmptyResult": "false",
        "language": "en-US",
        "speechTimeout": "",
        "maxSpeechTime": "60",
        "hints": "",
        "profanityFilter": "true",
        "partialResultCallback": "",
        "partialResultCallbackMethod": "POST",
        "speechModel": "",
        "enhanced": "false",
        "bargeIn": "true",
        "debug": "false",
    },
    children=frozenset(PROMPTS),
)
