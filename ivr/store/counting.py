"""Calls and web calls as figures count them: added up in the database, so that few rows stand for very many calls."""

import asyncio
from collections.abc import Mapping, Sequence

from msgspec import Struct

from ivr.store.database import Database, Row, Statement
from ivr.store.sought import FOREVER, Sought, Wanted, wanted
from ivr.store.sql import calls as call_statements
from ivr.store.sql import ended
from ivr.store.vault import Vault

QUARTER = 900_000
"""Milliseconds."""


class CountedCalls(Struct, frozen=True):
    """Calls that are alike in all that figures tell apart: how many, and how many milliseconds those that are over took
    together. `dialled` is the number of ours, `failures`: whether a web call of theirs failed. `last_flow` and
    `last_revision` are those of `last_block`; `on_phone`: whether they began with a caller."""

    flow: str
    revision: int
    result: str
    last_block: int
    dialled: str
    failures: bool
    calls: int
    milliseconds: int
    last_flow: str
    last_revision: int
    on_phone: bool


class CountedQuarter(Struct, frozen=True):
    """The calls of callers that began in the quarter of an hour that began `at` then, those that failed, and those of
    which a web call failed."""

    at: int
    calls: int
    failed: int
    failures: int


class CountedWaits(Struct, frozen=True):
    """How many web calls of a block took so many milliseconds."""

    flow: str
    block: int
    milliseconds: int
    web_calls: int


class CountedFailures(Struct, frozen=True):
    """How many web calls of a block failed in the quarter of an hour that began `at` then, and why."""

    at: int
    flow: str
    block: int
    cause: str
    web_calls: int


class CallCounts:
    """Every method raises StoreError. Rows are made into figures off the event loop: there may be many."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    async def catch_up(self, since: int) -> None:
        """Count the calls too that a server of an older version has ended since then, while servers were upgraded one
        by one."""
        await self._database.write([Statement(ended.END_MISSED, {"since": since})])

    async def alike(self, sought: Sought) -> Sequence[CountedCalls]:
        """The calls that are asked for."""
        asked = wanted(sought, self._vault, alike=True)
        over = await self._database.fetch(ended.alike(asked.source, asked.over), asked.named)
        going_on = await self._database.fetch(ended.going_on(asked.live), asked.named)
        return await asyncio.to_thread(lambda: [*map(_over, over), *map(_live, going_on)])

    async def quarters(self, sought: Sought) -> Sequence[CountedQuarter]:
        """The calls that are asked for, by when they began; a quarter may come twice."""
        asked = wanted(sought, self._vault)
        over = await self._database.fetch(ended.by_quarter(asked.source, asked.over), asked.named)
        going_on = await self._database.fetch(ended.going_on(asked.live), asked.named)
        return await asyncio.to_thread(
            lambda: [*map(_quarter, over), *(_live_quarter(row) for row in going_on if row["on_phone"])]
        )

    async def waits(self, sought: Sought) -> Sequence[CountedWaits]:
        """The web calls that ended in the time that is asked for, of the flow, the block and the numbers that are."""
        conditions, of, named = self._web_calls(sought, "+at")
        rows = await self._database.fetch(ended.waits(conditions, of.source, of.over, of.live), named)
        return await asyncio.to_thread(
            lambda: [CountedWaits(row["flow"], row["block"], row["milliseconds"], row["web_calls"]) for row in rows]
        )

    async def failures(self, sought: Sought) -> Sequence[CountedFailures]:
        """Those of them that failed."""
        conditions, of, named = self._web_calls(sought, "at")
        rows = await self._database.fetch(ended.failures(conditions, of.source, of.over, of.live), named)
        return await asyncio.to_thread(lambda: [_failures(row) for row in rows])

    async def by_flow(self, since: int, until: int) -> Mapping[str, int]:
        """How many calls of callers began from then until then, by the id of their flow, if there are any."""
        rows = await self._database.fetch(call_statements.CALLS_BY_FLOW, {"since": since, "until": until})
        return {row["flow"]: row["calls"] for row in rows}

    def _web_calls(self, sought: Sought, at: str) -> tuple[Sequence[str], Wanted, Mapping[str, str | int]]:
        """Conditions on web calls, those on their calls, and what is named in all of them."""
        of_calls = Sought(number=sought.number, ending=sought.ending, dialled=sought.dialled, words=sought.words)
        of = wanted(of_calls, self._vault)
        conditions = [
            *[f"{at} >= :since"] * (sought.since > 0),
            *[f"{at} < :until"] * (sought.until < FOREVER),
            *["flow = :flow"] * bool(sought.flow),
            *["block = :only"] * bool(sought.block),
        ]
        more: dict[str, str | int] = {
            "since": sought.since,
            "until": sought.until,
            "flow": sought.flow,
            "only": sought.block,
        }
        return conditions, of, {**of.named, **more}


def _over(row: Row) -> CountedCalls:
    return _alike(row, row["result"], row["failed_web_calls"] > 0, int(row["milliseconds"]))


def _live(row: Row) -> CountedCalls:
    return _alike(row, "live", bool(row["failures"]), 0)


def _alike(row: Row, result: str, failures: bool, milliseconds: int) -> CountedCalls:
    flow, revision = row["flow"], row["revision"]
    went_on = row["last_flow"] != ""
    return CountedCalls(
        flow=flow,
        revision=revision,
        result=result,
        last_block=row["last_block"],
        dialled=row["dialled"],
        failures=failures,
        calls=row["calls"],
        milliseconds=milliseconds,
        last_flow=row["last_flow"] if went_on else flow,
        last_revision=row["last_revision"] if went_on else revision,
        on_phone=bool(row["on_phone"]),
    )


def _quarter(row: Row) -> CountedQuarter:
    return CountedQuarter(row["quarter"] * QUARTER, row["calls"], row["failed"], row["failures"])


def _live_quarter(row: Row) -> CountedQuarter:
    return CountedQuarter(row["quarter"] * QUARTER, row["calls"], 0, row["calls"] * row["failures"])


def _failures(row: Row) -> CountedFailures:
    return CountedFailures(row["quarter"] * QUARTER, row["flow"], row["block"], row["cause"], row["web_calls"])
