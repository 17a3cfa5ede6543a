"""Whether there is more to do than this process can: then new calls are turned away, so that those on the line are not.

Without that all would wait alike, and past the carrier's 15 s every caller would hear an error. A call that is turned
away costs a tenth of one that is taken. What tells is how late the event loop comes back to a beat: each round of it
does all that is ready, and a page takes some rounds. One late beat is a hiccup, however late: it takes two in a row.
And where few calls come, they are not why it is late: the machine does something else, and to turn them away would
help no one.

A slow disk is told by its queue: the loop is idle then, and each save waits for all that came before it. A page takes
up to two saves, and those on the line wait in the same queue.
"""

import asyncio
import logging
import time
from collections import OrderedDict, deque
from collections.abc import Callable

from ivr.core.effects import Hangup, Say
from ivr.core.mailbox import Page
from ivr.web.sparing import Sparing

log = logging.getLogger(__name__)

TURNED_AWAY = Page((Say("All our lines are busy. Please call again in a few minutes. Goodbye."), Hangup()), None)
BEAT = 0.05
"""Seconds."""
WEIGHT = 0.3
"""Of the last beat in the average. One counts for twice what is allowed at most, so that it alone is not too much."""
FEW = 50
"""New calls within a second that are never too many."""
MOST_BEHIND = 1.0
"""Seconds that a save may have waited when a new call is taken."""
REMEMBERED = 10_000
"""Calls that were turned away, whose end means nothing."""


class Load:
    """Knows how busy the process is, as long as `watch` runs. Beats may be late by `most` seconds on average; 0 is
    however many, and so are fewer than `few` new calls within a second. `behind` tells for how many seconds the oldest
    save that is under way has waited. `count` hears of each call that is turned away; `now` gives seconds."""

    def __init__(
        self,
        most: float = 0.0,
        count: Callable[[], None] = lambda: None,
        now: Callable[[], float] = time.monotonic,
        few: int = FEW,
        behind: Callable[[], float] = lambda: 0.0,
    ) -> None:
        self._most = most
        self._behind = behind
        self._count = count
        self._now = now
        self._late = 0.0
        self._due: float | None = None
        self._came: deque[float] = deque(maxlen=few)
        self._away: OrderedDict[str, None] = OrderedDict()
        self._sparing = Sparing(log)

    def has_room(self) -> bool:
        """Whether a call that comes now should be taken. Asked once for each."""
        now = self._now()
        many = len(self._came) == self._came.maxlen and (not self._came or now - self._came[0] < 1)
        self._came.append(now)
        return not (many and self._most and (self._late > self._most or self._behind() > MOST_BEHIND))

    async def watch(self) -> None:
        """Feel the beat until it is cancelled."""
        while True:
            self.beat()
            await asyncio.sleep(BEAT)

    def beat(self) -> None:
        """A beat has come, and the next is due."""
        now = self._now()
        if self._due is not None:
            late = min(max(0.0, now - self._due), 2 * self._most)
            self._late += WEIGHT * (late - self._late)
        self._due = now + BEAT

    def turn_away(self, call_id: str) -> Page:
        """What a caller hears whose call is not taken."""
        self._count()
        behind = max(self._late, self._behind())
        self._sparing.warning("this server is too busy: new calls are turned away, %.1f s behind", behind)
        self._away[call_id] = None
        if len(self._away) > REMEMBERED:
            self._away.popitem(last=False)
        return TURNED_AWAY

    def was_away(self, call_id: str) -> bool:
        """Whether this call, which is over, was turned away, so that there is nothing to note. Asked once."""
        return self._away.pop(call_id, ()) is None
