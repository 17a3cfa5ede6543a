"""Answers that an author pins to blocks for a test call, beside the APIs that are asked."""

from collections.abc import Callable, Mapping

from ivr.core.events import Reply
from ivr.flow.model import Flow
from ivr.runtime.ports import Clock, RunningJob, Worker
from ivr.testing.answers import ApiAnswer, Apis
from ivr.web.testcalls import Pinned


def pinned(
    answers: Mapping[int, Pinned], flow: Flow, clock: Clock, others: Worker, flow_of: Callable[[str], str]
) -> Worker:
    """The worker that gives blocks of this flow what is pinned to them, and leaves all `others` to another. `flow_of`
    tells which flow a call is in: one that it has jumped to may have a block of the same number."""
    if not answers:
        return others
    apis = Apis(lambda _: flow, clock)
    for number, each in answers.items():
        apis.prepare(
            str(number),
            ApiAnswer(
                after=each.after, status=each.status, body=each.body, content_type=each.content_type, fails=each.fails
            ),
        )

    async def answer(running: RunningJob) -> Reply:
        number = int(running.token.rpartition(".")[2])
        own = number in answers and flow_of(running.call_id) == flow.id
        return await (apis if own else others)(running)

    return answer
