"""Hangup: the end of the call."""

from ivr.emulator.moves import End, Move
from ivr.emulator.spec import Spec, Verb
from ivr.emulator.stage import Stage


async def run(stage: Stage, _verb: Verb) -> Move | None:
    """End the call."""
    stage.call.happen("hangup")
    return End()


SPEC = Spec("Hangup", {}, run)
