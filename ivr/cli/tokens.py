"""Commands around the tokens of other systems. They work on the store directly, whether a server runs or not."""

import click

from ivr.cli.moments import day, minute
from ivr.cli.saying import say
from ivr.cli.work import with_store
from ivr.store import BadToken, TokenExists, UnknownToken
from ivr.store.tokens import SCOPES, Scope

USES: dict[Scope, str] = {
    "start": "POST /api/flows/{flow}/start",
    "metrics": "GET /metrics",
    "calls": "GET /api/calls",
}


@click.group()
def token() -> None:
    """Let other systems in by the API, each with a token of its own, for what it is for and nothing else.

    \b
      start    start flows: POST /api/flows/FLOW/start, and GET /api/runs/RUN
      metrics  read GET /metrics
      calls    read GET /api/calls and what happened in each

    What is made or removed is so at once, for running servers too.
    """


@token.command()
@click.argument("name")
@click.option("--for", "scopes", multiple=True, type=click.Choice(SCOPES), help="What it may do. Without it: start.")
@click.option("--flow", "flow", default="", metavar="FLOW", help="The only flow it may start or read the calls of.")
@click.option("--days", type=click.IntRange(1, 3650), metavar="N", help="Days until it ends. Without it: never.")
def new(name: str, scopes: tuple[Scope, ...], flow: str, days: int | None) -> None:
    """Make a token called NAME, and print it: this once, since only a hash of it is stored."""
    try:
        made = with_store(lambda store: store.tokens.new(name, flow, scopes or ("start",), days))
    except (BadToken, TokenExists) as error:
        raise click.ClickException(str(error)) from None
    say(made)
    uses = [USES[scope].format(flow=flow or "FLOW") for scope in SCOPES if scope in (scopes or ("start",))]
    say(
        f"Copy it now: it is not shown again. It goes into the header “Authorization: Bearer …” of {', '.join(uses)}.",
        err=True,
    )


@token.command("list")
def list_() -> None:
    """List the tokens: name, what each is for, the flow, when it ends, and when it was last used."""
    rows = with_store(lambda store: store.tokens.list())
    if not rows:
        say("There are no tokens yet. Make one with: ivr token new NAME")
    for row in rows:
        ends = f"ends {day(row.ends_at)}" if row.ends_at else "never ends"
        used = f"last used {minute(row.used_at)}" if row.used_at else "never used"
        say(f"{row.name:<24} {'+'.join(row.scopes):<20} {row.flow or 'any flow':<20} {ends:<16} {used}")


@token.command()
@click.argument("name")
def remove(name: str) -> None:
    """Remove the token NAME: requests with it are refused from now on. Runs that it started go on."""
    try:
        with_store(lambda store: store.tokens.remove(name))
    except UnknownToken as error:
        raise click.ClickException(str(error)) from None
    say(f"Removed the token {name}.")
