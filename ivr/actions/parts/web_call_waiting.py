"""How long an External Web Call keeps a caller, and what of that in silence."""

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from ivr.actions.parts.web_call import SpokenAudio
from ivr.core.action import Stay

if TYPE_CHECKING:
    from ivr.actions.external_web_call import ExternalWebCall


def stay(action: "ExternalWebCall") -> Stay:
    """The longest it can be: an API that does not answer within the timeout. How long words take is not counted."""
    if not action.play_hold_music or action.hold_delay >= action.timeout:
        moments = [0.0, *sorted(_spoken(action)), float(action.timeout)]
        silence = max(after - before for before, after in pairwise(moments))
        return Stay(wait=action.timeout, silence=silence, outside=True)
    pause = action.hold_audio.pause if isinstance(action.hold_audio, SpokenAudio) else 0.0
    wait = max(action.timeout, action.hold_delay + action.minimum_play)
    return Stay(wait=wait, silence=max(action.hold_delay, pause), outside=True)


def _spoken(action: "ExternalWebCall") -> Iterator[float]:
    """The moments, in seconds after the request began, at which something is said before the timeout."""
    if action.opening_line and action.hold_delay < action.timeout:
        yield action.hold_delay
    for line in action.timed_lines:
        if line.text:
            yield from map(float, range(line.after, action.timeout, line.every or action.timeout))
