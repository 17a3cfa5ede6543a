"""Looks at what alerts are about, again and again, and tells. Any number of processes may look: one of them tells."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from ivr.logs import note
from ivr.operation.alerts import judging
from ivr.operation.alerts.judging import MINUTE, Level, Told, Verdict
from ivr.operation.alerts.rules import CallsFail, NoCalls, QueueLong, Rule, Rules
from ivr.runtime.ports import Clock
from ivr.runtime.trouble import report
from ivr.store.alerts import AlertStore, Standing
from ivr.store.starts import StartStore

log = logging.getLogger(__name__)

LOOK = 30.0
"""Seconds between looks."""
FORGET = 30 * 24 * 60 * MINUTE
"""Milliseconds after which it is forgotten that an alert was told."""
DAY = 24 * 60 * MINUTE


class Message(Struct, frozen=True):
    """What is told of an alert. `since`: when it began to hold, in milliseconds since 1970."""

    rule: Rule
    state: Told
    says: str
    since: int
    at: int


class Tell(Protocol):
    """Tells, wherever the rule says. What goes wrong on the way is its own to log."""

    async def __call__(self, message: Message) -> None: ...


class Alert(Struct, frozen=True):
    """A rule, whether it holds just now, and how it stands by the last look."""

    rule: Rule
    verdict: Verdict
    standing: Standing


class Alerts:
    """The alerts of a database."""

    def __init__(self, rules: Rules, alerts: AlertStore, starts: StartStore, clock: Clock) -> None:
        self._rules = rules
        self._alerts = alerts
        self._starts = starts
        self._clock = clock

    async def all(self) -> Sequence[Alert]:
        """Every alert as it is now. Raises StoreError."""
        now = self._clock.now()
        standings = await self._alerts.standings() if self._rules.alerts else {}
        return [
            Alert(rule, await self._judge(rule, now), standings.get(rule.name, Standing()))
            for rule in self._rules.alerts
        ]

    async def levels(self) -> Sequence[Level]:
        """Every service level as it is now. Raises StoreError."""
        now = self._clock.now()
        found = []
        for level in self._rules.service_levels:
            since, longest = now - round(level.days * DAY), round(level.seconds * 1000)
            count = await self._alerts.web_calls(since, longest, level.flow, level.block)
            found.append(judging.of_level(level, count))
        return found

    async def run(self, tell: Tell) -> None:
        """Look again and again, until it is cancelled; without rules there is nothing to look at."""
        while self._rules.alerts:
            try:
                await self.look(tell)
            except Exception as error:
                report(log, error, "alerts could not be looked at; trying again in %g s", LOOK)
            await self._clock.sleep(LOOK)

    async def look(self, tell: Tell) -> None:
        """Look once. What is told is noted first, so that it is told once, unless this process dies in between."""
        now = self._clock.now()
        messages = []
        for alert in await self.all():
            standing, told = judging.step(alert.standing, alert.verdict, now, alert.rule.quiet_minutes)
            if standing == alert.standing or not await self._alerts.move(alert.rule.name, alert.standing, standing):
                continue
            if told:
                since = standing.since or alert.standing.since
                messages.append(Message(alert.rule, told, alert.verdict.says, since, now))
        for message in messages:
            note(log, logging.WARNING, f"alert {message.state}", alert=message.rule.name, says=message.says)
        await asyncio.gather(*(tell(message) for message in messages))
        await self._alerts.forget(now - FORGET)

    async def _judge(self, rule: Rule, now: int) -> Verdict:
        if isinstance(rule, QueueLong):
            return judging.of_queue(rule.starts, await self._starts.waiting())
        if isinstance(rule, NoCalls):
            since = now - round(rule.hours * 60 * MINUTE)
            return judging.of_calls(rule.hours, await self._alerts.calls(since, rule.flow))
        if isinstance(rule, CallsFail):
            since = now - round(rule.minutes * MINUTE)
            return judging.of_failed_calls(rule, await self._alerts.ended(since, rule.flow))
        longest = round(getattr(rule, "seconds", 0) * 1000)
        since = now - round(rule.minutes * MINUTE)
        return judging.of_web_calls(rule, await self._alerts.web_calls(since, longest, rule.flow, rule.block))
