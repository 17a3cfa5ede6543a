"""Recordings at the carrier, for commands."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ivr.operation.erasure import DeleteRecording
from ivr.settings import Settings
from ivr.twilio.carrier import Recordings
from ivr.twilio.rest import TwilioRest

NO_ACCOUNT = "TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN are not set, so the carrier can't be asked."


@asynccontextmanager
async def deleting_recordings(settings: Settings) -> AsyncIterator[DeleteRecording]:
    """Deletes recordings at the carrier; without an account it says why it can't."""
    token = settings.auth_token.get_secret_value()
    if not (settings.account_sid and token):
        yield _no_account
        return
    async with TwilioRest(settings.account_sid, token, base_url=settings.twilio_api_url) as rest:
        yield Recordings(rest)


async def _no_account(_: str) -> str:
    return NO_ACCOUNT
