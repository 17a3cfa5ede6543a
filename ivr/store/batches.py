"""A thread that takes all questions that wait and answers them together.

The event loop is woken once per batch, and the busier it is the bigger the batches: so the price of crossing
threads is shared, and with it the price of making things durable.

Only the event loop touches `_asked` and `_closed`, and only the queue is shared with the thread, so that no lock is
needed. The orders that matter:

* Many questions in one round of the loop: the first of them schedules `_hand_over`, which runs after all of them.
* `close` between a question and its `_hand_over`: `close` hands over itself, and the scheduled call finds nothing. The
  end marker goes into the queue after that, and no question after the marker, as `ask` refuses: whatever was asked
  before is answered.
* A caller is cancelled while its question is in the thread: the work is done, its future is done too, and the answer is
  dropped. The writer must read again to see whether it took effect.
* `close` waits for the thread in another thread, since the loop itself has to deliver the last answers.
"""

import asyncio
import threading
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

from ivr.store.errors import StoreError

MOST = 256
"""Questions in a batch, more or less (those of one round stay together), so that the first need not wait for all."""

Question = TypeVar("Question")
Answer = TypeVar("Answer")
Waiting = tuple[Question, asyncio.Future[Answer]]


class Batches(Generic[Question, Answer]):
    """`work` runs in the thread. It answers every question of a batch, in order, with an answer or a StoreError."""

    def __init__(self, name: str, work: Callable[[Sequence[Question]], Sequence[Answer | StoreError]]) -> None:
        self._work = work
        self._loop = asyncio.get_running_loop()
        self._asked: list[Waiting[Question, Answer]] = []
        self._waiting: SimpleQueue[list[Waiting[Question, Answer]] | None] = SimpleQueue()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    async def ask(self, question: Question) -> Answer:
        """The answer. A caller that is cancelled stops waiting; the work is done all the same."""
        if self._closed:
            raise StoreError("The store is closed.")
        answer: asyncio.Future[Answer] = self._loop.create_future()
        self._asked.append((question, answer))
        if len(self._asked) == 1:
            self._loop.call_soon(self._hand_over)
        return await answer

    async def close(self) -> None:
        """Answer what was asked, then end the thread."""
        if not self._closed:
            self._closed = True
            self._hand_over()
            self._waiting.put(None)
        await asyncio.to_thread(self._thread.join)

    def _hand_over(self) -> None:
        """Wake the thread once for all that was asked in this round of the event loop."""
        if self._asked:
            self._waiting.put(self._asked)
            self._asked = []

    def _run(self) -> None:
        going_on = True
        while going_on:
            batch, going_on = self._take()
            answers = self._answers([question for question, _ in batch])
            self._loop.call_soon_threadsafe(_deliver, batch, answers)

    def _take(self) -> tuple[list[Waiting[Question, Answer]], bool]:
        """All that waits, at least one; and whether there may be more."""
        batch: list[Waiting[Question, Answer]] = []
        while len(batch) < MOST:
            try:
                waiting = self._waiting.get(block=not batch)
            except Empty:
                break
            if waiting is None:
                return batch, False
            batch += waiting
        return batch, True

    def _answers(self, questions: Sequence[Question]) -> Sequence[Answer | StoreError]:
        try:
            return self._work(questions)
        except Exception as error:  # the thread must survive this, or no question is ever answered again
            return [StoreError(f"The store failed: {error!r}")] * len(questions)


def _deliver(batch: Sequence[Waiting[Question, Answer]], answers: Sequence[Answer | StoreError]) -> None:
    for (_, future), answer in zip(batch, answers, strict=True):
        if future.done():
            continue
        if isinstance(answer, StoreError):
            future.set_exception(answer)
        else:
            future.set_result(answer)
