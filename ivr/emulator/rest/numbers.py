"""Incoming phone numbers: bought, listed, read, pointed at a server and given back."""

from collections.abc import Mapping

from aiohttp import web

from ivr.emulator.account import Account
from ivr.emulator.call.parameters import API_VERSION, rfc2822
from ivr.emulator.errors.api_error import ApiError
from ivr.emulator.rest.buying import number_to_buy
from ivr.emulator.rest.forms import form_of
from ivr.emulator.rest.pages import page
from ivr.emulator.setup.number import Number
from ivr.emulator.setup.sids import new_sid

FIELDS = {
    "FriendlyName": "friendly_name",
    "VoiceUrl": "voice_url",
    "VoiceMethod": "voice_method",
    "VoiceFallbackUrl": "voice_fallback_url",
    "VoiceFallbackMethod": "voice_fallback_method",
    "StatusCallback": "status_callback",
    "StatusCallbackMethod": "status_callback_method",
    "SmsUrl": "sms_url",
    "SmsMethod": "sms_method",
    "SmsFallbackUrl": "sms_fallback_url",
    "SmsFallbackMethod": "sms_fallback_method",
}


class Numbers:
    """Handlers of the IncomingPhoneNumbers resource."""

    def __init__(self, account: Account) -> None:
        self._account = account

    async def list(self, request: web.Request) -> web.Response:
        """All numbers; `PhoneNumber` narrows it."""
        wanted = request.query.get("PhoneNumber", "")
        shown = [self._json(one) for one in self._account.numbers.values() if wanted in one.phone_number]
        return page(request, "incoming_phone_numbers", shown)

    async def create(self, request: web.Request) -> web.Response:
        """Buy a number: the `PhoneNumber`, or any of an `AreaCode`."""
        form = await form_of(request)
        phone_number = number_to_buy(form, self._account.numbers.keys())
        new = Number(new_sid("PN"), phone_number, friendly_name=phone_number)
        return web.json_response(self._json(self._account.change_number(new, **_changes(form))), status=201)

    async def fetch(self, request: web.Request) -> web.Response:
        """One number."""
        return web.json_response(self._json(self._number(request)))

    async def update(self, request: web.Request) -> web.Response:
        """Change where the calls of a number go."""
        form = await form_of(request)
        number = self._account.change_number(self._number(request), **_changes(form))
        return web.json_response(self._json(number))

    async def delete(self, request: web.Request) -> web.Response:
        """Give a number back."""
        self._account.release_number(self._number(request))
        return web.Response(status=204)

    def _number(self, request: web.Request) -> Number:
        sid = request.match_info["sid"]
        found = next((one for one in self._account.numbers.values() if one.sid == sid), None)
        if found is None:
            raise ApiError(20404)
        return found

    def _json(self, number: Number) -> dict[str, object]:
        account, at = self._account.account_sid, rfc2822(0)
        settings = {name: getattr(number, name) for name in FIELDS.values()}
        return {
            **settings,
            "sid": number.sid,
            "account_sid": account,
            "phone_number": number.phone_number,
            "voice_caller_id_lookup": number.voice_caller_id_lookup,
            "voice_application_sid": None,
            "sms_application_sid": None,
            "api_version": API_VERSION,
            "beta": False,
            "capabilities": {"voice": True, "sms": True, "mms": False, "fax": False},
            "origin": "twilio",
            "status": "in-use",
            "date_created": at,
            "date_updated": at,
            "uri": f"/{API_VERSION}/Accounts/{account}/IncomingPhoneNumbers/{number.sid}.json",
        }


def _changes(form: Mapping[str, str]) -> dict[str, str | bool]:
    changes: dict[str, str | bool] = {name: form[field] for field, name in FIELDS.items() if field in form}
    for name in (name for name in FIELDS.values() if name.endswith("_method")):
        if name in changes:
            changes[name] = str(changes[name]).upper()
            if changes[name] not in {"GET", "POST"}:
                raise ApiError(20001, f"{name} must be GET or POST")
    if "VoiceCallerIdLookup" in form:
        changes["voice_caller_id_lookup"] = form["VoiceCallerIdLookup"].lower() == "true"
    return changes
