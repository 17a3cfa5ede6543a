"""Redirect: the next document."""

from ivr.emulator.moves import Move
from ivr.emulator.spec import Spec, Verb
from ivr.emulator.stage import Stage


async def run(stage: Stage, verb: Verb) -> Move | None:
    """Go to the URL in the verb; empty means the current document."""
    target = stage.there(verb.text, verb["method"])
    stage.call.happen("redirect", url=target.url, method=target.method)
    return target


SPEC = Spec("Redirect", {"method": "POST"}, run)
