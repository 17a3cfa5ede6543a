"""Commands that speak to the carrier."""

import asyncio

import click

from ivr.app import NEEDED
from ivr.cli.saying import say
from ivr.core.phone_numbers import NotANumber, read, shown
from ivr.settings import Settings, load
from ivr.twilio.rest import Failed, Hooks, TwilioRest
from ivr.twilio.twiml import RETRIES, Addresses


@click.group()
def twilio() -> None:
    """Connect numbers of a Twilio account to this server."""


@twilio.command()
@click.argument("number")
def connect(number: str) -> None:
    """Point NUMBER's voice, fallback and text URLs and its status callback at this server's public address."""
    settings = load(need=NEEDED)
    try:
        plain = read(number, settings.country).e164
    except NotANumber as error:
        raise click.ClickException(str(error)) from None
    asyncio.run(_connect(settings, plain))
    say(f"Calls and texts to {shown(plain)} now come to {settings.public_url}.")


async def _connect(settings: Settings, number: str) -> None:
    addresses = Addresses(settings.public_url)
    token = settings.auth_token.get_secret_value()
    async with TwilioRest(settings.account_sid, token, base_url=settings.twilio_api_url) as rest:
        found = await rest.find_number(number)
        if found is None:
            raise click.ClickException(await _no_such(rest, number))
        if isinstance(found, Failed):
            raise click.ClickException(found.cause)
        hooks = Hooks(
            answer=f"{addresses.answer}{RETRIES}",
            fallback=f"{addresses.fallback}{RETRIES}",
            status=f"{addresses.status}{RETRIES}",
            texts=f"{addresses.texts}{RETRIES}",
        )
        outcome = await rest.connect_number(found.sid, hooks)
        if isinstance(outcome, Failed):
            raise click.ClickException(outcome.cause)


async def _no_such(rest: TwilioRest, number: str) -> str:
    owned = await rest.numbers()
    if isinstance(owned, Failed):
        return f"The account has no number {number}. Buy it at the carrier, or name another."
    names = ", ".join(each.number for each in owned)
    hint = f"Choose one of: {names}." if names else "It has none: buy one at the carrier."
    return f"The account has no number {number}. {hint}"
