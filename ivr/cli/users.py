"""Users of the board. These commands work on the store directly, whether a server runs or not."""

import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

import click

from ivr.cli.moments import day
from ivr.cli.saying import ask_hidden, say
from ivr.cli.work import with_store
from ivr.store import BadUser, LastAdmin, Store, UnknownUser, UserExists
from ivr.store.users import MAY, ROLES, Role
from ivr.web.login import BadPassword, hash_password

ROLE_LIST = "\n".join(f"  {role:<10} {does}" for role, does in MAY.items())


@contextmanager
def explained() -> Iterator[None]:
    """Say in a sentence what can't be done, and end with exit code 1."""
    try:
        yield
    except (BadUser, LastAdmin, UnknownUser, UserExists) as error:
        raise click.ClickException(str(error)) from None


@click.group(
    help=f"""Say who may open the board, and what they may do there.

    Without users the board opens on this machine only, by a one-time link that `ivr serve` and `ivr board open` print.
    From the first user on, everyone signs in with a name and a password. What is changed here is so at once, for
    running servers too, and the audit trail has it (`ivr audit`).

    \b
    Each role may do what those above it may:
    {ROLE_LIST.strip()}

    \b
    To begin with:
      ivr user add anna --role admin
      ivr user add ben --role editor
    """
)
def user() -> None: ...


@user.command()
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), default="viewer", show_default=True, help="What they may do.")
def add(name: str, role: Role) -> None:
    """Add the user NAME. The first one must be an admin.

    Asks for the password twice without showing it. When standard input is not a terminal, it is read from there; a line
    break at its end does not count.
    """
    hashed = _hashed()
    _do(lambda store: store.users.add(name, role, hashed))
    say(f"Added {name} as {role}: {MAY[role]}.")


@user.command("list")
def list_() -> None:
    """List the users: name, role, since when."""
    rows = with_store(lambda store: store.users.list())
    if not rows:
        say("There are no users yet. Add one with: ivr user add NAME --role admin")
    for row in rows:
        say(f"{row.name:<24} {row.role:<10} {day(row.created_at)}")


@user.command()
@click.argument("name")
@click.argument("role", type=click.Choice(ROLES))
def role(name: str, role: Role) -> None:
    """Give the user NAME another ROLE, in the sessions that are open too."""
    _do(lambda store: store.users.set_role(name, role))
    say(f"{name} is {role} now: {MAY[role]}.")


@user.command()
@click.argument("name")
def password(name: str) -> None:
    """Give the user NAME another password. Their sessions end.

    It is asked for, or read from standard input, as by `ivr user add`.
    """
    hashed = _hashed()
    _do(lambda store: store.users.set_password(name, hashed))
    say(f"{name} has another password now, and is signed out everywhere.")


@user.command()
@click.argument("name")
def remove(name: str) -> None:
    """Let the user NAME in no more. Their sessions end; what they did stays in the audit trail."""
    _do(lambda store: store.users.remove(name))
    say(f"Removed {name}.")


def _do(work: Callable[[Store], Awaitable[None]]) -> None:
    with explained():
        with_store(work)


def _hashed() -> str:
    try:
        return hash_password(_typed())
    except BadPassword as error:
        raise click.ClickException(str(error)) from None


def _typed() -> str:
    if sys.stdin.isatty():
        return ask_hidden("Password (it is not shown)", "Again")
    try:
        given: str = sys.stdin.buffer.read().decode()
    except UnicodeDecodeError:
        raise click.ClickException("The password on standard input is no text in UTF-8.") from None
    return given.removesuffix("\n").removesuffix("\r")
