"""Play: a clip from a URL, or tones."""

from ivr.emulator.call.moves import Move
from ivr.emulator.errors.carrier_error import CarrierError
from ivr.emulator.stage.stage import Stage
from ivr.emulator.twiml.grammar import Spec, Verb
from ivr.emulator.wire.media import Clip
from ivr.emulator.wire.urls import absolute

LONGEST = 40 * 60.0
TONES = {"w": 0.5, "W": 1.0}


async def run(stage: Stage, verb: Verb) -> Move | None:
    """Fetch the clip once and play it as often as `loop` says. A clip that cannot be had stops the document."""
    if verb["digits"]:
        await _play(stage, "", verb, Clip(tones(verb["digits"])))
        return None
    url = absolute(stage.url, verb.text) if verb.text else ""
    if not url:
        stage.warn(12200, "<Play> has nothing to play")
        return None
    await _play(stage, url, verb, await stage.media.get(url))
    return None


def tones(keys: str) -> float:
    """How long it takes to press these keys, pauses included."""
    return sum(TONES.get(key, 0.2) for key in keys)


async def play_once(stage: Stage, url: str, clip: Clip, loop: int = 1, of: int = 1) -> None:
    """One round of a clip. Raises CarrierError when it is cut off at the longest time a clip may take."""
    length = stage.timing.play_default if clip.seconds is None else clip.seconds
    stage.call.happen("play", url=url, loop=loop, of=of, seconds=round(length, 3))
    if length > LONGEST:
        await stage.sound("Play", LONGEST)
        stage.call.happen("stopped", verb="Play", by="limit")
        raise CarrierError(12400, "a clip may not play for longer than 40 minutes", url)
    await stage.sound("Play", length)
    stage.call.happen("played", loop=loop)


async def _play(stage: Stage, url: str, verb: Verb, clip: Clip) -> None:
    rounds = stage.rounds(verb, bad=13410)
    for loop in rounds:
        await play_once(stage, url, clip, loop, len(rounds))


SPEC = Spec("Play", {"loop": "1", "digits": ""})
