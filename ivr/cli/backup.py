"""Commands that make backups, and put them back."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from ivr.cli.saying import say
from ivr.settings import load
from ivr.store import backup as backups
from ivr.store.keys import has_key, load_keys

FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=FILE)
@click.option("--with-key", is_flag=True, help="Put the key into it too. The file alone then opens every secret.")
@click.option("--force", is_flag=True, help="Overwrite FILE.")
def backup(file: Path, with_key: bool, force: bool) -> None:
    """Put all that is stored into FILE, while servers run or not, and read it back.

    That is flows, calls, secrets, audio, numbers and tokens; not the settings. The key stays out: keep it in another
    place. With PostgreSQL it needs its program pg_dump.
    """
    with _explained():
        backups.back_up(_place(), file, now=time.time_ns() // 1_000_000, with_key=with_key, force=force)
    say(f"{file}: {file.stat().st_size:,} bytes. It was read back, and is whole.")
    if with_key:
        say("Warning: the backup contains the key, which opens its secrets. Keep the file safe.", err=True)
    else:
        say("The backup is of no use without the key, which is not in it: keep a copy of the key elsewhere.")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Replace what is stored here.")
def restore(file: Path, force: bool) -> None:
    """Put back what FILE holds, once it has been read and opened with the key. No server may be running.

    With SQLite what was here is kept as ivr.sqlite.before-restore. With PostgreSQL it needs pg_restore and psql, and
    --force replaces all in the schema public.
    """
    with _explained():
        with_key = backups.restore(_place(), file, force=force)
    say(f"All that is in {file} is back{', and the key too' if with_key else ''}. Start the server.")


def _place() -> backups.Place:
    settings = load()
    key = settings.key.get_secret_value()
    keys = load_keys(key, settings.data) if has_key(key, settings.data) else []
    return backups.Place(settings.data, settings.database_url.get_secret_value(), keys)


@contextmanager
def _explained() -> Iterator[None]:
    """Ends the command with a sentence when something is in the way."""
    try:
        yield
    except backups.Exists as error:
        raise click.ClickException(str(error)) from None
