"""Messages: sent, listed and read."""

from aiohttp import web

from ivr.emulator.account import Account
from ivr.emulator.call.parameters import API_VERSION, rfc2822
from ivr.emulator.messages.message import Message
from ivr.emulator.messages.segments import segments
from ivr.emulator.rest.forms import form_of
from ivr.emulator.rest.pages import page


class Messages:
    """Handlers of the Messages resource."""

    def __init__(self, account: Account) -> None:
        self._account = account

    async def list(self, request: web.Request) -> web.Response:
        """Newest first; `From` and `To` narrow it."""
        shown = [message_json(message) for message in reversed(self._account.outbox.messages)]
        for field, name in (("From", "from"), ("To", "to")):
            wanted = request.query.get(field)
            shown = [one for one in shown if wanted in {None, "", one[name]}]
        return page(request, "messages", shown)

    async def create(self, request: web.Request) -> web.Response:
        """Send one; accepted with 201 means queued, not delivered."""
        message = self._account.send_message(await form_of(request))
        return web.json_response(message_json(message), status=201)

    async def fetch(self, request: web.Request) -> web.Response:
        """One message with the last status it reached."""
        return web.json_response(message_json(self._account.outbox.get(request.match_info["sid"])))


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
        "date_updated": at,
        "date_sent": at if message.status not in {"queued", "accepted"} else None,
        "uri": f"{base}.json",
        "subresource_uris": {"media": f"{base}/Media.json"},
    }
