"""What follows the hold audio, and what a timed line knows only when it is said."""

from collections.abc import Iterator
from typing import Annotated

from msgspec.structs import replace
from pydantic import StringConstraints

from ivr.core.action import Visit
from ivr.core.effects import ELAPSED
from ivr.core.problem import Problem

ELAPSED_NAME = "elapsed"
ClipName = Annotated[str, StringConstraints(min_length=1, max_length=120)]


def with_elapsed(visit: Visit, prefix: str) -> Visit:
    """The visit in which the block's `elapsed` is the mark that is filled in when the line is said."""
    name = f"{prefix}_{visit.block}"
    before = visit.call.variables.get(name)
    own = {**(before if isinstance(before, dict) else {}), ELAPSED_NAME: ELAPSED}
    return replace(visit, call=replace(visit.call, variables={**visit.call.variables, name: own}))


def problems(clips: tuple[str, ...], *, plays: bool, audio: str) -> Iterator[Problem]:
    """What is wrong with the clips that follow, at the path `more_clips`."""
    if clips and not plays:
        hint = "Switch hold music on, or remove them."
        yield Problem("never_played", "These clips are never played.", path="more_clips", hint=hint, level="warning")
    elif clips and audio == "speech":
        hint = "Choose the default music or a file, or remove them."
        yield Problem("never_played", "Speech is not followed by clips.", path="more_clips", hint=hint, level="warning")
