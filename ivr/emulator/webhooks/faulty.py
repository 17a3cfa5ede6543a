"""Webhooks that get lost on their way, or whose answer does."""

from collections.abc import Callable

from ivr.emulator.setup.faults import Faults
from ivr.emulator.wire.http import Fetch, FetchFailed, Request, Response


class FaultyFetch:
    """A fetch that meets the faults of the moment, attempt by attempt, so that retries may succeed."""

    def __init__(self, fetch: Fetch, faults_now: Callable[[], Faults]) -> None:
        self._fetch = fetch
        self._faults_now = faults_now

    async def __call__(self, request: Request) -> Response:
        """The response, or FetchFailed."""
        fault = self._faults_now().of_webhook(request)
        if fault == "lost":
            raise FetchFailed("connect", "the webhook got lost, a fault that was asked for")
        answer = await self._fetch(request)
        if fault == "cut":
            raise FetchFailed("read", "the answer got lost, a fault that was asked for")
        return answer
