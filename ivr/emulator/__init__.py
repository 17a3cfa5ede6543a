"""A pretend carrier: it calls a number, plays what the server answers, and offers the API the server needs.

    async with Carrier(account_sid="AC…", auth_token="…") as carrier:
        carrier.add_number("+15550001111", voice_url="http://127.0.0.1:8000/voice")
        call = carrier.ring(from_="+15551234567", to="+15550001111")
        async for happening in call.follow():
            print(happening.at, happening.kind, happening.detail)

Serve `carrier.app()` and point a client's base URL at it: calls, messages and phone numbers are created, listed,
read, changed and deleted as the real carrier does it, its test numbers (+15005550001 and others) included.
`Faults` make webhooks, callbacks and REST requests fail, by chance or one that a test picks. With a VirtualClock
and a `fetch` of your own, hours pass in milliseconds and no socket is opened.
"""

from ivr.emulator.account import UnknownNumber
from ivr.emulator.call.call import PhoneCall
from ivr.emulator.call.happening import Happening
from ivr.emulator.carrier import Carrier
from ivr.emulator.clock.clock import Clock, RealClock, VirtualClock
from ivr.emulator.errors.debugger import LogEntry
from ivr.emulator.messages.message import Message
from ivr.emulator.setup.callee import Callee
from ivr.emulator.setup.faults import Faults, RestFault, WebhookFault
from ivr.emulator.setup.number import Number
from ivr.emulator.setup.timing import Timing
from ivr.emulator.wire.fetch import AiohttpFetch
from ivr.emulator.wire.http import Fetch, FetchFailed, Request, Response

__all__ = [
    "AiohttpFetch",
    "Callee",
    "Carrier",
    "Clock",
    "Faults",
    "Fetch",
    "FetchFailed",
    "Happening",
    "LogEntry",
    "Message",
    "Number",
    "PhoneCall",
    "RealClock",
    "Request",
    "Response",
    "RestFault",
    "Timing",
    "UnknownNumber",
    "VirtualClock",
    "WebhookFault",
]
