"""The board's password. It works on the store directly, whether a server runs or not."""

import sys

import click

from ivr.cli.work import with_store
from ivr.web.login import BadPassword, hash_password


@click.group()
def password() -> None:
    """Say who may open the board.

    Without a password it opens for this machine only. What is set or removed is so at once, for running servers too,
    and whoever is signed in must sign in anew.
    """


@password.command("set")
def set_() -> None:
    """Set the board's password, in place of the one there was.

    Asks for it twice without showing it. When standard input is not a terminal, it is read from there; a line break
    at its end does not count.
    """
    try:
        hashed = hash_password(_given())
    except BadPassword as error:
        raise click.ClickException(str(error)) from None
    with_store(lambda store: store.access.set_password_hash(hashed))
    click.echo("The board has a password now.")


@password.command()
def remove() -> None:
    """Let the board open without a password, for this machine only."""
    if not with_store(lambda store: store.access.remove_password()):
        raise click.ClickException("The board has no password.")
    click.echo("The board has no password any more: it opens for this machine only.")


def _given() -> str:
    if sys.stdin.isatty():
        typed: str = click.prompt("Password (it is not shown)", hide_input=True, confirmation_prompt="Again", err=True)
        return typed
    try:
        given: str = sys.stdin.buffer.read().decode()
    except UnicodeDecodeError:
        raise click.ClickException("The password on standard input is no text in UTF-8.") from None
    return given.removesuffix("\n").removesuffix("\r")
