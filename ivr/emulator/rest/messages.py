"""Messages: sent, listed, read, redacted, canceled and deleted."""

from aiohttp import web

from ivr.emulator.account import Account
from ivr.emulator.call.parameters import API_VERSION, rfc2822
from ivr.emulator.messages.message import Message
from ivr.emulator.messages.segments import segments
from ivr.emulator.rest.filters import Period, equal
from ivr.emulator.rest.forms import form_of
from ivr.emulator.rest.pages import page


class Messages:
    """Handlers of the Messages resource."""

    def __init__(self, account: Account) -> None:
        self._account = account

    async def list(self, request: web.Request) -> web.Response:
        """Newest first. `From`, `To` and `DateSent` narrow it; an unsent message counts by its acceptance."""
        sent = Period.of(request.query, "DateSent")
        messages = (
            message
            for message in reversed(self._account.outbox.messages)
            if (message.at if message.sent_at is None else message.sent_at) in sent
        )
        shown = [message_json(message) for message in messages]
        return page(request, "messages", equal(request.query, {"From": "from", "To": "to"}, shown))

    async def create(self, request: web.Request) -> web.Response:
        """Send one; accepted with 201 means queued, not delivered."""
        message = self._account.send_message(await form_of(request))
        return web.json_response(message_json(message), status=201)

    async def fetch(self, request: web.Request) -> web.Response:
        """One message with the last status it reached."""
        return web.json_response(message_json(self._account.outbox.get(request.match_info["sid"])))

    async def update(self, request: web.Request) -> web.Response:
        """Redact a message with an empty `Body`, or cancel a scheduled one with `Status=canceled`."""
        message = self._account.outbox.update(request.match_info["sid"], await form_of(request))
        return web.json_response(message_json(message))

    async def delete(self, request: web.Request) -> web.Response:
        """Forget a message."""
        self._account.outbox.delete(request.match_info["sid"])
        return web.Response(status=204)


def message_json(message: Message) -> dict[str, object]:
    """A message as the API shows it."""
    at = rfc2822(message.at)
    base = f"/{API_VERSION}/Accounts/{message.account_sid}/Messages/{message.sid}"
    return {
        "sid": message.sid,
        "account_sid": message.account_sid,
        "messaging_service_sid": message.messaging_service_sid or None,
        "from": message.from_ or None,
        "to": message.to,
        "body": message.body,
        "status": message.status,
        "direction": message.direction,
        "num_segments": str(segments(message.body)) if message.from_ else "0",
        "num_media": str(len(message.media)),
        "error_code": message.error_code,
        "error_message": f"delivery failed with {message.error_code}" if message.error_code else None,
        "price": None,
        "price_unit": "USD",
        "api_version": API_VERSION,
        "date_created": at,
        "date_updated": at if message.updated_at is None else rfc2822(message.updated_at),
        "date_sent": None if message.sent_at is None else rfc2822(message.sent_at),
        "uri": f"{base}.json",
        "subresource_uris": {"media": f"{base}/Media.json"},
    }
