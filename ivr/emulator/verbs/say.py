"""Say: words, spoken."""

from ivr.emulator.call.moves import Move
from ivr.emulator.stage.stage import Stage
from ivr.emulator.twiml import speech
from ivr.emulator.twiml.grammar import Spec, Verb

SSML = frozenset({"break", "emphasis", "lang", "p", "phoneme", "prosody", "s", "say-as", "sub", "w"})


async def run(stage: Stage, verb: Verb) -> Move | None:
    """Speak, as often as `loop` says."""
    text = speech.plain(verb.text)
    if not text:
        stage.warn(13520, "<Say> has nothing to say")
        return None
    if len(text) > speech.longest(verb["voice"]):
        stage.warn(13521, f"<Say> is longer than the {speech.longest(verb['voice'])} characters of its voice")
        return None
    length = speech.seconds(text, stage.timing.speech_chars_per_second)
    rounds = stage.rounds(verb, bad=13510)
    for loop in rounds:
        stage.call.happen("say", text=text, voice=verb["voice"], language=verb["language"], loop=loop, of=len(rounds))
        await stage.sound("Say", length)
        stage.call.happen("said", loop=loop)
    return None


SPEC = Spec("Say", {"voice": "man", "language": "en-US", "loop": "1"}, nouns=SSML)
