"""Reject: refuse a call that has not been answered."""

from ivr.emulator.call.moves import End, Move
from ivr.emulator.stage.stage import Stage
from ivr.emulator.twiml.grammar import Spec, Verb


async def run(stage: Stage, verb: Verb) -> Move | None:
    """End the call as busy or no-answer. Too late once it is answered: skipped with a warning."""
    if stage.call.answered_at is not None:
        stage.warn(12200, "<Reject> comes too late, the call is answered")
        return None
    stage.call.happen("reject", reason=verb["reason"])
    return End(status="busy" if verb["reason"] == "busy" else "no-answer")


SPEC = Spec("Reject", {"reason": "rejected"}, answers=False)
