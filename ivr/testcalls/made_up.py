"""Answers of APIs in test calls in which none is asked: a made-up value for each response variable, so that the call
goes on as if everything was there.
"""

import re

from msgspec.structs import replace

from ivr.core.effects import Fetch
from ivr.core.events import Fetched
from ivr.core.values import Value
from ivr.runtime.ports import RunningJob, Worker
from ivr.testing.answers import Apis

_several = re.compile(r"\*|\[[^\[\]'\"]*:|\.\.|\?\(")


def made_up(apis: Apis) -> Worker:
    """The worker, on top of answers that may have been prepared."""

    async def answer(running: RunningJob) -> Fetched:
        reply = await apis(running)
        job = running.job
        if not isinstance(job, Fetch) or reply.cause != "ok" or not job.take:
            return reply
        return replace(reply, taken={name: _value(name, query) for name, query in job.take})

    return answer


def _value(name: str, query: str) -> Value:
    """Words that say what would stand here; a list of two where the query takes a list."""
    word = f"example {name}"
    return [f"{word} 1", f"{word} 2"] if _several.search(query) else word
