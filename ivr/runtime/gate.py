"""The gate: whatever is called or texted passes here, once each, and only if it may.

    Transfer           ──▶ Turning ──▶┐
    Send SMS           ──▶ Jobs    ──▶├──▶ admit ──▶ carrier
    Inbound API        ──▶ API, Dialler┘       └──▶ failure port, or the answer to a request; counted

It asks: is it a number; may it be called or texted at all; do they want texts; is it night there; have there been too
many. What is admitted is counted in the store, under an id of its own: processes share the counts, and a repeat counts
once.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Literal, Protocol

from msgspec import Struct

from ivr.core.call import Call
from ivr.core.destinations import Destinations
from ivr.core.phone_numbers import NotANumber, Number, find, is_withheld, read
from ivr.core.quiet_hours import NEARBY, QuietHours
from ivr.core.refusals import MEANINGS, Cause
from ivr.core.values import to_text
from ivr.runtime.ports import Clock

log = logging.getLogger(__name__)

DAY = 86_400_000
"""Milliseconds that what was admitted counts."""
FORGET_EVERY = 600_000
Kind = Literal["call", "text", "transfer", "start"]
"""A call that is placed, a text, one number of a transfer, and a run without a caller that may do any of these."""
KINDS: tuple[Kind, ...] = ("call", "text", "transfer", "start")
QUIET = "It is night where the recipient is; the setting IVR_QUIET_HOURS says when."
_channels = ("whatsapp:", "messenger:")


class Wish(Struct, frozen=True, kw_only=True):
    """What is to be called or texted. `id` is its own, the same when it is asked again; `ours` is the number of ours
    that it is for, which the carrier has signed, or empty. `fixed`: the author of the flow wrote the number, so that
    no caller can choose whom it bothers. `heard_at`: when the caller last did something, in milliseconds since 1970, 0
    for never."""

    id: str
    kind: Kind
    to: str
    flow: str
    caller: str = ""
    ours: str = ""
    token: str = ""
    fixed: bool = False
    heard_at: int = 0


class Verdict(Struct, frozen=True):
    """Admitted: `number` is how the carrier takes it. Else it is empty, with a cause, and a sentence for people, which
    does not have the number in it."""

    number: str = ""
    cause: Cause | Literal[""] = ""
    reason: str = ""


class Caps(Struct, frozen=True, kw_only=True):
    """How many calls and texts there may be within 24 hours: to one number that the flow's author did not write, for
    one caller, by one token, of one flow, and all in all. 0: any number."""

    destination: int = 20
    caller: int = 50
    token: int = 1000
    flow: int = 5000
    day: int = 10_000


class Rules(Struct, frozen=True):
    """`country` is that of numbers in national notation; empty: that of our own numbers, where they are all of one."""

    allowed: Destinations = Destinations()
    caps: Caps = Caps()
    country: str = ""
    quiet: QuietHours | None = None


class Counted(Struct, frozen=True):
    """The place of what was just counted among those within 24 hours, the first being 1, in each respect; 0: it has
    none there."""

    destination: int = 0
    caller: int = 0
    token: int = 0
    flow: int = 0
    day: int = 0


class Spending(Protocol):
    """Where it is counted what was called and texted."""

    async def count(self, wish: Wish, now: int, since: int) -> Counted | None:
        """Count it, and say where it comes among those after `since`. None: it was counted before."""
        ...

    async def take_back(self, wish_id: str) -> None: ...

    async def refused(self, kind: str, cause: str) -> None:
        """Count a refusal."""
        ...

    async def forget(self, before: int) -> None: ...


class OptOuts(Protocol):
    """Who wants no more texts."""

    async def has(self, number: str) -> bool: ...

    async def add(self, number: str) -> None: ...

    async def remove(self, number: str) -> None: ...


class Nobody:
    """Nobody has said that they want no texts."""

    async def has(self, number: str) -> bool:
        return False

    async def add(self, number: str) -> None:
        """It is not kept."""

    async def remove(self, number: str) -> None:
        """There is nobody."""


class Gate(Protocol):
    """Admits what is called and texted, or says why not."""

    async def admit(self, wish: Wish) -> Verdict: ...


class Open:
    """The gate of test calls: nothing leaves, so that all numbers are allowed, but only numbers are."""

    async def admit(self, wish: Wish) -> Verdict:
        return _read(wish, "")[0]


class Guarded:
    """The gate of real calls. `own` are the numbers of ours."""

    def __init__(
        self,
        rules: Rules,
        own: Callable[[], Awaitable[Sequence[str]]],
        spending: Spending,
        clock: Clock,
        opt_outs: OptOuts | None = None,
    ) -> None:
        self._rules = rules
        self._own = own
        self._spending = spending
        self._clock = clock
        self._opt_outs = opt_outs or Nobody()
        self._forgot = 0

    async def admit(self, wish: Wish) -> Verdict:
        """Raises StoreError: what can't be counted is not admitted, and may be asked again."""
        home = {found.country for each in (*await self._own(), wish.ours) if (found := find(each))} - {""}
        verdict, number = _read(wish, self._rules.country or (next(iter(home)) if len(home) == 1 else ""))
        if number is not None:
            if sentence := self._rules.allowed.refusal(number, home):
                verdict = Verdict("", "not_allowed", sentence)
            elif wish.kind == "text" and await self._opt_outs.has(verdict.number):
                verdict = Verdict("", "opted_out", MEANINGS["opted_out"])
            elif self._is_night(wish, number):
                verdict = Verdict("", "quiet_hours", QUIET)
            elif sentence := await self._too_many(wish, number):
                verdict = Verdict("", "too_many", sentence)
        if verdict.cause:
            if wish.kind != "text":  # one of those has its line when its block has heard of it
                log.warning("a %s of flow %s was refused: %s", wish.kind, wish.flow, verdict.reason)
            await self._spending.refused(wish.kind, verdict.cause)
        return verdict

    def _is_night(self, wish: Wish, number: Number) -> bool:
        """Whether it would bother a person in quiet hours: not an answer to what they have just done, nor a number that
        the author wrote and knows. A run without a caller bothers no one by itself."""
        quiet, now = self._rules.quiet, self._clock.now()
        if quiet is None or wish.fixed or wish.kind == "start":
            return False
        theirs = find(wish.caller)
        if theirs is not None and theirs.e164 == number.e164 and now - wish.heard_at < NEARBY:
            return False
        return quiet.at_number(number.e164, now)

    async def _too_many(self, wish: Wish, number: Number) -> str:
        now = self._clock.now()
        if now >= self._forgot + FORGET_EVERY:
            self._forgot = now
            await self._spending.forget(now - DAY)
        counted = await self._spending.count(_counted_as(wish, number), now, now - DAY)
        if counted is None:
            return ""
        for name, what in _RESPECTS.items():
            most = getattr(self._rules.caps, name)
            if 0 < most < getattr(counted, name):
                await self._spending.take_back(wish.id)
                setting = f"IVR_MOST_PER_{name.upper()}"
                return f"{what} {most} calls and texts within 24 hours, which is the most ({setting})."
        return ""


