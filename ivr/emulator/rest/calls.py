"""Calls: placed, listed, read and changed while they run."""

from aiohttp import web

from ivr.emulator.account import Account
from ivr.emulator.call.call import PhoneCall
from ivr.emulator.call.parameters import API_VERSION, rfc2822
from ivr.emulator.lifecycle.updates import update
from ivr.emulator.rest.filters import Period, equal
from ivr.emulator.rest.forms import form_of
from ivr.emulator.rest.pages import page


class Calls:
    """Handlers of the Calls resource."""

    def __init__(self, account: Account) -> None:
        self._account = account

    async def list(self, request: web.Request) -> web.Response:
        """Newest first. `From`, `To`, `Status`, `ParentCallSid`, `StartTime` and `EndTime` narrow it."""
        query = request.query
        started, ended = Period.of(query, "StartTime"), Period.of(query, "EndTime")
        calls = (call for call in reversed(self._account.calls) if call.began in started and call.ended_at in ended)
        fields = {"From": "from", "To": "to", "Status": "status", "ParentCallSid": "parent_call_sid"}
        return page(request, "calls", equal(query, fields, [self._json(call) for call in calls]))

    async def create(self, request: web.Request) -> web.Response:
        """Place a call."""
        form = await form_of(request)
        call = self._account.place(form, frozenset(form.getall("StatusCallbackEvent", [])))
        return web.json_response(self._json(call), status=201)

    async def fetch(self, request: web.Request) -> web.Response:
        """One call."""
        return web.json_response(self._json(self._account.line(request.match_info["sid"]).call))

    async def update(self, request: web.Request) -> web.Response:
        """Send a live call elsewhere, or end it."""
        line = self._account.line(request.match_info["sid"])
        update(line, self._account.exchange, await form_of(request))
        return web.json_response(self._json(line.call))

    async def delete(self, request: web.Request) -> web.Response:
        """Forget a call that has ended."""
        self._account.delete_call(request.match_info["sid"])
        return web.Response(status=204)

    def _json(self, call: PhoneCall) -> dict[str, object]:
        parties, began = call.parties, rfc2822(call.began)
        base = f"/{API_VERSION}/Accounts/{parties.account_sid}/Calls/{call.sid}"
        number = self._account.numbers.get(parties.to if parties.direction == "inbound" else parties.from_)
        return {
            "sid": call.sid,
            "account_sid": parties.account_sid,
            "parent_call_sid": None,
            "phone_number_sid": number.sid if number else None,
            "from": parties.from_,
            "from_formatted": parties.from_,
            "to": parties.to,
            "to_formatted": parties.to,
            "status": self._status(call),
            "direction": parties.direction,
            "start_time": began,
            "end_time": rfc2822(call.ended_at) if call.ended_at is not None else None,
            "duration": str(call.duration) if call.over else None,
            "price": None,
            "price_unit": "USD",
            "answered_by": None,
            "api_version": API_VERSION,
            "forwarded_from": None,
            "caller_name": parties.caller_name or None,
            "group_sid": None,
            "queue_time": "0",
            "trunk_sid": None,
            "annotation": None,
            "date_created": began,
            "date_updated": rfc2822(call.ended_at or call.began),
            "uri": f"{base}.json",
            "subresource_uris": {"recordings": f"{base}/Recordings.json"},
        }

    def _status(self, call: PhoneCall) -> str:
        """As the API sees it: a call turns in-progress a moment later than it is answered."""
        early = call.status == "in-progress" and self._account.exchange.clock.now() < call.visible_at
        return "ringing" if early else call.status
