"""Commands to look around without an account."""

import asyncio
import json
from inspect import cleandoc

import click

from ivr.cli.ring import talk, write
from ivr.cli.saying import say, say_json
from ivr.core.phone_numbers import NotANumber, read
from ivr.core.phone_numbers import caller as party
from ivr.demo.api import Api
from ivr.demo.scenes import SCENES
from ivr.demo.script import Script, play
from ivr.demo.world import CALLER, CARRIER_PORT, NUMBER
from ivr.settings import load

PHONE = f"ws://127.0.0.1:{CARRIER_PORT}/phone"


def _scenes(command: click.Command) -> click.Command:
    """The command with what each scene shows behind its own help."""
    width = max(map(len, SCENES))
    rows = [f"  {name.ljust(width)}  {scene.about}" for name, scene in SCENES.items()]
    command.help = "\n".join([cleandoc(command.help or ""), "", "\b", "Scenes:", *rows])
    return command


@_scenes
@click.command()
@click.option("--scene", type=click.Choice([*SCENES]), default="wait", show_default=True, help="What to show.")
@click.option("--api-delay", type=float, metavar="S", help="Seconds until the API answers; else as the scene needs.")
@click.option("--api-status", default=200, show_default=True, metavar="N", help="Status of the API's answer.")
@click.option("--hang-up-after", type=float, metavar="S", help="Let the caller hang up after so many seconds.")
@click.option("--json", "as_json", is_flag=True, help="End with one line of JSON that sums the call up.")
def demo(scene: str, api_delay: float | None, api_status: int, hang_up_after: float | None, as_json: bool) -> None:
    """Make one whole call and print its timeline: no account, no network, nothing left behind.

    A pretend carrier rings a flow that asks an API, plays hold music meanwhile, and gives the caller the answer. Times
    are in seconds since the call began.
    """
    shown = SCENES[scene]
    script = Script(Api(shown.delay if api_delay is None else api_delay, api_status), hang_up_after, shown)
    told = asyncio.run(play(script, say))
    if as_json:
        say_json(json.dumps(told, ensure_ascii=False, default=str))


@click.command()
@click.argument("number", default=NUMBER)
@click.option("--from", "caller", default=CALLER, show_default=True, help="The number to call from.")
@click.option("--name", default="", help="The caller's name, as the carrier would tell it.")
@click.option("--carrier", default=PHONE, show_default=True, help="The pretend carrier's phone socket.")
def call(number: str, caller: str, name: str, carrier: str) -> None:
    """A phone in the terminal: call NUMBER at a server started with `ivr serve --demo`.

    Shows what is heard. Type digits and Enter to press keys; h or Ctrl-D hangs up.
    """
    asyncio.run(talk(carrier, {"call": _number(number), "from": party(caller), **({"name": name} if name else {})}))


@click.command()
@click.argument("number")
@click.argument("words")
@click.option("--from", "sender", default=CALLER, show_default=True, help="The number to text from.")
@click.option("--wait", default=5.0, show_default=True, metavar="S", help="Seconds to wait for texts that come back.")
@click.option("--carrier", default=PHONE, show_default=True, help="The pretend carrier's phone socket.")
def text(number: str, words: str, sender: str, wait: float, carrier: str) -> None:
    """Text WORDS to NUMBER at a server started with `ivr serve --demo`, and show what is texted back."""
    asyncio.run(write(carrier, {"text": words, "to": _number(number), "from": party(sender)}, wait))


def _number(text: str) -> str:
    """A number as the carrier takes it, from one as people write it."""
    try:
        return read(text, load().country).e164
    except NotANumber as error:
        raise click.ClickException(str(error)) from None
