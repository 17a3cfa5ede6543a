"""The command `ivr`."""

import sys

import click

from ivr import __version__
from ivr.cli.audio import audio
from ivr.cli.calls import calls
from ivr.cli.carrier import twilio
from ivr.cli.check import check
from ivr.cli.demo import call, demo, text
from ivr.cli.docs import docs
from ivr.cli.flows import flow
from ivr.cli.keys import key
from ivr.cli.numbers import numbers
from ivr.cli.password import password
from ivr.cli.secrets import secret
from ivr.cli.serve import serve
from ivr.cli.tokens import token
from ivr.cli.try_ import try_
from ivr.cli.versions import VERSIONS
from ivr.cli.webcall import webcall
from ivr.settings import SettingsError
from ivr.store import BadKey, Conflict, Damaged, KeyMissing, StoreError, UnknownFlow

MISTAKES = (SettingsError, StoreError, UnknownFlow, Conflict, KeyMissing, Damaged, BadKey, OSError)
"""What is said in a sentence: none of it is a bug of ours."""


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__)
def ivr() -> None:
    """A phone line that talks to any API.

    \b
    To look around, without an account:
      ivr demo                 one whole call, as a timeline
      ivr serve --demo         a server to call with `ivr call`
      ivr try menu             what a caller of a flow hears, without a phone

    \b
    To answer a real number:
      ivr check flow.json      what is wrong with a flow
      ivr flow import flow.json --publish
      ivr numbers assign +15550100 my-flow
      ivr serve
      ivr twilio connect +15550100
    """


for command in (
    serve,
    demo,
    call,
    calls,
    text,
    check,
    flow,
    numbers,
    audio,
    secret,
    token,
    password,
    twilio,
    key,
    docs,
    webcall,
    try_,
):
    ivr.add_command(command)
for command in VERSIONS:
    flow.add_command(command)


def main() -> None:
    """Run the command line. What goes wrong is said in a sentence, with exit code 1; misuse ends with 2."""
    try:
        code = ivr.main(standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.exceptions.Exit as finished:
        sys.exit(finished.exit_code)
    except MISTAKES as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
