"""Reads the words of calls once they are over, so that calls are found by them: in the background, some at a time."""

import asyncio
from collections.abc import Mapping, Sequence
from itertools import accumulate

from msgspec import MsgspecError, Struct

from ivr.core.call import Entry
from ivr.store import records
from ivr.store.database import Database, Params, Row, Statement
from ivr.store.errors import Damaged, KeyMissing
from ivr.store.said import words_of
from ivr.store.sql import said as statements
from ivr.store.vault import Vault

MOST_BYTES = 4_000_000
"""Bytes of traces that are read in one go, unless that of one call has more."""


class _Due(Struct, frozen=True):
    """Calls whose words are to be read: how large their traces are, and the traces themselves."""

    sizes: str
    traces: str


_UNREAD = _Due(statements.UNREAD, statements.UNREAD_TRACES)
_BY_ANOTHER_KEY = _Due(statements.BY_ANOTHER_KEY, statements.TRACES_BY_ANOTHER_KEY)


class WordIndex:
    """Implements `runtime.indexing.Indexing`. Servers that do the same at once write the same. Raises StoreError."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    async def index(self) -> int:
        """Read some of the calls that are over and were not read yet; how many, 0 when there are no more."""
        return await self._read(_UNREAD)

    async def renew(self) -> int:
        """Read anew some of the calls that were read under another key than the first; how many, 0 when there are no
        more."""
        await self._database.write([Statement(statements.FORGET_LEFT, {"made_by": self._vault.mac_head})])
        return await self._read(_BY_ANOTHER_KEY)

    async def usage(self) -> Mapping[str, int]:
        """By the id of a key how many calls are found by their words with it only."""
        return {row["made_by"]: row["calls"] for row in await self._database.fetch(statements.MADE_BY, {})}

    async def _read(self, due: _Due) -> int:
        asked: Params = {"made_by": self._vault.mac_head, "most": statements.AT_ONCE}
        sizes = [row["size"] for row in await self._database.fetch(due.sizes, asked)]
        if not sizes:
            return 0
        fitting = sum(total <= MOST_BYTES for total in accumulate(sizes))
        rows = await self._database.fetch(due.traces, {**asked, "most": max(1, fitting)})
        prints = await asyncio.to_thread(self._prints, rows)  # traces may be as large as APIs like
        await self._database.write([each for call, found in prints.items() for each in self._written(call, found)])
        return len(prints)

    def _prints(self, rows: Sequence[Row]) -> Mapping[str, str]:
        """By call the prints of its words, a comma on either side of each."""
        traces: dict[str, list[Entry]] = {}
        for row in rows:
            traces.setdefault(row["call"], []).extend(self._opened(row))
        return {call: f",{''.join(map(self._print, words_of(trace)))}" for call, trace in traces.items()}

    def _opened(self, row: Row) -> Sequence[Entry]:
        """What cannot be opened, or read, has no words; it stops no other."""
        if row["entries"] is None:
            return ()
        about = f"trace:{row['call']}:{row['n']}".encode()
        try:
            return records.read_trace(self._vault.open(row["entries"], about))
        except (Damaged, KeyMissing, MsgspecError):
            return ()

    def _print(self, word: str) -> str:
        return f"{self._vault.word_prints(word)[0]},"

    def _written(self, call: str, prints: str) -> Sequence[Statement]:
        read: Params = {"call": call}
        made: Params = {"call": call, "prints": prints, "made_by": self._vault.mac_head}
        return Statement(statements.READ, read), Statement(statements.SET_WORDS, made)
