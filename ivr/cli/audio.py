"""Commands around the audio library. They work on the store directly, whether a server runs or not."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from ivr.authoring.uses import uses_of_clips
from ivr.cli.saying import say
from ivr.cli.work import with_store
from ivr.settings import load
from ivr.sound.convert import LOUDNESS, PEAK, Converted, convert
from ivr.sound.decode import LARGEST, Unfit
from ivr.sound.library import Cache, Library
from ivr.store import BadClip, Clip, ClipExists, ClipInUse, Damaged, KeyMissing, Store, UnknownClip

PLAYERS = (
    ("ffplay", "-nodisp", "-autoexit", "-loglevel", "error"),
    ("afplay",),
    ("paplay",),
    ("pw-play",),
    ("aplay", "-q"),
)
"""Programs that play a file, the best first, with the arguments that go before its name."""
MINUTE = 60.0


@contextmanager
def _explained() -> Iterator[None]:
    """Say in a sentence what is wrong with a clip, and end with exit code 1."""
    try:
        yield
    except (BadClip, ClipExists, ClipInUse, Damaged, KeyMissing, UnknownClip) as error:
        raise click.ClickException(str(error)) from None


@click.group()
def audio() -> None:
    """Bring in sounds for callers: music and announcements, each a clip with a name.

    \b
      ivr audio add waiting.mp3     convert and store it, as “waiting”
      ivr audio list                what there is, and which flows play it
      ivr audio play waiting        hear what callers will hear

    Flows play a clip by its name. The music that comes with the system is always there: “hold.wav”, which is the
    default, “hold-slow.wav” and “hold-waltz.wav”.
    """


@audio.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--name", metavar="NAME", help="What flows call it; without it, the file's name without its ending.")
def add(file: Path, name: str | None) -> None:
    """Convert the sound in FILE for the telephone and store it.

    WAV, MP3, Ogg, FLAC, M4A and other kinds do, also the sound track of an MP4, MOV or WebM film: from half a second
    to ten minutes, up to 20 MB. The file itself is left alone.

    Callers get one channel at 8,000 samples a second, all clips of yours equally loud. Silence at the beginning and
    the end is cut off, and what lasts three seconds or more is made to loop without a click.

    A name that is taken never gets another content, since calls under way may play it: remove the old clip first, or
    choose another name.
    """
    called = _name(file) if name is None else name
    _check_free(called)
    made = _converted(file, _read(file))
    clip = Clip(called, round(made.seconds * 1000), file.name, made.content)
    with _explained():
        with_store(lambda store: store.audio.add(clip))
    say(f"Stored “{called}”: {made.seconds:.1f} s, {_size(len(made.content))}, {made.lufs:.1f} LUFS.")
    if made.softer:
        say(
            f"It is softer than the usual {LOUDNESS:g} LUFS: any louder, its peaks would go over {PEAK:g} dBFS.",
            err=True,
        )


@audio.command("list")
def list_() -> None:
    """List the clips: name, seconds, size, and the flows that play each."""
    with _explained():
        rows = with_store(_rows)
    width = max(4, *(len(name) for name, *_ in rows))
    say(f"{'Name':<{width}}  {'Seconds':>7}  {'Size':>8}  Played by")
    for name, seconds, size, users in rows:
        say(f"{name:<{width}}  {seconds:>7.1f}  {_size(size):>8}  {users}")


@audio.command()
@click.argument("name")
def remove(name: str) -> None:
    """Forget the clip NAME, unless a draft or a live flow plays it."""
    if name in Library().shipped:
        raise click.ClickException(f"“{name}” comes with the system and can't be removed.")
    with _explained():
        with_store(lambda store: store.audio.remove(name))
    say(f"Removed “{name}”.")


@audio.command()
@click.argument("name")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write it into a WAV file, and play nothing.",
)
def play(name: str, output: Path | None) -> None:
    """Play the clip NAME through this machine's speaker, as callers hear it.

    That takes a program which plays sound: ffplay, afplay, paplay, pw-play or aplay. Without one, it says
    where the file is.
    """
    with _explained():
        path = with_store(lambda store: _path(store, name))
    if output is not None:
        _write(output, path.read_bytes())
        return
    player = next((found for found in map(_installed, PLAYERS) if found), None)
    if player is None:
        say(f"No program on this machine plays sound. The clip is in {path}; to write it elsewhere: -o FILE")
        return
    done = subprocess.run([*player, str(path.resolve())], check=False, stdin=subprocess.DEVNULL)  # noqa: S603 - no shell, our own file
    if done.returncode:
        raise click.ClickException(f"{Path(player[0]).name} could not play it. The clip is in {path}.")


def _installed(player: tuple[str, ...]) -> list[str]:
    """The command line of a player, or an empty one when it is not on this machine."""
    program = shutil.which(player[0])
    return [program, *player[1:]] if program else []


def _name(file: Path) -> str:
    """The file's name without its ending, such as a clip may be called."""
    return re.sub(r"[^A-Za-z0-9 ._-]+", "-", file.stem).strip(" .")[:100].strip(" .")


def _check_free(name: str) -> None:
    if name in Library().shipped:
        raise click.ClickException(f"“{name}” comes with the system. Give this one another name: --name NAME")


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(LARGEST + 1)
    except OSError as error:
        raise click.ClickException(f"{file} can't be read: {error.strerror}.") from None


def _write(file: Path, content: bytes) -> None:
    try:
        file.write_bytes(content)
    except OSError as error:
        raise click.ClickException(f"{file} can't be written: {error.strerror}.") from None
    say(f"Wrote {file}.")


def _converted(file: Path, content: bytes) -> Converted:
    try:
        return convert(content, _Progress().tell)
    except Unfit as error:
        raise click.ClickException(f"{file} can't become a clip. {error}") from None


class _Progress:
    """Says how far it is, once for each minute of sound."""

    def __init__(self) -> None:
        self._next = MINUTE

    def tell(self, seconds: float) -> None:
        if seconds >= self._next:
            say(f"{seconds / MINUTE:.0f} min decoded …", err=True)
            self._next += MINUTE


async def _rows(store: Store) -> list[tuple[str, float, int, str]]:
    """Name, seconds, bytes and players of every clip, those that come with us first."""
    library = Library()
    players = await _players(store)
    found = []
    for name, clip in library.shipped.items():
        path = await library.path(name)
        found.append((name, clip.seconds, path.stat().st_size if path else 0, players.get(name, "-")))
    return found + [(row.name, row.seconds, row.size, players.get(row.name, "-")) for row in await store.audio.list()]


async def _players(store: Store) -> dict[str, str]:
    """The ids of the flows that play each clip, in their draft or live."""
    used = await uses_of_clips(store.flows)
    return {name: ", ".join(sorted({use.flow for use in uses})) for name, uses in used.items()}


async def _path(store: Store, name: str) -> Path:
    """The file of a clip. Raises UnknownClip."""
    library = Library(Cache(store.audio, load().data / "audio"))
    clip = await library.clip(name)
    path = await library.path(clip.url_name) if clip else None
    if path is None:
        await store.audio.find(name)
        raise UnknownClip(f"Clip “{name}” was removed just now.")
    return path


def _size(size: int) -> str:
    return f"{size / 2**20:.1f} MB" if size >= 2**20 else f"{size / 1024:.0f} KB"
