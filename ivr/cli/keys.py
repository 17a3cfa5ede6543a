"""Commands around the keys that seal what is stored."""

import asyncio

import click

from ivr.cli.saying import say, say_lines
from ivr.cli.secrets import explained
from ivr.cli.work import with_store
from ivr.settings import Settings, load
from ivr.store import KEY_FILE, Rotated, Rotation, Store, find_keys, key_id, new_key, put_new_key_first
from ivr.store.audit_trail import Act

EVERY = 5_000
"""Rows between two words of progress."""
TOLD = 20
"""Values that can't be opened, each in a line of its own."""


@click.group()
def key() -> None:
    """Make and change the keys that seal what is stored."""


@key.command()
def new() -> None:
    """Print a new key for IVR_KEY."""
    say(new_key())


@key.command("list")
def list_() -> None:
    """List the keys by their ids, and how many stored rows need each. Keys themselves are never shown.

    The first one seals; it is the only one that is needed once `ivr key rotate` is done.
    """
    with explained():
        ids = _ids(load())
        usage = with_store(lambda store: Rotation(store.database, store.vault).usage())
    for each in [*ids, *sorted(usage.keys() - set(ids))]:
        role = ("seals" if each == ids[0] else "opens") if each in ids else "is not here"
        say(f"{each}  {role:<11}  {usage.get(each, 0):,} rows need it")


@key.command()
@click.option(
    "--no-server", is_flag=True, help="No server is running: with a key file, do it all at once, without a restart."
)
def rotate(no_server: bool) -> None:
    """Seal everything anew with the first key, so that the older ones can be given up.

    Servers go on working meanwhile. It can be stopped with Ctrl-C and run again: it goes on where it was. What a
    server has only the old key for must never be sealed with the new one, hence this order:

    \b
    With IVR_KEY:
      1. ivr key new            prints a new key: put it AFTER the old one, on every
                                server: IVR_KEY=old,new. Restart them all.
      2. IVR_KEY=new,old        put it FIRST, on every server. Restart them all.
      3. ivr key rotate         with the same IVR_KEY=new,old
      4. Restart all servers    they remember flows, with passwords under the old key;
         ivr key rotate         finds the few jobs that they made from these, if any.
      5. IVR_KEY=new            remove the old key. Restart them all.

    \b
    With the key file in the data folder, which is for one server:
      1. ivr key rotate         puts a new key into the file, before the old one.
                                Keep a copy of the file. Restart the server at once.
      2. ivr key rotate         seals everything anew.
      3. Restart the server and run ivr key rotate once more, as above.
      4. Remove the old key from the file: all lines but the first. Restart.

    Keep the old key for as long as you keep backups from before.
    """
    with explained():
        settings = load()
        _ids(settings)  # raises where the key is missing; a new one would hide that
        if not _is_ready(settings, no_server=no_server):
            return
        ids = _ids(settings)
        if len(ids) == 1:
            raise click.ClickException(
                f"IVR_KEY has only one key, {ids[0]}. How to bring in a new one: ivr key rotate --help"
            )
        say(f"Sealing everything with {ids[0]}. It can be stopped with Ctrl-C and run again.", err=True)
        done = _run()
    _report(done, ids, no_server=no_server)


def _is_ready(settings: Settings, *, no_server: bool) -> bool:
    """Whether a new key is in use. If not it has been put into the key file, and a server needs to know it first."""
    if settings.key or not put_new_key_first(settings.data):
        return True
    say(f"Put a new key into {settings.data / KEY_FILE}, before the old one. Keep a copy of the file.")
    if not no_server:
        say("Now restart the server: until then it can't open what others store. Then run: ivr key rotate")
    return no_server


def _run() -> Rotated:
    progress = _Progress()
    try:
        return with_store(lambda store: _rotated(store, progress))
    except KeyboardInterrupt:
        say_lines(f"\nStopped; {progress.resealed:,} rows were sealed anew. Run it again to go on.", err=True)
        raise click.Abort from None


async def _rotated(store: Store, progress: "_Progress") -> Rotated:
    done = await Rotation(store.database, store.vault).run(progress.tell)
    if done.resealed:
        await store.audit_trail.write([], Act("key", "", f"Sealed {done.resealed:,} rows with another key."))
    return done


class _Progress:
    """Says how far it is, now and then."""

    def __init__(self) -> None:
        self.resealed = 0
        self._next = EVERY

    def tell(self, looked: int, resealed: int) -> None:
        self.resealed = resealed
        if looked >= self._next:
            self._next = looked + EVERY
            say(f"{looked:,} rows looked at, {resealed:,} sealed anew.", err=True)


def _report(done: Rotated, ids: list[str], *, no_server: bool) -> None:
    for sentence in done.lost[:TOLD]:
        say(f"Left as it is: {sentence}", err=True)
    if len(done.lost) > TOLD:
        say(f"Left as they are, for such reasons: {len(done.lost) - TOLD:,} more.", err=True)
    say(f"{done.resealed:,} rows were sealed anew with {ids[0]}.")
    older = ", ".join(ids[1:])
    if done.arriving:
        raise click.ClickException(
            f"But servers go on storing with {older}. Let {ids[0]} be the first key on all of them, restart them, "
            "and run this again."
        )
    if done.resealed and not no_server:
        say(
            f"Nothing stored needs {older} any more. The old key may be removed once all servers were restarted "
            "and `ivr key rotate` has found nothing left to do."
        )
    else:
        say(f"Nothing stored needs {older}: an old key may be removed; a new one must be put first to seal.")


def _ids(settings: Settings) -> list[str]:
    place = settings.key.get_secret_value(), settings.data, settings.database_url.get_secret_value()
    return [key_id(each).hex() for each in asyncio.run(find_keys(*place))]
