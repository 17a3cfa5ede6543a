"""HTTP as servers speak it: an answer that has no body by its status, 204 or 304, or because only its head was asked
for, and yet is followed by one. The head counts; what follows is dropped, and so is the connection."""

from typing import Any

from aiohttp.client_proto import ResponseHandler

from ivr.webcall.timings import Stopwatch, running

_HEAD_ENDS = b"\r\n\r\n"
_INTERIM = range(100, 200)
_SWITCHING = 101
_BODILESS = frozenset({204, 304})


class Talker(ResponseHandler):
    """Speaks HTTP over one connection. The stopwatch of the request that is under way learns when a byte comes back."""

    _watch: Stopwatch | None = None

    def set_response_params(self, **params: Any) -> None:
        self._watch = running.get()
        super().set_response_params(**params)
        head_first: Any = _HeadFirst(self._parser, self, bodiless=params.get("skip_payload", False))
        self._parser = head_first

    def data_received(self, data: bytes) -> None:
        if self._watch is not None:
            self._watch.answered = True
        super().data_received(data)


class _HeadFirst:
    """Gives a parser the head of an answer by itself, and nothing more when there is to be no body."""

    def __init__(self, parser: Any, talker: Talker, *, bodiless: bool) -> None:
        self._parser = parser
        self._talker = talker
        self._bodiless = bodiless
        self._in_head = True
        self._over = False
        self._seen = b""  # the last bytes of the head so far, in which its end may begin

    def feed_eof(self) -> Any:
        return None if self._over else self._parser.feed_eof()

    def feed_data(self, data: bytes) -> tuple[Any, bool, bytes]:
        """Messages, whether the connection changes its protocol, and what is left over."""
        messages: list[Any] = []
        upgraded, tail = False, b""
        while data and self._in_head and not self._over:
            end = self._end_of_head(data)
            head, data = data[:end], data[end:]
            found, upgraded, tail = self._parser.feed_data(head)
            messages += found
            if found:
                self._headed(found[-1][0])
        if self._over:
            if data:
                self._talker.force_close()
        elif data:
            found, upgraded, tail = self._parser.feed_data(data)
            messages += found
        return messages, upgraded, tail

    def __getattr__(self, name: str) -> Any:
        return getattr(self._parser, name)

    def _end_of_head(self, data: bytes) -> int:
        """How many of the bytes still belong to the head."""
        joined = self._seen + data
        at = joined.find(_HEAD_ENDS)
        if at < 0:
            self._seen = joined[-len(_HEAD_ENDS) + 1 :]
            return len(data)
        ended = at + len(_HEAD_ENDS) - len(self._seen)
        self._seen = b""
        return ended

    def _headed(self, message: Any) -> None:
        if message.code in _INTERIM and message.code != _SWITCHING:
            return
        self._in_head = False
        self._over = self._bodiless or message.code in _BODILESS
        announced = message.chunked or message.headers.get("Content-Length", "0").strip() != "0"
        if message.code == 204 and announced:
            self._talker.force_close()
