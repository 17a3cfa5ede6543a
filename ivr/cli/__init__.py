"""The command `ivr`."""

import importlib
import sys
import traceback

import click

from ivr.cli.lazy import LazyGroup
from ivr.cli.saying import say_error, say_lines
from ivr.system import keep_private
from ivr.version import __version__

COMMANDS = {
    "serve": "serve:serve",
    "demo": "demo:demo",
    "alerts": "alerts:alerts",
    "call": "demo:call",
    "calls": "calls:calls",
    "text": "demo:text",
    "check": "check:check",
    "flow": "flows:flow",
    "numbers": "numbers:numbers",
    "audio": "audio:audio",
    "secret": "secrets:secret",
    "token": "tokens:token",
    "user": "users:user",
    "audit": "audit:audit",
    "board": "board:board",
    "twilio": "carrier:twilio",
    "key": "keys:key",
    "doctor": "doctor:doctor",
    "deploy": "deploy:deploy",
    "erase": "erase:erase",
    "optout": "erase:optout",
    "backup": "backup:backup",
    "restore": "backup:restore",
    "docs": "docs:docs",
    "webcall": "webcall:webcall",
    "try": "try_:try_",
}
"""Where each command is, in this package: it is imported when it is asked for."""


@click.group(
    cls=LazyGroup,
    sources={name: f"{__name__}.{source}" for name, source in COMMANDS.items()},
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__)
@click.option("--as", "as_", metavar="NAME", help="Who does it, for the audit trail. Without it: who is logged in.")
def ivr(as_: str | None) -> None:
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


def main() -> None:
    """Run the command line. What goes wrong is said in a sentence, with exit code 1, and a mistake of ours by its
    traceback; misuse ends with 2."""
    keep_private()
    try:
        code = ivr.main(standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        say_error(error)
        sys.exit(error.exit_code)
    except click.exceptions.Exit as finished:
        sys.exit(finished.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        fault = f"Error: {error}" if _is_explained(error) else "".join(traceback.format_exception(error))
        say_lines(fault.removesuffix("\n"), err=True)
        sys.exit(1)


def _is_explained(error: Exception) -> bool:
    """Whether its text says what to do. Only now are those errors imported: most commands end without one."""
    explained: tuple[type[Exception], ...] = importlib.import_module("ivr.cli.explained").ERRORS
    return isinstance(error, explained)
