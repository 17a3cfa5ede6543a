"""Asking again for an answer that is not there yet: by which request, and what is told of many."""

import asyncio
from collections.abc import Sequence

from ivr.core.effects import Fetch
from ivr.core.events import Fetched, Try
from ivr.core.polling import Poll, is_final
from ivr.core.query import tidy
from ivr.webcall.errors import Unsendable
from ivr.webcall.exchange import LOOP_FRIENDLY, Exchange
from ivr.webcall.outgoing import Outgoing
from ivr.webcall.request import Opened

FIRST_TOLD, LAST_TOLD = 5, 15
"""Requests that the reply tells of: these many first ones, and these many last ones."""
SEE_OTHER = 303


def told_of(tries: Sequence[Try]) -> tuple[Try, ...]:
    """The first and the last tries of a job that may have made hundreds."""
    if len(tries) <= FIRST_TOLD + LAST_TOLD:
        return tuple(tries)
    return (*tries[:FIRST_TOLD], *tries[-LAST_TOLD:])


async def final(poll: Poll, reply: Fetched, *, first: bool) -> bool:
    """Whether a reply is the answer. A large one is looked at in a thread, and any one by a JSONPath."""
    if len(reply.body) <= LOOP_FRIENDLY and not any(tidy(each.query).startswith("$") for each in poll.until):
        return is_final(poll, reply, first=first)
    return await asyncio.to_thread(is_final, poll, reply, first=first)


def next_request(job: Fetch, exchange: Exchange, opened: Opened) -> Outgoing | None:
    """The request by which is asked again: for the address that the last answer named, as a GET that no other origin
    gets credentials by; else the last one once more; None: the job's own.

    Raises Unsendable when that would do something twice, and ValueError for an address that is none.
    """
    location, last = exchange.location, exchange.last
    if location and last is not None:
        return last.redirected(SEE_OTHER, location, secret=opened.scrub(location) != location)
    if last is not None and last.method not in {"GET", "HEAD"} and not job.repeatable:
        raise Unsendable("The API answers later, and does not say where: its answer has no Location header.")
    return last
