"""Pause: silence. As the first verb of a call it keeps the phone ringing."""

from ivr.emulator.call.moves import Move
from ivr.emulator.stage.stage import Stage
from ivr.emulator.twiml.grammar import Spec, Verb


async def run(stage: Stage, verb: Verb) -> Move | None:
    """Be silent for `length` seconds."""
    length = stage.whole(verb, "length", least=1)
    stage.call.happen("pause", seconds=length)
    await stage.sound("Pause", length)
    return None


SPEC = Spec("Pause", {"length": "1"}, answers=False)
