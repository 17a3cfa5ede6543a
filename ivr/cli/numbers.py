"""Commands around numbers. They work on the store directly, whether a server runs or not."""

import click

from ivr.cli.saying import say
from ivr.cli.work import with_store
from ivr.core.phone_numbers import NotANumber, shown
from ivr.settings import load
from ivr.store import Store


@click.group()
def numbers() -> None:
    """Say which flow answers which number.

    Callers of any other number hear that it is not in use.
    """


@numbers.command()
@click.argument("number")
@click.argument("flow_id", metavar="FLOW")
def assign(number: str, flow_id: str) -> None:
    """Let FLOW answer the calls to NUMBER, such as "+1 555 010 0200".

    NUMBER is written with a plus and the country's code; without it, it is one of the country in IVR_COUNTRY, or of
    the country that the numbers here are of.
    """

    async def work(store: Store) -> tuple[str, bool]:
        kept = await store.flows.assign(number, flow_id, load().country)
        return kept, await store.flows.unpublished(kept) is None

    try:
        kept, published = with_store(work)
    except NotANumber as error:
        raise click.ClickException(str(error)) from None
    if published:
        say(f"{shown(kept)} is answered by {flow_id} from now on.")
        return
    say(f"{shown(kept)} is assigned to {flow_id}.")
    say(
        f"Warning: {flow_id} has never been published, so callers hear that the number is not in use. Publish it with: "
        f"ivr flow publish {flow_id}",
        err=True,
    )


@numbers.command()
@click.argument("number")
def unassign(number: str) -> None:
    """Let no flow answer NUMBER any more: its callers hear that it is not in use."""
    if not with_store(lambda store: store.flows.unassign(number, load().country)):
        raise click.ClickException(f"No flow answers {number}; `ivr numbers list` tells which numbers are answered.")
    say(f"{number} is answered by no flow any more.")


@numbers.command("list")
def list_() -> None:
    """List the numbers that are answered: number, flow, live revision, name of the flow."""
    rows = with_store(lambda store: store.flows.numbers())
    if not rows:
        say("No flow answers a number yet. Let one: ivr numbers assign +15550100 FLOW")
    for row in rows:
        live = f"revision {row.revision}" if row.revision else "draft only"
        say(f"{shown(row.number):<20} {row.flow:<24} {live:<14} {row.flow_name}")
