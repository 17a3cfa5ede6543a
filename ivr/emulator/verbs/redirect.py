"""Redirect: the next document."""

from ivr.emulator.call.moves import Move
from ivr.emulator.stage.stage import Stage
from ivr.emulator.twiml.grammar import Spec, Verb


async def run(stage: Stage, verb: Verb) -> Move | None:
    """Go to the URL in the verb; empty means the current document."""
    target = stage.there(verb.text, verb["method"])
    stage.call.happen("redirect", url=target.url, method=target.method)
    return target


SPEC = Spec("Redirect", {"method": "POST"})
