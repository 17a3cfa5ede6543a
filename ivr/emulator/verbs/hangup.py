"""Hangup: the end of the call."""

from ivr.emulator.call.moves import End, Move
from ivr.emulator.stage.stage import Stage
from ivr.emulator.twiml.grammar import Spec, Verb


async def run(stage: Stage, _verb: Verb) -> Move | None:
    """End the call."""
    stage.call.happen("hangup")
    return End()


SPEC = Spec("Hangup", {})
