"""A document from an address, asked for as any web call is: guarded, capped, within a time."""

from ivr.core.effects import Fetch
from ivr.core.events import Fetched
from ivr.runtime.ports import Clock, RunningJob
from ivr.webcall.client import WebCalls

PATIENCE = 20
"""Seconds for all of it."""


class NotFetched(Exception):
    """Why there is no document, in a sentence."""


async def fetch_text(calls: WebCalls, address: str, clock: Clock, most: int) -> tuple[str, str]:
    """The text at an address, no longer than `most` bytes, and the address where it was found in the end. Raises
    NotFetched."""
    job = Fetch(
        method="GET",
        url=address,
        headers=(("Accept", "application/json, application/yaml, text/yaml;q=0.9, */*;q=0.5"),),
        timeout=PATIENCE,
        max_bytes=most,
    )
    reply = await calls(RunningJob("", "", job, started_at=clock.now()))
    if not isinstance(reply, Fetched):
        raise TypeError("a web call ends in an answer")
    if reply.cause not in {"ok", "unreadable"} or reply.status is None:
        raise NotFetched(f"The document could not be had: {reply.error}")
    if not 200 <= reply.status <= 299:
        raise NotFetched(f"The document could not be had: the address answers with status {reply.status}.")
    return reply.body, reply.tries[-1].url if reply.tries else address
