"""What the REST API and the phone need of a carrier."""

from collections.abc import Mapping
from typing import Protocol

from ivr.emulator.call import PhoneCall
from ivr.emulator.exchange import Exchange
from ivr.emulator.line import Line
from ivr.emulator.messages import Message, Outbox
from ivr.emulator.settings import Number


class UnknownNumber(LookupError):
    """Nobody can be called under this number: it was never added."""


class Account(Protocol):
    """The account behind the API."""

    account_sid: str
    auth_token: str
    numbers: dict[str, Number]
    exchange: Exchange
    outbox: Outbox

    @property
    def calls(self) -> list[PhoneCall]:
        """All calls, the newest last."""
        ...

    def ring(self, from_: str, to: str, caller_name: str = "") -> PhoneCall:
        """Call a number of the account. Raises UnknownNumber."""
        ...

    def text(self, from_: str, to: str, body: str, media: tuple[str, ...] = ()) -> Message:
        """Text a number of the account. Raises UnknownNumber."""
        ...

    def place(self, form: Mapping[str, str], events: frozenset[str]) -> PhoneCall:
        """Call somebody from the account. Raises Problem."""
        ...

    def send_message(self, form: Mapping[str, str]) -> Message:
        """Send a text message. Raises Problem."""
        ...

    def line(self, sid: str) -> Line:
        """The line of a call. Raises Problem 20404."""
        ...

    def change_number(self, number: Number, **changes: str | bool) -> Number:
        """Change settings of a number. Raises Problem 21205."""
        ...
