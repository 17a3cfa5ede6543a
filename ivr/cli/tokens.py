"""Commands around the tokens of other systems. They work on the store directly, whether a server runs or not."""

import click

from ivr.cli.work import with_store
from ivr.store import BadToken, TokenExists, UnknownToken


@click.group()
def token() -> None:
    """Let other systems start flows by the API, each with a token of its own.

    What is made or removed is so at once, for running servers too.
    """


@token.command()
@click.argument("name")
@click.option("--flow", "flow", default="", metavar="FLOW", help="The only flow it may start; without it, any.")
def new(name: str, flow: str) -> None:
    """Make a token called NAME, and print it: this once, since only a hash of it is stored."""
    try:
        made = with_store(lambda store: store.tokens.new(name, flow))
    except (BadToken, TokenExists) as error:
        raise click.ClickException(str(error)) from None
    click.echo(made)
    click.echo(
        f"This is the only time it is shown. Start {flow or 'a flow'} with: POST /api/flows/{flow or 'FLOW'}/start "
        "and the header “Authorization: Bearer …”.",
        err=True,
    )


@token.command("list")
def list_() -> None:
    """List the tokens: name, and the flow that each is for."""
    rows = with_store(lambda store: store.tokens.list())
    if not rows:
        click.echo("There are no tokens yet. Make one with: ivr token new NAME")
    for row in rows:
        click.echo(f"{row.name:<24} {row.flow or 'any flow'}")


@token.command()
@click.argument("name")
def remove(name: str) -> None:
    """Let nobody in with the token NAME any more. Runs that it started go on."""
    try:
        with_store(lambda store: store.tokens.remove(name))
    except UnknownToken as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"Removed the token {name}.")
