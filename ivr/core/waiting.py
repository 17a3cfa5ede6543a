"""How long a caller waits at a block, and how much of that without a sound: computed from what the block emits."""

from collections.abc import Iterator
from itertools import pairwise
from math import ceil

from ivr.core.action import Stay, Visit, Wait
from ivr.core.call import Call
from ivr.core.effects import Alarm, AnyJob, Ask, Dial, Expect, Fetch, Gather, HandOver, Hangup, Hold, Record
from ivr.core.listening import EAR
from ivr.core.values import Value

TEXT_SECONDS = 5.0
"""Seconds a carrier has to say whether it takes a text."""


class _Supposed(Visit, frozen=True):
    def lookup(self, reference: str) -> Value:
        return "x"


SUPPOSED = _Supposed(Call("", "", 0), 0, 0)
"""A visit in which every variable has a value: to see what a block emits before there is a call."""


def emitted(wait: Wait) -> Stay:
    """The wait of one outcome, at worst: the job takes all of its time, or the caller stays silent."""
    match wait.effect:
        case Gather(timeout=seconds) | Record(longest=seconds):
            return Stay(wait=seconds, outside=True, asks=True)
        case Dial(timeout=seconds, numbers=numbers, in_turn=in_turn):
            return Stay(wait=seconds * (len(numbers) if in_turn else 1), outside=True, asks=True)
        case HandOver():
            return Stay(outside=True, asks=True)
    if wait.verbs and isinstance(wait.verbs[-1], Hangup):
        return Stay(outside=True)  # no caller waits
    return job_stay(_job_seconds(wait.effect), wait.hold)


def job_stay(seconds: float, hold: Hold) -> Stay:
    """The wait for a job that takes so many seconds at most. The time that spoken words take is not subtracted: it
    depends on the voice."""
    delay = float(ceil(hold.delay / 1000)) if hold.keys else hold.delay / 1000
    ear = EAR if hold.keys or any(line.offers for line in hold.lines) else 0
    if hold.silent or delay >= seconds:
        moments = [0.0, *sorted(_spoken(seconds, hold)), float(seconds)]
        return Stay(wait=seconds, silence=max(later - earlier for earlier, later in pairwise(moments)), outside=True)
    pause = float(hold.pause + ear if hold.words else ear)
    return Stay(wait=max(seconds, delay + hold.minimum / 1000), silence=max(delay, pause), outside=True)


def _job_seconds(job: AnyJob) -> float:
    match job:
        case Fetch(timeout=seconds) | Expect(timeout=seconds) | Alarm(timeout=seconds):
            return seconds
        case Ask(timeout=seconds):
            return TEXT_SECONDS + seconds
    return TEXT_SECONDS


def _spoken(seconds: float, hold: Hold) -> Iterator[float]:
    """The moments, in seconds after the job began, at which words break the silence before the job must end."""
    if hold.opening and hold.delay / 1000 < seconds:
        yield hold.delay / 1000
    for line in hold.lines:
        moment = float(line.after)
        while moment < seconds:
            yield moment
            moment = moment + line.every if line.every else seconds
