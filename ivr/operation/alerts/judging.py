"""Whether an alert holds, and whether it is told now. Pure: counts and times in, a verdict in words out."""

from typing import Literal

from msgspec import Struct

from ivr.core.counted import counted
from ivr.operation.alerts.rules import BreakerOpen, CallsFail, ServiceLevel, WebCallsFail, WebCallsSlow
from ivr.store.alerts import CallCount, Standing, WebCallCount

MINUTE = 60_000
Told = Literal["", "firing", "over"]
"""What is said about an alert: nothing, that it holds (or still does), that it holds no longer."""


class Verdict(Struct, frozen=True):
    """Whether it holds, and what was measured, in a sentence."""

    holds: bool
    says: str


class Level(Struct, frozen=True):
    """How a service level stands. `kept`: the share that succeeded in time, 1 without web calls; `burn`: the part of
    what may go wrong that has: 1 is all of it, more is too much."""

    flow: str
    block: int
    seconds: float
    share: float
    days: float
    web_calls: int
    kept: float
    burn: float


def of_web_calls(rule: WebCallsFail | WebCallsSlow | BreakerOpen, found: WebCallCount) -> Verdict:
    """Whether a rule about web calls holds, by those within its time."""
    of = f"of {found.ended} web calls within {rule.minutes:g} min"
    if isinstance(rule, BreakerOpen):
        return Verdict(found.skipped > 0, f"{found.skipped} {of} were not sent, as their API was paused.")
    if isinstance(rule, WebCallsFail):
        bad, did = found.failed, "failed"
    else:
        bad, did = found.slow, f"took longer than {rule.seconds:g} s"
    enough = found.ended >= rule.at_least
    few = "" if enough else f" That is too few to judge: less than {rule.at_least}."
    return Verdict(enough and bad > rule.share * found.ended, f"{bad} {of} {did}.{few}")


def of_queue(most: int, waiting: int) -> Verdict:
    """Whether too many starts wait."""
    return Verdict(waiting > most, f"Waiting: {counted(waiting, 'start')}.")


def of_calls(hours: float, came: int) -> Verdict:
    """Whether no calls came."""
    return Verdict(not came, f"{counted(came, 'call')} came within {hours:g} h.")


def of_failed_calls(rule: CallsFail, found: CallCount) -> Verdict:
    """Whether too many calls failed, of those that ended within the rule's time."""
    says = f"{found.failed} of {counted(found.ended, 'call')} that ended within {rule.minutes:g} min failed."
    few = "" if found.ended >= rule.at_least else f" That is too few to judge: less than {rule.at_least}."
    return Verdict(not few and found.failed > rule.share * found.ended, says + few)


def of_level(level: ServiceLevel, found: WebCallCount) -> Level:
    """How a service level stands, by the web calls within its time."""
    missed = found.missed / found.ended if found.ended else 0.0
    kept, burn = 1 - missed, missed / (1 - level.share)
    return Level(level.flow, level.block, level.seconds, level.share, level.days, found.ended, kept, burn)


def step(seen: Standing, verdict: Verdict, now: int, quiet_minutes: float) -> tuple[Standing, Told]:
    """How an alert stands now, and what is told. It is told when it begins to hold and again after each quiet time,
    and its end only where its beginning was told: one that comes and goes says little."""
    if verdict.holds:
        since = seen.since or now
        if now - seen.told_at < quiet_minutes * MINUTE:
            return Standing(since, seen.told_at), ""
        return Standing(since, now), "firing"
    if not seen.since:
        return seen, ""
    return Standing(0, seen.told_at), "over" if seen.told_at >= seen.since else ""
