"""Commands of privacy: erase a caller, and who wants no texts."""

from collections.abc import Awaitable, Callable

import click

from ivr.cli.moments import minute
from ivr.cli.recordings import deleting_recordings
from ivr.cli.saying import confirm, say
from ivr.cli.work import with_store
from ivr.core.phone_numbers import NotANumber, shown
from ivr.operation.erasure import Receipt
from ivr.operation.erasure import erase as erase_caller
from ivr.operation.opting import opt_in, opt_out
from ivr.settings import Settings, load
from ivr.store import Store
from ivr.store.erasure import ErasureStore
from ivr.store.opt_outs import OptOutStore


@click.command()
@click.argument("number")
@click.option("--yes", is_flag=True, help="Don't ask.")
def erase(number: str, yes: bool) -> None:
    """Erase all that is kept of the caller NUMBER: calls and what happened in them, starts that other systems
    asked for, texts that wait, and recordings at the carrier. There is no way back.

    Calls that go on are left, and named: erase again when they are over. A receipt stands in the audit trail, with a
    mark in place of the number. That a number wants no texts is kept, so that it gets none.
    """
    settings = load()
    if not yes:
        confirm(f"Erase all that is kept of {number}?")
    receipt = with_store(lambda store: _erase(store, settings, number))
    say(receipt.words)
    if not receipt.complete:
        raise click.exceptions.Exit(1)


async def _erase(store: Store, settings: Settings, number: str) -> Receipt:
    try:
        async with deleting_recordings(settings) as delete_recording:
            return await erase_caller(store.erasure, delete_recording, number, settings.country)
    except NotANumber as error:
        raise click.ClickException(str(error)) from None


@click.group()
def optout() -> None:
    """Numbers that get no texts: those that replied STOP, and those that you add."""


@optout.command("list")
def list_() -> None:
    """List them, the latest first. Times are UTC."""
    found = with_store(lambda store: store.opt_outs.list())
    if not found:
        say("Every number may be texted.")
    for each in found:
        say(f"{minute(each.at)}  {shown(each.number)}")


@optout.command()
@click.argument("number")
def add(number: str) -> None:
    """Send no more texts to NUMBER."""
    say(f"{shown(_changed(opt_out, number))} gets no more texts.")


@optout.command()
@click.argument("number")
def remove(number: str) -> None:
    """Send texts to NUMBER again. Do so only if the person asks for it."""
    say(f"{shown(_changed(opt_in, number))} may be texted again.")


def _changed(change: Callable[[OptOutStore, ErasureStore, str, str], Awaitable[str]], number: str) -> str:
    async def changed(store: Store) -> str:
        return await change(store.opt_outs, store.erasure, number, load().country)

    try:
        return with_store(changed)
    except NotANumber as error:
        raise click.ClickException(str(error)) from None
