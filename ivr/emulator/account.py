"""What the REST API and the phone need of a carrier."""

from collections.abc import Mapping
from typing import Protocol

from ivr.emulator.call.call import PhoneCall
from ivr.emulator.lifecycle.line import Line
from ivr.emulator.messages.message import Message
from ivr.emulator.messages.outbox import Outbox
from ivr.emulator.setup.number import Number
from ivr.emulator.stage.exchange import Exchange


class UnknownNumber(LookupError):
    """This number is not a number of the account."""


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
        """Place a call from the account. Raises ApiError."""
        ...

    def send_message(self, form: Mapping[str, str]) -> Message:
        """Send a text message. Raises ApiError."""
        ...

    def delete_call(self, sid: str) -> None:
        """Forget a call that has ended. Raises ApiError 20404 or 20009."""
        ...

    def line(self, sid: str) -> Line:
        """The line of a call. Raises ApiError 20404."""
        ...

    def change_number(self, number: Number, **changes: str | bool) -> Number:
        """Change settings of a number, or own a new one with them. Raises ApiError 21205."""
        ...

    def release_number(self, number: Number) -> None:
        """Give a number back."""
        ...
