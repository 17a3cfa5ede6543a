"""The command that says whether the line is healthy."""

import asyncio
import json
from contextlib import AsyncExitStack

import click
import msgspec

from ivr.app import NEEDED
from ivr.cli.saying import say, say_json
from ivr.operation.doctor import Finding, Outside, examine
from ivr.settings import Settings, load
from ivr.store import BadKey, Damaged, KeyMissing, Store, StoreError
from ivr.store.opening import stored


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list, one object for each finding, for programs.")
def doctor(as_json: bool) -> None:
    """Check everything that a call needs: settings, key, database, clock, public URL, certificate, signature, the
    account at the carrier, and where its numbers point.

    Run it where the server runs, with the server's settings and while it runs. Each line says ok, or what is wrong and
    what to do; anything wrong ends the command with exit code 1.
    """
    settings = load(need=NEEDED)
    found = asyncio.run(_examined(settings))
    if as_json:
        told = [{"ok": each.ok, **msgspec.to_builtins(each)} for each in found]
        say_json(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        for each in found:
            say(f"{'ok   ' if each.ok else 'WRONG'}  {each.check}: {each.says}")
            if not each.ok:
                say(f"       To do: {each.to_do}")
    if not all(each.ok for each in found):
        raise click.exceptions.Exit(1)


async def _examined(settings: Settings) -> list[Finding]:
    async with AsyncExitStack() as stack:
        store: Store | Exception
        try:
            store = await stack.enter_async_context(stored(settings))
        except (StoreError, KeyMissing, BadKey, Damaged, OSError) as error:
            store = error
        return [finding async for finding in examine(settings, store, Outside())]
