"""Commands around named secrets. They work on the store directly, whether a server runs or not."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from ivr.cli.saying import ask_hidden, say
from ivr.cli.work import with_store
from ivr.store import BadKey, BadSecret, Damaged, KeyMissing, SecretInUse, UnknownSecret


@contextmanager
def explained() -> Iterator[None]:
    """Say in a sentence what is wrong with keys or secrets, and end with exit code 1."""
    try:
        yield
    except SecretInUse as error:
        raise click.ClickException(f"{error} To remove it all the same: --force") from None
    except (BadKey, BadSecret, Damaged, KeyMissing, UnknownSecret) as error:
        raise click.ClickException(str(error)) from None


@click.group()
def secret() -> None:
    """Keep passwords and tokens out of flows: there they are written as $SECRET.name.

    What is set, changed or removed is so at once, for running servers too. A value is never shown again.
    """


@secret.command("set")
@click.argument("name")
@click.option(
    "--host",
    "hosts",
    multiple=True,
    required=True,
    metavar="HOST",
    help="Where it may be sent: api.example.com, *.example.com (every name below), each perhaps with :port. "
    "Can be given several times.",
)
def set_(name: str, hosts: tuple[str, ...]) -> None:
    """Store a secret, or change it: flows use it as $SECRET.NAME.

    Asks for the value without showing it. When standard input is not a terminal, the value is read from there; a line
    break at its end does not count.
    """
    value = _value()
    with explained():
        with_store(lambda store: store.secrets.set(name, value, hosts))
    say(f"Stored $SECRET.{name}; it is sent to {', '.join(hosts)} only.")


def _value() -> str:
    if sys.stdin.isatty():
        return ask_hidden("Value (it is not shown)")
    try:
        given: str = sys.stdin.buffer.read().decode()
    except UnicodeDecodeError:
        raise click.ClickException("The value on standard input is no text in UTF-8.") from None
    return given.removesuffix("\n").removesuffix("\r")


@secret.command("list")
def list_() -> None:
    """List the secrets: name, and the hosts that each may be sent to."""
    with explained():
        rows = with_store(lambda store: store.secrets.list())
    if not rows:
        say("There are no secrets yet. Make one with: ivr secret set NAME --host api.example.com")
    for row in rows:
        say(f"{row.name:<24} {', '.join(row.hosts)}")


@secret.command()
@click.argument("name")
@click.option("--force", is_flag=True, help="Even where flows use it; their web calls fail from then on.")
def remove(name: str, force: bool) -> None:
    """Forget the secret NAME, unless a draft or a live flow uses it."""
    with explained():
        with_store(lambda store: store.secrets.remove(name, force=force))
    say(f"Removed $SECRET.{name}.")
