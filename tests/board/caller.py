"""A caller on a real line: the carrier's signed requests to the public listener, one after the other."""

import urllib.parse
import urllib.request
from xml.etree import ElementTree

from twilio.request_validator import RequestValidator

from tests.board.browser import Server

NUMBER = "+15550100200"
PUBLIC_URL = "https://ivr.example.com"


class Caller:
    """One call."""

    def __init__(self, server: Server, number: str = "+15550123456", to: str = NUMBER, sid: str = "CA1") -> None:
        self._port = server.public
        self._fields = {"CallSid": sid, "From": number, "To": to, "CallStatus": "in-progress"}
        self._validator = RequestValidator("not-a-secret")
        self.heard: list[str] = []
        self._page = ElementTree.Element("Response")

    def rings(self) -> "Caller":
        return self._ask("/voice/answer")

    def presses(self, digits: str) -> "Caller":
        """Press keys at the question that is open."""
        gather = self._page.find("Gather")
        assert gather is not None, ElementTree.tostring(self._page)
        return self._ask(gather.attrib["action"], Digits=digits)

    def waits(self) -> "Caller":
        """Hear the page to its end, and go on where it says."""
        redirect = self._page.find("Redirect")
        assert redirect is not None, ElementTree.tostring(self._page)
        return self._ask(redirect.text or "")

    def waits_for(self, words: str) -> "Caller":
        """Go on until it is said."""
        for _ in range(100):
            if any(words in each for each in self.heard):
                return self
            self.waits()
        raise AssertionError(f"“{words}” was never said, but {self.heard}")

    def hangs_up(self) -> "Caller":
        return self._ask("/voice/status", CallStatus="completed")

    def _ask(self, url: str, **more: str) -> "Caller":
        path = url.removeprefix(PUBLIC_URL)
        fields = self._fields | more
        signature = self._validator.compute_signature(PUBLIC_URL + path, fields)
        request = urllib.request.Request(
            f"http://127.0.0.1:{self._port}{path}",
            urllib.parse.urlencode(fields).encode(),
            {"X-Twilio-Signature": signature, "Content-Type": "application/x-www-form-urlencoded"},
        )
        with urllib.request.urlopen(request) as answer:
            text = answer.read()
        if text:
            self._page = ElementTree.fromstring(text)
            self.heard += [say.text or "" for say in self._page.iter("Say")]
        return self
