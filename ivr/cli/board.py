"""Commands around the board."""

import socket

import click

from ivr.cli.saying import say
from ivr.cli.work import with_store
from ivr.settings import Address, Settings, load
from ivr.store import Store


@click.group()
def board() -> None:
    """Open the board."""


@board.command("open")
def open_() -> None:
    """Print a link that opens the board once, within a quarter of an hour.

    It is for the time without users: `ivr serve` prints one when it starts. It can be run while the server runs. With
    users, it prints the address at which they sign in.
    """
    settings = load()
    if not settings.board_listen.port:
        raise click.ClickException("IVR_BOARD_LISTEN has the port 0: only the running server knows where it is.")
    say(with_store(lambda store: board_link(store, board_address(settings, settings.board_listen.port))))


def board_address(settings: Settings, port: int) -> str:
    """Where people open the board."""
    host = settings.board_listen.host
    shown = host if host not in {"0.0.0.0", "::"} else socket.gethostname()  # noqa: S104 - what every address is called
    return settings.board_url or f"http://{Address(shown, port)}/"


async def board_link(store: Store, address: str) -> str:
    """The address and, while there are no users, a link there that opens the board once."""
    if await store.users.any():
        return address
    return f"{address.rstrip('/')}/open?link={await store.access.new_link()}"