_RESPECTS = {
    "destination": "This number has had",
    "caller": "This caller has caused",
    "token": "This token has caused",
    "flow": "This flow has made",
    "day": "This server has made",
}


def of_call(call: Call, name: str, kind: Kind, to: str, *, fixed: bool) -> Wish:
    """What a call wants; `name` keeps it apart from all else that the call wants."""
    caller, ours = (to_text(call.variables.get(each)) for each in ("ANI", "DNIS"))
    heard_at = call.heard_at
    name = f"{call.id} {name}"
    return Wish(id=name, kind=kind, to=to, flow=call.flow, caller=caller, ours=ours, fixed=fixed, heard_at=heard_at)


def _read(wish: Wish, country: str) -> tuple[Verdict, Number | None]:
    """The number that is asked for. One on another channel, such as `whatsapp:+1…`, keeps the channel's name."""
    if is_withheld(wish.to):
        return Verdict("", "not_a_number", "There is no number to reach: the caller withholds theirs."), None
    channel = next((each for each in _channels if wish.kind == "text" and wish.to.lower().startswith(each)), "")
    try:
        number = read(wish.to[len(channel) :], country)
    except NotANumber:
        return Verdict("", "not_a_number", f"{_SUBJECTS[wish.kind]} is no phone number with a country."), None
    return Verdict(f"{channel}{number.e164}"), number


_SUBJECTS: dict[Kind, str] = {
    "call": "The number to call",
    "text": "The recipient",
    "transfer": "The number to call",
    "start": "The number to reach",
}


def _counted_as(wish: Wish, number: Number) -> Wish:
    """As it is counted: by the number it reaches only where a caller chose that, not the author; and by the caller, if
    known."""
    bothers = number.e164 if not wish.fixed and wish.kind != "start" else ""
    caller = "" if is_withheld(wish.caller) else wish.caller
    return Wish(id=wish.id, kind=wish.kind, to=bothers, flow=wish.flow, caller=caller, token=wish.token)
